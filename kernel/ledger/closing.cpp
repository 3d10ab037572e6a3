// SPDX-License-Identifier: Apache-2.0
// Month and year end: carrying income and expense to the balances (期末结转), the checklist, closing.
#include <algorithm>
#include <tuple>

#include "kernel/chart/money.h"
#include "kernel/ledger/internal.h"

namespace mif::ledger {
namespace {

using chart::Class;

Day last_day(Period p) {
  const int month = std::min(p.month, 12);
  return {p.year, month, Day::days_in(p.year, month)};
}

std::string title_of(Period p) { return std::to_string(p.year) + "年" + (p.month == 13 ? "年末调整期" : std::to_string(p.month) + "月"); }

// What stands in this year's rows: income and expense start every year at zero. What last year's open month 13 has left of them
// in the opening is that month's to carry; only a book's very first opening may bring income of its year with it.
std::map<AccountAux, Fen> year_nets(store::Txn& txn, const Book& book, Period period) {
  std::map<AccountAux, Fen> nets;
  txn.query("select account, aux, debit, credit from ledger_balance where book = ? and year = ? and month between ? and ? order by account, aux",
            {book.id, period.year, period.year == book.start.year ? 0 : 1, period.month},
            [&](const store::Row& row) { nets[{std::string(row.text(0)), std::string(row.text(1))}] += row.fen(2) - row.fen(3); });
  return nets;
}

// What the account closed to keeps apart by items (一般基金结余 by 运行方式, say) arrives there with them; other items end here.
std::string kept_by(const chart::Account& target, std::string_view aux) {
  const auto keeps = [&](const std::vector<std::string>& dimensions, std::string_view pair) { return std::find(dimensions.begin(), dimensions.end(), pair.substr(0, pair.find('='))) != dimensions.end(); };
  std::string kept;
  while (!aux.empty()) {
    const std::string_view pair = aux.substr(0, aux.find(';'));
    aux.remove_prefix(std::min(aux.size(), pair.size() + 1));
    if (keeps(target.aux_required, pair) || keeps(target.aux_allowed, pair)) kept += (kept.empty() ? "" : ";") + std::string(pair);
  }
  return kept;
}

bool must_carry(const Book& book, Period period) { return !book.yearly_closing || period.month >= 12; }

struct Checks {
  std::vector<CheckItem> items;
  void add(const char* id, const char* title, CheckItem::Result result, std::string detail) { items.push_back({id, title, std::move(detail), result, "", ""}); }
  // `bad` when there is a detail, pass otherwise.
  void add_unless(const char* id, const char* title, std::string detail, CheckItem::Result bad) {
    const auto result = detail.empty() ? CheckItem::Result::pass : bad;
    add(id, title, result, std::move(detail));
  }
};

void append(std::string& list, const std::string& text) { list += (list.empty() ? "" : "; ") + text; }

std::string earlier_open(store::Txn& txn, const Book& book, Period period, std::vector<Period>* empty13) {
  std::vector<Period> open;
  txn.query("select year, month from ledger_period where book = ? and state = 1 order by year, month", {book.id}, [&](const store::Row& row) {
    const Period p{static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1))};
    if (p < period) open.push_back(p);
  });
  std::string detail;
  for (const auto& p : open) {
    const bool empty = p.month == 13 && txn.integer("select count(*) from ledger_voucher where book = ? and year = ? and month = 13 and state <> 5", {book.id, p.year}).value_or(0) == 0;
    if (!empty) append(detail, p.iso());
    else if (empty13) empty13->push_back(p);
  }
  return detail;
}

std::string unposted(store::Txn& txn, const Book& book, Period period) {
  std::int64_t count = 0;
  std::string some;
  txn.query("select id, source_key, state from ledger_voucher where book = ? and year = ? and month = ? and state in (1, 2, 3) order by id", {book.id, period.year, period.month},
            [&](const store::Row& row) {
              constexpr const char* states[] = {"", "草稿", "待审", "已审未记账"};
              if (++count <= 5) append(some, "编号 " + std::to_string(row.integer(0)) + ' ' + std::string(row.text(1)) + ' ' + states[row.integer(2)]);
            });
  return count == 0 ? "" : std::to_string(count) + " 张: " + some + (count > 5 ? " …" : "");
}

