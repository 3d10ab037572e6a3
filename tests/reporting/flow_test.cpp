// SPDX-License-Identifier: Apache-2.0
// The work flow of reporting in a deployment of several units: what each step does, who may do it, and what it refuses.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <thread>

#include "flow_world.h"

namespace mif::testing {
namespace {

constexpr int kCities = 11;

class ReportFlow : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!TestDatabase::missing().empty()) return;
    world_ = new FlowWorld(kCities, 3, FlowWorld::county(11, 1));
    for (int c = 1; c <= kCities; ++c)
      for (int i = 1; i <= 3; ++i) {
        if (FlowWorld::county(c, i) == FlowWorld::county(11, 1)) continue;
        world_->post_voucher(FlowWorld::county(c, i), Day(2023, 6, 1), "4501", std::to_string(1000 * i) + ".00");
        world_->post_voucher(FlowWorld::county(c, i), Day(2023, 7, 1), "5101", std::to_string(100 * i) + ".00");
      }
  }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }
  void SetUp() override {
    if (!world_) GTEST_SKIP() << TestDatabase::missing();
  }
  FlowWorld& w() { return *world_; }
  // Every test has a city of its own: its units, its chief, its assignment to its three counties.
  struct Place {
    std::string city, a, b, c, chief;
    std::string person(const std::string& unit) const { return "c" + unit; }
  };
  Place place(int number) { return {FlowWorld::city(number), FlowWorld::county(number, 1), FlowWorld::county(number, 2), FlowWorld::county(number, 3), "c" + FlowWorld::city(number)}; }
  static std::string cells(const std::string& row, const std::string& value, const std::string& reason = {}) {
    return R"({"cells":[{"table":"YA","row":")" + row + R"(","col":"1","value":")" + value + R"(","reason":")" + reason + R"("}]})";
  }
  static std::string at(const std::string& unit, const std::string& more = {}) { return "unit=" + unit + "&period=2023-12" + more; }
  static FlowWorld* world_;
};
FlowWorld* ReportFlow::world_ = nullptr;

TEST_F(ReportFlow, FromAskedToLocked) {
  const Place p = place(1);
  const std::string id = w().assign("nhsa-year", p.city, "", p.chief);
  EXPECT_EQ(FlowWorld::refused([&] { w().assign("nhsa-year", p.city, "", p.chief); }), "report.assignment-twice");
  EXPECT_EQ(w().get("/status", "assignment=" + id, p.chief).of("unit", p.a, "stateName"), "未报");
  w().fill_in(p.a, "10", p.person(p.a));
  EXPECT_EQ(w().get("/status", "assignment=" + id, p.chief).of("unit", p.a, "stateName"), "编制");
  const auto first = w().submit(id, p.a, "m" + p.a);
  EXPECT_EQ(first.item(0, "revision"), "1");
  EXPECT_EQ(first.item(0, "parent"), "");
  EXPECT_EQ(FlowWorld::refused([&] { w().submit(id, p.a, "m" + p.a); }), "report.submitted-already");
  // Submitted is submitted: nothing can be typed until the unit above gives it back.
  EXPECT_EQ(FlowWorld::refused([&] { w().patch(at(p.a), "*", cells("4", "11"), p.person(p.a)); }), "report.fixed");
  EXPECT_EQ(FlowWorld::refused([&] { w().job("report fill", {{"table", "YA"}, {"row", "4"}, {"col", "1"}, {"unit", p.a}, {"period", "2023"}, {"value", "11"}}, p.person(p.a)); }), "report.fixed");
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/return", R"({"assignment":")" + id + R"(","unit":")" + p.a + R"("})", p.chief); }), "report.reason-missing");
  const auto back = w().post("/actions/return", R"({"assignment":")" + id + R"(","unit":")" + p.a + R"(","reason":"参保人数有误"})", p.chief);
  EXPECT_EQ(back.item(0, "state"), "returned");
  EXPECT_EQ(w().get("/status", "assignment=" + id, p.person(p.a)).item(0, "reason"), "参保人数有误");
  w().patch(at(p.a), "*", cells("4", "11"), p.person(p.a));
  const auto second = w().submit(id, p.a, p.person(p.a));
  EXPECT_EQ(second.item(0, "revision"), "2");
  EXPECT_EQ(second.item(0, "parent"), first.item(0, "digest"));
  EXPECT_EQ(w().cell("YA", "4", p.a, p.chief, "&revision=1"), "10.00");
  EXPECT_EQ(w().cell("YA", "4", p.a, p.chief, "&revision=2"), "11.00");
  // Reminded are those who have not submitted.
  const auto reminded = w().post("/actions/remind", R"({"assignment":")" + id + R"("})", p.chief);
  EXPECT_EQ(reminded.size(), 2u);
  EXPECT_EQ(w().get("/reminders", "unit=" + p.b, p.person(p.b)).size(), 1u);
  EXPECT_EQ(w().get("/reminders", "", p.person(p.a)).size(), 0u);
  // Neither summed nor over: too early to lock. Then the deadline moves, and who comes now is late.
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/lock", R"({"assignment":")" + id + R"("})", p.chief); }), "report.lock-early");
  w().post("/actions/extend", R"({"assignment":")" + id + R"(","deadline":"2023-12-20"})", p.chief);
  w().fill_in(p.b, "20", p.person(p.b));
  EXPECT_EQ(w().submit(id, p.b, p.person(p.b)).item(0, "late"), "yes");
  EXPECT_EQ(w().get("/status", "assignment=" + id, p.chief).of("unit", p.a, "late"), "no");
  EXPECT_EQ(w().post("/actions/lock", R"({"assignment":")" + id + R"("})", p.chief).size(), 2u);
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/return", R"({"assignment":")" + id + R"(","unit":")" + p.a + R"(","reason":"x"})", p.chief); }), "report.not-submitted");
  w().post("/actions/close", R"({"assignment":")" + id + R"("})", p.chief);
  w().fill_in(p.c, "30", p.person(p.c));
  EXPECT_EQ(FlowWorld::refused([&] { w().submit(id, p.c, p.person(p.c)); }), "report.assignment-closed");
  const auto next = w().post("/actions/copy", R"({"assignment":")" + id + R"(","deadline":"2025-01-20"})", p.chief);
  EXPECT_EQ(next.item(0, "period"), "2024-12");
  EXPECT_EQ(w().get("/assignments", "unit=" + p.city, p.chief).of("assignment", id, "submitted"), "2");
}

