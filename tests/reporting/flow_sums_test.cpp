// SPDX-License-Identifier: Apache-2.0
// What a sum leaves out, tells and asks for; and what is counted instead of paid.
#include <gtest/gtest.h>

#include <memory>
#include <tuple>

#include "flow_world.h"

namespace mif::testing {
namespace {

class ReportSums : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
    w_.reset(new FlowWorld(1, 3));
    for (int i = 1; i <= 3; ++i) {
      w().post_voucher(FlowWorld::county(1, i), Day(2023, 6, 1), "4501", std::to_string(1000 * i) + ".00");
      w().post_voucher(FlowWorld::county(1, i), Day(2023, 7, 1), "5101", std::to_string(100 * i) + ".00");
    }
  }
  static std::string person(const std::string& unit) { return "c" + unit; }
  static std::string cells(const std::string& row, const std::string& value) { return R"({"cells":[{"table":"YA","row":")" + row + R"(","col":"1","value":")" + value + R"("}]})"; }
  static std::string at(const std::string& unit, const std::string& more = {}) { return "unit=" + unit + "&period=2023-12" + more; }
  const std::string city_ = FlowWorld::city(1), a_ = FlowWorld::county(1, 1), b_ = FlowWorld::county(1, 2), c_ = FlowWorld::county(1, 3), chief_ = person(city_);
  FlowWorld& w() { return *w_; }
  std::unique_ptr<FlowWorld> w_;
};

TEST_F(ReportSums, ASumLeavesOutWhatItsUnitsPaidEachOther) {
  for (const auto& [unit, account, amount] : std::vector<std::tuple<std::string, const char*, const char*>>{{a_, "5301", "40.00"}, {b_, "5301", "60.01"}, {city_, "4402", "100.00"}, {city_, "5301", "7.00"}})
    w().post_voucher(unit, Day(2023, 11, 1), account, amount);
  const std::string id = w().assign("mof-year", "990000", city_ + "," + a_ + "," + b_ + "," + c_, "c990000");
  for (const auto& u : {a_, b_, c_}) {
    w().fill_in(u, "10", person(u));
    w().submit(id, u, person(u));
  }
  w().fill_in(city_, "5", chief_);
  const auto sum = [&](const std::string& unit, const std::string& login) { return w().post("/actions/sum", R"({"package":"mof-year","unit":")" + unit + R"(","period":"2023-12"})", login); };
  const auto checks = [&](const std::string& layer) { return w().get("/checks", at(city_, "&package=mof-year&layer=" + layer), chief_); };
  const auto cell = [&](const char* row) { return w().cell("MB", row, city_, chief_, "&layer=sum"); };
  EXPECT_EQ(sum(city_, chief_).exit(), 0);
  // What both sides booked is neither income nor expense of the city; the fen that did not arrive stays.
  EXPECT_EQ(cell("3"), "0.00");
  EXPECT_EQ(cell("4"), "7.01");
  EXPECT_EQ(cell("5"), "6000.00");
  EXPECT_EQ(cell("6"), "607.01");
  EXPECT_EQ(cell("7"), "5392.99");
  auto told = checks("sum");
  EXPECT_EQ(told.of("id", "T1", "state"), "fail");
  EXPECT_EQ(told.of("id", "T1", "left"), "100.01");
  EXPECT_EQ(told.of("id", "T1", "right"), "100.00");
  EXPECT_EQ(told.of("id", "T1", "difference"), "0.01");
  EXPECT_EQ(told.of("id", "K01", "state"), "pass");
  EXPECT_EQ(told.of("id", "K01", "right"), "6000.00");
  EXPECT_EQ(told.of("id", "K02", "right"), "5392.99");
  EXPECT_EQ(told.of("id", "M02", "state"), "pass");
  const auto parts = w().get("/contributions", "package=mof-year&" + at(city_, "&table=MB&row=4&col=1"), chief_);
  EXPECT_EQ(parts.size(), 5u);
  EXPECT_EQ(parts.of("unit", "", "value"), "-100.00");
  // The unit's own report is not asked for it: there it is one of many.
  EXPECT_EQ(checks("own").of("id", "T1", "state"), "(none)");
  EXPECT_EQ(checks("own").of("id", "K01", "state"), "(none)");
  // The parts are what was submitted: what a county computes today changes nothing.
  w().post_voucher(a_, Day(2023, 11, 2), "5301", "1.00");
  w().post("/compute", R"({"unit":")" + a_ + R"(","period":"2023-12"})", person(a_));
  sum(city_, chief_);
  EXPECT_EQ(checks("sum").of("id", "T1", "left"), "100.01");
  // Money in transit wants a reason, and the reason lives as long as the amount.
  EXPECT_EQ(FlowWorld::refused([&] { w().submit(id, city_, chief_, "sum"); }), "report.not-ready");
  w().post("/actions/explain", R"({"package":"mof-year","unit":")" + city_ + R"(","period":"2023-12","layer":"sum","check":"T1","words":"12 月 31 日汇出，次年 1 月到账"})", chief_);
  const std::string explanations = "package=mof-year&" + at(city_, "&layer=sum");
  EXPECT_EQ(w().get("/explanations", explanations, chief_).item(0, "state"), "alive");
  EXPECT_EQ(w().submit(id, city_, chief_, "sum").item(0, "layer"), "sum");
  // The province takes the city's sum; what the counties paid the city is told apart there, what the city paid it here.
  sum("990000", "c990000");
  const auto above = [&] { return w().get("/checks", at("990000", "&package=mof-year&layer=sum"), "c990000"); };
  EXPECT_EQ(above().of("id", "T1", "state"), "unevaluated");  // the province has no report of its own
  EXPECT_EQ(above().of("id", "T1", "left"), "7.00");
  w().post_voucher("990000", Day(2023, 11, 3), "4402", "7.00");
  w().post("/compute", R"({"unit":"990000","period":"2023-12","package":"mof-year"})", "c990000");
  sum("990000", "c990000");
  EXPECT_EQ(above().of("id", "T1", "state"), "pass");
  EXPECT_EQ(w().cell("MB", "4", "990000", "c990000", "&layer=sum"), "0.01");
  EXPECT_EQ(w().cell("MB", "3", "990000", "c990000", "&layer=sum"), "0.00");
  // The fen arrives: nothing is in transit, and the old reason explains nothing.
  w().post("/actions/return", R"({"assignment":")" + id + R"(","unit":")" + city_ + R"(","reason":"到账"})", "c990000");
  w().post_voucher(city_, Day(2023, 11, 4), "4402", "0.01");
  w().post("/compute", R"({"unit":")" + city_ + R"(","period":"2023-12"})", chief_);
  sum(city_, chief_);
  EXPECT_EQ(checks("sum").of("id", "T1", "state"), "pass");
  EXPECT_EQ(cell("4"), "7.00");
  EXPECT_EQ(w().get("/explanations", explanations, chief_).item(0, "state"), "dead");
  // 差额表: the city's own total against what its counties submitted.
  w().post("/actions/difference", R"({"package":"mof-year","unit":")" + city_ + R"(","period":"2023-12"})", chief_);
  told = checks("difference");
  EXPECT_EQ(told.of("id", "T1", "left"), "100.01");
  EXPECT_EQ(told.of("id", "T1", "state"), "pass");
  EXPECT_EQ(told.of("id", "K02", "state"), "pass");
  EXPECT_EQ(told.of("id", "K02", "left"), "93.01");
  EXPECT_EQ(w().job("report verify", {}, "c990000").exit(), 0);
}

