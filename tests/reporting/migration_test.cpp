// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "sheet/migration.h"
#include "sheet_fixture.h"

namespace mif::reporting {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

PackageText package(const std::string& code, const std::string& rows, const std::string& cols, const std::string& extra = {}) {
  const std::string folder = "t/" + code;
  std::map<std::string, std::string> files = {{folder + "/package.info", "package { code " + code + " title 试 valid { from 2023-01 } }\ntables { T \"\"" + std::string(extra.empty() ? "" : " U \"\"") + " }\n"},
                                              {folder + "/T.info", "table { code T title 试表 scheme 310 }\nrows { " + rows + " }\ncols { " + cols + " }\n"}};
  if (!extra.empty()) files[folder + "/U.info"] = extra;
  return read_package(memory_files(files), folder);
}
const PackageText kOld = package("old", "1 \"一、保险费收入\" 2 \"二、利息收入\" 3 \"三、其他收入\" 4 合计", "1 金额 2 同比");
const PackageText kNew = package("new", "1 \"一、保险费收入\" 2 \"二、财政补贴收入\" 3 \"三、利息收入\" 4 \"四、其他各项收入\" 5 合计", "1 金额 2 同比",
                                 "table { code U title 新表 scheme 310 }\nrows { 1 a }\ncols { 1 b }\n");

Migration loaded(const std::string& text) { return load_migration(memory_files({{"m", text}}).info("m"), "m", kOld, kNew); }
std::string refused(const std::string& text) {
  return complaint([&] { (void)loaded(text); });
}
const std::string kHead = "migration { from old to new }\n";

TEST(Migration, RowsAreMatchedByNameWhateverTheirNumber) {
  const Mapping mapping = map_packages(kOld, kNew);
  const Migration m = loaded(write_info(mapping.migration));
  EXPECT_THAT(m.before("T", "1", "1"), ElementsAre(OldCell{"T", "1", "1"}));
  EXPECT_THAT(m.before("T", "3", "2"), ElementsAre(OldCell{"T", "2", "2"}));
  EXPECT_THAT(m.before("T", "5", "1"), ElementsAre(OldCell{"T", "4", "1"}));
  EXPECT_THAT(m.before("T", "2", "1"), IsEmpty()) << "a line that is new has no year before, though its number had";
  EXPECT_THAT(m.before("T", "4", "1"), IsEmpty());
  EXPECT_THAT(m.before("U", "1", "1"), IsEmpty());
  EXPECT_THAT(mapping.unmatched, ElementsAre(HasSubstr("表 T 行次 2「二、财政补贴收入」：旧表没有同名的"), HasSubstr("表 T 行次 4「四、其他各项收入」：旧表没有同名的"), HasSubstr("旧表 T 行次 3「三、其他收入」：新表没有对应"),
                                             HasSubstr("表 U「新表」：旧包没有同号或同名的表")));
}

TEST(Migration, AnUnchangedPackageNeedsNoLine) {
  const Mapping mapping = map_packages(kOld, clone_package(kOld, "next", "t/next", {2024, 1}));
  EXPECT_EQ(mapping.migration.children.size(), 1u);
  EXPECT_THAT(mapping.unmatched, IsEmpty());
}

TEST(Migration, SeveralOldLinesAddUpAndACellMayHaveItsOwn) {
  const Migration m = loaded(kHead + "table T { row 4 { from \"2+3\" } col 2 { from \"1+2\" } cell \"[1,1]\" { from \"[4,1]+T[3,2]\" } }");
  EXPECT_THAT(m.before("T", "4", "1"), ElementsAre(OldCell{"T", "2", "1"}, OldCell{"T", "3", "1"}));
  EXPECT_THAT(m.before("T", "4", "2"), testing::SizeIs(4));
  EXPECT_THAT(m.before("T", "1", "1"), ElementsAre(OldCell{"T", "4", "1"}, OldCell{"T", "3", "2"}));
}

TEST(Migration, AMistakeNamesFileAndLine) {
  EXPECT_THAT(refused("table T { }"), HasSubstr("缺少 (lacks) migration"));
  EXPECT_THAT(refused("migration { from x to new }"), HasSubstr("m:1: from 应为 “old”"));
  EXPECT_THAT(refused(kHead + "table X { }"), HasSubstr("m:2: new 没有表 “X”"));
  EXPECT_THAT(refused(kHead + "table T {\n row 9 { from 1 } }"), HasSubstr("m:3: new 的表 T 没有行次 “9”"));
  EXPECT_THAT(refused(kHead + "table T {\n row 5 { from 9 } }"), HasSubstr("m:3: old 的表 T 没有行次 “9”"));
  EXPECT_THAT(refused(kHead + "table T {\n row 5 { from 1 }\n row 5 { from 2 } }"), HasSubstr("m:4: 行次 “5” 写了两次"));
  EXPECT_THAT(refused(kHead + "table U {\n from - row 1 { from 1 } }"), HasSubstr("没有旧表"));
  EXPECT_THAT(refused(kHead + "table U { }"), HasSubstr("old 没有表 “U”"));
  EXPECT_THAT(refused(kHead + "table T { cell \"[*,1]\" { from \"[1,1]\" } }"), HasSubstr("单元格写作 [行,栏]"));
  EXPECT_THAT(refused(kHead + "table T { cell \"[1,1]\" { from \"[1,7]\" } }"), HasSubstr("没有栏号 “7”"));
}

TEST(Migration, ACloneStandsBesideTheOldOneWhenThatEnds) {
  const char* const folder = "templates/report/nhsa/2023-month";
  const PackageText old = read_package(source_files(), folder);
  const PackageText next = clone_package(old, "nhsa-2024-month", "t/nhsa/2024-month", {2024, 1});
  EXPECT_THAT(complaint([&] { (void)clone_package(old, old.code(), "t", {2024, 1}); }), HasSubstr("[report.clone-code]"));
  PackageText ended = ended_before(old, {2024, 1});
  ended.folder = "t/nhsa/2023-month";
  std::map<std::string, std::string> files = {{"t/dimensions.info", source_files().bytes("templates/report/dimensions.info")}};
  for (const PackageText* p : {static_cast<const PackageText*>(&ended), &next})
    for (const auto& [path, text] : files_of(*p)) files[path] = text;
  const auto catalog = Catalog::load(memory_files(files), "t", {{"nhsa", "r", ended.folder}, {"nhsa", "r", next.folder}});
  EXPECT_EQ(catalog->find("NHSA_M01", {2023, 12})->file, "t/nhsa/2023-month/NHSA_M01.info");
  EXPECT_EQ(catalog->find("NHSA_M01", {2024, 1})->file, "t/nhsa/2024-month/NHSA_M01.info");
}

}  // namespace
}  // namespace mif::reporting
