// SPDX-License-Identifier: Apache-2.0
// fund budget set, approve, show: versions are added and never changed; one takes effect when a second person approved it.
#include "digest.h"
#include "rows.h"
#include "work.h"

namespace mif::funds {

namespace {

struct Version {
  std::int64_t id = 0, version = 0, instance = 0, made_ms = 0, decided_ms = 0;
  Fen fen;
  LineKey key;
  std::string reason, state, digest, made_by, decided_by;
};

std::vector<Version> versions(Txn& txn, const std::string& where, const std::vector<Value>& values) {
  std::vector<Version> all;
  txn.query("select id, book, item, year, version, fen, reason, state, digest, instance, made_by, made_ms, decided_by, decided_ms from x_funds_budget where " + where, values, [&](const Row& r) {
    Version v;
    v.id = r.integer(0);
    v.key = {r.text(1), r.text(2), r.integer(3)};
    v.version = r.integer(4);
    v.fen = r.fen(5);
    v.reason = r.text(6);
    v.state = r.text(7);
    v.digest = r.text(8);
    v.instance = r.integer(9);
    v.made_by = r.text(10);
    v.made_ms = r.integer(11);
    v.decided_by = r.text(12);
    v.decided_ms = r.integer(13);
    all.push_back(std::move(v));
    return true;
  });
  return all;
}

std::string version_digest(const Version& v) { return digest_of({v.key.book, v.key.item, std::to_string(v.key.year), std::to_string(v.version), v.fen.plain(), v.reason}); }

LineKey key_of(const Params& params) {
  const std::int64_t year = params.number("year", 0);
  if (year < 2000 || year > 2100) throw Error(MIF_E_INVALID, "fund.budget-year", "要给出 year，2000 到 2100 的年份 (a year is needed)");
  return {params.need("book"), params.need("item"), year};
}

void write(JsonWriter& json, const Version& v) {
  json.field("book", v.key.book).field("budget", v.key.item).field("year", v.key.year).field("version", v.version).field("amount", v.fen).field("state", v.state).field("reason", v.reason);
  json.field("made_by", v.made_by).field("made_ms", v.made_ms).field("decided_by", v.decided_by).field("decided_ms", v.decided_ms).field("digest", v.digest);
}

void audit_version(Desk& desk, Txn& txn, const std::string& unit, const char* action, const Version& v, const std::string& comment) {
  JsonWriter body;
  body.begin_object();
  write(body, v);
  body.field("comment", comment).end_object();
  desk.audit.append(txn, unit, std::string("funds.budget-") + action, "fund-budget/" + v.key.name(), body.str());
}

std::string answer_version(const Version& v, const std::string& summary) {
  Result result("FundBudgetVersion");
  JsonWriter& item = result.item();
  write(item, v);
  item.end_object();
  return result.json(summary);
}

std::string set(Desk& desk, Call call, const Params& params) {
  Version v;
  v.key = key_of(params);
  v.fen = Fen::parse(params.need("amount"));
  if (v.fen < Fen(0)) throw Error(MIF_E_INVALID, "fund.budget-amount", "预算金额不能为负 (a budget is not negative): " + v.fen.plain());
  v.reason = params.need("reason", 1000);
  Txn txn = desk.store.write(call);
  const std::string unit = desk.require(call, txn, v.key.book, "fund.budget");
  for (const auto& old : versions(txn, "book = ? and item = ? and year = ? order by version", {v.key.book, v.key.item, v.key.year})) {
    if (old.state == kSubmitted) throw Error(MIF_E_CONFLICT, "fund.budget-waits", "预算 " + v.key.name() + " 第 " + std::to_string(old.version) + " 版还待批准，先批准或退回 (a version waits already)");
    v.version = old.version;
  }
  ++v.version;
  v.id = txn.next_id("x_funds_budget");
  v.state = kSubmitted;
  v.made_by = call.actor();
  v.made_ms = desk.clock.now_unix_ms();
  v.digest = version_digest(v);
  v.instance = desk.workflow.start(txn, desk.settings.budget_flow, unit, "fund-budget", v.key.name() + "#" + std::to_string(v.version), v.digest, v.fen);
  txn.execute("insert into x_funds_budget (id, book, item, year, version, fen, reason, state, open_key, digest, instance, made_by, made_ms, decided_by, decided_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0)",
              {v.id, v.key.book, v.key.item, v.key.year, v.version, v.fen, v.reason, v.state, v.key.name(), v.digest, v.instance, v.made_by, v.made_ms});
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
    put_in_force(txn, key, v.version, v.fen);
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

}  // namespace mif::funds
