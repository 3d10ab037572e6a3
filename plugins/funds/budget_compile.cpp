// SPDX-License-Identifier: Apache-2.0
// budget compile, submit, approve, plan.
#include <algorithm>

#include "budget_math.h"
#include "budget_plan.h"
#include "budget_version.h"
#include "plan_csv.h"
#include "rows.h"
#include "work.h"

namespace mif::funds {

namespace {

// "3.5%" for all items, "2090301.0101=3%;*=1%" for some.
std::map<std::string, std::int64_t> growths(const std::string& text) {
  std::map<std::string, std::int64_t> all;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = rest.find(';');
    const std::string_view one = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (one.empty()) continue;
    const auto equals = one.find('=');
    const std::string item = equals == std::string_view::npos ? "*" : std::string(one.substr(0, equals));
    if (!all.emplace(item, parse_percent(equals == std::string_view::npos ? one : one.substr(equals + 1))).second)
      throw Error(MIF_E_INVALID, "fund.growth-twice", "增长率里项目写了两次 (an item twice in growth): " + cut(item, 60));
  }
  return all;
}

void from_base(Plan& plan, const std::vector<const BudgetItem*>& items, const BookYear& base, const std::string& growth) {
  auto rates = growths(growth);
  for (const BudgetItem* item : items) {
    PlanLine l{item->code, item->name, item->of, base.net(*item, 1, 13), {}, item->growth_bp, item->income};
    if (const auto all = rates.find("*"); all != rates.end()) l.growth_bp = all->second;
    if (const auto own = rates.find(item->code); own != rates.end()) {
      l.growth_bp = own->second;
      rates.erase(own);
    }
    l.fen = grown(l.base, l.growth_bp);
    if (l.base != Fen(0) || l.fen != Fen(0)) plan.lines.push_back(std::move(l));
  }
  rates.erase("*");
  if (!rates.empty()) throw Error(MIF_E_INVALID, "fund.growth-item", "增长率里的项目 " + cut(rates.begin()->first, 60) + " 不在账套 " + plan.book + " 的预算项目里 (growth names no item of this book)");
}

void from_csv(Plan& plan, const std::vector<const BudgetItem*>& items, const BookYear& base, const std::vector<Line>& known, const std::string& text, const std::string& name) {
  for (const auto& row : read_plan_csv(text, name)) {
    PlanLine l{row.item, row.item, "", {}, row.fen, 0, false};
    const auto item = std::find_if(items.begin(), items.end(), [&](const BudgetItem* i) { return i->code == row.item; });
    if (item != items.end()) {
      l.name = (*item)->name;
      l.of = (*item)->of;
      l.income = (*item)->income;
      l.base = base.net(**item, 1, 13);
    } else if (std::none_of(known.begin(), known.end(), [&](const Line& k) { return k.key.item == row.item; })) {
      throw Error(MIF_E_INVALID, "fund.plan-item", name + ":" + std::to_string(row.line) + ": 项目 " + row.item + " 不在账套 " + plan.book + " 的预算项目里，写进 templates/budget 或先 fund budget set (no such budget item)");
    }
    plan.lines.push_back(std::move(l));
  }
}

Plan need_plan(Desk& desk, Call call, Txn& txn, const Params& params, std::string_view permission) {
  const std::int64_t id = params.number("plan", 0);
  auto found = plans(txn, "id = ?", {id});
  if (found.empty() || !desk.books(call, txn).count(found.front().book)) throw Error(MIF_E_NOT_FOUND, "fund.plan-unknown", "没有预算编制 (no such budget plan) " + std::to_string(id));
  desk.identity.require(call, permission, found.front().unit);
  read_lines(txn, found.front());
  return found.front();
}

// As need_plan, its row held: whoever else decides waits and then finds it decided.
Plan take_plan(Desk& desk, Call call, Txn& txn, const Params& params, std::string_view permission) {
  const Plan seen = need_plan(desk, call, txn, params, permission);
  txn.execute("update x_funds_plan set state = state where id = ?", {seen.id});
  return need_plan(desk, call, txn, params, permission);
}

[[noreturn]] void not_in(const Plan& plan, const char* wanted) {
  throw Error(MIF_E_CONFLICT, "fund.plan-state", "预算编制 " + std::to_string(plan.id) + " 的状态是 " + plan.state + "，不是 " + wanted + "，请刷新后再办 (the plan is in another state)");
}

void check_digest(const Plan& plan) {
  if (plan_digest(plan) != plan.digest) throw Error(MIF_E_CONFLICT, "fund.plan-altered", "预算编制 " + std::to_string(plan.id) + " 的内容与编制时不同，请运行 fund verify 并重新编制 (its content is not what was compiled)");
}

void set_state(Txn& txn, const Plan& plan, const char* of_state) {
  const bool open = plan.state == kSubmitted;
  if (txn.execute("update x_funds_plan set state = ?, open_key = ?, instance = ?, decided_by = ?, decided_ms = ? where id = ? and state = ?",
                  {plan.state, open ? Value(plan.open_key()) : Value(), plan.instance, plan.decided_by, plan.decided_ms, plan.id, of_state}) != 1)
    not_in(plan, of_state);
}

// Every line that changes anything becomes the next version of its item, in force at once.
std::int64_t put_lines_in_force(Desk& desk, Call call, Txn& txn, const Plan& plan) {
  std::vector<PlanLine> lines = plan.lines;
  std::sort(lines.begin(), lines.end(), [](const PlanLine& a, const PlanLine& b) { return a.item < b.item; });  // rows held in one order, whoever else holds some
  Taken taken(desk, call, txn, plan.book, static_cast<int>(plan.year));
  std::int64_t n = 0;
  for (const auto& l : lines) {
    Version v;
    v.key = {plan.book, l.item, plan.year};
    lock_line(txn, v.key);
    v.version = next_version(txn, v.key);
    if (const auto line = line_of(txn, v.key); line && line->fen == l.fen) continue;
    taken.check_new_amount(v.key, l.fen);
    v.fen = l.fen;
    v.reason = plan.reason;
    v.document = plan.document;
    v.plan = plan.id;
    v.state = kApproved;
    v.instance = plan.instance;
    v.made_by = plan.made_by;
    v.made_ms = plan.made_ms;
    v.decided_by = plan.decided_by;
    v.decided_ms = plan.decided_ms;
    insert_version(txn, v);
    put_in_force(txn, v.key, v.version, v.fen, desk.settings.budget.below_taken);
    audit_version(desk, txn, plan.unit, "approve", v, "");
    ++n;
  }
  return n;
}

}  // namespace

