// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "kernel/base/text.h"
#include "kernel/sheet/csv_writer.h"
#include "kernel/sheet/read.h"
#include "mif/error.hpp"

namespace mif::sheet {
namespace {

using Lines = std::vector<std::vector<std::string>>;
Lines read(std::string_view bytes, const ReadLimits& limits = {}) {
  Lines lines;
  read_rows(bytes, [&](const InputRow& row) {
    lines.emplace_back();
    for (const auto& cell : row.cells) lines.back().push_back(cell.text);
  }, limits);
  return lines;
}
std::string refusal(std::string_view bytes, const ReadLimits& limits = {}) {
  try {
    read(bytes, limits);
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_INVALID);
    return e.what();
  }
  return "not refused";
}

TEST(CsvReadTest, QuotesAndEncodings) {
  const Lines want{{"日期", "摘要"}, {"2023-06-30", "付 \"甲\", 乙\n丙"}, {"", "空"}};
  const std::string utf8 = "日期,摘要\r\n2023-06-30,\"付 \"\"甲\"\", 乙\n丙\"\r\n\r\n,空,,\r\n";
  EXPECT_EQ(read(utf8), want);
  EXPECT_EQ(read("\xEF\xBB\xBF" + utf8), want);
  EXPECT_EQ(read(utf8_to_gb18030(utf8)), want);
  EXPECT_EQ(read(utf8.substr(0, utf8.size() - 4)), want);
  EXPECT_TRUE(read("").empty());
}

TEST(CsvReadTest, PlacesAreThoseOfTheFile) {
  std::vector<std::string> places;
  read_rows("a,b\n\"x\ny\",2\n\n3,4\n", [&](const InputRow& row) { places.push_back(row.place(1)); });
  EXPECT_EQ(places, (std::vector<std::string>{"第 1 行 B 列", "第 2 行 B 列", "第 5 行 B 列"}));
}

TEST(CsvReadTest, HostileFilesAreOneSentence) {
  EXPECT_NE(refusal("a,\"b").find("第 1 行 B 列：缺右引号"), std::string::npos);
  EXPECT_NE(refusal("a,\"b\"c").find("右引号后"), std::string::npos);
  EXPECT_NE(refusal("a,b\"c").find("引号只能"), std::string::npos);
  EXPECT_NE(refusal(std::string("a\0b", 3)).find("空字符"), std::string::npos);
  EXPECT_NE(refusal("\xFF\xFE" "a").find("UTF-16"), std::string::npos);
  EXPECT_NE(refusal("\x81").find("GB 18030"), std::string::npos);
  EXPECT_NE(refusal("\xD0\xCF\x11\xE0....").find("密码"), std::string::npos);
  ReadLimits small;
  small.columns = 3;
  small.rows = 2;
  small.cell_bytes = 5;
  small.file_bytes = 20;
  EXPECT_NE(refusal("a,b,c,d", small).find("3 列"), std::string::npos);
  EXPECT_NE(refusal("a\nb\nc\n", small).find("2 行"), std::string::npos);
  EXPECT_NE(refusal("abcdef", small).find("太长"), std::string::npos);
  EXPECT_NE(refusal(std::string(21, 'a'), small).find("too large"), std::string::npos);
}

// What our own writer writes is read again, whatever stands in the cells.
TEST(CsvReadTest, TheWritersCellsComeBack) {
  std::mt19937 random(7);
  const std::vector<std::string> pieces{"医保", ",", "\"", "\r\n", "\n", "a", "𠮷", " ", "'", "0"};
  for (int round = 0; round < 500; ++round) {
    Lines want;
    std::string file;
    CsvWriter writer([&](std::string_view text) { file += text; }, {round % 2 == 0});
    Head head;
    head.columns = {{"甲"}, {"乙"}, {"丙"}};
    writer.begin(head);
    want.push_back({"甲", "乙", "丙"});
    for (int r = 0; r < 5; ++r) {
      Row row;
      want.emplace_back();
      for (int c = 0; c < 3; ++c) {
        std::string text = "x";  // no blank, no formula
        for (auto n = random() % 5; n > 0; --n) text += pieces[random() % pieces.size()];
        row.cells.emplace_back(text);
        want.back().push_back(text);
      }
      writer.row(row);
    }
    writer.end();
    ASSERT_EQ(read(file), want) << file;
  }
}

TEST(CsvReadTest, AnyBytesAreReadOrRefused) {
  std::mt19937 random(11);
  const std::string alphabet = "\",\r\n a1\x81\x30\xE5\x8C\xBB=";
  int read_well = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes;
    for (auto n = random() % 24; n > 0; --n) bytes += alphabet[random() % alphabet.size()];
    try {
      for (const auto& line : read(bytes))
        for (const auto& cell : line) ASSERT_TRUE(valid_utf8(cell)) << bytes;
      ++read_well;
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), MIF_E_INVALID) << e.what();
    }
  }
  EXPECT_GT(read_well, 1000);
}

}  // namespace
}  // namespace mif::sheet
