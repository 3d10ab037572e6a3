// SPDX-License-Identifier: Apache-2.0
// A budget is a row of versions; one is in force when a second person said so.
#include <gtest/gtest.h>

#include "tests/funds/home.h"

namespace mif::test {
namespace {

Params set(const char* amount, const char* reason = "年初预算") { return {{"action", "set"}, {"book", kBook}, {"item", "拨款"}, {"year", "2023"}, {"amount", amount}, {"reason", reason}}; }
const Params kApprove = {{"action", "approve"}, {"book", kBook}, {"item", "拨款"}, {"year", "2023"}};

TEST(FundBudget, takes_effect_when_a_second_person_approved_it) {
  FundsHome h;
  EXPECT_EQ(text_of(h.first("fund budget", set("1000.00")), "state"), "submitted");
  EXPECT_EQ(h.count("select count(*) from x_funds_line"), 0) << "nothing is in force yet";
  EXPECT_EQ(h.refusal("fund budget", set("2000.00")), "fund.budget-waits");
  EXPECT_EQ(text_of(h.first("fund budget", kApprove, "chief1"), "state"), "approved");
  EXPECT_EQ(h.line("left"), "1000.00");
  h.run("fund budget", set("3000.00", "调整"));
  EXPECT_EQ(h.line("amount"), "1000.00") << "the old one stays until then";
  h.run("fund budget", kApprove, "chief1");
  EXPECT_EQ(h.line("amount"), "3000.00");
  EXPECT_EQ(h.count("select count(*) from x_funds_budget where version = 1 and fen = 100000 and state = 'approved' and made_by = 'maker1' and decided_by = 'chief1'"), 1) << "versions stay";
  EXPECT_EQ(h.refusal("fund budget", kApprove, "chief1"), "fund.budget-none-waits");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
  EXPECT_TRUE(h.verified());
}

TEST(FundBudget, who_made_it_does_not_approve_it) {
  FundsHome h;
  h.run("fund budget", set("1000.00"), "chief3");
  EXPECT_EQ(h.refusal("fund budget", kApprove, "chief3"), "workflow.maker-decides");
  EXPECT_EQ(h.refusal("fund budget", kApprove, "viewer1"), "identity.no-permission");
  EXPECT_EQ(h.refusal("fund budget", set("1.00"), "chief1"), "identity.no-permission");
  Params reject = kApprove;
  reject.push_back({"reject", "yes"});
  EXPECT_EQ(text_of(h.first("fund budget", reject, "chief1"), "state"), "rejected");
  EXPECT_EQ(h.count("select count(*) from x_funds_line"), 0);
  EXPECT_EQ(text_of(h.first("fund budget", set("500.00")), "version"), "2");
}

TEST(FundBudget, does_not_go_below_what_is_taken) {
  FundsHome h;
  h.budget("1000.00");
  h.run("fund approve", {{"id", std::to_string(h.apply("600.00"))}}, "chief1");
  h.run("fund budget", set("599.99", "调减"));
  EXPECT_EQ(h.refusal("fund budget", kApprove, "chief1"), "fund.budget-below-taken");
  EXPECT_EQ(h.line("amount"), "1000.00");
  Params reject = kApprove;
  reject.push_back({"reject", "yes"});
  h.run("fund budget", reject, "chief1");
  h.run("fund budget", set("600.00", "调减"));
  h.run("fund budget", kApprove, "chief1");
  EXPECT_EQ(h.line("left"), "0.00");
}

TEST(FundBudget, what_was_changed_since_it_was_submitted_is_not_approved) {
  FundsHome h;
  h.run("fund budget", set("1000.00"));
  h.write_sql("update x_funds_budget set fen = fen + 1");
  EXPECT_EQ(h.refusal("fund budget", kApprove, "chief1"), "fund.budget-altered");
}

TEST(FundBudget, odd_input_is_refused) {
  FundsHome h;
  EXPECT_EQ(h.refusal("fund budget", {{"action", "drop"}}), "fund.budget-action");
  EXPECT_EQ(h.refusal("fund budget", set("-1.00")), "fund.budget-amount");
  EXPECT_EQ(h.refusal("fund budget", set("1.00", "")), "fund.param-missing");
  EXPECT_EQ(h.refusal("fund budget", {{"action", "set"}, {"book", kBook}, {"item", "拨款"}, {"amount", "1.00"}, {"reason", "x"}}), "fund.budget-year");
  EXPECT_EQ(h.refusal("fund budget", {{"action", "set"}, {"book", kBook}, {"item", std::string(61, 'x')}, {"year", "2023"}, {"amount", "1.00"}, {"reason", "x"}}), "fund.param-long");
  EXPECT_EQ(h.refusal("fund budget", {{"action", "set"}, {"book", "nowhere"}, {"item", "x"}, {"year", "2023"}, {"amount", "1.00"}, {"reason", "x"}}), "fund.book-unknown");
}

}  // namespace
}  // namespace mif::test
