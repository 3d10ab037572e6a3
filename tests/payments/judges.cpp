// SPDX-License-Identifier: Apache-2.0
// What must be true of every seed when all is over, and what happened on the way.
#include <Poco/JSON/Array.h>

#include "kernel/ledger/ledger.h"
#include "kernel/workflow/workflow.h"
#include "tests/payments/world.h"

namespace mif::test {

std::vector<std::string> World::judge(Marks& marks) {
  std::vector<std::string> wrong = complaints_;
  const auto expect = [&](bool good, const std::string& what) {
    if (!good) wrong.push_back(what);
  };

  // The bank's own books: at most one debit per code, at most one debit that stayed per obligation (its purpose names it).
  const auto totals = ledger_->totals();
  expect(totals.executed_more == 0, std::to_string(totals.executed_more) + " codes were executed twice");
  std::map<std::string, int> stayed;
  Fen out;
  const std::string back = "退汇 ";
  for (const auto& e : ledger_->extract(kAccount, Day(2000, 1, 1), Day(2100, 1, 1)).entries) {
    out -= e.amount;
    const bool returned = e.text.rfind(back, 0) == 0;
    stayed[returned ? e.text.substr(back.size()) : e.text] += returned ? -1 : 1;
  }
  for (const auto& [purpose, n] : stayed) expect(n == 0 || n == 1, purpose + " was paid " + std::to_string(n) + " times");

  // Nothing is lost: each obligation ended paid or returned, and the bank says the same.
  expect(integer("select count(*) from x_treasury_payable") == payables_, "not every payable was fetched");
  std::int64_t ended = 0;
  home_.deployment->database().read([&](store::Txn& txn) {
    txn.query("select p.purpose, sum(case when q.state = 'done' then 1 else 0 end), sum(case when q.state = 'returned' then 1 else 0 end) from x_treasury_payable p"
              " join x_treasury_payment q on q.obligation = p.obligation group by p.purpose", {}, [&](const store::Row& r) {
      ++ended;
      const std::string purpose(r.text(0));
      const auto paid = r.integer(1), returned = r.integer(2);
      expect(paid + returned == 1, purpose + " ended " + std::to_string(paid) + " times done, " + std::to_string(returned) + " times returned");
      expect(stayed[purpose] == paid, purpose + ": done " + std::to_string(paid) + ", at the bank " + std::to_string(stayed[purpose]));
    });
  });
  expect(ended == payables_, std::to_string(payables_ - ended) + " payables have no payment");

  // Money: done = what left the bank for good; the book moved by what was settled.
  const Fen done(integer("select coalesce(sum(fen), 0) from x_treasury_payment where state = 'done'")), settled(integer("select coalesce(sum(fen), 0) from x_treasury_payment where settled = 1"));
  expect(done == out, "done " + done.plain() + ", net debits " + out.plain());
  const auto status = run("statement status", "{}", "payer1");
  expect(status && status->getArray("items")->size() > 0, "no statement status");
  if (status && status->getArray("items")->size() > 0) {
    const auto items = status->getArray("items");
    const auto last = items->getObject(static_cast<unsigned>(items->size() - 1));
    const auto state = last->optValue<std::string>("state", "");
    expect(state == "equal" || state == "adjusted-equal", "bank, statement and book: " + state + " " + last->optValue<std::string>("reason", ""));
    expect(last->optValue<std::string>("ledger", "") == (Fen(kOpening) - settled).plain(), "the book says " + last->optValue<std::string>("ledger", "") + ", settled " + settled.plain());
  }
  const auto verified = run("treasury verify", "{}", "payer1");
  expect(verified && verified->getValue<int>("exit") == 0, "treasury verify finds something");
  home_.deployment->database().read([&](store::Txn& txn) {
    expect(ledger::verify(txn, home_.deployment->settings().hash, nullptr).empty() && workflow::verify(txn).empty(), "the kernel's verify finds something");
  });

  const std::string answered = "select count(distinct p.id) from x_treasury_payment p join x_treasury_answer a on a.payment_id = p.id where ";
  const std::string doubted = " and exists (select 1 from x_treasury_answer b where b.payment_id = p.id and b.id < a.id and b.outcome in (4, 5))";
  const std::string first_done = "a.outcome = 2 and not exists (select 1 from x_treasury_answer b where b.payment_id = p.id and b.id < a.id and b.outcome = 2)";
  marks["unknown, then paid by statement line"] += integer(answered + first_done + " and a.bank_code = 'STATEMENT'" + doubted);
  marks["unknown, then paid by query"] += integer(answered + first_done + " and a.bank_code <> 'STATEMENT'" + doubted);
  marks["duplicate answer"] += integer(answered + "a.outcome = 5");
  marks["partial batch"] += integer(answered + "a.asked = 'submit' and a.bank_text like '%does not name it%'");
  marks["return after success"] += integer("select count(*) from x_treasury_payment where state = 'returned'");
  marks["restart in mid-batch"] += cuts_in_flight_;
  marks["late result"] += integer(answered + "p.state = 'done' and a.asked = 'query' and a.outcome in (1, 6, 7, 8)");
  marks["manual resolution: done"] += integer("select count(*) from x_treasury_resolution where confirmed_ms > 0 and outcome = 'done'");
  marks["manual resolution: failed"] += integer("select count(*) from x_treasury_resolution where confirmed_ms > 0 and outcome = 'failed'");
  marks["refused, then paid under a new code"] += integer("select count(*) from x_treasury_payment where retry_of <> 0 and state = 'done'");
  marks["not found, then found"] += integer(answered + "p.state = 'done' and a.outcome = 10");
  return wrong;
}

}  // namespace mif::test
