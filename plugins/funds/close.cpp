// SPDX-License-Identifier: Apache-2.0
// fund withdraw, fund release: an application that will not be paid, and its budget free again.
#include "rows.h"
#include "work.h"

namespace mif::funds {

std::string fund_withdraw(Desk& desk, Call call, const Params& params) {
  const std::string reason = params.need("reason", 1000);
  Txn txn = desk.store.write(call);
  Application a = take(desk, call, txn, params.number("id", 0), "fund.apply");
  if (a.made_by != call.actor()) throw Error(MIF_E_DENIED, "fund.not-maker", "资金申请 " + std::to_string(a.id) + " 由 " + a.made_by + " 提交，由本人撤回 (only its maker withdraws it)");
  if (a.state == kWithdrawn) return answer(a, "资金申请 " + std::to_string(a.id) + " 早已撤回 (withdrawn before)");
  if (a.state != kSubmitted && a.state != kApproved && a.state != kRefused)
    throw Error(MIF_E_CONFLICT, "fund.not-withdrawable", "资金申请 " + std::to_string(a.id) + " 的状态是 " + a.state + "，不能撤回 (cannot be withdrawn any more)");
  const std::string before = a.state;
  // What the kernel no longer takes back may be paid already; then nothing happens here either.
  if (a.voucher) desk.retract(txn, a.voucher, "资金申请 " + std::to_string(a.id) + " 撤回: " + reason);
  if (a.taken == "held") give_back_held(txn, a.line(), a.fen);
  a.taken = "none";
  a.state = kWithdrawn;
  a.reason = reason;
  update(txn, a, a.version, before);
  note(desk, txn, a, "withdraw", reason);
  txn.commit();
  return answer(a, "资金申请 " + std::to_string(a.id) + " 已撤回 (withdrawn)");
}

std::string fund_release(Desk& desk, Call call, const Params& params) {
  const std::string reason = params.need("reason", 1000);
  Txn txn = desk.store.write(call);
  Application a = take(desk, call, txn, params.number("id", 0), "fund.approve");
  if (a.made_by == call.actor()) throw Error(MIF_E_DENIED, "fund.maker-releases", "资金申请 " + std::to_string(a.id) + " 由申请人之外的人决定不再付 (another person than its maker decides this)");
  if (a.state != kFailed)
    throw Error(MIF_E_CONFLICT, "fund.not-failed", "资金申请 " + std::to_string(a.id) + " 的状态是 " + a.state + "，只有付款失败的才这样了结 (only a failed one is released)");
  if (a.taken == "held") give_back_held(txn, a.line(), a.fen);
  a.taken = "none";
  a.state = kClosed;
  a.reason = reason;
  update(txn, a, a.version, kFailed);
  note(desk, txn, a, "release", reason);
  txn.commit();
  return answer(a, "资金申请 " + std::to_string(a.id) + " 不再付款，预算退回 " + a.fen.grouped() + " (its budget is free again)");
}

}  // namespace mif::funds
