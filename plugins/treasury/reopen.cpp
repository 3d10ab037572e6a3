// SPDX-License-Identifier: Apache-2.0
// pay reopen: a person decides that what came back is paid again, perhaps to a corrected payee. The new attempt goes the whole way
// of a payment: a voucher of its own to review, a batch to approve, a new code.
#include <algorithm>

#include "checks.h"
#include "results.h"
#include "returns.h"
#include "work.h"

namespace mif::treasury {

namespace {

// Pays out what the return brought in: its lines turned round, red ones in blue.
std::int64_t propose_again(Desk& desk, Txn& txn, const Payment& p, std::int64_t attempt, const std::vector<LineRow>& lines) {
  const VoucherHead first = desk.ledger.voucher(txn.call(), p.voucher, nullptr, &txn);
  VoucherDraft draft;
  draft.day = desk.clock.business_day();
  draft.book = p.book;
  draft.word = first.word;
  draft.flow = desk.settings.flow;
  draft.source_key = "repay/" + p.code + "#" + std::to_string(attempt);
  draft.maker = txn.call().actor();
  draft.summary = "退汇重付 " + p.code;
  for (const auto& l : lines) {
    const bool red = l.fen < Fen();
    draft.lines.push_back({red ? l.side : -l.side, red ? -l.fen : l.fen, l.account, l.aux, draft.summary});
  }
  return desk.propose.propose(txn, draft);
}

void keep_version(Txn& txn, const Payable& p, const std::string& reason, const std::string& who, std::int64_t now) {
  txn.execute("insert into x_treasury_payable_version (payable_id, version, voucher_id, day, payee_account, payee_name, payee_bank_no, reason, made_by, made_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {p.id, p.version, p.voucher, p.day, p.payee_account, p.payee_name, p.payee_bank_no, reason, who, now});
}

struct Reopened {
  std::string code;
  Payable owed;
  std::int64_t repay = 0;  // its voucher; 0: the payment's own is still open
};

// The decision, kept only when the caller commits; or no more than what it is checked against.
enum class Pass { checks, all };
Reopened reopen(Desk& desk, Txn& txn, const std::vector<Scoped>& scope, const Params& params, const std::vector<Barred>& barred, Pass pass) {
  const std::string code = params.get("code"), reason = cut(params.get("reason"), 1900), actor = txn.call().actor();
  const auto found = payments(txn, "where code = ?", {code});
  const auto mine = found.empty() ? scope.end() : std::find_if(scope.begin(), scope.end(), [&](const Scoped& s) { return s.account->number == found.front().account; });
  if (mine == scope.end()) throw Error(MIF_E_NOT_FOUND, "payment.not-found", "没有这笔付款 (no such payment): " + code);
  const Payment& p = found.front();
  if (p.state != State::returned) throw Error(MIF_E_CONFLICT, "payment.not-returned", "付款 " + code + " 的状态是 " + title_of(p.state) + "，不是退汇 (not returned)");
  hold_payables(txn, p.voucher);
  const auto stored = returns(txn, "where r.payment_id = ?", {p.id});
  if (stored.empty()) throw Error(MIF_E_INTERNAL, "the return of payment " + code + " is not recorded");
  const Return& r = stored.front();
  if (r.dropped_ms) throw Error(MIF_E_CONFLICT, "payment.dropped", "付款 " + code + " 已由两人决定不再付 (given up for good)");
  if (r.reopened_ms) throw Error(MIF_E_CONFLICT, "payment.reopened-already", "付款 " + code + " 已由 " + r.reopened_by + " 决定重付 (decided already)");
  auto owed = payables(txn, "where p.id = ?", {p.payable});
  if (owed.empty()) throw Error(MIF_E_INTERNAL, "no payable behind payment " + code);
  Payable next = owed.front();
  next.payee_account = params.get("payee-account", next.payee_account);
  next.payee_name = params.get("payee-name", next.payee_name);
  next.payee_bank_no = params.get("payee-bank-no", next.payee_bank_no);
  check_payee(next, barred);
  const std::int64_t now = desk.clock.now_unix_ms();
  std::int64_t booked = 0, repay = 0;
  if (p.settled) {
    std::vector<LineRow> lines;
    booked = booked_by(desk, txn, *mine->account, p, r, params.number("voucher", 0), lines);
    if (pass == Pass::checks) return {code, std::move(next), 0};
    repay = propose_again(desk, txn, p, next.version, lines);
    next.voucher = repay;
    next.day = desk.clock.business_day();
  }  // else its voucher is still open and waits for exactly this payment
  if (pass == Pass::checks) return {code, std::move(next), 0};
  if (next.version == 1) keep_version(txn, owed.front(), "", "", now);
  ++next.version;
  keep_version(txn, next, reason, actor, now);
  txn.execute("update x_treasury_payable set version = ?, voucher_id = ?, day = ?, payee_account = ?, payee_name = ?, payee_bank_no = ?, retry_payment = ?, closed = 0 where id = ?",
              {next.version, next.voucher, next.day, next.payee_account, next.payee_name, next.payee_bank_no, p.id, next.id});
  if (txn.execute("update x_treasury_return set voucher_id = ?, reopened_by = ?, reopened_ms = ?, reason = ?, repay_voucher = ? where payment_id = ? and reopened_ms = 0 and dropped_ms = 0",
                  {booked, actor, now, reason, repay, p.id}) != 1)
    throw Error(MIF_E_CONFLICT, "payment.changed-meanwhile", "付款 " + code + " 刚被另一处改过 (changed meanwhile)");
  JsonWriter body;
  body.begin_object().field("id", p.id).field("code", code).field("obligation", p.obligation).field("amount", p.fen).field("version", next.version).field("return_voucher", booked);
  body.field("voucher", next.voucher).field("payee_account", next.payee_account).field("payee_name", next.payee_name).field("payee_bank_no", next.payee_bank_no).field("reason", reason).end_object();
  desk.audit.append(txn, mine->unit, "payment.reopen", "payment/" + std::to_string(p.id), body.str());
  return {code, std::move(next), repay};
}

}  // namespace

std::string pay_reopen(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "payment.prepare", params);
  if (params.get("code").empty() || cut(params.get("reason"), 1900).size() < 4) throw Error(MIF_E_INVALID, "payment.reopen-params", "要给出退回的付款编号 code 和重付的理由 reason (code and reason are needed)");
  const std::vector<Barred> barred = read_blacklist(desk, call);
  Payable owed;
  {
    Txn tried = desk.store.write(call);  // would it be decided? Its source is asked only then, and outside a transaction
    owed = reopen(desk, tried, scope, params, barred, Pass::checks).owed;
    if (!owed.budget.empty()) reopen(desk, tried, scope, params, barred, Pass::all);  // nothing is to be held for what is refused at its end
  }
  tell(desk, call, scope, progress);  // the source must know that the money came back before it is asked for more
  ask_again(desk, call, owed);
  Txn txn = desk.store.write(call);
  const Reopened done = reopen(desk, txn, scope, params, barred, Pass::all);
  txn.commit();
  const Payable& next = done.owed;
  Result result("PaymentReopening");
  result.item().field("code", done.code).field("obligation", next.obligation).field("amount", next.fen).field("version", next.version).field("voucher", next.voucher).field("payee_account", next.payee_account)
      .field("payee_name", next.payee_name).field("payee_bank_no", next.payee_bank_no).end_object();
  return result.json(done.repay ? "已决定重付，付款凭证 " + std::to_string(done.repay) + " 待审核，之后编制、批准新的付款 (its voucher waits for review)" : "已决定重付，可编制新的付款 (may be prepared again)");
}

}  // namespace mif::treasury
