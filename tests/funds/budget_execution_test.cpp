// SPDX-License-Identifier: Apache-2.0
// How a budget is executed: by the ledger, by what is held; what goes above it is refused or flagged, and told with what made it so.
#include <gtest/gtest.h>

#include "kernel/service/close_checks.h"
#include "tests/funds/home.h"

namespace mif::test {
namespace {

constexpr const char* kStay = "2090301.0101";

void in_force(FundsHome& h, const std::string& rows, const std::string& year = "2023") {
  const Object plan = h.first("budget compile", {{"book", kBook}, {"year", year}, {"reason", "编制"}, {"document", "文"}, {"csv", "item,amount\n" + rows}});
  h.run("budget submit", {{"plan", text_of(plan, "plan")}});
  h.run("budget approve", {{"plan", text_of(plan, "plan")}}, "chief1");
}
Object execution(FundsHome& h, const std::string& item, const std::string& month, const std::string& year = "2023") {
  const auto items = h.run("budget execution", {{"unit", "990000"}, {"year", year}, {"month", month}, {"item", item}})->getArray("items");
  return items->size() ? items->getObject(0) : Object(new Poco::JSON::Object);
}
std::string fields(const Object& item, const std::vector<std::string>& names) {
  std::string all;
  for (const auto& n : names) {
    const std::string text = item->isNull(n) ? "" : text_of(item, n);
    all += (all.empty() ? "" : " ") + (text.empty() ? "-" : text);
  }
  return all;
}
std::int64_t use(FundsHome& h, const std::string& amount, const std::string& day = "2023-07-20") {
  return h.apply(amount, {{"kind", "plain"}, {"from", kExpense}, {"to", "62258801"}, {"payee-name", "示例市第一人民医院"}, {"payee-bank-no", "102290000012"}, {"budget", kStay}, {"day", day}});
}
Params id(std::int64_t n) { return {{"id", std::to_string(n)}}; }
std::string close_finding(FundsHome& h, int month) {
  for (const auto& c : service::plugin_checks(h.deployment(), {"chief1", "test", ""}, nullptr, kBook, {2023, month}))
    if (c.source == "funds" && c.id.find("budget-over") != std::string::npos) return std::string(service::name_of(c.result)) + " " + c.detail;
  return "not asked";
}

TEST(BudgetExecution, rate_progress_held_remaining_and_expectation) {
  FundsHome h("none", "over refuse");
  in_force(h, "2090301.0101,2000.00\n1020301.0101,4000.00\n");
  h.post("2023-06-20", "50010101", "500.00");
  h.post("2023-07-05", "50010101", "700.00");
  h.post("2023-07-05", "50010102", "9.00");
  h.post("2023-07-09", "40010101", "1000.00");
  h.run("fund approve", id(use(h, "300.00")), "chief1");
  const Object july = execution(h, kStay, "7");
  EXPECT_EQ(fields(july, {"opening", "adjusted", "month", "year_to_date", "rate", "progress", "deviation"}), "2000.00 2000.00 700.00 1200.00 60.00 58.08 1.92");
  EXPECT_EQ(fields(july, {"held", "remaining", "over", "same_period", "full_year_linear", "full_year_profile", "light", "basis"}), "300.00 500.00 0.00 0.00 2066.04 - ok ledger");
  EXPECT_EQ(fields(execution(h, kStay, "6"), {"month", "year_to_date", "rate", "progress", "held"}), "500.00 500.00 25.00 49.59 0.00") << "what is held since is not of June";
  EXPECT_EQ(fields(execution(h, "1020301.0101", "7"), {"rate", "deviation", "light", "remaining"}), "25.00 -33.08 behind 3000.00") << "an income that does not come";
  EXPECT_EQ(fields(execution(h, "2090301.0102", "7"), {"adjusted", "year_to_date", "rate", "light"}), "0.00 9.00 - none") << "spent without a budget of its own: a part of a whole";
  h.run("budget adjust", {{"book", kBook}, {"item", kStay}, {"year", "2023"}, {"amount", "1600.00"}, {"reason", "调减"}, {"document", "文2"}});
  h.run("budget approve", {{"book", kBook}, {"item", kStay}, {"year", "2023"}}, "chief1");
  EXPECT_EQ(fields(execution(h, kStay, "7"), {"opening", "adjusted", "rate", "light"}), "2000.00 1600.00 75.00 ahead");
  EXPECT_EQ(h.refusal("budget execution", {{"unit", "nowhere"}}), "fund.unit-unknown");
  EXPECT_EQ(h.refusal("budget execution", {{"month", "14"}}), "fund.budget-month");
  EXPECT_EQ(h.run("budget execution", {{"year", "2023"}, {"month", "7"}}, "county1")->getArray("items")->size(), 0u) << "another unit's is not seen";
  EXPECT_NE(h.web("GET", "/budgets/execution", "year=2023&month=7&item=2090301.0101", {}, "viewer1").find("\"rate\":\"75.00\""), std::string::npos);
}

TEST(BudgetExecution, an_item_the_map_does_not_know_is_executed_by_its_applications) {
  FundsHome h("none", "over refuse");
  h.budget("1000.00");  // 拨款
  const auto a = h.apply("400.00"), b = h.apply("100.00", {{"day", "2023-07-02"}});
  for (const auto n : {a, b}) h.run("fund approve", id(n), "chief1");
  h.result(a, "paid", 1);
  EXPECT_EQ(fields(execution(h, "拨款", "7"), {"basis", "month", "year_to_date", "held", "remaining"}), "applications 0.00 400.00 100.00 500.00");
  EXPECT_EQ(fields(execution(h, "拨款", "6"), {"month", "year_to_date", "held"}), "400.00 400.00 0.00");
}

TEST(BudgetOver, is_refused_also_when_the_ledger_says_so) {
  FundsHome h("none", "over refuse");
  in_force(h, "2090301.0101,2000.00\n");
  h.post("2023-07-05", "50010101", "1200.00");
  h.run("fund approve", id(use(h, "300.00")), "chief1");
  const auto more = use(h, "500.01");
  EXPECT_EQ(h.refusal("fund approve", id(more), "chief1"), "fund.over-budget") << "no application spent the 1,200.00";
  EXPECT_EQ(h.count("select held_fen from x_funds_line"), 30000);
  EXPECT_EQ(h.state(more), "submitted");
  h.run("fund edit", {{"id", std::to_string(more)}, {"amount", "500.00"}});
  h.run("fund approve", id(more), "chief1");
  EXPECT_EQ(fields(execution(h, kStay, "7"), {"remaining", "over", "light"}), "0.00 0.00 ok");
  EXPECT_EQ(h.run("budget over", {{"year", "2023"}, {"month", "7"}})->getValue<int>("exit"), 0);
}

TEST(BudgetOver, is_flagged_by_configuration_and_told_with_what_made_it_so) {
  FundsHome h("none", "over flag");
  in_force(h, "2090301.0101,2000.00\n");
  h.post("2023-06-20", "50010101", "500.00");
  h.post("2023-07-05", "50010101", "1200.00");
  EXPECT_EQ(close_finding(h, 7), "pass ");
  h.run("fund approve", id(use(h, "300.00")), "chief1");
  const auto above = use(h, "800.01");
  const Object answer = h.run("fund approve", id(above), "chief1");
  EXPECT_NE(text_of(answer, "summary").find("超预算 800.01"), std::string::npos);
  const auto late = h.post("2023-07-28", "50010101", "400.00");
  EXPECT_EQ(fields(execution(h, kStay, "7"), {"year_to_date", "held", "remaining", "over", "light"}), "2100.00 1100.01 -1200.01 1200.01 over");
  const Object over = h.run("budget over", {{"year", "2023"}, {"month", "7"}});
  EXPECT_EQ(over->getValue<int>("exit"), 3);
  const auto items = over->getArray("items");
  ASSERT_EQ(items->size(), 4u) << "the item, the voucher that crossed, what is held above";
  EXPECT_EQ(fields(items->getObject(0), {"kind", "unit", "budget", "over"}), std::string("item 990000 ") + kStay + " 1200.01");
  EXPECT_EQ(fields(items->getObject(1), {"kind", "id", "day", "amount"}), "voucher " + std::to_string(late) + " 2023-07-28 400.00");
  EXPECT_EQ(fields(items->getObject(3), {"kind", "id", "amount"}), "application " + std::to_string(above) + " 800.01");
  EXPECT_EQ(h.run("budget over", {{"year", "2023"}, {"month", "6"}})->getValue<int>("exit"), 0) << "in June it was not";
  EXPECT_EQ(close_finding(h, 6), "pass ");
  EXPECT_EQ(close_finding(h, 7).substr(0, 5), "warn ");
  EXPECT_NE(close_finding(h, 7).find("1,200.01"), std::string::npos);
}

TEST(BudgetOver, by_applications_alone_is_not_the_treasurys_to_refuse) {
  FundsHome h("none", "over flag");
  h.budget("1000.00");
  h.run("fund approve", id(h.apply("700.00")), "chief1");
  const auto above = h.apply("500.00");
  h.run("fund approve", id(above), "chief1");
  EXPECT_EQ(h.line("over"), "200.00");
  EXPECT_EQ(h.count("select count(*) from x_funds_payable where budget_fen = 100000 and budget_flagged = 1"), 2) << "the limit is told, and that it only flags";
  EXPECT_EQ(h.run("fund verify")->getArray("items")->size(), 0u);
  h.run("fund withdraw", {{"id", std::to_string(above)}, {"reason", "不用了"}});
  EXPECT_EQ(h.line("over"), "0.00");
}

TEST(BudgetExecution, the_same_period_of_last_year_and_its_profile) {
  FundsHome h("none", "over refuse");
  h.post("2023-06-20", "50010101", "200.00");
  h.post("2023-11-20", "50010101", "300.00");
  in_force(h, "2090301.0101,1000.00\n", "2024");
  EXPECT_EQ(fields(execution(h, kStay, "6", "2024"), {"year_to_date", "same_period", "full_year_linear", "full_year_profile", "rate", "progress"}), "0.00 200.00 0.00 0.00 0.00 49.73") << "182 of 366 days";
  EXPECT_EQ(fields(execution(h, kStay, "5", "2024"), {"same_period", "full_year_profile"}), "0.00 -");
}

}  // namespace
}  // namespace mif::test
