// SPDX-License-Identifier: Apache-2.0
// fund budget set, approve, show; budget adjust, history: versions are added and never changed; one takes effect when a second person approved it.
#include "budget_figures.h"
#include "budget_version.h"
#include "rows.h"
#include "work.h"

namespace mif::funds {

namespace {

std::string answer_version(const Version& v, const std::string& summary) {
  Result result("FundBudgetVersion");
  JsonWriter& item = result.item();
  write(item, v);
  item.end_object();
  return result.json(summary);
}

// A new version, sent to its approval.
void submit(Desk& desk, Call call, Txn& txn, const std::string& unit, Version& v) {
  v.version = next_version(txn, v.key);
  v.state = kSubmitted;
  v.made_by = call.actor();
  v.made_ms = desk.clock.now_unix_ms();
  v.instance = desk.workflow.start(txn, desk.settings.budget_flow, unit, "fund-budget", v.key.name() + "#" + std::to_string(v.version), version_digest(v), v.fen);
  insert_version(txn, v);
}

void check_amount(Fen fen) {
  if (fen < Fen(0)) throw Error(MIF_E_INVALID, "fund.budget-amount", "预算金额不能为负 (a budget is not negative): " + fen.plain());
}

std::string set(Desk& desk, Call call, const Params& params) {
  Version v;
  v.key = key_of(params);
  v.fen = Fen::parse(params.need("amount"));
  check_amount(v.fen);
  v.reason = params.need("reason", 1000);
  v.document = params.most("document", 400);
  Txn txn = desk.store.write(call);
  const std::string unit = desk.require(call, txn, v.key.book, "fund.budget");
  submit(desk, call, txn, unit, v);
  audit_version(desk, txn, unit, "set", v, "");
  txn.commit();
  return answer_version(v, "预算 " + v.key.name() + " 第 " + std::to_string(v.version) + " 版 " + v.fen.grouped() + " 待另一人批准 (waits for a second person)");
}

std::string approve(Desk& desk, Call call, const Params& params) {
  const LineKey key = key_of(params);
  const std::string comment = params.most("comment", 1000);
  Txn txn = desk.store.write(call);
  const std::string unit = desk.require(call, txn, key.book, "fund.approve");
  lock_line(txn, key);
  const auto waiting = versions(txn, "book = ? and item = ? and year = ? and state = 'submitted'", {key.book, key.item, key.year});
  if (waiting.empty()) throw Error(MIF_E_NOT_FOUND, "fund.budget-none-waits", "预算 " + key.name() + " 没有待批准的版本 (no version waits)");
  Version v = waiting.front();
  if (version_digest(v) != v.digest) throw Error(MIF_E_CONFLICT, "fund.budget-altered", "预算 " + key.name() + " 待批的内容与送批时不同，请运行 mifctl verify 并退回重编 (its content differs from what was submitted)");
  const FlowState flow = desk.workflow.state(txn, v.instance);
  const FlowState after = desk.workflow.decide(txn, v.instance, flow.node, !params.flag("reject"), v.digest, comment);
  v.decided_by = call.actor();
  v.decided_ms = desk.clock.now_unix_ms();
  if (after.state == MIF_FLOW_APPROVED) {
    v.state = kApproved;
    Taken(desk, call, txn, key.book, static_cast<int>(key.year)).check_new_amount(key, v.fen);
    put_in_force(txn, key, v.version, v.fen, desk.settings.budget.below_taken);
  } else if (after.state == MIF_FLOW_REJECTED) {
    v.state = "rejected";
  }
  const bool ended = v.state != kSubmitted;
  if (txn.execute("update x_funds_budget set state = ?, open_key = case when ? = 1 then null else open_key end, decided_by = ?, decided_ms = ? where id = ? and state = 'submitted'",
                  {v.state, ended ? 1 : 0, v.decided_by, v.decided_ms, v.id}) != 1)
    throw Error(MIF_E_CONFLICT, "fund.budget-decided", "预算 " + key.name() + " 刚被另一处办理 (decided meanwhile)");
  audit_version(desk, txn, unit, v.state == "rejected" ? "reject" : "approve", v, comment);
  txn.commit();
  return answer_version(v, "预算 " + key.name() + " 第 " + std::to_string(v.version) + " 版" + (v.state == kApproved ? " 已批准，生效" : v.state == "rejected" ? " 已退回" : " 还要另一人批准"));
}

std::string show(Desk& desk, Call call, const Params& params) {
  const std::string item = params.most("item", 60);
  const std::int64_t year = params.number("year", 0);
  Result result("FundBudgetList");
  Fen left;
  std::int64_t n = 0;
  Txn txn = desk.store.read(call);
  for (const auto& [book, unit] : desk.books(call, txn, params.most("book", 60)))
    for (const auto& line : lines_of(txn, book)) {
      if ((!item.empty() && line.key.item != item) || (year && line.key.year != year)) continue;
      result.item().field("book", book).field("unit", unit).field("budget", line.key.item).field("year", line.key.year).field("version", line.version).field("state", "in-force").field("amount", line.fen)
          .field("held", line.held).field("paid", line.paid).field("returned", line.returned).field("left", line.left()).field("over", line.over).end_object();
      if (Fen(0) < line.over) result.finding();
      left += line.left();
      ++n;
    }
  // Every version, when one item is asked for or one waits.
  for (const auto& [book, unit] : desk.books(call, txn, params.most("book", 60)))
    for (const auto& v : versions(txn, "book = ? order by item, year, version", {book})) {
      if ((!item.empty() && v.key.item != item) || (year && v.key.year != year) || (item.empty() && v.state != kSubmitted)) continue;
      JsonWriter& json = result.item();
      write(json, v);
      json.end_object();
    }
  result.total("budgets", n);
  result.total("left", left);
  return result.json("预算 " + std::to_string(n) + " 项，余 " + left.grouped());
}

}  // namespace

std::string fund_budget(Desk& desk, Call call, const Params& params) {
  const std::string action = params.get("action", "show");
  if (action == "set") return set(desk, call, params);
  if (action == "approve") return approve(desk, call, params);
  if (action == "show") return show(desk, call, params);
  throw Error(MIF_E_INVALID, "fund.budget-action", "fund budget 后面应为 set、approve 或 show (found \"" + cut(action, 40) + "\")");
}

std::string budget_adjust(Desk& desk, Call call, const Params& params) {
  Version v;
  v.key = key_of(params);
  v.reason = params.need("reason", 1000);
  v.document = params.need("document", 400);
  const bool by = !params.get("by").empty();
  if (by != params.get("amount").empty()) throw Error(MIF_E_INVALID, "fund.adjust-amount", "调整要给出 amount (调整后) 或 by (增减) 其中一个 (either amount or by)");
  Txn txn = desk.store.write(call);
  const std::string unit = desk.require(call, txn, v.key.book, "fund.budget");
  lock_line(txn, v.key);
  const auto line = line_of(txn, v.key);
  if (!line) throw Error(MIF_E_NOT_FOUND, "fund.adjust-none", "预算 " + v.key.name() + " 还没有批准的预算，先编制或 fund budget set (nothing is in force that could be adjusted)");
  v.fen = by ? line->fen + Fen::parse(params.get("by")) : Fen::parse(params.get("amount"));
  check_amount(v.fen);
  if (v.fen == line->fen) throw Error(MIF_E_INVALID, "fund.adjust-nothing", "预算 " + v.key.name() + " 现在就是 " + v.fen.grouped() + "，没有调整 (nothing would change)");
  Taken taken(desk, call, txn, v.key.book, static_cast<int>(v.key.year));
  taken.check_new_amount(v.key, v.fen);
  const Fen taken_now = taken.of(*line);
  submit(desk, call, txn, unit, v);
  audit_version(desk, txn, unit, "adjust", v, "");
  txn.commit();
  Result result("FundBudgetVersion");
  JsonWriter& json = result.item();
  write(json, v);
  json.field("before", line->fen).field("after", v.fen).field("change", v.fen - line->fen).field("taken", taken_now).end_object();
  return result.json("预算 " + v.key.name() + " 由 " + line->fen.grouped() + " 调整为 " + v.fen.grouped() + "，第 " + std::to_string(v.version) + " 版待另一人批准 (waits for a second person)");
}

std::string budget_history(Desk& desk, Call call, const Params& params) {
  const LineKey key = key_of(params);
  Txn txn = desk.store.read(call);
  desk.books(call, txn, key.book);
  Result result("FundBudgetHistory");
  Fen before, sum;
  std::int64_t n = 0;
  for (const auto& v : versions_of(txn, key)) {
    JsonWriter& json = result.item();
    write(json, v);
    json.field("before", before).field("after", v.fen).field("change", v.fen - before).end_object();
    ++n;
    if (v.state != kApproved) continue;
    sum += v.fen - before;
    before = v.fen;
  }
  const auto line = line_of(txn, key);
  const Fen current = line ? line->fen : Fen(0);
  if (sum != current) result.finding();
  result.total("versions", n);
  result.total("changes", sum);
  result.total("amount", current);
  return result.json("预算 " + key.name() + " 共 " + std::to_string(n) + " 版，现为 " + current.grouped());
}

}  // namespace mif::funds
