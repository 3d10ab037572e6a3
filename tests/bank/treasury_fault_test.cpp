// SPDX-License-Identifier: Apache-2.0
// The double-payment oracle: whatever the wire, the bank or the power does, the bank's own ledger shows each debt paid once.
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>

#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

class TreasuryFault : public ::testing::TestWithParam<const char*> {};

TEST_P(TreasuryFault, ends_with_every_debt_paid_exactly_once) {
  Province p(GetParam());
  const auto due = p.owe(40);
  p.review(due);
  p.run("pay prepare");
  p.run("pay approve");
  for (int round = 0; round < 4 && p.posted(due) < 40; ++round) {
    p.run("pay send");
    p.run("pay query");
  }
  EXPECT_EQ(p.posted(due), 40);
  const SimTotals bank = p.bank();
  EXPECT_EQ(bank.executed_once, 40);
  EXPECT_EQ(bank.executed_more, 0);
  EXPECT_EQ(bank.look_alikes, 0);
  p.run("statement import");
  EXPECT_EQ(p.total(p.run("statement match"), "unmatched"), 0);
  EXPECT_EQ(p.total(p.run("statement status"), "equal"), 1);
  EXPECT_EQ(p.count("select count(*) from ledger_hold where state = 1"), 0);
}

INSTANTIATE_TEST_SUITE_P(Weather, TreasuryFault,
                         ::testing::Values("cut-after-send:1", "cut-after-send:9", "cut-before-execute:1", "cut-before-execute:2,cut-after-send:1", "half-reply:2", "wrong-length:2",
                                           "garbage:2", "delay:1=2000", "duplicate-answer:7", "late:11", "cut-after-send:30%,garbage:30%,late:20%,duplicate-answer:10%"));

TEST(TreasuryFaults, a_refused_payment_gives_its_money_back_and_is_tried_again_as_a_new_one) {
  Province p("refuse:2");
  const auto due = p.owe(3);
  p.review(due);
  for (const char* job : {"pay prepare", "pay approve", "pay send"}) p.run(job);
  auto result = p.run("pay query");
  EXPECT_EQ(p.total(result, "failed"), 2);
  EXPECT_EQ(p.posted(due), 1);
  EXPECT_EQ(p.count("select count(*) from ledger_hold where state = 1"), 0);
  result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "prepared"), 2);
  EXPECT_EQ(p.count("select count(*) from x_treasury_payment where retry_of <> 0"), 2);
  EXPECT_EQ(p.total(p.run("pay approve"), "approved"), 2);
  p.run("pay send");
  p.run("pay query");
  EXPECT_EQ(p.posted(due), 3);
  EXPECT_EQ(p.count("select count(distinct code) from x_treasury_payment"), 5) << "a new attempt has a new code";
  EXPECT_EQ(p.bank().executed_once, 3);
  EXPECT_EQ(p.bank().look_alikes, 0);
}

TEST(TreasuryFaults, a_bank_that_cannot_be_reached_leaves_everything_approved_and_unsent) {
  Province p;
  const auto due = p.owe(35);
  p.review(due);
  p.run("pay prepare");
  p.run("pay approve");
  p.stop_bank();
  for (int knock = 0; knock < 3; ++knock) {  // an offer that provably never left says nothing more than the one before
    EXPECT_EQ(p.run("pay send")->getValue<int>("exit"), 3);
    EXPECT_EQ(p.count("select count(*) from x_treasury_payment where state = 'approved'"), 35) << knock;
  }
  p.restart_bank();
  p.run("pay send");
  p.run("pay query");
  EXPECT_EQ(p.posted(due), 35);
  EXPECT_EQ(p.bank().executed_once, 35);
}

TEST(TreasuryFaults, a_program_that_died_while_sending_never_sends_as_new) {
  for (const bool bank_got_it : {true, false}) {
    Province p;
    const auto due = p.owe(2);
    p.review(due);
    p.run("pay prepare");
    p.run("pay approve");
    if (bank_got_it) p.run("pay send");
    // What the tables hold when the power goes after the commit and before the answer is written down.
    p.write_sql(std::string("update x_treasury_payment set state = 'sending', bank_ref = '', sends = 1, sent_ms = 1, code = coalesce(code, 'YB000000000000000' || id)"));
    p.restart();
    const auto codes = p.count("select count(distinct code) from x_treasury_payment");
    p.run("pay send");
    p.run("pay query");
    EXPECT_EQ(p.posted(due), 2);
    EXPECT_EQ(p.count("select count(distinct code) from x_treasury_payment"), codes);
    EXPECT_EQ(p.bank().executed_once, 2);
    EXPECT_EQ(p.bank().look_alikes, 0);
  }
}

TEST(TreasuryFaults, a_bank_killed_between_payment_and_answer_pays_once) {
  Province p("cut-after-send:1");
  const auto due = p.owe(5);
  p.review(due);
  p.run("pay prepare");
  p.run("pay approve");
  p.stop_bank();
  p.restart_bank("cut-before-execute:1");
  p.run("pay send");
  p.stop_bank();
  p.restart_bank();
  p.run("pay send");
  p.run("pay query");
  EXPECT_EQ(p.posted(due), 5);
  EXPECT_EQ(p.bank().executed_once, 5);
}

