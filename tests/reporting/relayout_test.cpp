// SPDX-License-Identifier: Apache-2.0
// Formulas over a re-layout: what a cell was in the package before is read through migration.info.
#include <algorithm>

#include <gmock/gmock.h>

#include "fixture.h"

namespace mif::reporting {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::map<std::string, std::string> kFiles = {
    {"t/dimensions.info", "scheme { 390 居民 }\n"},
    {"t/old/package.info", "package { code old title 旧 valid { from 2022-01 to 2022-12 } }\ntables { T \"\" O \"\" }\n"},
    {"t/old/T.info", "table { code T title 表 scheme 310 }\nrows { 1 收入 2 住院 3 门诊 4 人次 }\ncols { 1 本月 2 累计 }\n"
                     "formulas { f { at \"[1,1]\" expr \"净额('4001')\" } f { at \"[2,1]\" expr \"净额('5001')\" } f { at \"[3,1]\" expr \"净额('5101')\" }\n"
                     " f { at \"[1,2]\" expr \"净额('4001'){本年累计}\" } f { at \"[2,2]\" expr \"净额('5001'){本年累计}\" } f { at \"[3,2]\" expr \"净额('5101'){本年累计}\" } }\n"
                     "inputs { i { at \"[4,1]\" } }\n"},
    {"t/old/O.info", "table { code O title 旧名 scheme 310 }\nrows { 1 余额 }\ncols { 1 数 }\nformulas { f { at \"[1,1]\" expr \"期末('1003')\" } }\n"},
    {"t/new/package.info", "package { code new title 新 valid { from 2023-01 to 2023-12 } }\ntables { T \"\" N \"\" }\n"
                           "checks { c { id X1 expr \"T[2,3] = T[2,2]{上年同期}\" } c { id X2 expr \"N[1,2] = N[1,1]{上年同期}\" } c { id X3 expr \"T[9,2]{上年同期} = 1\" } c { id X4 expr \"T[4,2]{上年同期} = 0\" } }\n"},
    // Rows 2 and 3 became one with a line of its own for the first; the columns changed places; 4 is new, 9 is not told.
    {"t/new/T.info", "table { code T title 表 scheme 310 }\nrows { 1 收入 2 支出 3 其中住院 4 新行 5 人次 9 漏写 }\ncols { 1 累计 2 本月 3 上年同期 }\n"
                     "formulas { f { at \"[1,2]\" expr \"净额('4001')\" } f { at \"[2,2]\" expr \"净额('5001,5101')\" } f { at \"[3,2]\" expr \"净额('5001')\" } f { at \"[4,2]\" expr \"净额('4201')\" }\n"
                     " f { at \"[9,2]\" expr \"净额('4201')\" } f { at \"[1:5,3]\" expr \"[,2]{上年同期}\" } f { at \"[1:3,1]\" expr \"[,2]{本年累计}\" } }\ninputs { i { at \"[5,2]\" } }\n"},
    {"t/new/N.info", "table { code N title 新名 scheme 310 }\nrows { 1 余额 }\ncols { 1 数 2 上年同期 }\nformulas { f { at \"[1,1]\" expr \"期末('1003')\" } f { at \"[1,2]\" expr \"[1,1]{上年同期}\" } }\n"},
    {"t/new/migration.info", "migration { from old to new }\ntable T {\n row 2 { from \"2+3\" }\n row 3 { from 2 }\n row 4 { from - }\n row 5 { from 4 }\n col 1 { from 2 }\n col 2 { from 1 }\n col 3 { from - }\n}\n"
                             "table N { from O col 2 { from - } }\n"},
    {"t/next/package.info", "package { code next title 再 valid { from 2024-01 } }\ntables { T \"\" }\n"},
    {"t/next/T.info", "table { code T title 表 scheme 310 }\nrows { 7 支出 }\ncols { 1 本月 2 上年同期 3 前年同期 4 二三年末 }\n"
                      "formulas { f { at \"[7,1]\" expr \"净额('5001,5101')\" } f { at \"[7,2]\" expr \"[,1]{上年同期}\" } f { at \"[7,3]\" expr \"[,1]{-24}\" } f { at \"[7,4]\" expr \"[,1]{上年末}\" } }\n"},
    {"t/next/migration.info", "migration { from new to next }\ntable T { row 7 { from 2 } col 1 { from 2 } col 2 { from 3 } col 3 { from - } col 4 { from - } }\n"}};

std::shared_ptr<const Catalog> loaded(std::map<std::string, std::string> files = kFiles) {
  return Catalog::load(memory_files(std::move(files)), "t", {{"m", "plugin", "t/old"}, {"m", "plugin", "t/new"}, {"m", "plugin", "t/next"}});
}

class Relayout : public ::testing::Test {
 protected:
  void SetUp() override {
    books_.books = {Books::book("E", "u", "310", {2022, 1})};
    books_.add("E", 2022, 6, "4001", "", "0.00", "10.00");
    books_.add("E", 2022, 6, "5001", "", "3.00", "0.00");
    books_.add("E", 2022, 6, "5101", "", "4.00", "0.00");
    books_.add("E", 2022, 6, "1003", "", "2.50", "0.00");
    books_.add("E", 2022, 6, "4201", "", "0.00", "77.00");
    books_.add("E", 2023, 6, "5001", "", "30.00", "0.00");
    books_.add("E", 2023, 12, "5101", "", "40.00", "0.00");
  }
  std::string at(const std::string& table, const std::string& row, const std::string& col, Period period, std::string* missing = nullptr) {
    Facts facts = books_.facts();
    Evaluator evaluator(*catalog_, facts, books_.books, "u", [](const Table& t, const std::string& r, const std::string& c, Period p) {
      return t.code == "T" && r == "4" && c == "1" && p == Period{2022, 6} ? Value::number(5 * Value::kOne) : Value();
    });
    const Table& t = catalog_->table(table, period);
    const Traced traced = evaluator.cell(t, t.row(row), t.col(col), period);
    if (missing) *missing = traced.missing;
    terms_ = traced.terms.size();
    return text(traced.value);
  }
  Books books_;
  std::shared_ptr<const Catalog> catalog_ = loaded();
  std::size_t terms_ = 0;
};

TEST_F(Relayout, LastYearIsReadThroughTheMap) {
  EXPECT_EQ(at("T", "1", "3", {2023, 6}), "10.00");  // a column that moved
  EXPECT_EQ(at("T", "2", "3", {2023, 6}), "7.00");   // two rows that became one
  EXPECT_EQ(terms_, 2u);                      // and its drill reaches the lines of both
  EXPECT_EQ(at("T", "3", "3", {2023, 6}), "3.00");   // a row that was split off
  EXPECT_EQ(at("T", "5", "3", {2023, 6}), "5");      // a typed cell under its old number
  EXPECT_EQ(at("N", "1", "2", {2023, 6}), "2.50");   // a table that has another name
}

TEST_F(Relayout, ANewLineWasBlankAndALineNobodyToldOfIsMissing) {
  std::string missing;
  EXPECT_EQ(at("T", "4", "3", {2023, 6}, &missing), "");
  EXPECT_EQ(missing, "");
  Facts facts = books_.facts();
  Evaluator evaluator(*catalog_, facts, books_.books, "u", nullptr);
  std::map<std::string, CheckResult> told;
  for (auto& r : run_checks(evaluator, catalog_->packages()[1], {2023, 6})) told[r.id] = r;
  EXPECT_EQ(told.at("X1").state, "pass");
  EXPECT_EQ(text(told.at("X1").left), "7.00");
  EXPECT_EQ(told.at("X2").state, "pass");
  EXPECT_EQ(told.at("X3").state, "unevaluated");
  EXPECT_THAT(told.at("X3").reason, HasSubstr("没有这一格"));
  EXPECT_EQ(told.at("X4").state, "pass");  // it was nothing, and that is known
}

TEST_F(Relayout, SeveralRelayoutsAreReadOneAfterTheOther) {
  EXPECT_EQ(at("T", "7", "2", {2024, 6}), "30.00");
  EXPECT_EQ(at("T", "7", "3", {2024, 6}), "7.00");
  EXPECT_EQ(at("T", "7", "4", {2024, 6}), "40.00");
  const Table& next = catalog_->table("T", {2024, 6});
  const auto was = catalog_->before(next, 0, 0, {2022, 6});
  ASSERT_TRUE(was);
  EXPECT_EQ(was->cells.size(), 2u);
  EXPECT_FALSE(catalog_->before(next, 0, 0, {2024, 1}));
}

TEST_F(Relayout, WhatChangesInTheOldLayoutReachesTheNewOne) {
  const Table& old = catalog_->table("T", {2022, 6});
  const auto reached = catalog_->affected(old, old.row("3"), old.col("1"));
  const Table& now = catalog_->table("T", {2023, 6});
  EXPECT_TRUE(std::any_of(reached.begin(), reached.end(), [&](const CellId& id) { return id.table == &now && id.row == now.row("2") && id.col == now.col("3"); }));
}

TEST_F(Relayout, WithoutAMapCodesStandForThemselves) {
  auto files = kFiles;
  files.erase("t/new/migration.info");
  files.erase("t/next/migration.info");
  const std::string with = catalog_->packages()[1].digest;
  catalog_ = loaded(files);
  EXPECT_NE(catalog_->packages()[1].digest, with);
  EXPECT_EQ(at("T", "1", "3", {2023, 6}), "10.00");  // [1,2] of then is the cumulative column
  EXPECT_EQ(at("T", "2", "3", {2023, 6}), "3.00");
}

TEST_F(Relayout, AWrongMapIsOneSentenceWithItsLine) {
  const auto refused = [](const std::string& map) {
    auto files = kFiles;
    files["t/new/migration.info"] = map;
    return complaint([&] { (void)loaded(files); });
  };
  const std::string head = "migration { from old to new }\n";
  EXPECT_THAT(refused("migration { from gone to new }\n"), StartsWith("t/new/migration.info:1: "));
  EXPECT_THAT(refused("migration { from next to new }\n"), HasSubstr("生效前的报表包"));
  EXPECT_THAT(refused("migration { from old to old }\n"), HasSubstr("to 应为 “new”"));
  EXPECT_THAT(refused(head + "table T { row 2 { from 8 } }\n"), StartsWith("t/new/migration.info:2: old 的表 T 没有行次 “8”"));
  EXPECT_THAT(refused(head + "table T { col 8 { from 1 } }\n"), StartsWith("t/new/migration.info:2: new 的表 T 没有栏号 “8”"));
  EXPECT_THAT(refused(head + "table N { from P }\n"), StartsWith("t/new/migration.info:2: old 没有表 “P”"));
  EXPECT_THAT(refused(head + "table T {\n row 2 { from \"3+3\" } }\n"), StartsWith("t/new/migration.info:3: 旧行次 “3” 在一行里加了两次"));
  EXPECT_THAT(refused(head + "table T {\n cell \"[1,1]\" { from \"[1,1]+[1,1]\" } }\n"), HasSubstr("t/new/migration.info:3: 旧格 T[1,1] 在一格里加了两次"));
  EXPECT_THAT(refused(head + "table T {\n cell \"[1,1]\" { from \"[1,1]\" }\n cell \"[1,1]\" { from - } }\n"), HasSubstr("t/new/migration.info:4: 单元格 [1,1] 写了两次"));
}

}  // namespace
}  // namespace mif::reporting