TEST_F(ReportSums, ACountIsAWholeNumberEverywhere) {
  w().fill_in(a_, "10", person(a_));
  const auto wrong = w().patch(at(a_, "&preview=yes"), "*", cells("7", "2.5"), person(a_));
  EXPECT_NE(wrong.item(0, "complaint").find("YA[7,1] 的单位是“人”，只能填整数，不能填 2.5"), std::string::npos) << wrong.item(0, "complaint");
  EXPECT_EQ(FlowWorld::refused([&] { w().patch(at(a_), "*", cells("7", "2.5"), person(a_)); }), "report.cells-refused");
  EXPECT_EQ(FlowWorld::refused([&] { w().job("report fill", {{"table", "YA"}, {"row", "7"}, {"col", "1"}, {"unit", a_}, {"period", "2023"}, {"value", "2.5"}}, person(a_)); }), "report.count-fraction");
  EXPECT_EQ(w().patch(at(a_), "*", cells("7", "1234"), person(a_)).item(0, "now"), "1234");
  EXPECT_EQ(w().cell("YA", "7", a_, chief_), "1234");
  const auto table = w().get("/tables/YA", at(a_), chief_).json->getArray("cells");
  EXPECT_EQ(table->getObject(6)->getValue<std::string>("text"), "1,234");
  EXPECT_EQ(table->getObject(4)->getValue<std::string>("value"), "10");  // a quotient of two amounts
  EXPECT_EQ(table->getObject(4)->getValue<std::string>("text"), "10.00");
  EXPECT_NE(w().file("/export", "unit=" + a_ + "&period=2023-12&table=YA&format=csv", chief_).find("\"1,234\""), std::string::npos);
  EXPECT_EQ(w().get("/history", at(a_, "&table=YA&row=7&col=1"), chief_).item(0, "now"), "1234");
}

}  // namespace
}  // namespace mif::testing