TEST(TreasuryFaults, a_payment_that_comes_back_is_said_loudly_and_not_paid_again_by_itself) {
  Province p("returning:1");
  const auto due = p.owe(2);
  p.review(due);
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  EXPECT_EQ(p.posted(due), 2);
  const auto result = p.run("pay query", R"({"returns":"30"})");
  EXPECT_EQ(p.total(result, "returned"), 1);
  EXPECT_EQ(result->getValue<int>("exit"), 3);
  p.run("statement import");
  EXPECT_EQ(p.total(p.run("statement match"), "unmatched"), 0);
  const auto status = p.run("statement status");
  EXPECT_EQ(status->getValue<int>("exit"), 3);
  EXPECT_EQ(p.total(status, "open_items"), 1) << "the money is at the bank and not in the book";
  EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 0);
}

TEST(TreasuryFaults, a_part_that_comes_back_is_not_paid_again_when_its_sibling_is_tried_again) {
  Province p("refuse:1,returning:1");
  const Due due = p.owe_in_parts({Fen(100), Fen(200)});
  p.review({due});
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  p.run("pay query", R"({"returns":"30"})");
  ASSERT_EQ(p.count("select count(*) from x_treasury_payment where state = 'returned'"), 1);
  ASSERT_EQ(p.count("select count(*) from x_treasury_payment where state = 'failed'"), 1);
  EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 1) << "the refused part alone";
  EXPECT_EQ(p.run("treasury verify")->getValue<int>("exit"), 0);
}

TEST(TreasuryFaults, a_statement_that_does_not_add_up_is_quarantined_until_a_good_one_comes) {
  for (const char* fault : {"statement-missing", "statement-repeated", "statement-wrong-opening"}) {
    Province p(fault);
    const auto due = p.owe(4);
    p.review(due);
    for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
    auto result = p.run("statement import");
    EXPECT_EQ(p.total(result, "quarantined"), 1) << fault;
    EXPECT_EQ(result->getValue<int>("exit"), 3);
    EXPECT_EQ(p.count("select count(*) from x_treasury_line"), 0) << "nothing of it is matched";
    result = p.run("statement import");
    EXPECT_EQ(p.total(result, "new_lines"), 4);
    EXPECT_EQ(p.total(p.run("statement match"), "matched"), 4);
    EXPECT_EQ(p.total(p.run("statement status"), "equal"), 1) << fault;
  }
}

TEST(TreasuryFaults, a_statement_line_ends_a_doubt_the_query_could_not) {
  Province p("cut-after-send:1");
  const auto due = p.owe(1);
  p.review(due);
  p.run("pay prepare");
  p.run("pay approve");
  p.run("pay send");
  p.write_sql("update x_treasury_payment set state = 'unknown', settled = 0 where settled = 0");
  p.run("statement import");
  EXPECT_EQ(p.total(p.run("statement match"), "matched"), 1);
  EXPECT_EQ(p.posted(due), 1);
}

TEST(TreasuryFaults, money_that_moved_without_us_is_listed_line_by_line) {
  Province p;
  p.receive("BF1", Fen(100000));         // known to both
  p.receive("BF2", Fen(200000), false);  // booked, not at the bank
  p.restart_bank();
  std::string more;
  p.run("statement import");
  auto result = p.run("statement match");
  EXPECT_EQ(p.total(result, "matched"), 1);
  result = p.run("statement status");
  EXPECT_EQ(result->getValue<int>("exit"), 3);
  EXPECT_EQ(p.total(result, "open_items"), 1);
  const auto items = result->getArray("items");
  const auto last = items->getObject(static_cast<unsigned>(items->size() - 1));
  EXPECT_EQ(last->getValue<std::string>("state"), "adjusted-equal");
  EXPECT_EQ(last->getValue<std::string>("booked_in_not_at_bank"), "2000.00");
}

TEST(TreasuryFaults, a_name_the_bank_cannot_write_stays_home_and_can_be_given_up_by_two_people) {
  Province p;
  const auto due = p.owe(1, "王𬭎");
  p.review(due);
  p.run("pay prepare");
  p.run("pay approve");
  EXPECT_EQ(p.run("pay send")->getValue<int>("exit"), 3);
  EXPECT_EQ(p.bank().refs, 0);
  const auto list = p.run("pay status")->getArray("items")->getObject(0);
  EXPECT_EQ(list->getValue<std::string>("state"), "approved");
  const std::string params = R"({"code":")" + list->getValue<std::string>("code") + R"(","outcome":"failed","evidence":"户名含银行没有的字, 未发出"})";
  p.run("pay resolve", params);
  p.run("pay resolve", params);  // the same person again is one person
  EXPECT_EQ(p.count("select count(*) from x_treasury_payment where state = 'failed'"), 0);
  p.run("pay resolve", params, "payer2");
  EXPECT_EQ(p.count("select count(*) from x_treasury_payment where state = 'failed'"), 1);
  EXPECT_EQ(p.count("select count(*) from ledger_hold where state = 1"), 0);
}

}  // namespace
}  // namespace mif::test
