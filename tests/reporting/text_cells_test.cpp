// SPDX-License-Identifier: Apache-2.0
// Cells of words and variable rows in the language of the tables: what a package may say of them, told when it loads.
#include <gtest/gtest.h>

#include "fixture.h"

namespace mif::reporting {
namespace {

std::string table(const std::string& rest) {
  return "table { code T title 试表 scheme 310 }\nrows { 1 甲 2 乙 3 丙 9 丁 }\ncols { 1 a 2 b }\ninputs { i { at \"[1,1]\" kind text } i { at \"[2,1:2]\" } }\n" + rest;
}
std::string refused(const std::string& rest) {
  return complaint([&] { (void)small_catalog({{"T", table(rest)}}); });
}
bool says(const std::string& text, const std::string& code) { return text.find("[" + code + "]") != std::string::npos; }

TEST(TextCells, MayBeAskedForCountedAndComparedWithWords) {
  EXPECT_EQ(refused("checks { c { id A expr \"空([1,1])\" } c { id B expr \"[1,1] = \\\"无\\\"\" } c { id C expr \"计数([1,1]) = 1\" } c { id D expr \"[2,1] > 0\" when \"非 空([1,1])\" } }"), "");
  EXPECT_EQ(refused("formulas { f { at \"[3,1]\" expr \"如果(空([1,1]), 0, [2,1])\" } }"), "");
}

TEST(TextCells, AreRefusedWhereANumberIsMeant) {
  const std::string compared = refused("checks {\n c { id A expr \"[1,1] = 5\" }\n}");
  EXPECT_TRUE(says(compared, "formula.text-number")) << compared;
  EXPECT_NE(compared.find("t/p/T.info:6: "), std::string::npos) << compared;
  EXPECT_TRUE(says(refused("checks { c { id A expr \"[2,1] < [1,1]\" } }"), "formula.text-number"));
  EXPECT_TRUE(says(refused("formulas { f { at \"[3,1]\" expr \"[1,1]+1\" } }"), "formula.text-computed"));
  EXPECT_TRUE(says(refused("formulas { f { at \"[3,1]\" expr \"最大([1,1],1)\" } }"), "formula.text-computed"));
  EXPECT_TRUE(says(refused("formulas { f { at \"[3,1]\" expr \"[1,1]\" } }"), "formula.text-copied"));
  EXPECT_TRUE(says(refused("formulas { f { at \"[3,1]\" expr \"合计([1:2,1])\" } }"), "formula.text-mixed"));
}

TEST(VariableRows, StandWhereTheirNumbersDoAndAreNamed) {
  const auto catalog = small_catalog({{"T", table("variable { v { from 4 to 6 name 明细 open 2 } }\nformulas { f { at \"[9,1]\" expr \"合计([4:6,1])\" } }\nblocked { x \"[4:6,2]\" }")}});
  const Table& t = catalog->table("T", {2023, 1});
  ASSERT_EQ(t.rows.size(), 7u);
  EXPECT_EQ(t.rows[3].code, "4");
  EXPECT_EQ(t.rows[5].code, "6");
  EXPECT_EQ(t.rows[6].code, "9");
  EXPECT_EQ(t.row("9"), 6);
  ASSERT_EQ(t.sections.size(), 1u);
  EXPECT_EQ(t.section_of(4)->name, "明细");
  EXPECT_EQ(t.section_of(6), nullptr);
  EXPECT_EQ(t.sections[0].open, 2);
}

TEST(VariableRows, AMistakeIsRefused) {
  EXPECT_TRUE(says(refused("variable { v { from 3 to 5 } }"), "report.code-twice"));
  EXPECT_TRUE(says(refused("variable { v { from 4 to 2000 } }"), "report.whole-number"));
  EXPECT_TRUE(says(refused("variable { v { from 4 to 6 key 2 } }"), "report.variable-key"));
  EXPECT_TRUE(says(complaint([] { (void)small_catalog({{"T", "table { code T title 试 }\nrows { 1 甲 }\ncols { 1 a }\nvariable { v { from 4 to 6 } }\ninputs { i { at \"[4,1]\" carry yes } }\n"}}); }), "report.variable-carry"));
}

}  // namespace
}  // namespace mif::reporting