TEST_F(ReportFlow, OnlyAReportThatHoldsIsSubmitted) {
  const Place p = place(2);
  const std::string id = w().assign("nhsa-year", p.city, "", p.chief);
  w().post("/compute", R"({"unit":")" + p.a + R"(","period":"2023-12"})", p.person(p.a));
  // A basic check fails, and no words help.
  EXPECT_EQ(FlowWorld::refused([&] { w().submit(id, p.a, p.person(p.a)); }), "report.not-ready");
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/explain", R"({"package":"nhsa-year","unit":")" + p.a + R"(","period":"2023-12","check":"Z02","words":"没有"})", p.person(p.a)); }),
            "report.explain-basic");
  // 100.00 / 0.05 = 2000: the second check asks for a reason.
  w().fill_in(p.a, "0.05", p.person(p.a));
  const auto audit = w().post("/actions/check", R"({"package":"nhsa-year","unit":")" + p.a + R"(","period":"2023-12"})", p.person(p.a));
  ASSERT_EQ(audit.size(), 1u) << audit.summary();
  EXPECT_EQ(audit.item(0, "kind"), "unexplained");
  EXPECT_EQ(FlowWorld::refused([&] { w().submit(id, p.a, p.person(p.a)); }), "report.not-ready");
  const std::string explain = R"({"package":"nhsa-year","unit":")" + p.a + R"(","period":"2023-12","check":"Z03","words":"人数少"})";
  w().post("/actions/explain", explain, p.person(p.a));
  const std::string q = "package=nhsa-year&" + at(p.a);
  EXPECT_EQ(w().get("/explanations", q, p.person(p.a)).item(0, "state"), "alive");
  // The number changes: the reason was given for another one.
  w().patch(at(p.a), "*", cells("4", "0.04"), p.person(p.a));
  EXPECT_EQ(w().get("/explanations", q, p.person(p.a)).item(0, "state"), "dead");
  EXPECT_EQ(FlowWorld::refused([&] { w().submit(id, p.a, p.person(p.a)); }), "report.not-ready");
  // Back to the old number, the old words hold again.
  w().patch(at(p.a), "*", cells("4", "0.05"), p.person(p.a));
  EXPECT_EQ(w().get("/explanations", q, p.person(p.a)).item(0, "state"), "alive");
  EXPECT_EQ(w().submit(id, p.a, p.person(p.a)).item(0, "revision"), "1");
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/explain", explain, p.person(p.a)); }), "report.fixed");
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/explain", R"({"package":"nhsa-year","unit":")" + p.b + R"(","period":"2023-12","check":"Z03","words":"x"})", p.person(p.b)); }),
            "report.not-computed");
}

TEST_F(ReportFlow, ADifferenceBetweenTheMinistriesHoldsTheReportBack) {
  const Place p = place(3);
  const std::string id = w().assign("mof-year", p.city, "", p.chief);
  w().fill_in(p.a, "10", p.person(p.a));
  const auto adjusted = w().patch(at(p.a), w().etag("MB", p.a, p.chief), R"({"cells":[{"table":"MB","row":"1","col":"1","value":"1000.01","reason":"尾差"}]})", p.person(p.a));
  EXPECT_EQ(adjusted.item(0, "kind"), "override");
  const auto gate = w().post("/actions/check", R"({"package":"mof-year","unit":")" + p.a + R"(","period":"2023-12"})", p.person(p.a));
  ASSERT_EQ(gate.size(), 1u);
  EXPECT_EQ(gate.item(0, "kind"), "bridge");
  EXPECT_NE(gate.item(0, "what").find("-0.01"), std::string::npos) << gate.item(0, "what");
  EXPECT_EQ(FlowWorld::refused([&] { w().submit(id, p.a, p.person(p.a)); }), "report.not-ready");
  w().patch(at(p.a), "*", R"({"cells":[{"table":"MB","row":"1","col":"1","value":""}]})", p.person(p.a));
  EXPECT_EQ(w().submit(id, p.a, p.person(p.a)).item(0, "revision"), "1");
}

