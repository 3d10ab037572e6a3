// SPDX-License-Identifier: Apache-2.0
// Files of many units on their way: written to a folder and taken from a path, unit by unit, told how far it is, or not taken at all.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "flow_world.h"
#include "report-package/digests.h"
#include "report-package/zip.h"

namespace mif::testing {
namespace {

namespace rp = report_package;
namespace fs = std::filesystem;

const std::string kProvince = "990000", kChief = "c990000", kA = FlowWorld::county(1, 1), kB = FlowWorld::county(1, 2), kC = FlowWorld::county(1, 3);

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class GatheredFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
    here = std::make_unique<FlowWorld>(1, 3);
    there = std::make_unique<FlowWorld>(1, 3);
    const std::string id = here->assign("nhsa-year", kProvince, kA + "," + kB + "," + kC, kChief);
    for (const auto& unit : {kA, kB, kC}) {
      here->post_voucher(unit, Day(2023, 3, 1), "4501", "100." + unit.substr(unit.size() - 2));
      here->fill_in(unit, "10", "c" + unit);
      here->submit(id, unit, "c" + unit);
    }
  }
  FlowWorld::Answer package(const fs::path& folder, std::vector<std::string>* told = nullptr) {
    return here->job("report package", {{"unit", kProvince}, {"period", "2023-12"}, {"package", "nhsa-year"}, {"gather", "yes"}, {"out", folder}}, kChief, told);
  }
  FlowWorld::Answer receive(const fs::path& file, const std::vector<std::pair<std::string, std::string>>& more, std::vector<std::string>* told = nullptr) {
    std::vector<std::pair<std::string, std::string>> params = {{"file", file}};
    params.insert(params.end(), more.begin(), more.end());
    return there->job("report receive", params, kChief, told);
  }
  std::size_t objects() const {
    std::size_t n = 0;
    std::error_code none;
    for (const auto& e : fs::recursive_directory_iterator(there->home(), none)) n += e.is_regular_file() && e.path().string().find("objects") != std::string::npos;
    return n;
  }
  std::unique_ptr<FlowWorld> here, there;
};

TEST_F(GatheredFiles, AreWrittenIntoAFolderThatIsMadeAndTakenFromThereUnitByUnit) {
  const fs::path folder = here->home() / "out/2023/12";
  std::vector<std::string> told;
  const auto made = package(folder, &told);
  ASSERT_EQ(made.of("form", "package", "units"), "3") << made.summary();
  EXPECT_EQ(told.front(), "打包 0/5");
  EXPECT_EQ(told.back(), "打包 5/5");
  const fs::path file = folder / made.of("form", "package", "file");
  const std::string bytes = bytes_of(file);
  EXPECT_EQ(std::to_string(bytes.size()), made.of("form", "package", "bytes"));
  EXPECT_EQ(bytes, here->file("/files/nhsa-year", "unit=" + kProvince + "&period=2023-12&gather=yes", kChief));
  EXPECT_EQ(made.of("form", "package", "object").size(), 64u);

  told.clear();
  const auto seen = receive(file, {}, &told);
  for (const auto& unit : {kA, kB, kC}) EXPECT_EQ(seen.of("unit", unit, "state"), "preview");
  EXPECT_NE(std::find(told.begin(), told.end(), "预览数据包 2/3"), told.end());
  // The cells of one unit only, and all of them counted.
  const auto one = receive(file, {{"unit", kB}});
  EXPECT_EQ(one.json->getArray("items")->size(), 3 + (seen.size() - 3) / 3);
  EXPECT_NE(one.summary().find("其余用 unit"), std::string::npos) << one.summary();
  EXPECT_EQ(there->rows("select unit_code from x_reporting_submission").size(), 0u);

  const auto taken = receive(file, {{"apply", "yes"}});
  for (const auto& unit : {kA, kB, kC}) EXPECT_EQ(taken.of("unit", unit, "state"), "taken");
  const auto receipt = taken.json->getObject("evidence")->getValue<std::string>("receipt");
  EXPECT_NE(receipt.find(rp::sha256(bytes)), std::string::npos) << receipt;
  EXPECT_EQ(there->cell("YA", "1", kC, kChief, "&revision=latest"), here->cell("YA", "1", kC, kChief, "&revision=latest"));
  EXPECT_EQ(there->job("report verify", {}, kChief).exit(), 0);
  // Handed on: gathered out of the one file they came in, it is the same file.
  EXPECT_EQ(there->file("/files/nhsa-year", "unit=" + kProvince + "&period=2023-12&gather=yes", kChief), bytes);
}

TEST_F(GatheredFiles, OneBitInAnyUnitAndNothingOfTheFileIsTaken) {
  const fs::path folder = here->home() / "out";
  const fs::path file = folder / package(folder).of("form", "package", "file"), bad = folder / "bad.zip";
  const std::string good = bytes_of(file);
  const std::size_t before = objects();
  const rp::TextSource source(good);
  std::set<std::string> units;
  for (const auto& f : rp::index_of(source, {}).files) {
    units.insert(f.name.substr(0, f.name.find('/', 6)));
    std::string changed = good;
    changed[f.at + f.packed / 2] = static_cast<char>(changed[f.at + f.packed / 2] ^ 8);
    std::ofstream(bad, std::ios::binary) << changed;
    EXPECT_EQ(FlowWorld::refused([&] { receive(bad, {{"apply", "yes"}}); }).rfind("report-package.", 0), 0u) << f.name;
  }
  EXPECT_GE(units.size(), 4u);
  EXPECT_EQ(there->rows("select unit_code from x_reporting_submission").size(), 0u);
  EXPECT_EQ(objects(), before);
  EXPECT_EQ(FlowWorld::refused([&] { receive(folder / "not there.zip", {}); }), "report-package.unreadable");
  EXPECT_EQ(receive(file, {{"apply", "yes"}}).of("unit", kB, "state"), "taken");
  EXPECT_GT(objects(), before);
}

TEST_F(GatheredFiles, AUnitThatIsRefusedDoesNotKeepTheOthersOut) {
  const fs::path folder = here->home() / "out";
  const fs::path file = folder / package(folder).of("form", "package", "file");
  const std::string id = there->assign("nhsa-year", kProvince, kB, kChief);
  there->fill_in(kB, "20", "c" + kB);
  there->submit(id, kB, "c" + kB);
  const auto taken = receive(file, {{"apply", "yes"}});
  EXPECT_EQ(taken.exit(), 3);
  EXPECT_EQ(taken.of("unit", kA, "state"), "taken");
  EXPECT_EQ(taken.of("unit", kB, "state"), "refused");
  EXPECT_EQ(taken.of("unit", kC, "state"), "taken");
}

TEST_F(GatheredFiles, AFolderThatCannotBeMadeIsOneSentence) {
  std::ofstream(here->home() / "a file") << "x";
  for (const fs::path& folder : {here->home() / "a file", here->home() / "a file/below"}) {
    EXPECT_EQ(FlowWorld::refused([&] { package(folder); }), "report.folder-unmade") << folder;
    EXPECT_EQ(FlowWorld::refused([&] { here->job("report package", {{"unit", kA}, {"period", "2023-12"}, {"out", folder}}, kChief); }), "report.folder-unmade");
  }
}

}  // namespace
}  // namespace mif::testing