std::string budget_compile(Desk& desk, Call call, const Params& params) {
  Plan plan;
  plan.book = params.need("book");
  plan.year = year_of(params, 0);
  plan.base_year = params.number("base-year", plan.year - 1);
  if (plan.base_year < 2000 || plan.base_year > 2100) throw Error(MIF_E_INVALID, "fund.budget-year", "base-year 应为 2000 到 2100 的年份 (a year is needed)");
  plan.reason = params.need("reason", 1000);
  plan.document = params.most("document", 400);
  const std::string file = params.most("file", 300), inline_csv = params.get("csv"), growth = params.get("growth");
  const bool csv = !file.empty() || !inline_csv.empty();
  if (csv && !growth.empty()) throw Error(MIF_E_INVALID, "fund.plan-both", "growth 用于按基数编制，与 CSV 不能同时给出 (growth does not go with a CSV)");
  const std::string text = file.empty() ? inline_csv : desk.config.bytes(call, file);
  Txn txn = desk.store.write(call);
  plan.unit = desk.require(call, txn, plan.book, "fund.budget");
  const BookInfo book = desk.book(call, txn, plan.book);
  const BudgetMap map = desk.budget_map(call);
  const auto items = map.items(book.scheme, static_cast<int>(plan.year));
  const BookYear base(desk, call, txn, book, static_cast<int>(plan.base_year), 13);
  if (csv) from_csv(plan, items, base, lines_of(txn, plan.book), text, file.empty() ? "csv" : file);
  else from_base(plan, items, base, growth);
  if (plan.lines.empty())
    throw Error(MIF_E_INVALID, "fund.plan-empty", "账套 " + plan.book + " " + std::to_string(plan.base_year) + " 年没有可作基数的执行数，请换 base-year、导入 CSV，或在 funds 的 budget 下配置项目文件 (no base to compile from)");
  plan.state = "draft";
  plan.made_by = call.actor();
  plan.made_ms = desk.clock.now_unix_ms();
  const auto dropped = txn.execute("update x_funds_plan set state = 'dropped' where book = ? and year = ? and state = 'draft'", {plan.book, plan.year});
  insert(txn, plan);
  audit_plan(desk, txn, "compile", plan, dropped ? "前一稿作废" : "");
  const std::string answer = plan_answer(txn, plan, "预算编制 " + std::to_string(plan.id) + "：" + std::to_string(plan.lines.size()) + " 项，收入 " + plan.sum(false, true).grouped() + "，支出 " + plan.sum(false, false).grouped() +
                                                        "，用 budget submit 送批 (a draft; submit it)");
  txn.commit();
  return answer;
}