TEST_F(ReportFlow, TwoPeopleSaveTheSameCell) {
  const Place p = place(4);
  w().fill_in(p.a, "10", p.person(p.a));
  const std::string seen = w().etag("YA", p.a, p.person(p.a));
  EXPECT_EQ(seen, w().etag("YA", p.a, "m" + p.a));
  const auto saved = w().patch(at(p.a), seen, cells("4", "12"), p.person(p.a));
  EXPECT_NE(saved.etag, seen);
  EXPECT_EQ(FlowWorld::refused([&] { w().patch(at(p.a), seen, cells("4", "13"), "m" + p.a); }), "report.stale");
  EXPECT_EQ(w().cell("YA", "4", p.a, p.chief), "12.00");
  // Who reads again may save.
  w().patch(at(p.a), saved.etag, cells("4", "13"), "m" + p.a);
  EXPECT_EQ(w().cell("YA", "4", p.a, p.chief), "13.00");
  EXPECT_EQ(FlowWorld::refused([&] { w().patch(at(p.a), "", cells("4", "14"), p.person(p.a)); }), "report.if-match");
  const auto history = w().get("/history", at(p.a, "&table=YA&row=4&col=1"), p.chief);
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history.item(2, "was"), "12.00");
  EXPECT_EQ(history.item(2, "now"), "13.00");
  EXPECT_EQ(history.item(2, "by"), "m" + p.a);
}

TEST_F(ReportFlow, OfManyAtOnceExactlyOneWins) {
  const Place p = place(10);
  w().fill_in(p.b, "10", p.person(p.b));
  const auto race = [&](const std::function<void(int)>& body) {
    std::atomic<int> won{0};
    std::vector<std::thread> people;
    for (int i = 0; i < 4; ++i)
      people.emplace_back([&, i] {
        if (FlowWorld::refused([&] { body(i); }).empty()) ++won;
      });
    for (auto& t : people) t.join();
    return won.load();
  };
  const std::string seen = w().etag("YA", p.b, p.person(p.b));
  EXPECT_EQ(race([&](int i) { w().patch(at(p.b), seen, cells("4", std::to_string(20 + i)), p.person(p.b)); }), 1);
  EXPECT_EQ(w().get("/history", at(p.b, "&table=YA&row=4&col=1"), p.chief).size(), 2u);
  const std::string id = w().assign("nhsa-year", p.city, p.b + "," + p.c, p.chief);
  EXPECT_EQ(race([&](int) { w().submit(id, p.b, p.person(p.b)); }), 1);
  EXPECT_EQ(w().get("/submissions", "unit=" + p.b, p.chief).size(), 1u);
  EXPECT_EQ(w().job("report verify", {}, "c990000").exit(), 0);
}

TEST_F(ReportFlow, ABatchIsAllOrNothing) {
  const Place p = place(4);
  w().fill_in(p.b, "10", p.person(p.b));
  const std::string batch = R"({"cells":[{"table":"YA","row":"4","col":"1","value":"15"},{"table":"YA","row":"3","col":"1","value":"1","reason":"x"},
    {"table":"YA","row":"9","col":"1","value":"1"},{"table":"YA","row":"7","col":"1","value":"abc"},{"table":"YA","row":"1","col":"1","value":"5"}]})";
  const auto preview = w().patch(at(p.b, "&preview=yes"), "*", batch, p.person(p.b));
  EXPECT_EQ(preview.exit(), 3);
  EXPECT_EQ(preview.item(0, "complaint"), "");
  EXPECT_EQ(preview.item(0, "was"), "10.00");
  for (std::size_t i = 1; i < 5; ++i) EXPECT_NE(preview.item(i, "complaint"), "") << i;
  try {
    w().patch(at(p.b), "*", batch, p.person(p.b));
    ADD_FAILURE() << "a batch with wrong cells was saved";
  } catch (const Error& e) {
    EXPECT_EQ(e.rule(), "report.cells-refused");
    EXPECT_NE(std::string(e.what()).find("YA[3,1]"), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("4 格不能保存"), std::string::npos) << e.what();
  }
  EXPECT_EQ(w().cell("YA", "4", p.b, p.chief), "10.00");
  EXPECT_EQ(FlowWorld::refused([&] { w().patch(at(p.b), "*", R"({"cells":[{"table":"YA","row":"4","col":"1","value":12.5}]})", p.person(p.b)); }), "report.cell-text");
}

