// SPDX-License-Identifier: Apache-2.0
// What must be true of every seed when all is over.
#include "tests/ferry/orders_world.h"

namespace mif::test {

std::vector<std::string> OrdersWorld::judge() {
  std::vector<std::string> wrong = complaints_;
  const auto expect = [&](bool good, const std::string& what) {
    if (!good) wrong.push_back(what);
  };
  const auto totals = ledger_->totals();
  expect(totals.executed_more == 0, std::to_string(totals.executed_more) + " codes were executed twice");
  expect(totals.look_alikes == 0, std::to_string(totals.look_alikes) + " debts were paid under two codes");
  expect(totals.executed_once == payables_, std::to_string(payables_) + " owed, " + std::to_string(totals.executed_once) + " debits at the bank");
  for (const auto& [code, times] : offered_) expect(times == 1, code + " was handed on " + std::to_string(times) + " times");
  expect(!offered_.empty(), "nothing was handed on");
  std::int64_t ended = 0;
  inner_->deployment->database().read([&](store::Txn& txn) {
    txn.query("select p.code, p.state, p.bank_code, o.state, p.retry_of from x_treasury_payment p join x_bankferry_order o on o.code = p.code", {}, [&](const store::Row& r) {
      const std::string code(r.text(0)), state(r.text(1)), bank_code(r.text(2)), last(r.text(3));
      const auto truth = ledger_->look(code);
      const bool paid = truth && truth->state == banksim::State::executed;
      expect((state == "done") == paid, code + " is " + state + " here and " + (paid ? "paid" : "not paid") + " at the bank");
      if (last == "expired") {
        ++marks["expired, never handed on"];
        expect(!truth, code + " was said to have expired unsent, and the bank knows it");
      }
      if (state == "done") ++ended;
      if (state == "done" && r.integer(4) != 0) ++marks["failed, then paid under a new code"];
      if (last == "bank" && state == "done") ++marks["paid through the gap"];
    });
  });
  expect(ended == payables_, std::to_string(payables_ - ended) + " debts were never paid");
  expect(inner_->integer("select count(*) from x_treasury_line") == totals.executed_once, "the statement that came through the gap is not the bank's");
  const auto verified = run(*inner_, "treasury verify", "{}", "payer1");
  expect(verified && verified->getValue<int>("exit") == 0, "treasury verify finds something");
  return wrong;
}

}  // namespace mif::test
