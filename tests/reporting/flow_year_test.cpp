// SPDX-License-Identifier: Apache-2.0
// A year-end set of a whole province, played through the API: 187 units, thirty on a database server; MIF_FLOW_UNITS says otherwise.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <map>

#include "flow_world.h"

namespace mif::testing {
namespace {

TEST(ReportYear, AProvinceCollectsItsYearEnd) {
  if (const std::string why = TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
  const char* wanted = std::getenv("MIF_FLOW_UNITS");
  const int units = wanted ? std::atoi(wanted) : TestDatabase::wanted() == "sqlite" ? 187 : 30;
  const int cities = units >= 100 ? 16 : 3;
  const int counties = (units - 1 - cities + cities - 1) / cities;
  FlowWorld w(cities, counties);
  std::vector<std::string> all;
  for (int c = 1; c <= cities; ++c) {
    all.push_back(FlowWorld::city(c));
    for (int i = 1; i <= counties; ++i) all.push_back(FlowWorld::county(c, i));
  }
  all.resize(static_cast<std::size_t>(units) - 1);
  const std::string province = "990000", chief = "c990000";
  std::int64_t income = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    income += static_cast<std::int64_t>(i) + 1;
    w.post_voucher(all[i], Day(2023, 3, 1), "4501", std::to_string(i + 1) + ".37");
    w.post_voucher(all[i], Day(2023, 4, 1), "5101", "50.00");
  }
  // Every county pays its city 1.00 and every city the province 2.00; the first county sent a fen that has not arrived.
  std::map<std::string, int> below;
  std::int64_t sent = 0;
  for (const auto& u : all) {
    const bool is_city = u.size() == FlowWorld::city(1).size();
    if (is_city) ++below[u];
    else {
      for (int c = 1; c <= cities; ++c)
        for (int i = 1; i <= counties; ++i)
          if (FlowWorld::county(c, i) == u) below[FlowWorld::city(c)] += 100;
    }
    w.post_voucher(u, Day(2023, 5, 1), "5301", is_city ? "2.00" : sent++ == 0 ? "1.01" : "1.00");
  }
  for (const auto& [u, n] : below) w.post_voucher(u, Day(2023, 5, 2), "4402", std::to_string(n / 100) + ".00");
  w.post_voucher(province, Day(2023, 5, 2), "4402", std::to_string(2 * below.size()) + ".00");
  const auto begin = std::chrono::steady_clock::now();
  std::string list;
  for (const auto& u : all) list += (list.empty() ? "" : ",") + u;
  const std::string nhsa = w.assign("nhsa-year", province, list, chief), mof = w.assign("mof-year", province, list, chief);
  const std::string explained = all[1], returned = all[2];
  const std::size_t late = all.size() - 2;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string& u = all[i];
    if (i == late) {
      const auto status = w.get("/status", "assignment=" + nhsa, chief);
      EXPECT_EQ(status.json->getObject("totals")->getValue<int>("none"), 2);
      EXPECT_EQ(w.post("/actions/remind", R"({"assignment":")" + nhsa + R"("})", chief).size(), 2u);
      for (const auto& id : {nhsa, mof}) w.post("/actions/extend", R"({"assignment":")" + id + R"(","deadline":"2023-12-25"})", chief);
    }
    w.fill_in(u, u == explained ? "0.02" : "10", "c" + u);
    if (u == explained) {
      EXPECT_EQ(FlowWorld::refused([&] { w.submit(nhsa, u, "c" + u); }), "report.not-ready");
      w.post("/actions/explain", R"({"package":"nhsa-year","unit":")" + u + R"(","period":"2023-12","check":"Z03","words":"只有少数人参保"})", "c" + u);
    }
    w.submit(nhsa, u, "c" + u);
    w.submit(mof, u, "c" + u);
  }
  w.post("/actions/return", R"({"assignment":")" + nhsa + R"(","unit":")" + returned + R"(","reason":"参保人数应为 20"})", chief);
  auto sum = w.post("/actions/sum", R"({"package":"nhsa-year","unit":"990000","period":"2023-12"})", chief);
  EXPECT_EQ(sum.of("unit", returned, "state"), "missing");
  w.patch("unit=" + returned + "&period=2023-12", "*", R"({"cells":[{"table":"YA","row":"4","col":"1","value":"20"}]})", "c" + returned);
  EXPECT_EQ(w.submit(nhsa, returned, "c" + returned).item(0, "revision"), "2");

