// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fixture.h"

namespace mif::reporting {
namespace {

std::string table(const std::string& rest, const std::string& code = "T") {
  return "table { code " + code + " title 试表 scheme 310 }\nrows { 1 甲 2 乙 3 丙 }\ncols { 1 a 2 b }\n" + rest;
}
std::string refused(const std::string& rest) {
  return complaint([&] { (void)small_catalog({{"T", table(rest)}}); });
}

TEST(Table, EveryShippedTemplateLoads) {
  EXPECT_EQ(shipped_catalog()->packages().size(), 12u);
  EXPECT_EQ(shipped_catalog()->bridges().size(), 1u);
}

TEST(Table, AMoreExactTargetWinsAndTwoEqualOnesAreRefused) {
  const auto catalog = small_catalog({{"T", table("formulas {\n f { at \"[1:3,1]\" expr 1 }\n f { at \"[2,1]\" expr 2 }\n}")}});
  const Table& t = catalog->table("T", {2023, 1});
  EXPECT_EQ(t.formulas[static_cast<std::size_t>(t.rule(1, 0).formula)].text, "2");
  const std::string both = refused("formulas {\n f { at \"[*,1]\" expr 1 }\n f { at \"[2,*]\" expr 2 }\n}");
  EXPECT_NE(both.find("t/p/T.info:6: [2,1] 有两条"), std::string::npos) << both;
}

TEST(Table, AMistakeNamesFileLineAndRange) {
  EXPECT_EQ(refused("formulas {\n f { at \"[1,1]\" expr \"[1,77]\" }\n}"),
            "t/p/T.info:5: T：找不到栏号 “77”，本表栏号为 1–2 (no such column) [report.col-not-found]");
  EXPECT_NE(refused("formulas {\n f { at \"[9,1]\" expr 1 }\n}").find("T.info:5: T：找不到行号 “9”，本表行号为 1–3"), std::string::npos);
  EXPECT_NE(refused("formulas {\n f { at \"[1,1]\" expr \"U[1,1]\" }\n}").find("没有报表 (no table) \"U\""), std::string::npos);
  EXPECT_NE(refused("blocked { x \"[2,2]\" }\nformulas {\n f { at \"[1,1]\" expr \"[2,2]\" }\n}").find("不可填的格"), std::string::npos);
  EXPECT_NE(refused("formulas {\n f { at \"[1,1]\" expr \"[*,2]\" }\n}").find("公式里不能用 *"), std::string::npos);
  EXPECT_NE(refused("formulas {\n f { at \"[1,1]\" expr \"[1:3,2]\" }\n}").find("范围只能放在"), std::string::npos);
  EXPECT_NE(refused("formula { }").find("T.info:4: 不认识 (unknown) \"formula\""), std::string::npos);
  EXPECT_NE(refused("checks { c { id A expr \"[1,1]=[,2]\" } }").find("没有“本行”"), std::string::npos);
}

TEST(Table, ACycleIsRefusedWithItsPath) {
  const std::string sentence = refused("formulas {\n f { at \"[1,1]\" expr \"[2,1]+1\" }\n f { at \"[2,1]\" expr \"[3,2]\" }\n f { at \"[3,2]\" expr \"[1,1]\" }\n}");
  EXPECT_NE(sentence.find("公式循环引用 (cycle): T[1,1] → T[2,1] → T[3,2] → T[1,1]"), std::string::npos) << sentence;
  EXPECT_EQ(sentence.rfind("t/p/T.info:", 0), 0u) << sentence;
}

TEST(Table, ACycleAcrossTablesIsRefused) {
  const std::string sentence = complaint([] {
    (void)small_catalog({{"T", table("formulas { f { at \"[1,1]\" expr \"U[1,1]\" } }")}, {"U", table("formulas { f { at \"[1,1]\" expr \"T[1,1]\" } }", "U")}});
  });
  EXPECT_NE(sentence.find("T[1,1] → U[1,1] → T[1,1]"), std::string::npos) << sentence;
}

TEST(Table, AReferenceToTheMonthBeforeIsNoCycle) {
  EXPECT_EQ(refused("formulas { f { at \"[1,1]\" expr \"[1,1]{上月}+1\" } }"), "");
}

}  // namespace
}  // namespace mif::reporting