TEST_F(ReportFlow, AFetchedCellIsOverriddenWithAReason) {
  const Place p = place(4);
  w().fill_in(p.c, "10", p.person(p.c));
  EXPECT_EQ(FlowWorld::refused([&] { w().patch(at(p.c), "*", cells("2", "310"), p.person(p.c)); }), "report.cells-refused");
  EXPECT_EQ(FlowWorld::refused([&] { w().patch(at(p.c), "*", cells("2", "310", "尾差"), "m" + p.c); }), "identity.no-permission");
  w().patch(at(p.c), "*", cells("2", "310", "尾差"), p.person(p.c));
  const auto table = w().get("/tables/YA", at(p.c), p.person(p.c)).json->getArray("cells");
  const auto cell = table->getObject(1);
  EXPECT_EQ(cell->getValue<std::string>("state"), "override");
  EXPECT_EQ(cell->getValue<std::string>("value"), "310.00");
  EXPECT_FALSE(cell->getValue<bool>("drill"));
  const auto was = cell->getObject("override");
  ASSERT_TRUE(was);
  EXPECT_EQ(was->getValue<std::string>("was"), "300.00");
  EXPECT_EQ(was->getValue<std::string>("formulaValue"), "300.00");
  EXPECT_EQ(was->getValue<std::string>("reason"), "尾差");
  EXPECT_EQ(was->getValue<std::string>("by"), p.person(p.c));
  EXPECT_EQ(w().cell("YA", "3", p.c, p.chief), "2690.00");  // and what is computed from it follows
  // The formula's own value goes on with the ledger.
  w().post_voucher(p.c, Day(2023, 8, 1), "5101", "50.00");
  w().post("/compute", R"({"unit":")" + p.c + R"(","period":"2023-12"})", p.person(p.c));
  EXPECT_EQ(w().cell("YA", "2", p.c, p.chief), "310.00");
  EXPECT_EQ(w().get("/tables/YA", at(p.c), p.chief).json->getArray("cells")->getObject(1)->getObject("override")->getValue<std::string>("formulaValue"), "350.00");
  EXPECT_EQ(w().job("report verify", {}, "c990000").exit(), 0);
  w().patch(at(p.c), "*", cells("2", ""), p.person(p.c));
  EXPECT_EQ(w().cell("YA", "2", p.c, p.chief), "350.00");
  EXPECT_EQ(w().get("/history", at(p.c, "&table=YA&row=2&col=1"), p.chief).size(), 2u);
}

TEST_F(ReportFlow, ALaterVoucherChangesTheWorkingReportOnly) {
  const Place p = place(5);
  const std::string id = w().assign("nhsa-year", p.city, "", p.chief);
  w().fill_in(p.a, "10", p.person(p.a));
  w().submit(id, p.a, p.person(p.a));
  EXPECT_EQ(w().get("/changes", "package=nhsa-year&" + at(p.a), p.chief).size(), 0u);
  const auto before = w().get("/cells/YA/2/1", at(p.a, "&revision=latest"), p.chief);
  w().post_voucher(p.a, Day(2023, 9, 1), "5101", "7.00");
  const auto changes = w().get("/changes", "package=nhsa-year&" + at(p.a), p.chief);
  EXPECT_EQ(changes.of("row", "2", "submitted"), "100.00");
  EXPECT_EQ(changes.of("row", "2", "today"), "107.00");
  EXPECT_EQ(changes.size(), 4u);  // expense, balance, per head, money in the bank
  // Looking first, then taking.
  const auto preview = w().post("/actions/fetch", R"({"package":"nhsa-year","unit":")" + p.a + R"(","period":"2023-12","preview":true})", p.person(p.a));
  EXPECT_EQ(preview.of("row", "2", "now"), "107.00");
  EXPECT_EQ(w().cell("YA", "2", p.a, p.chief), "100.00");
  w().post("/actions/fetch", R"({"package":"nhsa-year","unit":")" + p.a + R"(","period":"2023-12"})", p.person(p.a));
  EXPECT_EQ(w().cell("YA", "2", p.a, p.chief), "107.00");
  EXPECT_EQ(w().cell("YA", "2", p.a, p.chief, "&revision=1"), "100.00");
  EXPECT_TRUE(w().get("/tables/YA", at(p.a), p.chief).json->getObject("submitted")->getValue<bool>("differs"));
  EXPECT_FALSE(w().get("/tables/YA", at(p.a, "&revision=1"), p.chief).json->getObject("submitted")->getValue<bool>("differs"));
  // The submitted revision is drilled into the ledger as it stood, the working one into today's.
  const auto after = w().get("/cells/YA/2/1", at(p.a, "&revision=1"), p.chief);
  EXPECT_EQ(after.size(), before.size());
  EXPECT_EQ(after.size() + 1, w().get("/cells/YA/2/1", at(p.a), p.chief).size());
  for (const char* row : {"1", "2", "3", "6"})
    EXPECT_EQ(w().job("report drill", {{"table", "YA"}, {"row", row}, {"col", "1"}, {"unit", p.a}, {"period", "2023"}, {"revision", "1"}}, p.chief).exit(), 0) << row;
  EXPECT_EQ(w().job("report verify", {}, "c990000").exit(), 0);
}