// 账证相符: every balance row of the month is the sum of its posted lines, auxiliary item by item.
std::string apart_from_lines(store::Txn& txn, const Book& book, Period period) {
  std::map<AccountAux, std::pair<Fen, Fen>> sums;
  txn.query("select l.account, l.aux, l.side, cast(sum(l.fen) as bigint) from ledger_line l join ledger_voucher v on v.book = l.book and v.year = l.year and v.month = l.month "
            "and v.id = l.voucher where l.book = ? and l.year = ? and l.month = ? and v.state = 4 group by l.account, l.aux, l.side",
            {book.id, period.year, period.month}, [&](const store::Row& row) {
              auto& sum = sums[{std::string(row.text(0)), std::string(row.text(1))}];
              (row.integer(2) == MIF_DEBIT ? sum.first : sum.second) += row.fen(3);
            });
  txn.query("select account, aux, debit, credit from ledger_balance where book = ? and year = ? and month = ?", {book.id, period.year, period.month}, [&](const store::Row& row) {
    auto& sum = sums[{std::string(row.text(0)), std::string(row.text(1))}];
    sum.first -= row.fen(2);
    sum.second -= row.fen(3);
  });
  std::string detail;
  for (const auto& [key, left] : sums)
    if (left.first != Fen() || left.second != Fen()) append(detail, key.first + (key.second.empty() ? "" : ' ' + key.second) + " 差 借 " + left.first.grouped() + " 贷 " + left.second.grouped());
  return detail;
}

// 年初余额等于上年期末余额, once last year is closed.
std::string apart_from_last_year(store::Txn& txn, const Book& book, int year) {
  if (year <= book.start.year || !carried(txn, book, year)) return {};
  auto nets = closing_nets(txn, book, year - 1, 13);
  txn.query("select account, aux, debit, credit from ledger_balance where book = ? and year = ? and month = 0", {book.id, year},
            [&](const store::Row& row) { nets[{std::string(row.text(0)), std::string(row.text(1))}] -= row.fen(2) - row.fen(3); });
  std::string detail;
  for (const auto& [key, left] : nets)
    if (left != Fen()) append(detail, key.first + (key.second.empty() ? "" : ' ' + key.second) + " 差 " + left.grouped());
  return detail;
}

std::string number_gaps(store::Txn& txn, const Book& book, Period period) {
  std::map<std::string, std::int64_t> counters;
  txn.query("select word, last from ledger_counter where book = ? and year = ? and month = ?", {book.id, period.year, period.month},
            [&](const store::Row& row) { counters[std::string(row.text(0))] = row.integer(1); });
  std::string detail;
  const auto complain = [&](const std::string& word, std::int64_t last, std::int64_t count) { append(detail, word + "字: 应有 1.." + std::to_string(last) + ", 实有 " + std::to_string(count) + " 张"); };
  txn.query("select word, sum(case when part > 1 then 0 else 1 end), min(number), max(number), sum(case when part > 0 then 1 else 0 end), sum(case when part = 1 then parts else 0 end) from ledger_voucher where book = ? and year = ? and month = ? and state = 4 group by word",
            {book.id, period.year, period.month}, [&](const store::Row& row) {
              const std::string word(row.text(0));
              const auto found = counters.find(word);
              const std::int64_t last = found == counters.end() ? 0 : found->second, count = row.integer(1);
              if (count != last || row.integer(2) != 1 || row.integer(3) != last) complain(word, last, count);
              if (row.integer(4) != row.integer(5)) append(detail, word + "字: 分数编号应有 " + std::to_string(row.integer(5)) + " 张, 实有 " + std::to_string(row.integer(4)) + " 张");
              if (found != counters.end()) counters.erase(found);
            });
  for (const auto& [word, last] : counters)
    if (last != 0) complain(word, last, 0);
  return detail;
}

}  // namespace

std::vector<Draft> Ledger::closing_drafts(store::Txn& txn, std::string_view code, Period period) const {
  const Context context = context_of(txn, code, period);
  const Book& book = context.book;
  if (!must_carry(book, period)) return {};
  const auto chart = charts_.load(txn, book.chart, book.unit, last_day(period));
  const std::int64_t before = txn.integer("select count(*) from ledger_voucher where book = ? and year = ? and month = ? and closing = 1 and state in (4, 5)", {book.id, period.year, period.month}).value_or(0);
  struct Side {
    Class of;
    const char *name, *text;
    int side;  // of the line that empties the account
    std::vector<Line> lines;
    std::map<AccountAux, Fen> targets;
  } sides[] = {{Class::income, "income", "收入", MIF_DEBIT, {}, {}}, {Class::expense, "expense", "支出", MIF_CREDIT, {}, {}}};
  for (const auto& [key, net] : year_nets(txn, book, period)) {
    const chart::Account* account = chart->find(key.first);
    if (net == Fen() || !account || account->closes_to.empty()) continue;
    const chart::Account* target = chart->find(account->closes_to);
    for (auto& s : sides) {
      if (account->account_class != s.of) continue;
      const Fen fen = s.side == MIF_DEBIT ? -net : net;  // a reversed balance becomes a red entry on the same side
      s.lines.push_back({s.side, fen, key.first, key.second, "结转" + account->full_name});
      s.targets[{account->closes_to, target ? kept_by(*target, key.second) : ""}] += fen;
    }
  }
  std::vector<Draft> drafts;
  for (auto& s : sides) {
    if (s.lines.empty()) continue;
    Draft d;
    d.day = last_day(period);
    d.month = period.month;
    d.book = book.code;
    d.word = "转";
    d.flow = "voucher-closing";
    d.source_plugin = "ledger";
    d.source_key = "closing/" + book.code + '/' + period.iso() + '/' + s.name + '/' + std::to_string(before + 1);
    d.summary = "结转" + title_of(period) + s.text;
    d.closing = true;
    d.lines = std::move(s.lines);
    for (const auto& [target, fen] : s.targets)
      if (fen != Fen()) d.lines.push_back({-s.side, fen, target.first, target.second, d.summary});
    drafts.push_back(std::move(d));
  }
  return drafts;
}