std::string budget_submit(Desk& desk, Call call, const Params& params) {
  Txn txn = desk.store.write(call);
  Plan plan = take_plan(desk, call, txn, params, "fund.budget");
  if (plan.state != "draft") not_in(plan, "draft");
  check_digest(plan);
  if (plan.made_by != call.actor()) throw Error(MIF_E_DENIED, "fund.plan-maker", "预算编制 " + std::to_string(plan.id) + " 由 " + plan.made_by + " 编制，由本人送批 (only its maker submits it)");
  for (const auto& other : plans(txn, "open_key = ?", {plan.open_key()}))
    throw Error(MIF_E_CONFLICT, "fund.plan-waits", "账套 " + plan.book + " " + std::to_string(plan.year) + " 年的预算编制 " + std::to_string(other.id) + " 还待批准，先批准或退回 (a plan waits already)");
  if (plan.document.empty())
    for (const auto& line : lines_of(txn, plan.book))
      if (line.key.year == plan.year && std::any_of(plan.lines.begin(), plan.lines.end(), [&](const PlanLine& l) { return l.item == line.key.item && l.fen != line.fen; }))
        throw Error(MIF_E_INVALID, "fund.plan-document", "预算编制 " + std::to_string(plan.id) + " 调整了已批准的项目 " + line.key.item + "，编制时要给出 document 调整依据的文号 (an adjustment needs its document)");
  plan.state = kSubmitted;
  plan.instance = desk.workflow.start(txn, desk.settings.budget_flow, plan.unit, "fund-plan", plan.object(), plan.digest, plan.sum(false, true) + plan.sum(false, false));
  set_state(txn, plan, "draft");
  audit_plan(desk, txn, "submit", plan, "");
  const std::string answer = plan_answer(txn, plan, "预算编制 " + std::to_string(plan.id) + " 已送批 (waits for a second person)");
  txn.commit();
  return answer;
}

std::string budget_approve(Desk& desk, Call call, const Params& params) {
  const std::string comment = params.most("comment", 1000);
  if (params.get("plan").empty()) {
    Params one = params;
    one.set("action", "approve");
    return fund_budget(desk, call, one);
  }
  Txn txn = desk.store.write(call);
  Plan plan = take_plan(desk, call, txn, params, "fund.approve");
  if (plan.state != kSubmitted) not_in(plan, kSubmitted);
  check_digest(plan);
  const FlowState flow = desk.workflow.state(txn, plan.instance);
  const FlowState after = desk.workflow.decide(txn, plan.instance, flow.node, !params.flag("reject"), plan.digest, comment);
  plan.decided_by = call.actor();
  plan.decided_ms = desk.clock.now_unix_ms();
  std::string said = " 还要另一人批准 (one more approval is needed)";
  if (after.state == MIF_FLOW_APPROVED) {
    plan.state = kApproved;
    said = " 已批准，" + std::to_string(put_lines_in_force(desk, call, txn, plan)) + " 项生效 (approved, in force)";
  } else if (after.state == MIF_FLOW_REJECTED) {
    plan.state = "rejected";
    said = " 已退回 (rejected)";
  }
  set_state(txn, plan, kSubmitted);
  audit_plan(desk, txn, plan.state == "rejected" ? "reject" : "approve", plan, comment);
  const std::string answer = plan_answer(txn, plan, "预算编制 " + std::to_string(plan.id) + said);
  txn.commit();
  return answer;
}

std::string budget_plan(Desk& desk, Call call, const Params& params) {
  Txn txn = desk.store.read(call);
  if (!params.get("plan").empty()) {
    const Plan plan = need_plan(desk, call, txn, params, "ledger.read");
    return plan_answer(txn, plan, "预算编制 " + std::to_string(plan.id) + " " + plan.state);
  }
  const std::int64_t year = params.number("year", 0);
  Result result("FundPlanList");
  std::int64_t n = 0;
  for (const auto& book : books_of(desk, call, txn, params))
    for (const auto& plan : plans(txn, "book = ? order by id", {book.code})) {
      if (year && plan.year != year) continue;
      JsonWriter& json = result.item();
      write(json, plan);
      json.end_object();
      ++n;
    }
  result.total("plans", n);
  return result.json("预算编制 " + std::to_string(n) + " 份");
}

}  // namespace mif::funds