TEST_F(ReportFlow, ATamperedRevisionIsFound) {
  const Place p = place(5);
  w().fill_in(p.b, "10", p.person(p.b));
  const std::string id = w().get("/assignments", "unit=" + p.city, p.chief).item(0, "assignment");
  w().submit(id, p.b, p.person(p.b));
  const auto change = [&](const char* sql) { w().deployment().database().write([&](store::Txn& txn) { txn.execute(sql, {p.b}); }); };
  ASSERT_EQ(w().job("report verify", {}, "c990000").exit(), 0);
  change("update x_reporting_cell set amount_text = '9.00' where row_code = '4' and task in (select id from x_reporting_submission where unit_code = ?)");
  EXPECT_EQ(w().job("report verify", {}, "c990000").size(), 1u);
  change("update x_reporting_cell set amount_text = '10.00' where row_code = '4' and task in (select id from x_reporting_submission where unit_code = ?)");
  ASSERT_EQ(w().job("report verify", {}, "c990000").exit(), 0);
  change("update x_reporting_submission set recorded_ms = recorded_ms + 1 where unit_code = ?");
  EXPECT_EQ(w().job("report verify", {}, "c990000").size(), 1u);
  change("update x_reporting_submission set recorded_ms = recorded_ms - 1 where unit_code = ?");
  ASSERT_EQ(w().job("report verify", {}, "c990000").exit(), 0);
}

