// SPDX-License-Identifier: Apache-2.0
// The whole way: applied for, approved, reviewed, paid by the treasury at a bank of its own process, and told back.
#include <gtest/gtest.h>

#include "tests/funds/home.h"

namespace mif::test {
namespace {

Params of(std::int64_t id) { return {{"id", std::to_string(id)}}; }

std::int64_t approved(FundsHome& h, const char* amount, const Params& more = {}) {
  const auto id = h.apply(amount, more);
  h.run("fund approve", of(id), "chief1");
  h.decide(h.voucher_of(id));
  return id;
}
void pay(FundsHome& h) {
  h.run("pay prepare", {}, "maker1");
  for (const char* job : {"pay approve", "pay send", "pay query"}) h.run(job, {}, "payer1");
}

std::string code_in(FundsHome& h, const std::string& state) { return text_of(h.first("pay status", {{"state", state}}, "payer1"), "code"); }

TEST(FundPayment, an_allocation_is_paid_by_the_treasury_and_posted) {
  FundsHome h("");
  h.budget("1000.00");
  const auto id = approved(h, "600.00");
  pay(h);
  const auto shown = h.first("fund show", of(id));
  EXPECT_EQ(text_of(shown, "state"), "paid");
  EXPECT_EQ(text_of(shown, "voucher_state"), "posted");
  EXPECT_NE(text_of(shown, "bank_ref"), "");
  EXPECT_EQ(h.line("held") + " " + h.line("paid") + " " + h.line("left"), "0.00 600.00 400.00");
  EXPECT_EQ(h.bank().executed_once, 1);
  EXPECT_EQ(h.bank().executed_more, 0);
  EXPECT_EQ(h.count("select count(*) from ledger_hold where state = 1"), 0);
  pay(h);
  EXPECT_EQ(h.bank().executed_once, 1) << "and once only";
  EXPECT_EQ(h.refusal("fund withdraw", {{"id", std::to_string(id)}, {"reason", "x"}}), "fund.not-withdrawable");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
  EXPECT_EQ(h.run("treasury verify", {}, "payer1")->getValue<int>("exit"), 0);
  EXPECT_TRUE(h.verified());
}

TEST(FundPayment, above_a_flagged_budget_it_is_paid_and_the_finding_is_kept_with_it) {
  FundsHome h("", "over flag");
  h.budget("1000.00");
  const auto first = approved(h, "700.00"), second = approved(h, "500.00");
  const auto prepared = h.run("pay prepare", {}, "maker1");
  EXPECT_EQ(prepared->getValue<int>("exit"), 3);
  std::string flagged;
  const auto items = prepared->getArray("items");
  for (unsigned i = 0; i < items->size(); ++i)
    if (text_of(items->getObject(i), "state") == "flagged") flagged += text_of(items->getObject(i), "reason");
  EXPECT_NE(flagged.find("为 1,000.00，连这一笔共 1,200.00，超出 200.00"), std::string::npos) << flagged;
  for (const char* job : {"pay approve", "pay send", "pay query"}) h.run(job, {}, "payer1");
  EXPECT_EQ(h.state(first) + " " + h.state(second), "paid paid");
  EXPECT_EQ(h.bank().executed_once, 2);
  EXPECT_EQ(h.count("select count(*) from x_treasury_warning where kind = 'budget'"), 1);
  EXPECT_EQ(h.line("paid") + " " + h.line("over"), "1200.00 200.00");
  EXPECT_EQ(h.run("fund budget")->getValue<int>("exit"), 3) << "and the report of the budget tells it";
}

TEST(FundPayment, what_the_bank_refused_keeps_its_budget_while_it_may_still_be_paid) {
  FundsHome h("refuse:1");
  h.budget("1000.00");
  const auto id = approved(h, "600.00");
  pay(h);
  EXPECT_EQ(h.state(id), "failed");
  EXPECT_EQ(h.line("held"), "600.00") << "the treasury tries again by itself";
  EXPECT_EQ(h.refusal("fund approve", of(h.apply("500.00")), "chief1"), "fund.over-budget");
  pay(h);
  EXPECT_EQ(h.state(id), "paid");
  EXPECT_EQ(h.line("held") + " " + h.line("paid"), "0.00 600.00");
  EXPECT_EQ(h.bank().executed_once, 1);
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
}

TEST(FundPayment, what_was_given_up_is_tried_again_only_while_the_budget_still_has_it) {
  FundsHome h("refuse:1");
  h.budget("1000.00");
  const auto first = approved(h, "600.00");
  pay(h);
  h.run("fund release", {{"id", std::to_string(first)}, {"reason", "收款人已销户"}}, "chief1");
  const auto second = approved(h, "700.00");
  const auto prepared = h.run("pay prepare", {}, "maker1");
  EXPECT_EQ(prepared->getValue<int>("exit"), 3);
  const auto refused = prepared->getArray("items")->getObject(0);
  EXPECT_EQ(text_of(refused, "state"), "refused");
  EXPECT_NE(text_of(refused, "reason").find("余 300.00，不够 600.00"), std::string::npos) << text_of(refused, "reason");
  pay(h);
  EXPECT_EQ(h.state(first) + " " + h.state(second), "closed paid");
  EXPECT_EQ(h.line("held") + " " + h.line("paid") + " " + h.line("over"), "0.00 700.00 0.00");
  EXPECT_EQ(h.bank().executed_once, 1);
  h.budget("1300.00");
  pay(h);
  EXPECT_EQ(h.state(first), "paid") << "the budget has it again";
  EXPECT_EQ(h.line("held") + " " + h.line("paid") + " " + h.line("over"), "0.00 1300.00 0.00");
  EXPECT_EQ(h.bank().executed_once, 2);
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
  EXPECT_EQ(h.run("treasury verify", {}, "payer1")->getValue<int>("exit"), 0);
}

TEST(FundPayment, what_two_people_gave_up_gives_its_budget_back_for_good) {
  FundsHome h("refuse:1");
  h.budget("1000.00");
  const auto id = approved(h, "600.00");
  pay(h);
  const Params drop = {{"code", code_in(h, "failed")}, {"reason", "收款人已销户"}};
  h.run("pay drop", drop, "payer1");
  EXPECT_EQ(h.state(id) + " " + h.line("held"), "failed 600.00");
  h.run("pay drop", drop, "payer2");
  EXPECT_EQ(h.state(id) + " " + h.line("held") + " " + h.line("left"), "closed 0.00 1000.00");
  pay(h);
  EXPECT_EQ(h.bank().executed_once, 0);
  h.void_voucher(h.voucher_of(id));
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
  EXPECT_EQ(h.run("treasury verify", {}, "payer1")->getValue<int>("exit"), 0);
}

TEST(FundPayment, what_came_back_is_reopened_only_while_the_budget_still_has_it) {
  FundsHome h("returning:1");
  h.budget("1000.00");
  const auto first = approved(h, "600.00");
  pay(h);
  h.run("pay query", {{"returns", "30"}}, "payer1");
  h.run("statement import", {{"from", "2023-06-01"}, {"to", "2023-06-30"}}, "payer1");
  h.run("statement match", {}, "payer1");
  h.decide(h.count("select voucher_id from x_treasury_return"));
  EXPECT_EQ(h.state(first) + " " + h.line("left"), "returned 1000.00");
  const auto second = approved(h, "700.00");
  const Params reopen = {{"code", code_in(h, "returned")}, {"reason", "账号已由对方更正"}};
  EXPECT_EQ(h.refusal("pay reopen", reopen), "fund.over-budget");
  EXPECT_EQ(h.count("select version from x_treasury_payable order by id") * 10 + h.count("select count(*) from x_treasury_return where reopened_ms > 0"), 10) << "and nothing was decided";
  h.budget("1300.00");
  h.run("pay reopen", reopen);
  EXPECT_EQ(h.state(first) + " " + h.line("held"), "approved 1300.00") << "held from the decision on";
  EXPECT_EQ(h.refusal("fund approve", of(h.apply("0.01")), "chief1"), "fund.over-budget");
  h.decide(h.count("select repay_voucher from x_treasury_return"));
  pay(h);
  EXPECT_EQ(h.state(first) + " " + h.state(second), "paid paid");
  EXPECT_EQ(h.line("held") + " " + h.line("paid") + " " + h.line("over"), "0.00 1300.00 0.00");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
  EXPECT_EQ(h.run("treasury verify", {}, "payer1")->getValue<int>("exit"), 0);
}

TEST(FundPayment, a_next_attempt_that_is_withdrawn_gives_its_budget_back) {
  FundsHome h("returning:1");
  h.budget("1000.00");
  const auto id = approved(h, "600.00");
  pay(h);
  h.run("pay query", {{"returns", "30"}}, "payer1");
  h.run("statement import", {{"from", "2023-06-01"}, {"to", "2023-06-30"}}, "payer1");
  h.run("statement match", {}, "payer1");
  h.decide(h.count("select voucher_id from x_treasury_return"));
  h.run("pay reopen", {{"code", code_in(h, "returned")}, {"reason", "账号已由对方更正"}});
  EXPECT_EQ(h.line("held"), "600.00");
  h.void_voucher(h.count("select repay_voucher from x_treasury_return"));
  h.run("pay prepare", {}, "maker1");
  EXPECT_EQ(h.state(id) + " " + h.line("held"), "closed 0.00");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
  EXPECT_EQ(h.run("treasury verify", {}, "payer1")->getValue<int>("exit"), 0);
}

TEST(FundPayment, an_edited_application_is_paid_once_as_it_is_now) {
  FundsHome h("");
  h.budget("1000.00");
  const auto id = h.apply("600.00");
  h.run("fund approve", of(id), "chief1");
  h.run("pay prepare", {}, "maker1");  // the treasury knows the first version
  h.run("fund edit", {{"id", std::to_string(id)}, {"amount", "250.00"}});
  h.run("fund approve", of(id), "chief1");
  h.decide(h.voucher_of(id));
  pay(h);
  EXPECT_EQ(h.state(id), "paid");
  EXPECT_EQ(h.line("paid"), "250.00");
  EXPECT_EQ(h.bank().executed_once, 1);
  EXPECT_EQ(h.count("select count(*) from x_treasury_payment"), 1);
}

TEST(FundPayment, a_use_of_funds_goes_to_a_payee_outside) {
  FundsHome h("");
  h.budget("1000.00", kBook, "住院");
  const auto id = approved(h, "88.00", {{"kind", "use"}, {"from", kExpense}, {"to", "62258801"}, {"payee-name", "示例市第一人民医院"}, {"payee-bank-no", "102290000012"}, {"budget", "住院"}});
  EXPECT_EQ(h.lines(h.voucher_of(id)), "D 50010101 insutype=310;mode=1 88.00 / C 1004 bank_account=9900001004001 88.00");
  pay(h);
  EXPECT_EQ(h.state(id), "paid");
}

TEST(FundResults, each_takes_or_gives_back_once_however_often_it_is_told) {
  FundsHome h;
  h.budget("1000.00");
  const auto id = approved(h, "600.00");
  for (int again = 0; again < 2; ++again) h.result(id, "paid", 5);
  EXPECT_EQ(h.line("held") + " " + h.line("paid") + " " + h.line("left"), "0.00 600.00 400.00");
  h.result(id, "failed", 4);
  EXPECT_EQ(h.state(id), "paid") << "older than what is known";
  for (int again = 0; again < 2; ++again) h.result(id, "returned", 6);
  EXPECT_EQ(h.state(id), "returned");
  EXPECT_EQ(h.line("paid") + " " + h.line("returned") + " " + h.line("left"), "0.00 600.00 1000.00");
  h.result(id, "paid", 7);
  EXPECT_EQ(h.state(id), "paid") << "paid again: taken again";
  EXPECT_EQ(h.line("left"), "400.00");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
  h.result(id, "flying", 8);
  h.result(77, "paid", 9);
  EXPECT_EQ(h.state(id), "paid") << "an unknown state or obligation is nobody's error";
}

TEST(FundResults, a_failed_one_is_given_up_by_another_person) {
  FundsHome h;
  h.budget("1000.00");
  const auto id = approved(h, "600.00");
  const Params release = {{"id", std::to_string(id)}, {"reason", "收款人已销户"}};
  EXPECT_EQ(h.refusal("fund release", release, "chief1"), "fund.not-failed");
  h.result(id, "failed", 1);
  EXPECT_EQ(h.line("held"), "600.00");
  EXPECT_EQ(h.refusal("fund release", release, "maker1"), "identity.no-permission");
  h.run("fund release", release, "chief1");
  EXPECT_EQ(h.state(id), "closed");
  EXPECT_EQ(h.line("held") + " " + h.line("left"), "0.00 1000.00");
  EXPECT_EQ(h.refusal("fund release", release, "chief1"), "fund.not-failed");
}

TEST(FundResults, nothing_more_will_be_tried_gives_back) {
  FundsHome h;
  h.budget("1000.00");
  const auto id = approved(h, "600.00");
  h.result(id, "failed", 1);
  h.result(id, "resolved", 2);
  EXPECT_EQ(h.state(id), "closed");
  EXPECT_EQ(h.line("left"), "1000.00");
}

TEST(FundResults, money_that_left_after_its_budget_was_given_away_is_said_aloud) {
  FundsHome h;
  h.budget("1000.00");
  const auto first = approved(h, "600.00");
  h.result(first, "paid", 1);
  h.result(first, "returned", 2);
  const auto second = approved(h, "700.00");
  h.result(first, "paid", 3);
  EXPECT_EQ(h.line("over"), "300.00");
  EXPECT_EQ(h.run("fund budget")->getValue<int>("exit"), 3);
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 3);
  EXPECT_EQ(h.refusal("fund approve", of(h.apply("0.01")), "chief1"), "fund.over-budget");
  h.result(second, "failed", 4);
  h.run("fund release", {{"id", std::to_string(second)}, {"reason", "预算不足"}}, "chief1");
  EXPECT_EQ(h.line("over"), "0.00");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
}

TEST(FundReceipt, money_for_another_book_is_booked_there_by_its_own_people) {
  FundsHome h;
  h.budget("1000.00", kBook, "补助下级");
  const auto id = approved(h, "300.00", {{"kind", "down"}, {"to", "9901011003001"}, {"budget", "补助下级"}});
  EXPECT_EQ(h.lines(h.voucher_of(id)), "D 530201 counterparty=9901011003001 300.00 / C 1003 bank_account=9900001003001 300.00");
  EXPECT_EQ(h.run("fund receive", {}, "county1")->getArray("items")->size(), 0u) << "not paid yet";
  h.result(id, "paid", 1);
  const auto received = h.first("fund receive", {}, "county1");
  EXPECT_EQ(h.lines(received->getValue<Poco::Int64>("voucher")), "D 1003 bank_account=9901011003001 300.00 / C 4401 300.00");
  EXPECT_EQ(h.voucher(received->getValue<Poco::Int64>("voucher")).maker, "county1");
  EXPECT_EQ(h.run("fund receive", {}, "county1")->getArray("items")->size(), 0u);
  h.void_voucher(received->getValue<Poco::Int64>("voucher"));
  EXPECT_EQ(h.run("fund receive", {}, "county1")->getArray("items")->size(), 1u) << "its voucher was voided: another";
  EXPECT_EQ(text_of(h.first("fund show", of(id), "county1"), "to_book"), kCounty) << "whom it is for sees it";
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
}

}  // namespace
}  // namespace mif::test