  const auto summing = std::chrono::steady_clock::now();
  sum = w.post("/actions/sum", R"({"package":"nhsa-year","unit":"990000","period":"2023-12"})", chief);
  const auto summed = std::chrono::steady_clock::now();
  EXPECT_EQ(sum.exit(), 0) << sum.summary();
  EXPECT_EQ(sum.size(), all.size());
  w.post("/compute", R"({"package":"mof-year","unit":"990000","period":"2023-12"})", chief);
  w.post("/actions/sum", R"({"package":"mof-year","unit":"990000","period":"2023-12"})", chief);
  // What units paid each other is gone from the province's income and expense, but for the fen in transit; it wants a reason.
  EXPECT_EQ(w.cell("MB", "3", province, chief, "&layer=sum"), "0.00");
  EXPECT_EQ(w.cell("MB", "4", province, chief, "&layer=sum"), "0.01");
  const auto transit = w.get("/checks", "unit=990000&period=2023-12&package=mof-year&layer=sum&state=fail", chief);
  ASSERT_EQ(transit.size(), 1u);
  EXPECT_EQ(transit.item(0, "place"), "MB[4,1]{单位:" + FlowWorld::city(1) + "}");
  EXPECT_EQ(transit.item(0, "difference"), "0.01");
  const std::string gate = R"({"package":"mof-year","unit":"990000","period":"2023-12","layer":"sum"})";
  EXPECT_EQ(w.post("/actions/check", gate, chief).item(0, "kind"), "unexplained");
  w.post("/actions/explain", R"({"package":"mof-year","unit":"990000","period":"2023-12","layer":"sum","check":"T1","words":"在途"})", chief);
  const auto held = w.post("/actions/check", gate, chief);
  for (std::size_t i = 0; i < held.size(); ++i) EXPECT_NE(held.item(i, "kind"), "unexplained");
  const Fen total = Fen(income * 100 + 37 * static_cast<std::int64_t>(all.size()));
  EXPECT_EQ(w.cell("YA", "1", province, chief, "&layer=sum"), total.plain());
  EXPECT_EQ(w.cell("MB", "1", province, chief, "&layer=sum"), total.plain());
  EXPECT_EQ(w.cell("YA", "4", province, chief, "&layer=sum"), Fen(static_cast<std::int64_t>(all.size() - 2) * 1000 + 2000 + 2).plain());
  const auto parts = w.get("/contributions", "package=nhsa-year&unit=990000&period=2023-12&table=YA&row=1&col=1", chief);
  EXPECT_EQ(parts.size(), all.size());
  EXPECT_EQ(parts.json->getObject("totals")->getValue<std::string>("sum"), total.plain());
  EXPECT_EQ(w.post("/actions/check", R"({"package":"nhsa-year","unit":"990000","period":"2023-12","layer":"sum"})", chief).exit(), 0);
  for (const auto& id : {nhsa, mof}) EXPECT_EQ(w.post("/actions/lock", R"({"assignment":")" + id + R"("})", chief).size(), all.size());
  const auto status = w.get("/status", "assignment=" + nhsa, chief);
  EXPECT_EQ(status.json->getObject("totals")->getValue<int>("locked"), static_cast<int>(all.size()));
  int late_units = 0;
  for (std::size_t i = 0; i < status.size(); ++i) late_units += status.item(i, "late") == "yes";
  EXPECT_EQ(late_units, 3);  // the two, and who came again after the return
  EXPECT_EQ(status.of("unit", explained, "warnings"), "1");
  EXPECT_EQ(FlowWorld::refused([&] { w.patch("unit=" + all[0] + "&period=2023-12", "*", R"({"cells":[{"table":"YA","row":"4","col":"1","value":"1"}]})", "c" + all[0]); }), "report.fixed");
  EXPECT_EQ(w.job("report verify", {}, chief).exit(), 0);
  const auto ms = [](auto d) { return std::chrono::duration_cast<std::chrono::milliseconds>(d).count(); };
  std::printf("%d units: year-end set %lld ms, one sum of %zu reports %lld ms\n", units, static_cast<long long>(ms(std::chrono::steady_clock::now() - begin)), all.size(),
              static_cast<long long>(ms(summed - summing)));
}

}  // namespace
}  // namespace mif::testing
