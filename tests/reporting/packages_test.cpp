// SPDX-License-Identifier: Apache-2.0
// Data packages between two homes that know nothing of each other: what leaves one is what the other has, or nothing is.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "crypto/keys.h"
#include "flow_world.h"
#include "report-package/package.h"

namespace mif::testing {
namespace {

namespace rp = report_package;
namespace fs = std::filesystem;

const std::string kProvince = "990000", kChief = "c990000", kCity = FlowWorld::city(1), kA = FlowWorld::county(1, 1), kB = FlowWorld::county(1, 2);

std::string at(const std::string& unit, const std::string& more = {}) { return "unit=" + unit + "&period=2023-12" + more; }

// Everything of the submitted revisions that must be the same at both ends.
std::vector<std::string> cells_of(FlowWorld& w) {
  return w.rows(
      "select s.package_code || '/' || s.unit_code || '/' || s.layer || '#' || cast(s.revision as varchar(20)) || ' ' || c.table_code || '[' || c.row_code || ',' || c.col_code || '] ' || "
      "c.cell_state || ' ' || cast(c.kind as varchar(20)) || ' ' || cast(c.fen as varchar(30)) || ' ' || c.amount_text || ' ' || c.printed || ' ' || c.formula || ' ' || c.source || ' ' || cast(c.linear as varchar(5)) "
      "from x_reporting_submission s join x_reporting_cell c on c.task = s.id order by s.package_code, s.unit_code, s.revision, c.table_code, c.ord");
}
std::vector<std::string> terms_of(FlowWorld& w) {
  return w.rows(
      "select s.package_code || '/' || s.unit_code || '#' || cast(s.revision as varchar(20)) || ' ' || t.table_code || '[' || t.row_code || ',' || t.col_code || '] ' || cast(t.ord as varchar(20)) || ' ' || "
      "cast(t.factor as varchar(20)) || ' ' || t.book || ' ' || cast(t.fiscal_year as varchar(9)) || ' ' || cast(t.month_from as varchar(9)) || '-' || cast(t.month_to as varchar(9)) || ' ' || "
      "cast(t.with_opening as varchar(9)) || cast(t.measure as varchar(9)) || cast(t.positive_side as varchar(9)) || cast(t.with_closing as varchar(9)) || ' ' || t.accounts || ' ' || t.aux || ' ' || t.opposite || ' ' || "
      "cast(t.fen as varchar(30)) || ' ' || coalesce(cast(o.fen as varchar(30)), '-') "
      "from x_reporting_submission s join x_reporting_term t on t.task = s.id left join x_reporting_opening o on o.task = t.task and o.ord = t.ord order by s.package_code, s.unit_code, s.revision, t.ord");
}
std::vector<std::string> results_of(FlowWorld& w) {
  return w.rows("select package_code || '/' || unit_code || ' ' || result_digest from x_reporting_submission order by package_code, unit_code, revision");
}
// A cell that asks for the other side of vouchers, one with a figure of another module, one whose figure nobody has, and a check that can
// therefore not be decided.
void enrich(FlowWorld& w) {
  for (const auto& entry : fs::recursive_directory_iterator(w.home() / "templates/report")) {
    if (entry.path().filename() != "YA.info") continue;
    std::ifstream in(entry.path());
    std::string text((std::istreambuf_iterator<char>(in)), {});
    in.close();
    const auto put = [&](const std::string& after, const std::string& more) {
      const auto at = text.find(after);
      ASSERT_NE(at, std::string::npos) << after;
      text.insert(at + after.size(), more);
    };
    put("8 \"收入加倍\"", " 9 \"对方\" 10 \"指标\" 11 \"没有的\"");
    put("formulas {", "\n  f { at \"[9,1]\" expr \"对方贷('4501','1003')\" }\n  f { at \"[10,1]\" expr \"业务(\\\"参保人数\\\")\" }\n  f { at \"[11,1]\" expr \"业务(\\\"没有的指标\\\")\" }");
    put("no \"[7,1]\"", " no \"[9:11,1]\"");
    put("checks {", "\n  c { id \"Z04\" level info expr \"[11,1] = [1,1]\" msg \"没有的数\" }");
    std::ofstream(entry.path()) << text;
  }
}
std::vector<std::string> checks_of(FlowWorld& w) {
  return w.rows(
      "select s.package_code || '/' || s.unit_code || '#' || cast(s.revision as varchar(20)) || ' ' || c.check_id || ' ' || c.table_code || c.place || ' ' || c.severity || ' ' || c.kind || ' ' || "
      "c.outcome || ' ' || c.left_value || ' ' || c.right_value || ' ' || c.difference || ' ' || c.tolerance || ' ' || c.expression || ' ' || c.message || ' ' || c.rule || ' ' || c.reason "
      "from x_reporting_submission s join x_reporting_check c on c.task = s.id order by s.package_code, s.unit_code, s.revision, c.ord");
}
std::vector<std::string> explanations_of(FlowWorld& w) {
  return w.rows(
      "select s.package_code || '/' || s.unit_code || ' ' || e.check_id || ' ' || e.table_code || e.place || ' ' || e.check_key || ' ' || e.words || ' ' || e.written_by "
      "from x_reporting_submission s join x_reporting_explanation e on e.task = s.id order by s.package_code, s.unit_code, e.id");
}

struct Year {
  std::string nhsa, mof;
};
// The whole province has reported, one unit with an explanation; the province has summed and submitted its sum.
Year play(FlowWorld& w) {
  w.post_voucher(kA, Day(2023, 3, 1), "4501", "100.37");
  w.post_voucher(kA, Day(2023, 4, 1), "5101", "50.00");
  w.post_voucher(kB, Day(2023, 3, 1), "4501", "200.37");
  w.post_voucher(kB, Day(2023, 4, 1), "5101", "50.00");
  const std::string all = kProvince + "," + kCity + "," + kA + "," + kB;
  const Year y{w.assign("nhsa-year", kProvince, all, kChief), w.assign("mof-year", kProvince, all, kChief)};
  for (const auto& u : {kCity, kA, kB}) {
    w.fill_in(u, u == kA ? "0.02" : "10", "c" + u);
    w.patch("unit=" + u + "&period=2023-12", "*", R"({"cells":[{"table":"YA","row":"7","col":"1","value":"1234"}]})", "c" + u);
    if (u == kA) w.post("/actions/explain", R"({"package":"nhsa-year","unit":")" + u + R"(","period":"2023-12","check":"Z03","words":"=只有少数人参保"})", "c" + u);
    for (const auto& id : {y.nhsa, y.mof}) w.submit(id, u, "c" + u);
  }
  for (const char* package : {"nhsa-year", "mof-year"})
    w.post("/actions/sum", std::string(R"({"package":")") + package + R"(","unit":"990000","period":"2023-12"})", kChief);
  for (const auto& id : {y.nhsa, y.mof}) w.submit(id, kProvince, kChief, "sum");
  return y;
}

class Packages : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_F(Packages, WhatAProvincePacksAnotherHomeHasCellForCell) {
  const std::vector<std::string> plugins = {"reporting", "report-nhsa", MIF_TEST_MINISTRY};
  FlowWorld here(1, 2, "", "signature none", {}, plugins), there(1, 2, "", "signature none", {}, plugins);
  enrich(here);
  enrich(there);
  play(here);
  for (const char* package : {"nhsa-year", "mof-year"}) {
    const std::string bytes = here.file(std::string("/files/") + package, at(kProvince, "&gather=yes"), kChief);
    EXPECT_EQ(bytes, here.file(std::string("/files/") + package, at(kProvince, "&gather=yes"), kChief));
    const auto preview = there.receive(bytes, false, kChief);
    EXPECT_EQ(preview.exit(), 0) << preview.summary();
    EXPECT_EQ(preview.of("unit", kA, "state"), "preview");
    EXPECT_TRUE(there.get("/submissions", "unit=" + kA, kChief).of("package", package, "revision") == "(none)");
    const auto taken = there.receive(bytes, true, kChief);
    EXPECT_EQ(taken.exit(), 0) << taken.summary();
    for (const auto& u : {kProvince, kCity, kA, kB}) EXPECT_EQ(taken.of("unit", u, "state"), "taken") << u;
    const auto receipt = taken.json->getObject("evidence")->getValue<std::string>("receipt");
    EXPECT_NE(receipt.find("mif-report-receipt/1"), std::string::npos);
    // Once more: nothing happens.
    const auto again = there.receive(bytes, true, kChief);
    for (const auto& u : {kProvince, kCity, kA, kB}) EXPECT_EQ(again.of("unit", u, "state"), "same") << u;
  }
  // A count is a number in the package, and a whole one.
  rp::Limits limits;
  limits.unsigned_too = true;
  const auto set = rp::read_package(here.file("/files/nhsa-year", at(kA), kChief), {}, limits).sets.at(0);
  const auto count = std::find_if(set.tables.at(0).cells.begin(), set.tables.at(0).cells.end(), [](const auto& c) { return c.row == "7"; });
  ASSERT_NE(count, set.tables.at(0).cells.end());
  EXPECT_TRUE(count->kind == rp::Kind::number);
  EXPECT_EQ(count->value + " " + count->printed, "1234 1,234");
  const auto sent = cells_of(here), got = cells_of(there);
  EXPECT_EQ(sent.size(), 4u * (11 + 7));
  EXPECT_EQ(sent, got);
  EXPECT_EQ(checks_of(here), checks_of(there));
  EXPECT_FALSE(checks_of(here).empty());
  EXPECT_EQ(explanations_of(here), explanations_of(there));
  EXPECT_EQ(explanations_of(here).size(), 1u);
  EXPECT_EQ(there.rows("select layer from x_reporting_submission where unit_code = '990000' and package_code = 'nhsa-year'").at(0), "sum");
  // What stands behind the figures came with them.
  EXPECT_EQ(terms_of(here), terms_of(there));
  EXPECT_EQ(results_of(here), results_of(there));
  const auto one = [](const std::vector<std::string>& all, const std::string& part) {
    return std::any_of(all.begin(), all.end(), [&](const std::string& row) { return row.find(part) != std::string::npos; });
  };
  EXPECT_TRUE(one(terms_of(there), " 100000")) << "the opening balance of 1003";
  EXPECT_TRUE(one(terms_of(there), " 1003 10037 -")) << "the other side";
  EXPECT_TRUE(one(got, "试验部门 2023 年报，=甲 审定"));
  EXPECT_TRUE(one(checks_of(there), "没有的指标"));
  // The lines stay where they were written; the questions, what they came to and whence they came are here.
  const auto asked = there.get("/cells/YA/6/1", at(kA, "&revision=latest"), kChief).json, told = here.get("/cells/YA/6/1", at(kA, "&revision=latest"), kChief).json;
  ASSERT_EQ(asked->getArray("terms")->size(), 1u);
  for (const char* name : {"accounts", "amount", "opening", "what", "book", "monthTo", "times"})
    EXPECT_EQ(asked->getArray("terms")->getObject(0)->get(name).toString(), told->getArray("terms")->getObject(0)->get(name).toString()) << name;
  EXPECT_EQ(asked->getArray("terms")->getObject(0)->getValue<std::string>("opening"), "1000.00");
  EXPECT_EQ(asked->getArray("items")->size(), 0u);
  EXPECT_EQ(told->getArray("items")->size(), 2u);
  EXPECT_TRUE(told->isNull("elsewhere"));
  const auto from = asked->getObject("elsewhere");
  EXPECT_EQ(from->getValue<std::string>("unitName") + " " + from->getValue<std::string>("preparedBy") + " " + from->getValue<std::string>("receivedBy"), "县1-1 c" + kA + " " + kChief);
  EXPECT_EQ(from->getValue<std::string>("package").size(), 64u);
  const auto drilled = there.job("report drill", {{"table", "YA"}, {"row", "6"}, {"col", "1"}, {"unit", kA}, {"period", "2023-12"}, {"revision", "1"}}, kChief);
  EXPECT_EQ(drilled.exit(), 0);
  EXPECT_EQ(drilled.size(), 2u) << drilled.summary();  // the opening and what moved
  EXPECT_NE(drilled.summary().find("与该格相等；分录在县1-1"), std::string::npos) << drilled.summary();
  EXPECT_EQ(there.job("report verify", {}, kChief).exit(), 0);
  // A row that somebody changed with its digests is still not what the package says.
  const auto verified = [&](const std::string& change, const std::string& back) {
    there.change(change);
    const auto v = there.job("report verify", {}, kChief);
    there.change(back);
    std::string all;
    for (std::size_t i = 0; i < v.size(); ++i) all += v.item(i, "what") + "\n";
    return all;
  };
  const std::string of = " where task in (select id from x_reporting_submission where package_code = 'nhsa-year' and unit_code = '" + kA + "')";
  EXPECT_NE(verified("update x_reporting_opening set fen = fen + 1" + of, "update x_reporting_opening set fen = fen - 1" + of).find("its data package): YA[6,1] 的取数条件"), std::string::npos);
  EXPECT_NE(verified("update x_reporting_cell set source = 'x'" + of + " and row_code = '10'", "update x_reporting_cell set source = '试验部门 2023 年报，=甲 审定'" + of + " and row_code = '10'").find("its data package): YA[10,1]"), std::string::npos);
  EXPECT_EQ(there.job("report verify", {}, kChief).exit(), 0);
  // A home that has it may hand it on: the same package.
  EXPECT_EQ(there.file("/files/nhsa-year", at(kA), kChief), here.file("/files/nhsa-year", at(kA), kChief));
}

TEST_F(Packages, AFlippedByteAReplayAndAStrangerAreRefused) {
  FlowWorld here(1, 2), there(1, 2);
  const Year y = play(here);
  const std::string first = here.file("/files/nhsa-year", at(kB), kChief);
  std::size_t tried = 0;
  for (std::size_t i = 0; i < first.size(); i += i < 300 || i + 300 > first.size() ? 7u : 211u, ++tried) {
    std::string bad = first;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    ASSERT_EQ(FlowWorld::refused([&] { there.receive(bad, true, kChief); }).rfind("report-package.", 0), 0u) << "byte " << i;
  }
  EXPECT_GT(tried, 100u);
  here.post("/actions/return", R"({"assignment":")" + y.nhsa + R"(","unit":")" + kB + R"(","reason":"人数应为 20"})", kChief);
  here.fill_in(kB, "20", "c" + kB);
  EXPECT_EQ(here.submit(y.nhsa, kB, "c" + kB).item(0, "revision"), "2");
  const std::string second = here.file("/files/nhsa-year", at(kB), kChief);
  EXPECT_EQ(here.file("/files/nhsa-year", at(kB, "&revision=1"), kChief), first);
  EXPECT_EQ(FlowWorld::refused([&] { there.receive(second, true, kChief); }), "report-package.parent");
  EXPECT_EQ(there.receive(first, true, kChief).of("unit", kB, "state"), "taken");
  const auto preview = there.receive(second, false, kChief);
  EXPECT_EQ(preview.of("row", "4", "was") + ">" + preview.of("row", "4", "now"), "10.00>20.00");
  EXPECT_EQ(there.receive(second, true, kChief).of("unit", kB, "state"), "taken");
  EXPECT_EQ(FlowWorld::refused([&] { there.receive(first, true, kChief); }), "report-package.replay");
  EXPECT_EQ(there.cell("YA", "4", kB, kChief, "&revision=latest"), "20.00");
  EXPECT_EQ(there.cell("YA", "4", kB, kChief, "&revision=1"), "10.00");
  // A draft is no report, and only who may manage the unit's reports takes any.
  EXPECT_EQ(FlowWorld::refused([&] { there.receive(here.file("/files/nhsa-year", at(kA, "&revision=draft"), kChief), true, kChief); }), "report.package-draft");
  EXPECT_NE(FlowWorld::refused([&] { there.receive(here.file("/files/nhsa-year", at(kA), kChief), true, "v" + kA); }), "");
  // A table that reads otherwise there.
  for (const auto& entry : fs::recursive_directory_iterator(there.home() / "templates/report"))
    if (entry.path().filename() == "YA.info") std::ofstream(entry.path(), std::ios::app) << "; 改过\n";
  EXPECT_EQ(FlowWorld::refused([&] { there.receive(here.file("/files/nhsa-year", at(kA), kChief), true, kChief); }), "report-package.template-unknown");
  EXPECT_EQ(there.rows("select unit_code from x_reporting_submission where unit_code = '" + kA + "'").size(), 0u);
}

TEST_F(Packages, OnlyTrustedSignaturesAreTaken) {
  const auto ours = crypto::make_pair(true), other = crypto::make_pair(true);
  const auto lay = [](const crypto::KeyPair& mine, const crypto::KeyPair& known) {
    return [&mine, &known](const fs::path& home) {
      fs::create_directories(home / "secrets");
      fs::create_directories(home / "config/keys");
      std::ofstream(home / "secrets/report.pem") << mine.private_pem.view();
      fs::permissions(home / "secrets/report.pem", fs::perms::owner_read | fs::perms::owner_write);
      std::ofstream(home / "config/keys/known.pem") << known.public_pem;
    };
  };
  const std::string signs = "key-id city-1\n signer {\n kind software\n key report.pem\n }\n trust {\n city-1 \"config/keys/known.pem\"\n }";
  FlowWorld here(1, 1, "", signs, lay(ours, ours)), there(1, 1, "", signs, lay(other, ours)), strange(1, 1, "", signs, lay(other, other)), open(1, 1), silent(1, 1, "", "trust {\n city-1 \"config/keys/known.pem\"\n }", lay(other, ours));
  for (FlowWorld* w : {&here, &strange, &open, &silent}) {
    const std::string id = w->assign("nhsa-year", kProvince, kA, kChief);
    w->fill_in(kA, "10", "c" + kA);
    w->submit(id, kA, "c" + kA);
  }
  const std::string good = here.file("/files/nhsa-year", at(kA), kChief);
  EXPECT_EQ(good, here.file("/files/nhsa-year", at(kA), kChief));  // packed once, though SM2 signs otherwise each time
  EXPECT_EQ(FlowWorld::refused([&] { there.receive(open.file("/files/nhsa-year", at(kA), kChief), true, kChief); }), "report-package.unsigned");
  EXPECT_EQ(FlowWorld::refused([&] { there.receive(strange.file("/files/nhsa-year", at(kA), kChief), true, kChief); }), "report-package.signature");
  EXPECT_EQ(FlowWorld::refused([&] { silent.file("/files/nhsa-year", at(kA), kChief); }), "report.signer-missing");
  const auto taken = there.receive(good, true, kChief);
  EXPECT_EQ(taken.of("unit", kA, "state"), "taken");
  EXPECT_NE(taken.json->getObject("evidence")->getValue<std::string>("receipt").find("\"algorithm\":\"sm2-sm3\""), std::string::npos);
  // A file of many units is signed by who gathers; its units keep their own seals.
  const auto opened = rp::read_package(here.file("/files/nhsa-year", at(kProvince, "&gather=yes"), kChief), [](const rp::Seal&, std::string_view) { return true; });
  EXPECT_EQ(opened.top.seal.key_id, "city-1");
  EXPECT_EQ(opened.sets.at(0).seal.key_id, "city-1");
}

TEST_F(Packages, AUnitWithoutANetworkFillsInByAFile) {
  FlowWorld province(1, 2), alone(1, 2);
  const std::string id = province.assign("nhsa-year", kProvince, kA + "," + kB, kChief, "2023-12-20");
  EXPECT_EQ(FlowWorld::refused([&] { province.file("/kits/nhsa-year", at(kCity), kChief); }), "report.kit-not-asked");
  province.fill_in(kA, "7", "c" + kA);  // what the province knows of it goes along
  const std::string kit = province.file("/kits/nhsa-year", at(kA), kChief);
  EXPECT_EQ(alone.receive(kit, false, kChief).of("unit", kA, "state"), "preview");
  const auto begun = alone.receive(kit, true, kChief);
  EXPECT_EQ(begun.of("unit", kA, "state"), "task") << begun.summary();
  EXPECT_EQ(alone.receive(kit, true, kChief).of("unit", kA, "state"), "same");
  EXPECT_EQ(alone.cell("YA", "4", kA, "c" + kA), "7.00");
  alone.post_voucher(kA, Day(2023, 5, 1), "4501", "12.34");
  alone.fill_in(kA, "9", "c" + kA);
  const std::string task = begun.of("state", "task", "submission");
  alone.submit(task, kA, "c" + kA);
  const std::string back = alone.file("/files/nhsa-year", at(kA), "c" + kA);
  EXPECT_EQ(province.receive(back, true, kChief).of("unit", kA, "state"), "taken");
  EXPECT_EQ(province.cell("YA", "1", kA, kChief, "&revision=latest"), "12.34");
  EXPECT_EQ(province.cell("YA", "4", kA, kChief, "&revision=latest"), "9.00");
  EXPECT_EQ(province.get("/status", "assignment=" + id, kChief).of("unit", kA, "state"), "submitted");
  EXPECT_EQ(province.get("/status", "assignment=" + id, kChief).of("unit", kB, "state"), "none");
  // The same by command, from a file below the home.
  const auto made = province.job("report kit", {{"unit", kB}, {"period", "2023-12"}, {"package", "nhsa-year"}, {"out", province.home()}}, kChief);
  EXPECT_EQ(made.item(0, "form"), "kit");
  EXPECT_EQ(alone.job("report receive", {{"file", province.home() / made.item(0, "file")}, {"apply", "yes"}}, kChief).of("unit", kB, "state"), "task");
}

TEST_F(Packages, CommandsNameTheFilesAndExportXbrl) {
  FlowWorld w(1, 2);
  play(w);
  auto made = w.job("report package", {{"unit", kA}, {"period", "2023-12"}}, kChief);
  ASSERT_EQ(made.size(), 2u);
  EXPECT_EQ(made.of("package", "nhsa-year", "file"), "县1-1_nhsa-year_2023-12_r1.zip");
  EXPECT_EQ(w.job("report package", {{"unit", kA}}, kChief).size(), 2u);
  made = w.job("report package", {{"unit", kProvince}, {"period", "2023-12"}, {"package", "nhsa-year"}, {"gather", "yes"}}, kChief);
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made.item(0, "units"), "4");
  made = w.job("report package", {{"unit", kA}, {"period", "2023-12"}, {"package", "nhsa-year"}, {"form", "xbrl-csv"}}, kChief);
  EXPECT_EQ(made.item(0, "file"), "县1-1_nhsa-year_2023-12_r1-xbrl-csv.zip");
  EXPECT_EQ(FlowWorld::refused([&] { w.job("report package", {{"unit", kA}, {"period", "2023-12"}, {"form", "pdf"}}, kChief); }), "report.package-form");
  const auto opened = rp::read_package(w.file("/files/nhsa-year", at(kA), kChief), {}, [] { rp::Limits l; l.unsigned_too = true; return l; }());
  const auto& set = opened.sets.at(0);
  EXPECT_EQ(set.manifest.unknown.count("draft"), 0u);
  EXPECT_EQ(set.attachments.at(0).name, "nhsa-year.xlsx");
  EXPECT_FALSE(set.tables.at(0).lineage.empty());
  EXPECT_EQ(set.manifest.ledger.state, "open");
  EXPECT_EQ(set.explanations.at(0).text, "=只有少数人参保");
}

}  // namespace
}  // namespace mif::testing
