// SPDX-License-Identifier: Apache-2.0
// A bank that holds calls back, closes for a while, says nothing of its rows, or gives money back days later: each debt is still
// paid once, and what came back is not paid again by itself.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/bank/province.h"

namespace mif::test {
namespace {

void pay(Province& p, const std::vector<Due>& due, int rounds) {
  p.review(due);
  p.run("pay prepare");
  p.run("pay approve");
  for (int round = 0; round < rounds && p.posted(due) < static_cast<int>(due.size()); ++round) {
    if (round > 0) std::this_thread::sleep_for(std::chrono::milliseconds(300));
    p.run("pay send");
    p.run("pay query");
  }
}
void once_each(Province& p, const std::vector<Due>& due) {
  const auto n = static_cast<std::int64_t>(due.size());
  EXPECT_EQ(p.posted(due), n);
  EXPECT_EQ(p.bank().executed_once, n);
  EXPECT_EQ(p.bank().executed_more, 0);
  EXPECT_EQ(p.bank().look_alikes, 0);
  EXPECT_EQ(p.count("select count(*) from ledger_hold where state = 1"), 0);
  EXPECT_EQ(p.run("treasury verify")->getValue<int>("exit"), 0);
}

class Weather : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Weather, ends_with_every_debt_paid_exactly_once) {
  const auto& [speech, faults] = GetParam();
  Province p(faults, "packet-rows 40", {}, speech);
  const auto due = p.owe(45);
  pay(p, due, 10);
  once_each(p, due);
  p.run("statement import");
  EXPECT_EQ(p.total(p.run("statement match"), "unmatched"), 0);
  EXPECT_EQ(p.total(p.run("statement status"), "equal"), 1);
}

// rate-hold=1300: longer than the link waits, so a held payment is a doubt that a query ends.
INSTANTIATE_TEST_SUITE_P(Sorts, Weather,
                         ::testing::Values(std::pair{"", "rate-hold:2=1300"}, std::pair{"", "rate-hold:3=200"}, std::pair{"", "maintenance:1=600"}, std::pair{"", "maintenance:1=200,cut-after-send:1"},
                                           std::pair{"http", ""}, std::pair{"http", "rate-hold:2=1300"}, std::pair{"http", "maintenance:1=600"}),
                         [](const auto& info) { return "case" + std::to_string(info.index); });

TEST(TreasuryWeather, money_that_comes_back_days_later_is_seen_and_not_paid_again_by_itself) {
  Province p;
  p.restart_bank("returning:1=5", "2023-06-20");
  p.restart();
  const auto due = p.owe(3);
  pay(p, due, 3);
  EXPECT_EQ(p.posted(due), 3);
  EXPECT_EQ(p.total(p.run("pay query", R"({"returns":"30"})"), "returned"), 0);
  EXPECT_EQ(p.total(p.run("statement import", R"({"to":"2023-06-20"})"), "new_lines"), 3);
  p.run("statement match");
  p.restart_bank({}, "2023-06-27");
  p.restart();
  EXPECT_EQ(p.total(p.run("statement import", R"({"to":"2023-06-30"})"), "new_lines"), 1) << "the late credit";
  EXPECT_EQ(p.total(p.run("pay query", R"({"returns":"30"})"), "returned"), 1);
  EXPECT_EQ(p.total(p.run("statement match"), "unmatched"), 0);
  EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 0);
  EXPECT_EQ(p.bank().executed_once, 3);
  EXPECT_EQ(p.bank().executed_more, 0);
  EXPECT_EQ(p.bank().returned, 1);
}

TEST(TreasuryWeather, a_statement_told_wrong_moves_nothing_until_it_is_told_right) {
  for (const char* fault : {"statement-wrong-closing", "statement-reordered"}) {
    Province p(fault);
    const auto due = p.owe(4);
    pay(p, due, 3);
    auto result = p.run("statement import");
    EXPECT_EQ(result->getValue<int>("exit"), 3) << fault;
    EXPECT_EQ(p.count("select count(*) from x_treasury_line"), 0) << fault;
    EXPECT_EQ(p.total(p.run("statement import"), "new_lines"), 4) << fault;
    EXPECT_EQ(p.total(p.run("statement match"), "matched"), 4) << fault;
    EXPECT_EQ(p.total(p.run("statement status"), "equal"), 1) << fault;
  }
}

}  // namespace
}  // namespace mif::test