TEST_F(ReportFlow, AUnitSeesOnlyItselfAndWhatIsBelow) {
  const Place p = place(6), other = place(7);
  const std::string id = w().assign("nhsa-year", p.city, "", p.chief);
  w().fill_in(p.a, "10", p.person(p.a));
  w().submit(id, p.a, p.person(p.a));
  for (const std::string& stranger : {other.chief, p.person(p.b)}) {
    EXPECT_NE(FlowWorld::refused([&] { w().get("/tables/YA", at(p.a), stranger); }), "") << stranger;
    EXPECT_NE(FlowWorld::refused([&] { w().get("/tables/YA", at(p.a, "&revision=1"), stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().get("/cells/YA/2/1", at(p.a, "&revision=1"), stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().get("/history", at(p.a, "&table=YA&row=4&col=1"), stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().get("/submissions", "unit=" + p.a, stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().get("/changes", "package=nhsa-year&" + at(p.a), stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().get("/comments", at(p.a, "&table=YA"), stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().get("/explanations", "package=nhsa-year&" + at(p.a), stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().patch(at(p.a), "*", cells("4", "1"), stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().submit(id, p.a, stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().post("/actions/return", R"({"assignment":")" + id + R"(","unit":")" + p.a + R"(","reason":"x"})", stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().post("/actions/lock", R"({"assignment":")" + id + R"("})", stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().post("/actions/remind", R"({"assignment":")" + id + R"("})", stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().post("/actions/sum", R"({"package":"nhsa-year","unit":")" + p.city + R"(","period":"2023-12"})", stranger); }), "");
    EXPECT_NE(FlowWorld::refused([&] { w().post("/actions/collect", R"({"package":"nhsa-year","unit":")" + p.city + R"(","period":"2023-12"})", stranger); }), "");
  }
  EXPECT_EQ(FlowWorld::refused([&] { w().get("/status", "assignment=" + id, other.chief); }), "report.assignment-not-found");
  EXPECT_EQ(w().get("/status", "assignment=" + id, p.person(p.b)).size(), 1u);
  EXPECT_EQ(w().get("/status", "assignment=" + id, p.chief).size(), 3u);
  // Not even its own report can a county give back or lock; nobody asks above or beside himself.
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/return", R"({"assignment":")" + id + R"(","unit":")" + p.a + R"(","reason":"x"})", p.person(p.a)); }), "identity.other-unit");
  EXPECT_EQ(FlowWorld::refused([&] { w().assign("mof-year", p.city, other.a, p.chief); }), "report.unit-not-below");
  EXPECT_EQ(FlowWorld::refused([&] { w().assign("mof-year", "990000", p.a, p.chief); }), "identity.other-unit");
  EXPECT_EQ(FlowWorld::refused([&] { w().submit(id, p.a, "v" + p.a); }), "identity.no-permission");
}

TEST_F(ReportFlow, ACityAddsUpItsCountiesAndTheProvinceItsCities) {
  const Place p = place(7);
  const std::string id = w().assign("nhsa-year", "990000", p.city + "," + p.a + "," + p.b + "," + p.c, "c990000");
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/sum", R"({"package":"nhsa-year","unit":")" + p.city + R"(","period":"2023-12"})", p.chief); }), "report.nothing-to-sum");
  w().fill_in(p.a, "10", p.person(p.a));
  w().fill_in(p.b, "30", p.person(p.b));
  w().submit(id, p.a, p.person(p.a));
  w().submit(id, p.b, p.person(p.b));
  const std::string body = R"({"package":"nhsa-year","unit":")" + p.city + R"(","period":"2023-12"})";
  const auto collected = w().post("/actions/collect", body, p.chief);
  EXPECT_EQ(collected.of("unit", p.c, "state"), "missing");
  const auto sum = w().post("/actions/sum", body, p.chief);
  EXPECT_EQ(sum.exit(), 3);
  EXPECT_NE(sum.summary().find("2 个单位，缺 1 个"), std::string::npos) << sum.summary();
  EXPECT_EQ(w().cell("YA", "1", p.city, p.chief, "&layer=sum"), "3000.00");
  EXPECT_EQ(w().cell("YA", "4", p.city, p.chief, "&layer=sum"), "40.00");
  EXPECT_EQ(w().cell("YA", "5", p.city, p.chief, "&layer=sum"), "7.5");  // 300 / 40, not 10 + 6.67
  EXPECT_EQ(w().cell("YA", "6", p.city, p.chief, "&layer=sum"), "4700.00");
  EXPECT_EQ(w().cell("YA", "7", p.city, p.chief, "&layer=sum"), "");
  EXPECT_EQ(w().cell("YA", "8", p.city, p.chief, "&layer=sum"), "6000.00");
  const auto parts = w().get("/contributions", "package=nhsa-year&" + at(p.city, "&table=YA&row=1&col=1"), p.chief);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts.of("unit", p.b, "value"), "2000.00");
  EXPECT_EQ(parts.of("unit", p.b, "revision"), "1");
  // With a report of its own the city is in its sum.
  w().post_voucher(p.city, Day(2023, 5, 1), "4501", "5.00");
  w().fill_in(p.city, "1", p.chief);
  w().fill_in(p.c, "50", p.person(p.c));
  w().submit(id, p.c, p.person(p.c));
  EXPECT_EQ(FlowWorld::refused([&] { w().submit(id, p.city, p.chief, "sum"); }), "");  // the sum it made before, its parts unchanged
  w().post("/actions/return", R"({"assignment":")" + id + R"(","unit":")" + p.city + R"(","reason":"缺一个县"})", "c990000");
  EXPECT_EQ(w().post("/actions/sum", body, p.chief).exit(), 0);
  EXPECT_EQ(w().cell("YA", "1", p.city, p.chief, "&layer=sum"), "6005.00");
  // A part that was given back and came again makes the sum old.
  w().post("/actions/return", R"({"assignment":")" + id + R"(","unit":")" + p.a + R"(","reason":"人数"})", p.chief);
  w().patch(at(p.a), "*", cells("4", "11"), p.person(p.a));
  w().submit(id, p.a, p.person(p.a));
  EXPECT_EQ(FlowWorld::refused([&] { w().submit(id, p.city, p.chief); }), "report.not-ready");
  w().post("/actions/sum", body, p.chief);
  EXPECT_EQ(w().submit(id, p.city, p.chief).item(0, "layer"), "sum");
  // The province takes the city's sum, and not its counties a second time.
  const auto province = w().post("/actions/sum", R"({"package":"nhsa-year","unit":"990000","period":"2023-12"})", "c990000");
  EXPECT_EQ(province.exit(), 0) << province.summary();
  EXPECT_EQ(province.size(), 1u);
  EXPECT_EQ(w().cell("YA", "1", "990000", "c990000", "&layer=sum"), "6005.00");
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/sum", R"({"package":"nhsa-year","unit":"990000","period":"2023-12","units":[")" + p.city + R"(",")" + p.a + R"("]})", "c990000"); }),
            "report.sum-twice");
  EXPECT_EQ(FlowWorld::refused([&] { w().get("/cells/YA/1/1", at(p.city, "&revision=latest"), p.chief); }), "report.sum-drill");
  EXPECT_EQ(w().get("/contributions", "package=nhsa-year&" + at(p.city, "&table=YA&row=4&col=1&revision=latest"), "c990000").of("unit", p.a, "value"), "11.00");
  // Its own total against its counties'.
  const auto difference = w().post("/actions/difference", body, p.chief);
  EXPECT_EQ(difference.of("row", "1", "difference"), "-5995.00");
  EXPECT_EQ(w().job("report verify", {}, "c990000").exit(), 0);
}

TEST_F(ReportFlow, LastPeriodIsTakenOverAndATableCleared) {
  const Place p = place(8);
  w().job("report fill", {{"table", "YA"}, {"row", "7"}, {"col", "1"}, {"unit", p.a}, {"period", "2023"}, {"value", "3"}}, p.person(p.a));
  const std::string next = R"({"package":"nhsa-year","unit":")" + p.a + R"(","period":"2024-12")";
  EXPECT_EQ(w().post("/actions/take-over", next + R"(,"preview":"yes"})", p.person(p.a)).item(0, "now"), "3");
  EXPECT_EQ(w().post("/actions/take-over", next + "}", p.person(p.a)).size(), 1u);
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/take-over", next + "}", p.person(p.a)); }), "report.nothing-last-period");
  const std::string clear = R"({"table":"YA","unit":")" + p.a + R"(","period":"2024-12","confirm":")";
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/clear", clear + "YB\"}", p.person(p.a)); }), "report.clear-confirm");
  EXPECT_EQ(w().post("/actions/clear", clear + "YA\"}", p.person(p.a)).size(), 1u);
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/actions/clear", clear + "YA\"}", p.person(p.a)); }), "report.nothing-typed");
}

