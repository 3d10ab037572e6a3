// SPDX-License-Identifier: Apache-2.0
// budget execution, budget over, and the finding of the closing check.
#include <algorithm>
#include <limits>

#include "budget_math.h"
#include "budget_figures.h"
#include "budget_version.h"
#include "work.h"

namespace mif::funds {

namespace {

struct When {
  int year = 0, month = 0, days = 0, of_days = 0;
};

// The days of the year up to the end of the month, or up to the business day within it.
When when_of(const Params& params, Day today) {
  When w;
  w.year = static_cast<int>(year_of(params, today.year()));
  const std::int64_t month = params.number("month", w.year == today.year() ? today.month() : 12);
  if (month < 1 || month > 13) throw Error(MIF_E_INVALID, "fund.budget-month", "month 应为 1 到 12，13 含年终调整 (a month is 1 to 13)");
  w.month = static_cast<int>(month);
  const int last = std::min(w.month, 12);
  Day until(w.year, last, Day::days_in(w.year, last));
  if (today.year() == w.year && today.month() == last && today < until) until = today;
  w.days = day_of_year(until);
  w.of_days = days_of_year(w.year);
  return w;
}

const char* light_of(const Execution& e, const BudgetRule& rule, std::optional<std::int64_t> rate, std::int64_t progress) {
  if (!e.budgeted) return "none";
  if (e.income()) return rate && *rate - progress < -rule.ahead_bp ? "behind" : "ok";
  if (Fen(0) < e.over()) return "over";
  if (const auto taken = share_bp(e.taken(), e.adjusted); taken && *taken > rule.over_at_bp) return "over";
  return rate && *rate - progress > rule.ahead_bp ? "ahead" : "ok";
}

void percent(JsonWriter& json, const char* name, std::optional<std::int64_t> bp) {
  if (bp) json.field(name, percent_text(*bp));
  else json.key(name).null();
}

void write(JsonWriter& json, const Execution& e, const When& w, const BudgetRule& rule) {
  const auto rate = e.budgeted ? share_bp(e.so_far, e.adjusted) : std::nullopt;
  const std::int64_t progress = scaled(w.days, 10000, w.of_days);
  json.field("unit", e.unit).field("book", e.key.book).field("budget", e.key.item).field("name", e.name).field("of", e.of).field("side", e.income() ? "income" : "expense").field("basis", e.item ? "ledger" : "applications");
  json.field("opening", e.opening).field("adjusted", e.adjusted).field("month", e.month).field("year_to_date", e.so_far);
  percent(json, "rate", rate);
  percent(json, "progress", progress);
  percent(json, "deviation", rate ? std::optional(*rate - progress) : std::nullopt);
  json.field("same_period", e.last_so_far).field("held", e.held).field("paid", e.paid).field("remaining", e.remaining()).field("over", e.over());
  json.field("full_year_linear", linear_year(e.so_far, w.days, w.of_days));
  if (const auto full = profile_year(e.so_far, e.last_so_far, e.last_whole)) json.field("full_year_profile", *full);
  else json.key("full_year_profile").null();
  json.field("light", light_of(e, rule, rate, progress));
}

struct Cause {
  std::string kind, number, purpose;
  std::int64_t id = 0;
  Day day;
  Fen fen;
};

// What was spent in the order of the ledger, then what is held: from where the budget is crossed on.
std::vector<Cause> causes(Desk& desk, Call call, Txn& txn, const Execution& e, const When& w) {
  std::vector<Cause> all;
  if (e.item) {
    LineQuery query;
    query.book = e.key.book;
    query.accounts = e.item->accounts;
    query.aux = e.item->aux;
    query.year = w.year;
    query.month_to = w.month;
    query.without_closing = true;
    query.limit = std::numeric_limits<std::uint32_t>::max() / 2;
    desk.ledger.each_line(call, query, &txn, [&](const mif_line& l) {
      const Fen fen = l.side == MIF_DEBIT ? Fen(l.fen) : -Fen(l.fen);
      if (all.empty() || all.back().id != l.voucher_id) all.push_back({"voucher", str(l.word) + "-" + std::to_string(l.number), str(l.summary), l.voucher_id, Day(l.day), Fen(0)});
      all.back().fen += fen;
      return true;
    });
    std::stable_sort(all.begin(), all.end(), [](const Cause& a, const Cause& b) { return a.day < b.day; });
  }
  for (const auto& t : taken_by(desk, call, txn, e.key.book, e.key.year, e.key.item)) {
    if (t.day.month() > w.month || (e.item && (!t.held || t.posted))) continue;
    all.push_back({"application", std::to_string(t.id), t.purpose, t.id, t.day, t.fen});
  }
  std::vector<Cause> made_so;
  Fen sum;
  for (auto& c : all) {
    sum += c.fen;
    if (e.adjusted < sum) made_so.push_back(std::move(c));
  }
  return made_so;
}

}  // namespace

std::string budget_execution(Desk& desk, Call call, const Params& params) {
  const When w = when_of(params, desk.clock.business_day());
  const std::string item = params.most("item", 60);
  const BudgetMap map = desk.budget_map(call);
  Result result("FundBudgetExecution");
  std::int64_t n = 0, over = 0;
  Txn txn = desk.store.read(call);
  for (const auto& book : books_of(desk, call, txn, params))
    for (const auto& e : executions(desk, call, txn, book, map, w.year, w.month)) {
      if (item.empty() ? e.empty() : e.key.item != item) continue;
      JsonWriter& json = result.item();
      write(json, e, w, desk.settings.budget);
      json.end_object();
      ++n;
      if (e.over() <= Fen(0)) continue;
      ++over;
      result.finding();
    }
  result.total("items", n);
  result.total("over", over);
  result.total("days", w.days);
  result.total("of_days", w.of_days);
  return result.json(std::to_string(w.year) + " 年 " + std::to_string(w.month) + " 月预算执行 " + std::to_string(n) + " 项，时间进度 " + percent_text(scaled(w.days, 10000, w.of_days)) + "%，超预算 " + std::to_string(over) + " 项");
}

std::string budget_over(Desk& desk, Call call, const Params& params) {
  const When w = when_of(params, desk.clock.business_day());
  const BudgetMap map = desk.budget_map(call);
  Result result("FundOverList");
  std::int64_t items = 0;
  Txn txn = desk.store.read(call);
  for (const auto& book : books_of(desk, call, txn, params))
    for (const auto& e : executions(desk, call, txn, book, map, w.year, w.month)) {
      if (e.over() <= Fen(0)) continue;
      ++items;
      result.finding();
      result.item().field("kind", "item").field("unit", e.unit).field("book", e.key.book).field("budget", e.key.item).field("name", e.name).field("adjusted", e.adjusted).field("year_to_date", e.so_far).field("held", e.held).field("over", e.over()).end_object();
      for (const auto& c : causes(desk, call, txn, e, w))
        result.item().field("kind", c.kind).field("book", e.key.book).field("budget", e.key.item).field("id", c.id).field("number", c.number).field("day", c.day.iso()).field("amount", c.fen).field("summary", c.purpose).end_object();
    }
  result.total("items", items);
  return result.json(items ? "超预算 " + std::to_string(items) + " 项" : "没有超预算的项目 (nothing is above its budget)");
}

void close_check(Desk& desk, Call call, std::string_view book, Period period, const CloseFindings& findings) {
  Txn txn = desk.store.read(call);
  const BookInfo info = desk.book(call, txn, std::string(book));
  const auto lines = lines_of(txn, info.code);
  const bool budgeted = std::any_of(lines.begin(), lines.end(), [&](const Line& l) { return l.key.year == period.year; });
  std::string detail;
  std::int64_t n = 0;
  const BudgetMap map = budgeted ? desk.budget_map(call) : BudgetMap();
  for (const auto& e : budgeted ? executions(desk, call, txn, info, map, period.year, period.month) : std::vector<Execution>())
    if (Fen(0) < e.over() && ++n <= 3) detail += (detail.empty() ? "" : "; ") + e.key.item + " " + e.name + " 超 " + e.over().grouped();
  if (n > 3) detail += " 等 " + std::to_string(n) + " 项";
  findings.unless(MIF_CLOSE_WARN, "budget-over", "没有超预算的项目", detail, "");
}

}  // namespace mif::funds
