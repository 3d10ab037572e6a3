// SPDX-License-Identifier: Apache-2.0
// treasury verify: results, what was given up, what came back.
#include <algorithm>

#include "drop.h"
#include "results.h"
#include "returns.h"
#include "verify.h"

namespace mif::treasury {

// What is told is what happened, and all of it. Payments older than the table of results are not missed.
void Check::check_results(const BankAccount& account) {
  std::int64_t since = 0;
  txn_.query("select value from x_treasury_setting where name = 'results-after'", {}, [&](const Row& r) { since = std::stoll(r.text(0)); return false; });
  std::map<std::int64_t, std::map<std::string, std::int64_t>> told;  // payment -> state -> number
  std::map<std::int64_t, const Payment*> known;
  for (const auto& p : rows_) known[p.id] = &p;
  txn_.query("select id, payment_id, state, obligation, fen from x_treasury_result where account = ?", {account.number}, [&](const Row& r) {
    const std::string name = "payment-result:" + std::to_string(r.integer(0)), state = r.text(2);
    told[r.integer(1)][state] = r.integer(0);
    const auto found = known.find(r.integer(1));
    if (found == known.end() || found->second->obligation != r.text(3) || found->second->fen != r.fen(4)) find(name, "与付款不符 (differs from its payment)");
    else if (state == kResolved) resolved_told_.insert(r.integer(1));
    else if (state == kPaid ? !found->second->settled : state == kReturned ? found->second->state != State::returned : found->second->state != State::failed)
      find(name, "说 " + state + "，付款不是 (says what the payment is not)");
    return true;
  });
  for (const auto& p : rows_) {
    if (p.id <= since) continue;
    const auto& mine = told[p.id];
    const bool silent = (p.settled && !mine.count(kPaid)) || (p.state == State::returned && !mine.count(kReturned)) || (p.state == State::failed && !mine.count(kFailed));
    if (silent) find("payment:" + (p.code.empty() ? std::to_string(p.id) : p.code), "结果没有记下来回告 (its result is not kept for telling)");
    if (mine.count(kPaid) && mine.count(kReturned) && mine.at(kReturned) < mine.at(kPaid)) find("payment:" + p.code, "退汇排在付成之前 (returned comes before paid)");
  }
}

// Given up by two people, told, and closed for good; nothing else is.
void Check::check_drops(const BankAccount& account) {
  std::map<std::int64_t, std::int64_t> closed;  // payable -> how
  std::set<std::int64_t> withdrawn;             // payments whose next attempt's voucher was withdrawn
  txn_.query("select id, closed, retry_payment from x_treasury_payable where payer_account = ?", {account.number}, [&](const Row& r) {
    closed.emplace(r.integer(0), r.integer(1));
    if (r.integer(1) == kClosed && r.integer(2)) withdrawn.insert(r.integer(2));
    return true;
  });
  std::map<std::int64_t, Drop> given_up;
  for (auto& d : drops(txn_, "where d.account = ?", {account.number})) given_up.emplace(d.payment, std::move(d));
  std::set<std::int64_t> decided;  // payables
  for (const auto& p : rows_) {
    const auto d = given_up.find(p.id);
    const bool dropped = d != given_up.end() && d->second.confirmed_ms != 0;
    if (dropped != (resolved_told_.count(p.id) != 0) && !withdrawn.count(p.id)) find("payment:" + p.code, "不再付的决定与回告不符 (given up and what is told differ)");
    if (!dropped) continue;
    decided.insert(p.payable);
    if (d->second.proposed_by == d->second.confirmed_by || d->second.confirmed_by.empty() || d->second.reason.empty()) find("payment:" + p.code, "不再付没有由两人说明理由决定 (not given up by two people with a reason)");
    if (p.state != State::failed && p.state != State::returned) find("payment:" + p.code, "决定不再付而付款不是未付成或退汇 (given up, and neither failed nor came back)");
  }
  for (const auto& [payable, how] : closed)
    if ((how == kDropped) != (decided.count(payable) != 0)) find("payable:" + std::to_string(payable), "与不再付的决定不符 (differs from the decision to give it up)");
}

// What came back is recorded; what was decided to be paid again was booked first.
void Check::check_returns(const BankAccount& account) {
  std::map<std::int64_t, Return> known;
  for (auto& r : returns(txn_, "where r.account = ?", {account.number})) known.emplace(r.payment, std::move(r));
  std::map<std::int64_t, std::int64_t> decided;  // payable -> the payment to repeat
  txn_.query("select id, retry_payment from x_treasury_payable where payer_account = ? and retry_payment > 0", {account.number}, [&](const Row& r) {
    decided[r.integer(0)] = r.integer(1);
    return true;
  });
  std::map<std::int64_t, std::int64_t> last;  // payable -> its last return
  for (const auto& p : rows_) {
    const std::string name = "payment:" + p.code;
    if (p.retry_of && std::none_of(rows_.begin(), rows_.end(), [&](const Payment& q) { return q.id == p.retry_of && q.obligation == p.obligation && (q.state == State::failed || q.state == State::returned); }))
      find("payment:" + std::to_string(p.id), "重付的不是同一应付事项未付成或退汇的付款 (repeats what did not fail or come back)");
    if (p.state != State::returned) continue;
    last[p.payable] = p.id;
    const auto r = known.find(p.id);
    if (r == known.end()) {
      find(name, "退汇没有登记 (the return is not recorded)");
      continue;
    }
    if (r->second.reopened_ms == 0) {
      if (const auto d = decided.find(p.payable); d != decided.end() && d->second == p.id) find(name, "可以重付却没有决定的记录 (payable again without a decision)");
      if (std::any_of(rows_.begin(), rows_.end(), [&](const Payment& q) { return q.payable == p.payable && q.id > p.id; })) find(name, "退汇之后没有人决定就又付款 (paid again without a decision)");
      continue;
    }
    if (r->second.reason.empty() || r->second.reopened_by.empty()) find(name, "重付没有决定人或理由 (decided by nobody or without a reason)");
    if (p.settled && (r->second.voucher == 0 || desk_.ledger.voucher(call_, r->second.voucher, nullptr, &txn_).state != MIF_VOUCHER_POSTED)) find(name, "决定重付时退汇没有入账 (paid again, and the return is not booked)");
  }
  for (const auto& [payable, payment] : last)
    if (const auto r = known.find(payment); r != known.end() && r->second.reopened_ms && (!decided.count(payable) || decided[payable] != payment))
      find("payable:" + std::to_string(payable), "与重付的决定不符 (differs from the decision to pay again)");
}

}  // namespace mif::treasury