TEST_F(ReportFlow, AFileBringsCellsOfManyUnits) {
  const Place p = place(8);
  std::ofstream(w().home() / "config/many.csv") << "单位,表号,行号,栏号,金额\n" << p.b << ",YA,4,1,\"1,200.00\"\n" << p.c << ",YA,4,1,7\n" << p.c << ",YA,3,1,7\n";
  const auto preview = w().job("report import", {{"file", "config/many.csv"}, {"period", "2023"}}, p.chief);
  EXPECT_EQ(preview.of("unit", p.b, "now"), "1200.00");
  EXPECT_EQ(preview.of("unit", p.b, "state"), "preview");
  EXPECT_EQ(FlowWorld::refused([&] { w().cell("YA", "4", p.b, p.chief); }), "report.not-computed");
  const auto taken = w().job("report import", {{"file", "config/many.csv"}, {"period", "2023"}, {"apply", "yes"}}, p.chief);
  EXPECT_EQ(taken.exit(), 3);
  EXPECT_NE(taken.summary().find("导入 1/2 个单位"), std::string::npos) << taken.summary();
  EXPECT_EQ(w().cell("YA", "4", p.b, p.chief), "1200.00");
  EXPECT_EQ(FlowWorld::refused([&] { w().cell("YA", "4", p.c, p.chief); }), "report.not-computed");  // nothing of a unit with a wrong cell
  std::ofstream(w().home() / "config/many.csv") << "单位,表号,行号\n";
  EXPECT_EQ(FlowWorld::refused([&] { w().job("report import", {{"file", "config/many.csv"}, {"period", "2023"}}, p.chief); }), "report.import-columns");
}

TEST_F(ReportFlow, CellsAreAskedForCommentedAndLedBackTo) {
  const Place p = place(9);
  w().fill_in(p.a, "10", p.person(p.a));
  w().fill_in(p.b, "10", p.person(p.b));
  w().fill_in(p.c, "10", p.person(p.c));
  const auto hits = w().post("/query", R"({"condition":"[1,1] >= 2000 且 YA[2,1] < 300","table":"YA","period":"2023-12"})", p.chief);
  ASSERT_EQ(hits.size(), 1u) << hits.summary();
  EXPECT_EQ(hits.item(0, "unit"), p.b);
  EXPECT_NE(hits.item(0, "values").find("YA[1,1]=2000.00"), std::string::npos);
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/query", R"({"condition":"净额('4501') > 0","table":"YA","period":"2023-12"})", p.chief); }), "report.query-cells");
  const auto voucher = w().post_voucher(p.a, Day(2023, 10, 1), "5101", "1.00");
  const auto moved = w().get("/moved", "voucher=" + std::to_string(voucher), p.chief);
  EXPECT_EQ(moved.of("table", "MB", "row"), "2");
  EXPECT_EQ(moved.of("row", "3", "by"), "-1.00");
  EXPECT_EQ(moved.of("row", "1", "by"), "(none)");
  EXPECT_NE(FlowWorld::refused([&] { w().get("/moved", "voucher=" + std::to_string(voucher), p.person(p.b)); }), "");
  w().post("/comments", R"({"table":"YA","row":"2","col":"1","unit":")" + p.a + R"(","period":"2023-12","words":"十月有补付"})", p.person(p.a));
  EXPECT_EQ(w().get("/comments", at(p.a, "&table=YA"), p.chief).item(0, "words"), "十月有补付");
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/comments", R"({"table":"YA","row":"2","col":"1","unit":")" + p.a + R"(","period":"2023-12","words":"x"})", "v" + p.a); }), "identity.no-permission");
  EXPECT_EQ(w().get("/notes", "table=YA&period=2023-12", p.chief).item(0, "note"), "年报指标解释");
  EXPECT_EQ(w().get("/notes", "table=YA&period=2023-12", p.chief).of("place", "YA[1,1]", "note"), "利息与其他收入");
}