std::vector<CheckItem> Ledger::closing_checklist(store::Txn& txn, std::string_view code, Period period) const {
  using Result = CheckItem::Result;
  const Context context = context_of(txn, code, period);
  const Book& book = context.book;
  Checks checks;
  const bool open = context.period_state == kOpen;
  checks.add("open", "期间未结", open ? Result::pass : Result::fail, open ? "" : context.period_state == kClosed ? period.iso() + " 早已结账" : "账套没有 " + period.iso() + " 期");
  checks.add_unless("earlier", "以前期间已结", earlier_open(txn, book, period, nullptr), Result::fail);
  checks.add_unless("unposted", "凭证全部记账", unposted(txn, book, period), Result::fail);
  checks.add_unless("numbers", "凭证号连续", number_gaps(txn, book, period), Result::fail);

  checks.add_unless("postings", "余额与分录逐项相符", apart_from_lines(txn, book, period), Result::fail);
  checks.add_unless("opening", "年初余额等于上年期末", apart_from_last_year(txn, book, period.year), Result::fail);

  const auto chart = charts_.load(txn, book.chart, book.unit, last_day(period));
  std::map<std::string, Fen> nets;
  Fen sum;
  for (const auto& [key, net] : closing_nets(txn, book, period.year, period.month)) {
    nets[key.first] += net;
    sum += net;
  }
  checks.add_unless("balanced", "试算平衡", sum == Fen() ? "" : "差额 " + sum.grouped(), Result::fail);
  std::string overdrawn, reversed, idle, deferred, unknown;
  for (const auto& [account, net] : nets) {
    if (net == Fen()) continue;
    const chart::Account* known = chart->find(account);
    const std::string line = account + ' ' + (known ? known->full_name : "") + ' ' + net.grouped();
    if (!known) append(unknown, line);
    if (known && (known->account_class == Class::asset || known->account_class == Class::liability || known->account_class == Class::net) && net * known->side < Fen())
      append(chart::is_money(account) ? overdrawn : reversed, line);
    if (chart::is_swept(account)) append(idle, line);
    if (account.compare(0, 4, "4601") == 0 || account.compare(0, 4, "4602") == 0) append(deferred, line);
  }
  checks.add_unless("overdrawn", "货币资金无负数", overdrawn, Result::fail);
  checks.add_unless("reversed", "余额方向正常", reversed, Result::warn);
  checks.add_unless("ended", "停用科目无余额", unknown, Result::fail);
  std::string carry;
  for (const auto& draft : closing_drafts(txn, code, period)) append(carry, draft.summary + "尚未记账");
  checks.add_unless("carried", "收入支出已结转", carry, Result::fail);
  checks.add_unless("idle", "收入户、国库存款月末无余额", idle, Result::warn);
  if (period.month >= 12) checks.add_unless("deferred", "待转收入年末无余额", deferred, Result::fail);
  const std::int64_t holds = txn.integer("select count(*) from ledger_hold where book = ? and state = 1", {book.id}).value_or(0);
  checks.add_unless("holds", "没有在途占用", holds == 0 ? "" : std::to_string(holds) + " 笔付款在途", Result::warn);
  return std::move(checks.items);
}

void Ledger::close(store::Txn& txn, const Who& who, std::string_view code, Period period) {
  const Context context = context_of(txn, code, period, Lock::exclusive);
  const Book& book = context.book;
  require_writable(book);
  std::string failing;
  for (const auto& item : closing_checklist(txn, code, period))
    if (item.result == CheckItem::Result::fail) append(failing, item.title + (item.detail.empty() ? "" : " (" + item.detail + ")"));
  if (!failing.empty()) throw Error(MIF_E_CONFLICT, "closing.checks-fail", "账套 " + book.code + " 的 " + period.iso() + " 期还不能结账 (cannot close): " + failing);
  std::vector<Period> closing;
  earlier_open(txn, book, period, &closing);  // last year's month 13 when nobody used it
  closing.push_back(period);
  for (const auto& p : closing)
    txn.execute("update ledger_period set state = ?, closed_by = ?, closed_ms = ? where book = ? and year = ? and month = ?", {kClosed, who.actor, clock_.now_unix_ms(), book.id, p.year, p.month});
  if (period.month >= 12) carry_forward(txn, book, period.year);
  if (period.month == 12 && txn.integer("select count(*) from ledger_period where book = ? and year = ?", {book.id, period.year + 2}).value_or(0) == 0)
    add_year(txn, book, period.year + 2, 1);
  log_periods(txn, who, book, "period.close", period);
}

}  // namespace mif::ledger
