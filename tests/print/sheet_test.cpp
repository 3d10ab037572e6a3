// SPDX-License-Identifier: Apache-2.0
// What the writers of the room sheet write, read again by other programs.
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <regex>

#include "kernel/base/text.h"
#include "kernel/sheet/csv_writer.h"
#include "kernel/sheet/xlsx_writer.h"
#include "mif/error.hpp"
#include "tests/print/support.h"

namespace mif::testing {
namespace {

using sheet::Kind;
using sheet::Row;
using sheet::RowKind;

sheet::Head head() {
  sheet::Head h;
  h.title = "科目余额表";
  h.left = "示例省医疗保障事业管理中心";
  h.columns = {{"科目", Kind::text, 20}, {"日期", Kind::day, 11}, {"张数", Kind::integer, 6}, {"借方", Kind::money, 17}, {"贷方", Kind::money, 17}};
  h.signatures = {"会计主管：", "制表："};
  return h;
}

std::string csv(const std::vector<Row>& rows, bool bom = false) {
  std::string out;
  sheet::CsvWriter writer([&](std::string_view part) { out += part; }, {bom});
  writer.begin(head());
  for (const auto& row : rows) writer.row(row);
  writer.end();
  return out;
}

struct Workbook {
  explicit Workbook(const std::vector<Row>& rows) : path((std::filesystem::temp_directory_path() / ("mif-sheet-" + std::to_string(getpid()) + ".xlsx")).string()) {
    sheet::XlsxWriter writer(path, Day(2023, 12, 31));
    writer.begin(head());
    for (const auto& row : rows) writer.row(row);
    writer.end();
    writer.finish();
  }
  ~Workbook() { std::filesystem::remove(path); }
  std::string part(const std::string& name) const {
    return output_of("python3 -c \"import zipfile,sys; sys.stdout.write(zipfile.ZipFile('" + path + "').read('" + name + "').decode())\"");
  }
  const std::string path;
};

Row row_of(const std::string& text, Fen debit, Fen credit) { return {{text, Day(2023, 6, 30), std::int64_t{3}, debit, credit}, RowKind::detail}; }

TEST(Csv, IsAsRfc4180Says) {
  EXPECT_EQ(csv({row_of("住院, \"门诊\"\n合计", Fen(-123450), Fen(5))}), "科目,日期,张数,借方,贷方\r\n\"住院, \"\"门诊\"\"\n合计\",2023-06-30,3,-1234.50,0.05\r\n");
  EXPECT_EQ(csv({}, true), "\xEF\xBB\xBF科目,日期,张数,借方,贷方\r\n");
}

TEST(Csv, TextNeverBecomesAFormula) {
  for (const char* text : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"}) {
    const std::string cell = sheet::csv_text(text);
    EXPECT_EQ(cell.find('\''), cell.front() == '"' ? 1u : 0u) << text;
  }
  EXPECT_EQ(sheet::csv_text("住院-门诊=合计"), "住院-门诊=合计");
  EXPECT_NE(csv({row_of("a", Fen(-100), Fen())}).find(",-1.00,"), std::string::npos);  // an amount is no text
}

TEST(Csv, RefusesARowThatDoesNotFit) {
  sheet::CsvWriter writer([](std::string_view) {});
  writer.begin(head());
  EXPECT_THROW(writer.row({{std::string("a")}, RowKind::detail}), Error);
}

TEST(Xlsx, NumbersAreNumbersAndEqualTheBooks) {
  std::mt19937_64 random(7);
  std::vector<Row> rows;
  for (int i = 0; i < 2000; ++i) rows.push_back(row_of("科目" + std::to_string(i), Fen(static_cast<std::int64_t>(random() % 2'000'000'000'000'000) - 999'999'999'999'999), Fen(i)));
  const std::string xml = Workbook(rows).part("xl/worksheets/sheet1.xml");
  static const std::regex cell("<c r=\"D(\\d+)\"[^>]*><v>([^<]*)</v>");
  int numbers = 0;
  for (auto at = std::sregex_iterator(xml.begin(), xml.end(), cell); at != std::sregex_iterator(); ++at) {
    const std::size_t row = std::stoul((*at)[1]) - 4;  // title, note and heads above
    ASSERT_LT(row, rows.size());
    // A spreadsheet takes the text for the double next to it and keeps 15 digits of that.
    EXPECT_EQ(Fen::parse(fmt::format("{:.2f}", std::stod((*at)[2]))), std::get<Fen>(rows[row].cells[3])) << (*at)[2];
    ++numbers;
  }
  int exact = 0;
  for (const auto& row : rows) exact += std::abs(std::get<Fen>(row.cells[3]).value()) <= 999'999'999'999'999;
  EXPECT_EQ(numbers, exact);
}

TEST(Xlsx, WhatExcelWouldRoundIsText) {
  const std::string xml = Workbook({row_of("很大", Fen(1'000'000'000'000'001), Fen(-9'223'372'036'854'775'807))}).part("xl/worksheets/sheet1.xml");
  EXPECT_NE(xml.find("10,000,000,000,000.01"), std::string::npos);
  EXPECT_NE(xml.find("-92,233,720,368,547,758.07"), std::string::npos);
}

TEST(Xlsx, TextIsNeverAFormulaAndHeadsAreFrozen) {
  const Workbook book({row_of("=HYPERLINK(\"http://x\")", Fen(1), Fen(2))});
  const std::string xml = book.part("xl/worksheets/sheet1.xml");
  EXPECT_EQ(xml.find("<f>"), std::string::npos);
  EXPECT_NE(xml.find("=HYPERLINK"), std::string::npos);
  EXPECT_NE(xml.find("state=\"frozen\""), std::string::npos);
  EXPECT_NE(xml.find("<autoFilter"), std::string::npos);
  EXPECT_NE(book.part("xl/workbook.xml").find("Print_Titles"), std::string::npos);
  EXPECT_NE(xml.find("会计主管："), std::string::npos);
}

TEST(Xlsx, TheSameRowsGiveTheSameFile) {
  const std::vector<Row> rows = {row_of("一", Fen(1), Fen(2))};
  std::string first;
  {
    const Workbook book(rows);
    first = read_file(book.path);
  }
  EXPECT_EQ(read_file(Workbook(rows).path), first);
}

TEST(Xlsx, AnUnfinishedWorkbookLeavesNoFile) {
  const std::string path = (std::filesystem::temp_directory_path() / ("mif-unfinished-" + std::to_string(getpid()) + ".xlsx")).string();
  {
    sheet::XlsxWriter writer(path, Day(2023, 12, 31));
    writer.begin(head());
    EXPECT_THROW(writer.row({{std::string("a")}, RowKind::detail}), Error);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace mif::testing