TEST_F(ReportFlow, AUnitWithoutBooksIsSubmittedFor) {
  const Place p = place(11);
  const std::string id = w().assign("nhsa-year", p.city, "", p.chief), more = "package=nhsa-year&" + at(p.a);
  const std::string head = "table,row,col,value\n", body = "YA,1,1,700\nYA,2,1,300\nYA,3,1,400\nYA,4,1,30\nYA,6,1,1400\nYA,8,1,1400\n";
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/submissions", head + body, p.chief, more + "&unit=" + p.b); }), "report.has-books");
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/submissions", head + "YA,1,1,700\nYA,2,1,300\nYA,3,1,399\nYA,4,1,30\n", p.chief, more); }), "report.not-ready");
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/submissions", head + body + "YA,1,1,700\n", p.chief, more); }), "report.cell-twice");
  EXPECT_NE(FlowWorld::refused([&] { w().post("/submissions", head + body, p.person(p.b), more); }), "");
  // Looked at first: what it would become and what stands in its way, and nothing is written.
  const auto seen = w().post("/submissions", head + body, p.chief, more + "&preview=yes");
  EXPECT_EQ(seen.exit(), 0) << seen.summary();
  EXPECT_EQ(seen.of("row", "1", "state") + " " + seen.of("row", "1", "was") + ">" + seen.of("row", "1", "now"), "preview >700.00");
  EXPECT_EQ(seen.of("row", "5", "now"), "10") << "what a list leaves out is computed from the others";
  EXPECT_NE(seen.summary().find("将为第 1 版"), std::string::npos) << seen.summary();
  const auto hindered = w().post("/submissions", head + "YA,1,1,700\nYA,2,1,300\nYA,3,1,399\nYA,4,1,30\n", p.chief, more + "&preview=yes");
  EXPECT_EQ(hindered.exit(), 3);
  EXPECT_NE(hindered.of("state", "refused", "complaint").find("Z01"), std::string::npos) << hindered.summary();
  EXPECT_NE(hindered.summary().find("不能代报"), std::string::npos) << hindered.summary();
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/submissions", head + body, p.chief, more + "&preview=yes&unit=" + p.b); }), "report.has-books");
  EXPECT_NE(FlowWorld::refused([&] { w().post("/submissions", head + body, p.person(p.b), more + "&preview=yes"); }), "");
  EXPECT_EQ(w().get("/submissions", "unit=" + p.a, p.chief).size(), 0u);
  const auto first = w().post("/submissions", head + body, p.chief, more);
  const auto same = w().post("/submissions", head + body, p.chief, more + "&preview=yes");
  EXPECT_EQ(same.size(), 0u) << same.summary();
  EXPECT_NE(same.summary().find("同一个文件"), std::string::npos) << same.summary();
  EXPECT_EQ(first.item(0, "origin"), "imported");
  EXPECT_EQ(w().post("/submissions", head + body, p.chief, more).item(0, "digest"), first.item(0, "digest"));  // the same file again
  EXPECT_EQ(w().get("/submissions", "unit=" + p.a, p.chief).size(), 1u);
  EXPECT_EQ(w().get("/status", "assignment=" + id, p.chief).of("unit", p.a, "state"), "submitted");
  EXPECT_EQ(w().cell("YA", "5", p.a, p.chief, "&revision=1"), "10");
  EXPECT_EQ(FlowWorld::refused([&] { w().get("/cells/YA/1/1", at(p.a, "&revision=1"), p.chief); }), "report.foreign-drill");
  const std::string other = head + "YA,1,1,700\nYA,2,1,300\nYA,3,1,400\nYA,4,1,0.1\n";
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/submissions", other, p.chief, more + "&words=x"); }), "report.fixed");
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/submissions", other, p.chief, more + "&words=x&preview=yes"); }), "report.fixed");
  w().post("/actions/return", R"({"assignment":")" + id + R"(","unit":")" + p.a + R"(","reason":"人数"})", p.chief);
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/submissions", other, p.chief, more); }), "report.not-ready");
  const auto next = w().post("/submissions", other, p.chief, more + "&words=%E4%BA%BA%E5%B0%91&preview=yes");
  EXPECT_EQ(next.of("row", "4", "was") + ">" + next.of("row", "4", "now") + " " + next.of("row", "4", "revision"), "30.00>0.10 2") << next.summary();
  const auto second = w().post("/submissions", other, p.chief, more + "&words=%E4%BA%BA%E5%B0%91");
  EXPECT_EQ(second.item(0, "revision"), "2");
  EXPECT_EQ(second.item(0, "parent"), first.item(0, "digest"));
  EXPECT_EQ(w().post("/actions/sum", R"({"package":"nhsa-year","unit":")" + p.city + R"(","period":"2023-12"})", p.chief).of("unit", p.a, "revision"), "2");
  EXPECT_EQ(w().cell("YA", "1", p.city, p.chief, "&layer=sum"), "700.00");
  EXPECT_EQ(w().job("report verify", {}, "c990000").exit(), 0);
}

TEST_F(ReportFlow, EveryStepIsInTheAuditChain) {
  const Place p = place(10);
  const std::int64_t since = w().deployment().clock().now_unix_ms();
  const std::string id = w().assign("mof-year", p.city, p.a, p.chief);
  w().fill_in(p.a, "10", p.person(p.a));
  w().submit(id, p.a, p.person(p.a));
  std::string seen;
  w().deployment().database().read([&](store::Txn& txn) {
    txn.query("select action from audit_entry where actor in (?, ?) and at_ms >= ? order by at_ms, seq", {p.chief, p.person(p.a), since}, [&](const store::Row& row) { seen += std::string(row.text(0)) + " "; });
  });
  EXPECT_EQ(seen, "reporting.report.assign reporting.report.compute reporting.report.compute reporting.report.save reporting.report.submit ");
}

}  // namespace
}  // namespace mif::testing
