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

TEST(Table, TheUnitAndItsDecimalsSayWhatIsPrinted) {
  const auto printed = [](const std::string& unit, const char* amount) {
    const auto catalog = small_catalog({{"T", "table { code T title 试表 " + unit + " }\nrows { 1 甲 }\ncols { 1 a }\n"}});
    return text(catalog->table("T", {2023, 1}).printed(Value::money(Fen::parse(amount))));
  };
  EXPECT_EQ(printed("", "1234.56"), "1234.56");
  EXPECT_EQ(printed("unit 万元", "14999.99"), "10000.00");
  EXPECT_EQ(printed("unit 万元 decimals 2", "10799650.00"), "10799700.00");
  EXPECT_EQ(printed("unit 亿元", "149999999.99"), "100000000.00");
  EXPECT_EQ(printed("unit 亿元 decimals 2", "1500000.00"), "2000000.00");
  EXPECT_EQ(printed("unit 人", "12.00"), "12.00");
  const auto wrong = [&](const std::string& unit) { return complaint([&] { (void)printed(unit, "1.00"); }); };
  EXPECT_NE(wrong("unit 斤").find("t/p/T.info:1: unit 应为 元、万元、亿元 或 人"), std::string::npos) << wrong("unit 斤");
  EXPECT_NE(wrong("decimals 7").find("decimals 应为 0 到 6"), std::string::npos);
  EXPECT_NE(wrong("decimals 3").find("细于分"), std::string::npos);
}

TEST(Table, ATableOfTheUnitReadsEverySchemesTablesAndASchemesTableOnlyItsOwn) {
  const auto two = [](const std::string& scheme) {
    return complaint([&] {
      (void)small_catalog({{"A", "table { code A title 甲 scheme 390 }\nrows { 1 甲 }\ncols { 1 a }\n"},
                           {"B", "table { code B title 乙 " + scheme + " }\nrows { 1 甲 }\ncols { 1 a }\nformulas { f { at \"[1,1]\" expr \"A[1,1]\" } }\n"}});
    });
  };
  EXPECT_EQ(two(""), "");
  EXPECT_EQ(two("scheme 390"), "");
  EXPECT_NE(two("scheme 310").find("another scheme's table"), std::string::npos);
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
