// SPDX-License-Identifier: Apache-2.0
// pay status and pay resolve: where every payment stands, and the governed way out of a doubt the bank will not end.
#include <algorithm>
#include <map>

#include "drop.h"
#include "rows.h"
#include "results.h"
#include "returns.h"
#include "settle.h"
#include "work.h"

namespace mif::treasury {

std::string pay_status(Desk& desk, Call call, const Params& params, Progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  Result result("PaymentList");
  const std::string state = params.get("state");
  if (!state.empty()) state_of(state);
  const std::int64_t limit = params.number("limit", 200), batch = params.number("batch", 0);
  std::map<State, std::pair<std::int64_t, Fen>> sums;
  std::int64_t unposted = 0, all = 0, undecided = 0;
  Fen total;
  Txn txn = desk.store.read(call);
  std::map<std::int64_t, Return> came_back;
  std::map<std::int64_t, bool> dropped;  // payment -> confirmed
  for (const auto& s : scope) {
    txn.query("select state, count(*), cast(sum(fen) as bigint), cast(sum(settled) as bigint) from x_treasury_payment where account = ? group by state", {s.account->number}, [&](const Row& r) {
      auto& [count, fen] = sums[state_of(r.text(0))];
      count += r.integer(1);
      fen += r.fen(2);
      all += r.integer(1);
      total += r.fen(2);
      if (r.text(0) == "done") unposted += r.integer(1) - r.integer(3);
      return true;
    });
    for (auto& r : returns(txn, "where r.account = ?", {s.account->number})) {
      undecided += r.reopened_ms == 0 && r.dropped_ms == 0;
      came_back.emplace(r.payment, std::move(r));
    }
    for (const auto& d : drops(txn, "where d.account = ?", {s.account->number})) dropped[d.payment] = d.confirmed_ms != 0;
    std::string where = "where account = ?";
    std::vector<Value> values = {s.account->number};
    if (!state.empty()) where += " and state = ?", values.emplace_back(state);
    if (batch) where += " and batch_id = ?", values.emplace_back(batch);
    values.emplace_back(limit);
    for (const auto& p : payments(txn, where + " order by id desc limit ?", values)) {
      result.item().field("payment", p.id).field("code", p.code).field("state", name_of(p.state)).field("title", title_of(p.state)).field("book", p.book).field("account", p.account)
          .field("obligation", p.obligation).field("day", p.day.iso()).field("amount", p.fen).field("payee_account", p.payee_account).field("payee_name", p.payee_name)
          .field("voucher", p.voucher).field("posted", p.settled).field("sends", p.sends).field("queries", p.queries).field("bank_ref", p.bank_ref)
          .field("bank_text", p.bank_text);
      if (const auto r = came_back.find(p.id); r != came_back.end()) result.last().field("return", stage_of(desk, txn, p, r->second)).field("return_voucher", r->second.voucher);
      if (const auto d = dropped.find(p.id); d != dropped.end()) result.last().field("drop", d->second ? "dropped" : "proposed");
      if (p.retry_of) result.last().field("retry_of", p.retry_of);
      result.last().end_object();
    }
  }
  std::string summary = "付款 " + std::to_string(all) + " 笔，" + total.grouped() + " 元";
  for (const auto& [s, sum] : sums) {
    result.total(name_of(s), sum.first);
    summary += "；" + title_of(s) + " " + std::to_string(sum.first) + " 笔 " + sum.second.grouped();
    if (s == State::unknown || s == State::suspended) result.finding();
  }
  if (undecided) {
    result.finding();
    summary += "；警示: " + std::to_string(undecided) + " 笔退汇待处理";
  }
  result.total("dropped", std::count_if(dropped.begin(), dropped.end(), [](const auto& d) { return d.second; }));
  result.total("returns_undecided", undecided);
  result.total("payments", all);
  result.total("done_not_posted", unposted);
  return result.json(summary);
}

// Two people with evidence: the first says what became of the payment and why, another one confirms exactly that.
std::string pay_resolve(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "payment.approve", params);
  const std::string code = params.get("code"), outcome = params.get("outcome"), evidence = params.get("evidence");
  if (code.empty() || (outcome != "done" && outcome != "failed") || evidence.size() < 4)
    throw Error(MIF_E_INVALID, "payment.resolve-params", "要给出 code、outcome (done 或 failed) 和 evidence (code, outcome and the evidence are needed)");
  Result result("PaymentResolution");
  const std::int64_t now = desk.clock.now_unix_ms();
  bool settles = false;
  std::string state = "proposed";
  {
    Txn txn = desk.store.write(call);
    auto found = payments(txn, "where code = ?", {code});
    const auto mine = found.empty() ? scope.end() : std::find_if(scope.begin(), scope.end(), [&](const Scoped& s) { return s.account->number == found.front().account; });
    if (mine == scope.end()) throw Error(MIF_E_NOT_FOUND, "payment.not-found", "没有这笔付款 (no such payment): " + code);
    Payment& p = found.front();
    // Approved with a code: the adapter proved that it never left, so it may be given up. Otherwise only what is in doubt.
    const bool never_left = p.state == State::approved && outcome == "failed";
    if (p.state != State::unknown && p.state != State::suspended && !never_left)
      throw Error(MIF_E_CONFLICT, "payment.not-in-doubt", "付款 " + code + " 的状态是 " + title_of(p.state) + "，不需要人工认定 (not in doubt)");
    std::string first_by, first_outcome;
    txn.query("select proposed_by, outcome from x_treasury_resolution where payment_id = ? and confirmed_ms = 0", {p.id}, [&](const Row& r) {
      first_by = r.text(0);
      first_outcome = r.text(1);
      return false;
    });
    JsonWriter body;
    body.begin_object().field("id", p.id).field("code", code).field("amount", p.fen).field("outcome", outcome).field("evidence", evidence);
    if (first_by.empty() || first_outcome != outcome || first_by == call.actor()) {
      txn.execute("insert into x_treasury_resolution (payment_id, outcome, evidence, proposed_by, proposed_ms, confirmed_by, confirmed_ms) values (?, ?, ?, ?, ?, '', 0)"
                  " on conflict (payment_id) do update set outcome = ?, evidence = ?, proposed_by = ?, proposed_ms = ?, confirmed_by = '', confirmed_ms = 0",
                  {p.id, outcome, cut(evidence, 1900), call.actor(), now, outcome, cut(evidence, 1900), call.actor(), now});
      body.field("step", "proposed").end_object();
    } else {
      txn.execute("update x_treasury_resolution set confirmed_by = ?, confirmed_ms = ? where payment_id = ?", {call.actor(), now, p.id});
      const State to = outcome == "done" ? State::done : State::failed;
      if (!move(txn, p, p.state, to, now)) throw Error(MIF_E_CONFLICT, "payment.changed-meanwhile", "付款 " + code + " 刚被另一处改过 (changed meanwhile)");
      if (to == State::failed) after_failure(txn, desk, p, evidence);
      settles = to == State::done;
      state = name_of(to);
      body.field("step", "confirmed").field("proposed_by", first_by).end_object();
    }
    desk.audit.append(txn, mine->unit, "payment.resolve", "payment/" + std::to_string(p.id), body.str());
    txn.commit();
  }
  if (settles) settle(desk, call, scope, progress);
  if (state != "proposed") report(result, tell(desk, call, scope, progress));
  result.item().field("code", code).field("outcome", outcome).field("state", state).end_object();
  return result.json(state == "proposed" ? "已提出认定，须由另一人以同样结论确认 (another person must confirm)" : "两人认定完成 (resolved by two people)");
}

}  // namespace mif::treasury
