// SPDX-License-Identifier: Apache-2.0
// 导入 of the ministry's forms: what was exported comes back without a difference, input cells are taken, all others are compared.
#include <Poco/DateTime.h>
#include <Poco/Path.h>
#include <Poco/Zip/Compress.h>
#include <Poco/Zip/ZipArchive.h>
#include <Poco/Zip/ZipStream.h>
#include <Poco/MemoryStream.h>
#include <Poco/StreamCopier.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "flow_world.h"

namespace mif::testing {
namespace {

std::string zip(const std::map<std::string, std::string>& files) {
  std::ostringstream out;
  Poco::Zip::Compress to(out, true);
  for (const auto& [name, bytes] : files) {
    std::istringstream in(bytes);
    to.addFile(in, Poco::DateTime(2023, 1, 1), Poco::Path(name, Poco::Path::PATH_UNIX));
  }
  to.close();
  return out.str();
}
std::map<std::string, std::string> unzipped(const std::string& bytes) {
  Poco::MemoryInputStream in(bytes.data(), bytes.size());
  Poco::Zip::ZipArchive archive(in);
  std::map<std::string, std::string> all;
  for (auto part = archive.headerBegin(); part != archive.headerEnd(); ++part) {
    in.clear();
    Poco::Zip::ZipInputStream stream(in, part->second);
    Poco::StreamCopier::copyToString(stream, all[part->first]);
  }
  return all;
}
// The workbook with other words or numbers in it, wherever they stand.
std::string edited(const std::string& workbook, const std::vector<std::pair<std::string, std::string>>& changes) {
  auto parts = unzipped(workbook);
  for (const auto& [from, to] : changes) {
    int found = 0;
    for (auto& [name, text] : parts)
      if (name.rfind("xl/worksheets/", 0) == 0 || name == "xl/sharedStrings.xml")
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
          text.replace(at, from.size(), to);
          ++found;
        }
    EXPECT_GT(found, 0) << from;
  }
  return zip(parts);
}
std::string edited(const std::string& workbook, const std::string& from, const std::string& to) { return edited(workbook, {{from, to}}); }

class FormImport : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!TestDatabase::missing().empty()) return;
    world_ = new FlowWorld(3, 3, FlowWorld::county(3, 3));
    for (int i = 1; i <= 3; ++i) world_->post_voucher(FlowWorld::county(1, i), Day(2023, 7, 1), "5101", std::to_string(100 * i) + ".00");
    for (int c = 2; c <= 3; ++c) world_->post_voucher(FlowWorld::county(c, 1), Day(2023, 7, 1), "5101", "100.00");
  }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }
  void SetUp() override {
    if (!world_) GTEST_SKIP() << TestDatabase::missing();
  }
  FlowWorld& w() { return *world_; }
  std::string form(const std::string& unit, const std::string& format = "xlsx") { return w().file("/export", "package=nhsa-year&unit=" + unit + "&period=2023-12&format=" + format, "c" + unit); }
  FlowWorld::Answer import(const std::string& bytes, const std::string& login, const std::string& more = {}) { return w().post("/imports", bytes, login, "period=2023-12" + more); }
  std::string refusal(const std::string& bytes, const std::string& login, const std::string& more = {}) {
    try {
      import(bytes, login, more);
    } catch (const Error& e) {
      return e.what();
    }
    return {};
  }
  static FlowWorld* world_;
};
FlowWorld* FormImport::world_ = nullptr;

TEST_F(FormImport, AnExportComesBackWithoutADifference) {
  const std::string unit = FlowWorld::county(1, 1), who = "c" + unit;
  w().fill_in(unit, "12", who);
  for (const char* format : {"xlsx", "xlsx-formulas", "csv"}) {
    const auto preview = import(form(unit, format), who, "&unit=" + unit);
    EXPECT_EQ(preview.size(), 0u) << format << " " << preview.summary();
    EXPECT_EQ(preview.exit(), 0);
    EXPECT_EQ(import(form(unit, format), who, "&apply=yes").exit(), 0);
  }
  EXPECT_EQ(w().job("report verify", {}, "c990000").exit(), 0);
}

