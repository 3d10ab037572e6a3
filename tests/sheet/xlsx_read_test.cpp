// SPDX-License-Identifier: Apache-2.0
#include <Poco/DateTime.h>
#include <Poco/Path.h>
#include <Poco/Zip/Compress.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>
#include <sstream>

#include "kernel/base/text.h"
#include "kernel/sheet/read.h"
#include "kernel/sheet/xlsx_writer.h"
#include "mif/error.hpp"

namespace mif::sheet {
namespace {

using Parts = std::map<std::string, std::string>;

std::string zip(const Parts& parts) {
  std::ostringstream out;
  Poco::Zip::Compress compress(out, true);
  for (const auto& [name, text] : parts) {
    std::istringstream in(text);
    compress.addFile(in, Poco::DateTime(2023, 6, 30), Poco::Path(name, Poco::Path::PATH_UNIX));
  }
  compress.close();
  return out.str();
}

Parts workbook(const std::string& rows) {
  return {{"xl/workbook.xml",
           R"(<workbook xmlns="m" xmlns:r="o"><sheets><sheet name="凭证" sheetId="1" r:id="rId1"/><sheet name="藏" sheetId="2" state="hidden" r:id="rId2"/></sheets></workbook>)"},
          {"xl/_rels/workbook.xml.rels",
           R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>)"},
          {"xl/styles.xml",
           R"(<styleSheet xmlns="m"><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="#,##0.00&quot;d&quot;;[Red]-#,##0.00"/></numFmts>
            <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>)"},
          {"xl/sharedStrings.xml", R"(<sst xmlns="m"><si><t>摘要</t></si><si><r><t>医</t></r><r><t xml:space="preserve"> 保</t></r><rPh><t>yibao</t></rPh></si></sst>)"},
          {"xl/worksheets/sheet1.xml", R"(<worksheet xmlns="m"><sheetData>)" + rows + R"(</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>)"},
          {"xl/worksheets/sheet2.xml", R"(<worksheet xmlns="m"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>)"}};
}

std::vector<InputRow> read(const std::string& bytes, const ReadLimits& limits = {}) {
  std::vector<InputRow> rows;
  read_rows(bytes, [&](const InputRow& row) { rows.push_back(row); }, limits);
  return rows;
}
std::string refusal(const std::string& bytes, const ReadLimits& limits = {}) {
  try {
    read(bytes, limits);
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_INVALID);
    return e.what();
  }
  return "not refused";
}

TEST(XlsxReadTest, EveryKindOfCell) {
  const auto rows = read(zip(workbook(R"(
    <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"/><c r="C1" t="s"><v>1</v></c></row>
    <row r="3"><c r="A3" s="1"><v>45107</v></c><c r="B3" s="2"><v>45107.5</v></c><c r="C3" t="inlineStr"><is><t>a&lt;b</t></is></c><c r="D3"><v>1.2341E3</v></c>
      <c r="E3" s="3"><v>1234.0999999999999</v></c><c r="F3" t="str"><f>A1&amp;"x"</f><v>x</v></c><c r="G3"><f>1+1</f><v>2</v></c><c r="H3" t="b"><v>1</v></c><c r="I3" t="e"><v>#REF!</v></c><c r="AA3" t="d"><v>2023-06-30</v></c></row>
    <row r="4"><c r="A4" t="s"/></row>)")));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].number, 1);
  EXPECT_EQ(rows[0].sheet_name, "凭证");
  ASSERT_EQ(rows[0].cells.size(), 3u);
  EXPECT_EQ(rows[0].cells[0].text, "摘要");
  EXPECT_EQ(rows[0].cells[1].kind, InputKind::blank);
  EXPECT_EQ(rows[0].cells[2].text, "医 保");
  const auto& cells = rows[1].cells;
  ASSERT_EQ(cells.size(), 27u);
  EXPECT_EQ(cells[0].day, Day(2023, 6, 30));
  EXPECT_EQ(cells[0].text, "2023-06-30");
  EXPECT_EQ(cells[1].text, "2023-06-30 12:00:00");
  EXPECT_EQ(cells[2].text, "a<b");
  EXPECT_EQ(cells[3].text, "1234.1");
  EXPECT_EQ(cells[4].kind, InputKind::number);
  EXPECT_EQ(cells[4].text, "1234.1");
  EXPECT_EQ(cells[5].text, "x");
  EXPECT_EQ(cells[6].text, "2");
  EXPECT_EQ(cells[7].text, "TRUE");
  EXPECT_EQ(cells[8].kind, InputKind::error);
  EXPECT_EQ(cells[26].day, Day(2023, 6, 30));
  EXPECT_EQ(rows[1].place(26), "工作表 凭证 第 3 行 AA 列");
  EXPECT_TRUE(rows[2].hidden);
}

TEST(XlsxReadTest, OurWritersFilesComeBack) {
  const std::string path = (std::filesystem::temp_directory_path() / ("mif-read-" + std::to_string(::getpid()) + ".xlsx")).string();
  XlsxWriter writer(path, Day(2023, 6, 30));
  Head head;
  head.title = head.name = "凭证";
  head.columns = {{"日期", Kind::day}, {"摘要", Kind::text}, {"借方", Kind::money}};
  writer.begin(head);
  writer.row({{Day(2023, 6, 30), std::string("付 \"甲\", <乙>\n丙"), Fen(123410)}});
  writer.row({{Day(2023, 6, 30), std::string("大"), Fen(INT64_MAX)}});
  writer.end();
  writer.finish();
  const auto rows = read(read_file(path));
  std::filesystem::remove(path);
  ASSERT_GE(rows.size(), 3u);
  const auto& last = rows[rows.size() - 1].cells;
  const auto& first = rows[rows.size() - 2].cells;
  EXPECT_EQ(first[0].day, Day(2023, 6, 30));
  EXPECT_EQ(first[1].text, "付 \"甲\", <乙>\n丙");
  EXPECT_EQ(Fen::parse(first[2].text), Fen(123410));
  EXPECT_EQ(Fen::parse(last[2].text), Fen(INT64_MAX));
}

TEST(XlsxReadTest, HostileFilesAreOneSentence) {
  const std::string row = R"(<row r="1"><c r="A1"><v>1</v></c></row>)";
  const auto with = [&](const std::string& part, const std::string& text) {
    Parts parts = workbook(row);
    parts[part] = text;
    return zip(parts);
  };
  EXPECT_NE(refusal(with("xl/vbaProject.bin", "x")).find("宏"), std::string::npos);
  EXPECT_NE(refusal(with("xl/sharedStrings.xml", R"(<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>)")).find("DTD"), std::string::npos);
  EXPECT_NE(refusal(with("xl/sharedStrings.xml", R"(<!DOCTYPE s SYSTEM "file:///etc/passwd"><sst/>)")).find("DTD"), std::string::npos);
  EXPECT_NE(refusal(with("xl/sharedStrings.xml", "<sst><si>")).find("损坏"), std::string::npos);
  EXPECT_NE(refusal(zip({{"a.txt", "x"}})).find("不是 xlsx"), std::string::npos);
  EXPECT_NE(refusal("PK\x03\x04").find("损坏"), std::string::npos);
  EXPECT_NE(refusal(zip(workbook(R"(<row r="1"><c r="ZZZ1"><v>1</v></c></row>)"))).find("列"), std::string::npos);
  EXPECT_NE(refusal(zip(workbook(R"(<row r="1048577"><c><v>1</v></c></row>)"))).find("行"), std::string::npos);
  EXPECT_NE(refusal(zip(workbook(R"(<row r="2"/><row r="2"/>)"))).find("递增"), std::string::npos);
  EXPECT_NE(refusal(zip(workbook(R"(<row r="1"><c t="s"><v>99</v></c></row>)"))).find("共享文字"), std::string::npos);
  EXPECT_NE(refusal(zip(workbook(R"(<row r="1"><c><v>1;2</v></c></row>)"))).find("不是数字"), std::string::npos);
  // What starts a program when a spreadsheet opens it; a bar inside words is a bar.
  EXPECT_NE(refusal(zip(workbook(R"(<row r="1"><c r="A1"><f>cmd|'/c calc'!A0</f><v>5</v></c></row>)"))).find("DDE"), std::string::npos);
  EXPECT_NE(refusal(with("xl/externalLinks/externalLink1.xml", R"(<externalLink xmlns="m"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>)")).find("DDE"), std::string::npos);
  EXPECT_EQ(refusal(zip(workbook(R"(<row r="1"><c r="A1" t="str"><f>A2&amp;"a|b"&amp;'x|y'!A1</f><v>5</v></c></row>)"))), "not refused");
  EXPECT_EQ(refusal(with("xl/externalLinks/externalLink1.xml", R"(<externalLink xmlns="m"><externalBook/></externalLink>)")), "not refused");
  // A name that leaves the package, written into the finished file.
  std::string escaping = with("xl/aa/bb.bin", "x");
  for (auto at = escaping.find("xl/aa/bb.bin"); at != std::string::npos; at = escaping.find("xl/aa/bb.bin")) escaping.replace(at, 12, "../../bb.bin");
  EXPECT_NE(refusal(escaping).find("越界"), std::string::npos);
  // A bomb: 40 MB of spaces pack to some 40 KB.
  EXPECT_NE(refusal(zip(workbook(row + std::string(40u << 20, ' ')))).find("压缩炸弹"), std::string::npos);
}

TEST(XlsxReadTest, TruncatedAndDamagedFilesAreReadOrRefused) {
  std::string rows;
  for (int r = 1; r <= 50; ++r) rows += "<row r=\"" + std::to_string(r) + "\"><c><v>" + std::to_string(r * 7919) + "</v></c></row>";
  const std::string good = zip(workbook(rows));
  const auto whole = read(good);
  ASSERT_EQ(whole.size(), 51u);
  std::mt19937 random(13);
  const auto same_or_refused = [&](const std::string& bytes) {
    std::vector<InputRow> seen;
    try {
      seen = read(bytes);
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), MIF_E_INVALID) << e.what();
      return;
    }
    ASSERT_EQ(seen.size(), whole.size());  // a damage that matters would have been refused
    for (std::size_t i = 0; i < 50; ++i) ASSERT_EQ(seen[i].cells[0].text, whole[i].cells[0].text);
  };
  for (int round = 0; round < 300; ++round) same_or_refused(good.substr(0, random() % good.size()));
  for (int round = 0; round < 600; ++round) {
    std::string bytes = good;
    bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    same_or_refused(bytes);
  }
}

}  // namespace
}  // namespace mif::sheet
