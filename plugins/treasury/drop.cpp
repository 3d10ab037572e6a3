// SPDX-License-Identifier: Apache-2.0
// pay drop: two people decide that what failed or came back is never paid again. The source is told, the voucher goes back to its
// maker; where other parts of it were paid it posts, and a red draft takes the rest back.
#include "drop.h"

#include <algorithm>

#include "results.h"
#include "returns.h"
#include "settle.h"
#include "work.h"

namespace mif::treasury {

namespace {

void must_be_final(Txn& txn, const Payment& p) {
  if (p.state != State::failed && p.state != State::returned)
    throw Error(MIF_E_CONFLICT, "payment.not-final", "付款 " + p.code + " 的状态是 " + title_of(p.state) + "，只有未付成或退汇的才能放弃 (only what failed or came back is given up)");
  for (const auto& d : drops(txn, "where d.payment_id = ? and d.confirmed_ms > 0", {p.id}))
    throw Error(MIF_E_CONFLICT, "payment.dropped", "付款 " + p.code + " 已由 " + d.proposed_by + " 和 " + d.confirmed_by + " 决定不再付 (given up already)");
  for (const auto& r : returns(txn, "where r.payment_id = ? and r.reopened_ms > 0", {p.id}))
    throw Error(MIF_E_CONFLICT, "payment.reopened-already", "付款 " + p.code + " 已由 " + r.reopened_by + " 决定重付 (decided already)");
  for (const auto& q : payments(txn, "where payable_id = ? and id > ? order by id desc limit 1", {p.payable, p.id}))
    throw Error(MIF_E_CONFLICT, "payment.retried", "付款 " + p.code + " 之后又编制了付款 " + (q.code.empty() ? std::to_string(q.id) : q.code) + "，" + title_of(q.state) + "，看那一笔 (there is a later attempt: look at that one)");
}

// Nothing of the voucher is going to be paid: back to its maker, who withdraws or corrects it.
bool send_back(Desk& desk, Txn& txn, const Payment& p, const std::string& reason) {
  const VoucherHead head = desk.ledger.voucher(txn.call(), p.voucher, nullptr, &txn);
  if (head.workflow_instance == 0) return false;
  const FlowState flow = desk.workflow.state(txn, head.workflow_instance);
  if (flow.state != MIF_FLOW_OPEN || flow.node != "settle") return false;
  desk.workflow.decide(txn, head.workflow_instance, "settle", false, head.content_hash, cut("不再付款 (will not be paid): " + reason, 900));
  return true;
}

}  // namespace

std::vector<Drop> drops(Txn& txn, std::string_view where, const std::vector<Value>& params) {
  std::vector<Drop> all;
  txn.query("select d.payment_id, d.voucher_id, d.red_voucher, d.proposed_ms, d.confirmed_ms, d.reason, d.proposed_by, d.confirmed_by from x_treasury_drop d " + std::string(where), params, [&](const Row& r) {
    all.push_back({r.integer(0), r.integer(1), r.integer(2), r.integer(3), r.integer(4), r.text(5), r.text(6), r.text(7)});
    return true;
  });
  return all;
}

void take_back_dropped(Desk& desk, Txn& txn, const Payment& of_voucher) {
  for (const auto& d : drops(txn, "where d.voucher_id = ? and d.confirmed_ms > 0 and d.red_voucher = 0 order by d.payment_id", {of_voucher.voucher}))
    for (const auto& p : payments(txn, "where id = ?", {d.payment})) {
      const BankAccount* account = desk.settings.find(p.account);
      if (p.settled || !account) continue;
      try {
        const std::int64_t red = propose_red(desk, txn, *account, p, "drop/" + p.code + "#1", "不再付 " + p.code);
        txn.execute("update x_treasury_drop set red_voucher = ? where payment_id = ?", {red, p.id});
      } catch (const Error& e) {
        if (e.code() != MIF_E_UNSUPPORTED) throw;  // several lines on the other side: the accountant books it, pay show says so
      }
    }
}

std::string pay_drop(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "payment.approve", params);
  const std::string code = params.get("code"), reason = cut(params.get("reason"), 1900);
  if (code.empty() || reason.size() < 4) throw Error(MIF_E_INVALID, "payment.drop-params", "要给出付款编号 code 和不再付的理由 reason (code and reason are needed)");
  const std::int64_t now = desk.clock.now_unix_ms();
  std::string step = "proposed", voucher_now;
  bool settles = false;
  std::int64_t voucher = 0;
  {
    Txn txn = desk.store.write(call);
    auto found = payments(txn, "where code = ?", {code});
    const auto mine = found.empty() ? scope.end() : std::find_if(scope.begin(), scope.end(), [&](const Scoped& s) { return s.account->number == found.front().account; });
    if (mine == scope.end()) throw Error(MIF_E_NOT_FOUND, "payment.not-found", "没有这笔付款 (no such payment): " + code);
    voucher = found.front().voucher;
    hold_payables(txn, voucher);
    found = payments(txn, "where code = ?", {code});
    const Payment& p = found.front();
    must_be_final(txn, p);
    std::int64_t booked = 0;
    if (p.settled) {
      std::vector<LineRow> lines;
      for (const auto& r : returns(txn, "where r.payment_id = ?", {p.id})) booked = booked_by(desk, txn, *mine->account, p, r, params.number("voucher", 0), lines);
    }
    std::string first_by;
    for (const auto& d : drops(txn, "where d.payment_id = ?", {p.id})) first_by = d.proposed_by;
    JsonWriter body;
    body.begin_object().field("id", p.id).field("code", code).field("obligation", p.obligation).field("amount", p.fen).field("state", name_of(p.state)).field("reason", reason);
    if (first_by.empty() || first_by == call.actor()) {
      txn.execute("insert into x_treasury_drop (payment_id, account, reason, proposed_by, proposed_ms, confirmed_by, confirmed_ms, voucher_id, red_voucher) values (?, ?, ?, ?, ?, '', 0, ?, 0)"
                  " on conflict (payment_id) do update set reason = ?, proposed_by = ?, proposed_ms = ?",
                  {p.id, p.account, reason, call.actor(), now, p.voucher, reason, call.actor(), now});
    } else {
      step = "dropped";
      txn.execute("update x_treasury_drop set confirmed_by = ?, confirmed_ms = ? where payment_id = ? and confirmed_ms = 0", {call.actor(), now, p.id});
      txn.execute("update x_treasury_payable set closed = ? where id = ?", {kDropped, p.payable});
      if (p.state == State::returned) txn.execute("update x_treasury_return set dropped_ms = ?, voucher_id = ? where payment_id = ?", {now, booked, p.id});
      note_result(txn, desk, p, kResolved, reason);
      std::int64_t left = 0;
      txn.query("select cast(count(*) as bigint) from x_treasury_payable where voucher_id = ? and closed <> ?", {p.voucher, kDropped}, [&](const Row& r) { left = r.integer(0); return false; });
      if (p.settled) voucher_now = "posted";
      else if (left != 0) voucher_now = "waits", settles = true;
      else voucher_now = send_back(desk, txn, p, reason) ? "sent-back" : "unchanged";
      body.field("proposed_by", first_by).field("return_voucher", booked).field("voucher", p.voucher).field("voucher_now", voucher_now);
    }
    body.field("step", step).end_object();
    desk.audit.append(txn, mine->unit, "payment.drop", "payment/" + std::to_string(p.id), body.str());
    txn.commit();
  }
  Result result("PaymentDrop");
  if (settles) settle(desk, call, scope, progress);  // what waited for this part only
  if (step == "dropped") report(result, tell(desk, call, scope, progress));
  result.item().field("code", code).field("state", step).field("voucher", voucher).field("voucher_now", voucher_now).end_object();
  if (step == "proposed") return result.json("已提出不再付款，须由另一人确认 (another person must confirm)");
  if (voucher_now == "sent-back") return result.json("已决定不再付款，凭证 " + std::to_string(voucher) + " 退回制单人，由其撤回或更正 (given up; its voucher is back with its maker)");
  if (voucher_now == "waits") return result.json("已决定不再付款，凭证 " + std::to_string(voucher) + " 随其余各笔付成入账，这一笔由红字凭证冲回 (given up; the voucher posts with its other parts and a red one takes this part back)");
  return result.json("已决定不再付款 (given up for good)");
}

}  // namespace mif::treasury
