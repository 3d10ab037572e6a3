// SPDX-License-Identifier: Apache-2.0
// A year's budget: compiled, submitted, approved by another person, adjusted, with its whole history.
#include <gtest/gtest.h>

#include <random>

#include "tests/funds/home.h"

namespace mif::test {
namespace {

constexpr const char* kStay = "2090301.0101";  // 住院
constexpr const char* kMajor = "2090301.0151";  // 大病

Object item_of(const Object& answer, const std::string& budget) {
  const auto items = answer->getArray("items");
  for (std::size_t i = 0; i < items->size(); ++i)
    if (text_of(items->getObject(static_cast<unsigned>(i)), "budget") == budget) return items->getObject(static_cast<unsigned>(i));
  ADD_FAILURE() << "no item " << budget;
  return Object(new Poco::JSON::Object);
}
std::string said(const Object& item) { return text_of(item, "base") + " " + text_of(item, "amount") + " " + text_of(item, "change") + " " + text_of(item, "permille"); }
Params compile(const std::string& growth = "", const std::string& year = "2024") { return {{"book", kBook}, {"year", year}, {"reason", "年初编制"}, {"growth", growth}}; }
Params csv(const std::string& rows, const std::string& document = "", const std::string& year = "2023") {
  return {{"book", kBook}, {"year", year}, {"reason", "编制"}, {"document", document}, {"csv", "item,amount\n" + rows}};
}
std::string plan_of(const Object& answer) { return text_of(answer->getArray("items")->getObject(0), "plan"); }
Params adjust(const std::string& item, const std::string& by, const std::string& document = "预〔2023〕9号") {
  return {{"book", kBook}, {"item", item}, {"year", "2023"}, {"by", by}, {"reason", "年中调整"}, {"document", document}};
}
Params one(const std::string& item) { return {{"book", kBook}, {"item", item}, {"year", "2023"}}; }
void in_force(FundsHome& h, const std::string& rows, const std::string& document = "") {
  const std::string plan = plan_of(h.run("budget compile", csv(rows, document)));
  h.run("budget submit", {{"plan", plan}});
  h.run("budget approve", {{"plan", plan}}, "chief1");
}

TEST(FundPlan, last_year_times_its_growth_shown_with_its_change) {
  FundsHome h("none", "over refuse");
  h.post("2023-06-20", "50010101", "1000.01");
  h.post("2023-07-01", "50010102", "300.00");
  h.post("2023-08-01", "40010101", "2000.00");
  const Object plan = h.run("budget compile", compile("2090301.0101=3.5%;2090301.01=-2%;*=10%"));
  EXPECT_EQ(said(item_of(plan, kStay)), "1000.01 1035.01 35.00 35");
  EXPECT_EQ(said(item_of(plan, "2090301.01")), "1300.01 1274.01 -26.00 -20");
  EXPECT_EQ(said(item_of(plan, "2090301.0102")), "300.00 330.00 30.00 100");
  EXPECT_EQ(said(item_of(plan, "1020301.0101")), "2000.00 2200.00 200.00 100");
  EXPECT_EQ(plan->getArray("items")->size(), 1u + 5) << "items without a base are left out";
  EXPECT_EQ(text_of(plan->getObject("totals"), "income") + " " + text_of(plan->getObject("totals"), "expense"), "2200.00 1274.01") << "parts are not added to their whole";
  EXPECT_EQ(h.count("select count(*) from x_funds_line"), 0) << "a draft is not in force";
  const Object second = h.run("budget compile", compile("0%"));
  EXPECT_EQ(h.count("select count(*) from x_funds_plan where state = 'dropped'"), 1) << "a new draft takes the place of the old one";
  EXPECT_EQ(h.refusal("budget submit", {{"plan", plan_of(plan)}}), "fund.plan-state");
  EXPECT_EQ(said(item_of(h.run("budget plan", {{"plan", plan_of(second)}}), kStay)), "1000.01 1000.01 0.00 0");
  EXPECT_EQ(text_of(h.run("budget plan", {{"unit", "990000"}})->getObject("totals"), "plans"), "2");
}

TEST(FundPlan, takes_effect_when_another_person_approves_it) {
  FundsHome h("none", "over refuse");
  const std::string plan = plan_of(h.run("budget compile", csv("2090301.0101,1000.00\n2090301.0151,500.00\n"), "chief3"));
  EXPECT_EQ(h.refusal("budget approve", {{"plan", plan}}, "chief1"), "fund.plan-state") << "not submitted";
  EXPECT_EQ(h.refusal("budget submit", {{"plan", plan}}), "fund.plan-maker");
  h.run("budget submit", {{"plan", plan}}, "chief3");
  EXPECT_EQ(h.refusal("budget approve", {{"plan", plan}}, "chief3"), "workflow.maker-decides");
  EXPECT_EQ(h.refusal("budget approve", {{"plan", plan}}, "maker1"), "identity.no-permission");
  EXPECT_EQ(h.refusal("budget approve", {{"plan", plan}}, "county2"), "fund.plan-unknown") << "another unit's";
  const std::string next = plan_of(h.run("budget compile", csv("2090301.0101,2000.00\n")));
  EXPECT_EQ(h.refusal("budget submit", {{"plan", next}}), "fund.plan-waits");
  const auto records = h.count("select count(*) from audit_entry");
  h.run("budget approve", {{"plan", plan}}, "chief1");
  EXPECT_GE(h.count("select count(*) from audit_entry"), records + 3) << "the plan and each of its items";
  EXPECT_EQ(h.count("select count(*) from x_funds_line where version = 1 and fen in (100000, 50000)"), 2);
  EXPECT_EQ(h.count("select count(*) from x_funds_budget where state = 'approved' and made_by = 'chief3' and decided_by = 'chief1' and plan_id = " + plan), 2);
  EXPECT_EQ(h.refusal("budget approve", {{"plan", plan}}, "chief2"), "fund.plan-state");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
  EXPECT_TRUE(h.verified());
}

TEST(FundPlan, a_later_one_adjusts_and_needs_its_document) {
  FundsHome h("none", "over refuse");
  in_force(h, "2090301.0101,1000.00\n2090301.0151,500.00\n");
  const std::string bare = plan_of(h.run("budget compile", csv("2090301.0101,1200.00\n")));
  EXPECT_EQ(h.refusal("budget submit", {{"plan", bare}}), "fund.plan-document");
  in_force(h, "2090301.0101,1200.00\n2090301.0151,500.00\n", "预〔2023〕7号");
  EXPECT_EQ(h.count("select count(*) from x_funds_budget where item = '2090301.0101' and version = 2 and document = '预〔2023〕7号'"), 1);
  EXPECT_EQ(h.count("select count(*) from x_funds_budget where item = '2090301.0151'"), 1) << "what does not change is no version";
}

TEST(FundPlan, a_rejected_one_changes_nothing_and_a_failed_approval_leaves_no_trace) {
  FundsHome h("none", "over refuse");
  const std::string plan = plan_of(h.run("budget compile", csv("2090301.0101,1000.00\n2090301.0151,5.00\n")));
  h.run("budget submit", {{"plan", plan}});
  h.run("budget approve", {{"plan", plan}, {"reject", "yes"}, {"comment", "重编"}}, "chief1");
  EXPECT_EQ(h.count("select count(*) from x_funds_line"), 0);
  const std::string again = plan_of(h.run("budget compile", csv("2090301.0101,1000.00\n2090301.0151,5.00\n")));
  h.run("budget submit", {{"plan", again}});
  h.post("2023-06-20", "5101", "5.01");
  EXPECT_EQ(h.refusal("budget approve", {{"plan", again}}, "chief1"), "fund.budget-below-taken") << "the ledger has more";
  EXPECT_EQ(h.count("select count(*) from x_funds_line"), 0) << "the other item neither";
  EXPECT_EQ(text_of(h.first("budget plan", {{"plan", again}}), "state"), "submitted");
}

TEST(FundPlan, changed_in_the_database_it_is_not_approved) {
  FundsHome h("none", "over refuse");
  const std::string plan = plan_of(h.run("budget compile", csv("2090301.0101,1000.00\n")));
  h.run("budget submit", {{"plan", plan}});
  h.write_sql("update x_funds_plan_line set fen = fen + 1");
  EXPECT_EQ(h.refusal("budget approve", {{"plan", plan}}, "chief1"), "fund.plan-altered");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 3);
}

TEST(FundPlan, odd_input_is_refused) {
  FundsHome h("none", "over refuse");
  EXPECT_EQ(h.refusal("budget compile", compile()), "fund.plan-empty") << "nothing was executed";
  h.post("2023-06-20", "50010101", "1.00");
  EXPECT_EQ(h.refusal("budget compile", compile("3")), "fund.percent");
  EXPECT_EQ(h.refusal("budget compile", compile("A=3%")), "fund.growth-item");
  EXPECT_EQ(h.refusal("budget compile", compile("A=3%;A=4%")), "fund.growth-twice");
  EXPECT_EQ(h.refusal("budget compile", csv("住院啊,1.00\n")), "fund.plan-item");
  EXPECT_EQ(h.refusal("budget compile", csv("2090301.0101,x\n")), "fund.plan-csv");
  Params both = csv("2090301.0101,1.00\n");
  both.push_back({"growth", "3%"});
  EXPECT_EQ(h.refusal("budget compile", both), "fund.plan-both");
  EXPECT_EQ(h.refusal("budget compile", compile("", "24")), "fund.budget-year");
  EXPECT_EQ(h.refusal("budget submit", {{"plan", "99"}}), "fund.plan-unknown");
  EXPECT_EQ(h.refusal("budget compile", compile(), "viewer1"), "identity.no-permission");
}

TEST(FundAdjust, before_and_after_with_reason_and_document) {
  FundsHome h("none", "over refuse");
  EXPECT_EQ(h.refusal("budget adjust", adjust(kStay, "1.00")), "fund.adjust-none");
  in_force(h, "2090301.0101,1000.00\n");
  h.post("2023-06-20", "50010101", "600.00");
  EXPECT_EQ(h.refusal("budget adjust", adjust(kStay, "-400.01")), "fund.budget-below-taken") << "600.00 are spent";
  EXPECT_EQ(h.refusal("budget adjust", adjust(kStay, "0.00")), "fund.adjust-nothing");
  EXPECT_EQ(h.refusal("budget adjust", adjust(kStay, "1.00", "")), "fund.param-missing");
  Params both = adjust(kStay, "1.00");
  both.push_back({"amount", "5.00"});
  EXPECT_EQ(h.refusal("budget adjust", both), "fund.adjust-amount");
  const Object asked = h.first("budget adjust", adjust(kStay, "-400.00"));
  EXPECT_EQ(text_of(asked, "before") + " " + text_of(asked, "after") + " " + text_of(asked, "change") + " " + text_of(asked, "taken"), "1000.00 600.00 -400.00 600.00");
  EXPECT_EQ(h.refusal("budget adjust", adjust(kStay, "5.00")), "fund.budget-waits");
  h.run("budget approve", one(kStay), "chief1");
  const Object history = h.run("budget history", one(kStay));
  EXPECT_EQ(text_of(history->getObject("totals"), "changes"), "600.00");
  EXPECT_EQ(text_of(history->getArray("items")->getObject(1), "before"), "1000.00");
  EXPECT_EQ(text_of(history->getArray("items")->getObject(1), "document"), "预〔2023〕9号");
}

TEST(FundAdjust, below_what_is_taken_when_the_configuration_allows_it) {
  FundsHome h("none", "below-taken allow");
  in_force(h, "2090301.0101,1000.00\n");
  h.run("fund approve", {{"id", std::to_string(h.apply("600.00", {{"budget", kStay}}))}}, "chief1");
  h.run("budget adjust", adjust(kStay, "-500.00"));
  h.run("budget approve", one(kStay), "chief1");
  EXPECT_EQ(h.line("over"), "100.00");
  const Object verify = h.run("fund verify");
  EXPECT_EQ(verify->getValue<int>("exit"), 3) << "told";
  EXPECT_EQ(verify->getArray("items")->size(), 0u) << "and no finding";
}

// Whatever is compiled, adjusted, applied for, approved, withdrawn: the changes sum to what is in force, nothing is taken twice.
TEST(FundPlanProperty, random_lives_of_two_items) {
  for (const bool flag : {false, true}) {
    FundsHome h("none", flag ? "over flag" : "over refuse");
    in_force(h, "2090301.0101,300.00\n2090301.0151,200.00\n");
    std::mt19937 random(flag ? 5 : 3);
    std::vector<std::int64_t> waiting;
    for (int step = 0; step < 60; ++step) {
      const std::string item = random() % 2 ? kStay : kMajor, amount = std::to_string(1 + random() % 120) + ".0" + std::to_string(random() % 10);
      switch (random() % 6) {
        case 0:
          done([&] { h.run("budget adjust", adjust(item, (random() % 2 ? "-" : "") + amount)); });
          break;
        case 1:
          done([&] { h.run("budget approve", one(item), "chief1"); });
          break;
        case 2:
          h.post("2023-06-2" + std::to_string(random() % 10), item == kStay ? "50010101" : "5101", std::to_string(1 + random() % 20) + ".00");
          break;
        case 3:
          if (!waiting.empty()) done([&] { h.run("fund withdraw", {{"id", std::to_string(waiting[random() % waiting.size()])}, {"reason", "不用了"}}); });
          break;
        default:
          waiting.push_back(h.apply(amount, {{"budget", item}}));
          done([&] { h.run("fund approve", {{"id", std::to_string(waiting.back())}}, "chief1"); });
      }
    }
    for (const char* item : {kStay, kMajor}) {
      const Object history = h.run("budget history", one(item));
      EXPECT_EQ(history->getValue<int>("exit"), 0);
      EXPECT_EQ(text_of(history->getObject("totals"), "changes"), text_of(history->getObject("totals"), "amount"));
      const Object e = h.run("budget execution", {{"book", kBook}, {"year", "2023"}, {"month", "12"}, {"item", item}})->getArray("items")->getObject(0);
      const auto fen = [&](const char* field) { return Fen::parse(text_of(e, field)).value(); };
      EXPECT_EQ(fen("held") + fen("year_to_date") + fen("remaining"), fen("adjusted"));
      EXPECT_EQ(h.count(std::string("select held_fen + paid_fen - fen from x_funds_line where item = '") + item + "'") > 0, h.count(std::string("select over_fen from x_funds_line where item = '") + item + "'") > 0);
      if (!flag) {
        EXPECT_EQ(h.count(std::string("select over_fen from x_funds_line where item = '") + item + "'"), 0) << "never above when it is refused";
      }
    }
    EXPECT_EQ(h.run("fund verify")->getArray("items")->size(), 0u);
  }
}

}  // namespace
}  // namespace mif::test
