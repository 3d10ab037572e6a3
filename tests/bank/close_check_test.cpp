// SPDX-License-Identifier: Apache-2.0
// What the treasury says to the closing checklist of a month.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/service/close_checks.h"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;

// "pass " or "fail 2 笔, 如 YB…" of one item of June.
std::string item(Province& p, const std::string& id) {
  for (const auto& found : service::plugin_checks(p.deployment(), {"system", "test", ""}, nullptr, kBook, {2023, 6}))
    if (found.id.find(id) != std::string::npos) return std::string(service::name_of(found.result)) + " " + found.detail;
  return "absent";
}

TEST(TreasuryClose, payments_on_their_way_and_paid_ones_not_posted_stand_against_it) {
  Province p("late:1");
  EXPECT_THAT(item(p, "live-payments"), HasSubstr("pass"));
  p.review(p.owe(2));
  p.run("pay prepare");
  EXPECT_THAT(item(p, "live-payments"), HasSubstr("fail 2 笔"));
  for (const char* job : {"pay approve", "pay send"}) p.run(job);
  EXPECT_THAT(item(p, "live-payments"), HasSubstr("fail"));
  for (int i = 0; i < 5; ++i) p.run("pay query");
  EXPECT_THAT(item(p, "live-payments"), HasSubstr("pass"));
  EXPECT_THAT(item(p, "unsettled"), HasSubstr("pass"));
  p.write_sql("update x_treasury_payment set settled = 0");
  EXPECT_THAT(item(p, "unsettled"), HasSubstr("fail 2 笔, 如 YB"));
}
TEST(TreasuryClose, a_return_nobody_booked_is_a_warning_until_it_is) {
  Province p("returning:1", "returns { as red }");
  p.review(p.owe(1));
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  EXPECT_THAT(item(p, "returns"), HasSubstr("pass"));
  p.run("pay query", R"({"returns":"30"})");
  EXPECT_THAT(item(p, "returns"), HasSubstr("warn 1 笔, 如 YB"));
  p.run("statement import");
  p.run("statement match");
  EXPECT_THAT(item(p, "returns"), HasSubstr("pass")) << "its voucher is proposed and is the checklist's own from here";
}
TEST(TreasuryClose, the_statement_must_reach_the_end_of_the_month_and_the_table_be_approved) {
  Province p;
  EXPECT_THAT(item(p, "statements"), HasSubstr("warn"));
  EXPECT_THAT(item(p, "reconciled"), HasSubstr("余额调节表未批准"));
  p.run("statement import", R"({"from":"2023-06-01","to":"2023-06-20"})");
  EXPECT_THAT(item(p, "statements"), HasSubstr("对账单只到 2023-06-20"));
  p.run("statement import", R"({"from":"2023-06-21","to":"2023-06-30"})");
  EXPECT_THAT(item(p, "statements"), HasSubstr("pass"));
}

}  // namespace
}  // namespace mif::test
