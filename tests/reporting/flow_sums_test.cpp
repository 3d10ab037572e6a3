// SPDX-License-Identifier: Apache-2.0
// What a sum leaves out, tells and asks for; and what is counted instead of paid.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <random>
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
  EXPECT_EQ(told.of("id", "T2", "difference"), "0.01");  // `keep yes` leaves nothing out a second time
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
  EXPECT_EQ(w().job("report check", {{"package", "mof-year"}, {"unit", city_}, {"period", "2023"}, {"layer", "sum"}}, chief_).of("id", "T1", "difference"), "0.01");
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

// Whatever units pay each other and whoever adds up: the result of the sum is that of its units together, and a sum of the cities' sums
// is the sum of all. Money that only one side booked stays, and is told where it was sent.
TEST(ReportSumsOfSums, AreTheSumOfAll) {
  if (const std::string why = TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
  const char* given = std::getenv("MIF_SUM_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("seed %llu (MIF_SUM_SEED repeats it)\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  FlowWorld w(2, 3);
  const std::string province = "990000", chief = "c990000";
  std::vector<std::string> all;
  for (int c = 1; c <= 2; ++c) {
    all.push_back(FlowWorld::city(c));
    for (int i = 1; i <= 3; ++i) all.push_back(FlowWorld::county(c, i));
  }
  const auto fen = [&] { return Fen(static_cast<std::int64_t>(random() % 100000) + 1); };
  Fen income, result;
  const auto book = [&](const std::string& unit, const char* account, Fen amount) {
    w.post_voucher(unit, Day(2023, 11, 1), account, amount.plain());
    result += account[0] == '4' ? amount : Fen(0) - amount;
    if (std::string(account) == "4501") income += amount;
  };
  // Of what a unit paid, the one above booked all, less, or something more.
  const auto arrives = [&](Fen sent) { return random() % 3 == 0 ? sent : Fen(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(2 * sent.value())) + 1); };
  Fen to_province;
  for (int c = 1; c <= 2; ++c) {
    Fen to_city;
    for (int i = 1; i <= 3; ++i) {
      const Fen sent = fen();
      book(FlowWorld::county(c, i), "4501", fen());
      book(FlowWorld::county(c, i), "5301", sent);
      to_city += arrives(sent);
    }
    book(FlowWorld::city(c), "4402", to_city);
    const Fen sent = fen();
    book(FlowWorld::city(c), "5301", sent);
    to_province += arrives(sent);
  }
  book(province, "4402", to_province);
  std::string list;
  for (const auto& u : all) list += (list.empty() ? "" : ",") + u;
  const std::string id = w.assign("mof-year", province, list, chief);
  for (const auto& u : all) {
    w.fill_in(u, "10", "c" + u);
    w.submit(id, u, "c" + u, "own");
  }
  w.post("/compute", R"({"package":"mof-year","unit":"990000","period":"2023-12"})", chief);
  const std::string sum = R"({"package":"mof-year","unit":"990000","period":"2023-12"})";
  const auto rows = [&] {
    std::string text;
    for (const char* row : {"1", "2", "3", "4", "5", "6", "7"}) text += w.cell("MB", row, province, chief, "&layer=sum") + " ";
    return text;
  };
  EXPECT_EQ(w.post("/actions/sum", sum, chief).size(), all.size() + 1);
  const std::string at_once = rows();
  EXPECT_EQ(w.cell("MB", "7", province, chief, "&layer=sum"), result.plain());
  EXPECT_EQ(w.cell("MB", "1", province, chief, "&layer=sum"), income.plain());
  EXPECT_TRUE(w.cell("MB", "3", province, chief, "&layer=sum").find('-') == std::string::npos) << "nobody's payment is left out twice";
  const auto told = w.get("/checks", "unit=990000&period=2023-12&package=mof-year&layer=sum", chief);
  for (std::size_t i = 0; i < told.size(); ++i)
    EXPECT_TRUE(told.item(i, "id")[0] == 'T' || told.item(i, "state") == "pass") << told.item(i, "id") << " " << told.item(i, "left") << " / " << told.item(i, "right");
  for (int c = 1; c <= 2; ++c) {
    const std::string city = FlowWorld::city(c), body = R"({"package":"mof-year","unit":")" + city + R"(","period":"2023-12")";
    w.post("/actions/return", R"({"assignment":")" + id + R"(","unit":")" + city + R"(","reason":"请报汇总"})", chief);
    w.post("/actions/sum", body + "}", "c" + city);
    const auto gate = w.post("/actions/check", body + R"(,"layer":"sum"})", "c" + city);
    if (gate.size()) w.post("/actions/explain", body + R"(,"layer":"sum","check":"T1","words":"在途"})", "c" + city);
    w.submit(id, city, "c" + city, "sum");
  }
  EXPECT_EQ(w.post("/actions/sum", sum, chief).size(), 3u);
  EXPECT_EQ(rows(), at_once);
  EXPECT_EQ(w.job("report verify", {}, chief).exit(), 0);
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