TEST_F(FormImport, InputCellsAreTakenAndComputedOnesCompared) {
  const std::string unit = FlowWorld::county(1, 2), who = "c" + unit;
  w().fill_in(unit, "80", who);
  // 80 persons become 50: 200.00 / 50 = 4, and the form still says 2.5; 200.00 paid becomes 999.00, which nobody may type.
  const std::string changed = edited(form(unit), {{"<v>80</v>", "<v>50</v>"}, {"<v>200</v>", "<v>999</v>"}});
  const auto preview = import(changed, who);
  EXPECT_EQ(preview.exit(), 3);
  EXPECT_EQ(preview.of("row", "4", "was") + " " + preview.of("row", "4", "now") + " " + preview.of("row", "4", "state"), "80.00 50.00 preview");
  EXPECT_EQ(preview.of("row", "2", "state"), "differs");
  EXPECT_EQ(preview.of("row", "2", "was") + " " + preview.of("row", "2", "now"), "200.00 999");
  EXPECT_NE(preview.of("row", "2", "complaint").find("没有导入"), std::string::npos);
  EXPECT_EQ(preview.of("row", "5", "was"), "4.00") << "compared with the report as it would be";
  EXPECT_EQ(preview.of("row", "8", "state"), "(none)");
  EXPECT_NE(preview.summary().find("1 格不同，另有 2 格不能填的与系统的数不同"), std::string::npos) << preview.summary();
  EXPECT_EQ(w().cell("YA", "4", unit, who), "80.00") << "a preview writes nothing";
  EXPECT_EQ(w().cell("YA", "5", unit, who), "2.5");
  const auto taken = import(changed, who, "&apply=yes");
  EXPECT_EQ(taken.of("row", "4", "state"), "applied");
  EXPECT_EQ(w().cell("YA", "4", unit, who), "50.00");
  EXPECT_EQ(w().cell("YA", "5", unit, who), "4");
  EXPECT_EQ(w().cell("YA", "2", unit, who), "200.00") << "what is fetched is not overridden";
  EXPECT_EQ(w().get("/history", "table=YA&row=4&col=1&unit=" + unit + "&period=2023-12", who).size(), 2u);
  // A cell emptied in the form is emptied here, and the summary says so.
  const auto cleared = import(edited(form(unit), "<v>50</v>", ""), who);
  EXPECT_EQ(cleared.of("row", "4", "now"), "");
  EXPECT_NE(cleared.summary().find("清空 1 格"), std::string::npos) << cleared.summary();
  EXPECT_EQ(w().job("report verify", {}, "c990000").exit(), 0);
}

TEST_F(FormImport, OneWrongCellAndNothingOfTheUnitIsTaken) {
  const std::string a = FlowWorld::county(2, 1), b = FlowWorld::county(2, 2), chief = "c" + FlowWorld::city(2);
  for (const auto& unit : {a, b}) w().fill_in(unit, "70", "c" + unit);
  const std::string good = edited(form(a), "<v>70</v>", "<v>71</v>"), finer = edited(form(b), "<v>70</v>", "<v>70.001</v>");
  const std::string both = zip({{"乙/b.xlsx", finer}, {"甲/a.xlsx", good}, {"__MACOSX/甲/a.xlsx", "x"}});
  const auto preview = import(both, chief);
  EXPECT_EQ(preview.exit(), 3);
  EXPECT_EQ(preview.of("now", "71.00", "unit"), a);
  EXPECT_EQ(preview.of("now", "70.001", "state"), "refused");
  EXPECT_NE(preview.of("now", "70.001", "complaint").find("文件 乙/b.xlsx 的工作表 YA 的 C"), std::string::npos) << preview.of("now", "70.001", "complaint");
  const auto taken = import(both, chief, "&apply=yes");
  EXPECT_NE(taken.summary().find("导入 1/2 个单位"), std::string::npos) << taken.summary();
  EXPECT_EQ(w().cell("YA", "4", a, chief), "71.00");
  EXPECT_EQ(w().cell("YA", "4", b, chief), "70.00");
  // A submitted report is not typed into by a file either.
  const std::string id = w().assign("nhsa-year", FlowWorld::city(2), a, chief);
  w().submit(id, a, "c" + a);
  const auto fixed = import(edited(form(a), "<v>71</v>", "<v>72</v>"), chief);
  EXPECT_NE(fixed.of("unit", a, "complaint").find("report.fixed"), std::string::npos);
  // Somebody of another county may not even preview.
  EXPECT_NE(refusal(good, "c" + FlowWorld::county(1, 1)).find("report.form-unit"), std::string::npos);
}

TEST_F(FormImport, AWrongFileIsOneSentenceAndNothingApplied) {
  const std::string unit = FlowWorld::county(1, 3), who = "c" + unit, chief = "c" + FlowWorld::city(1);
  w().fill_in(unit, "60", who);
  const std::string good = form(unit);
  EXPECT_NE(refusal(good, chief, "&unit=" + FlowWorld::county(1, 1) + "&name=a.xlsx").find("report.other-unit"), std::string::npos);
  EXPECT_NE(refusal(edited(good, "2023 年 12 月", "2022 年 12 月"), who, "&apply=yes&name=a.xlsx").find("文件 a.xlsx 的工作表 YA 的 "), std::string::npos);
  EXPECT_NE(refusal(edited(good, "单位：元", "单位：万元"), who, "&apply=yes").find("report.form-money"), std::string::npos);
  EXPECT_NE(refusal(edited(good, "参保人数", "参保户数"), who, "&apply=yes").find("report.form-name"), std::string::npos);
  EXPECT_NE(refusal(edited(good, "县1-3", "没有的县"), chief, "&apply=yes").find("report.form-unit"), std::string::npos);
  EXPECT_NE(refusal(zip({{"a.xlsx", good}, {"b.xlsx", good}}), who).find("report.form-twice"), std::string::npos);
  EXPECT_NE(refusal(zip({{"a.csv", "单位,表号,行号,栏号,金额\n" + unit + ",YA,4,1,1\n"}, {"b.xlsx", good}}), who).find("report.form-twice"), std::string::npos);
  EXPECT_NE(refusal("甲,乙\n1,2\n", who).find("report.import-form"), std::string::npos);
  EXPECT_NE(refusal(zip({{"x/a.xlsx", good.substr(0, good.size() / 2)}}), who).find("x/a.xlsx"), std::string::npos);
  auto macro = unzipped(good);
  macro["xl/vbaProject.bin"] = "x";
  EXPECT_NE(refusal(zip(macro), who).find("宏"), std::string::npos);
  auto entity = unzipped(good);
  entity["xl/sharedStrings.xml"].insert(entity["xl/sharedStrings.xml"].find("<sst"), "<!DOCTYPE s SYSTEM \"file:///etc/passwd\">");
  EXPECT_NE(refusal(zip(entity), who).find("DTD"), std::string::npos);
  // Many small files are as large as one.
  std::map<std::string, std::string> many;
  for (int i = 0; i < 30; ++i)
    for (int r = 0; r < 1000; ++r) many[std::to_string(i) + ".csv"] += "a" + std::string(99, ',') + "b\n";
  EXPECT_NE(refusal(zip(many), who).find("report.import-large"), std::string::npos);
  EXPECT_EQ(w().cell("YA", "4", unit, who), "60.00");
}

TEST_F(FormImport, AUnitWithoutBooksIsReadOutOfItsAssignmentsAndFiledFromItsForm) {
  const std::string unit = FlowWorld::county(3, 3), city = FlowWorld::city(3), chief = "c" + city;
  EXPECT_EQ(w().get("/packages", "unit=" + unit + "&period=2023-12", chief).size(), 0u) << "nobody asks it for anything yet";
  w().assign("nhsa-year", city, unit, chief);
  const auto packages = w().get("/packages", "unit=" + unit + "&period=2023-12", chief);
  ASSERT_EQ(packages.size(), 1u);
  EXPECT_EQ(packages.item(0, "code"), "nhsa-year");
  EXPECT_TRUE(packages.json->getValue<bool>("bookless"));
  EXPECT_EQ(packages.json->getArray("items")->getObject(0)->getArray("tables")->size(), 1u);
  EXPECT_EQ(w().get("/packages", "unit=" + unit + "&period=2022-12", chief).size(), 0u);
  EXPECT_NE(FlowWorld::refused([&] { w().get("/packages", "unit=" + unit + "&period=2023-12", "c" + FlowWorld::county(1, 1)); }), "");
  // The form of a neighbour, filled in for it.
  const std::string a = FlowWorld::county(3, 1);
  w().fill_in(a, "30", "c" + a);
  const std::string filled = edited(form(a), "县3-1", "县3-3");
  EXPECT_EQ(FlowWorld::refused([&] { w().post("/submissions", form(a), chief, "package=nhsa-year&unit=" + unit + "&period=2023-12"); }), "report.other-unit");
  const auto filed = w().post("/submissions", filled, chief, "package=nhsa-year&unit=" + unit + "&period=2023-12");
  EXPECT_EQ(filed.item(0, "origin"), "imported");
  EXPECT_EQ(w().cell("YA", "4", unit, chief, "&revision=1"), "30.00");
  EXPECT_EQ(w().cell("YA", "2", unit, chief, "&revision=1"), "100.00");
}

TEST_F(FormImport, ChecksOfWhatIsComputedAreAnsweredAndTheRestIsListed) {
  const std::string unit = FlowWorld::city(1), who = "c" + unit;
  w().post("/compute", R"({"unit":")" + unit + R"(","period":"2023-12","package":"nhsa-year"})", who);
  const auto checks = w().get("/checks", "unit=" + unit + "&period=2023-12", who);
  EXPECT_GE(checks.size(), 3u);
  ASSERT_EQ(checks.json->getArray("notComputed")->size(), 1u);
  EXPECT_EQ(checks.json->getArray("notComputed")->getObject(0)->getValue<std::string>("package"), "mof-year");
  EXPECT_EQ(FlowWorld::refused([&] { w().get("/checks", "unit=" + unit + "&period=2023-12&package=mof-year", who); }), "report.not-computed");
}

}  // namespace
}  // namespace mif::testing
