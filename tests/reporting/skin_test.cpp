// SPDX-License-Identifier: Apache-2.0
// A package as a workbook and back: nothing is lost, nothing is guessed, and what is wrong is said with its sheet and row.
#include <gmock/gmock.h>

#include <cstdlib>
#include <functional>

#include "kernel/sheet/read.h"
#include "sheet/skin.h"
#include "sheet/skin_words.h"
#include "sheet_fixture.h"

namespace mif::reporting {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const Day kDay(2023, 7, 1);
const char* const kFolders[] = {"templates/report/nhsa/2023-month", "templates/report/mof/2023-statement", "templates/report/mof/2023-year"};

SkinBook book_of(std::string_view bytes) {
  SkinBook book;
  sheet::read_rows(bytes, [&](const sheet::InputRow& row) {
    std::vector<std::string> cells;
    for (const auto& cell : row.cells) cells.push_back(cell.text);
    add_row(book, row.sheet_name, row.number, std::move(cells));
  });
  return book;
}
PackageText shipped(int i) { return read_package(source_files(), kFolders[i]); }
SkinBook exported(int i) { return book_of(export_skin(shipped(i), kDay)); }
std::shared_ptr<const Catalog> proved(const ImportedSkin& imported) { return prove_skin(imported, source_files(), "templates/report", shipped_folders(), {}); }

SkinSheet& sheet_named(SkinBook& book, const std::string& name) {
  for (auto& sheet : book)
    if (sheet.name == name) return sheet;
  throw std::runtime_error("no sheet " + name);
}
// The row of a list whose cells hold all of these.
std::pair<int, std::vector<std::string>>& row_with(SkinSheet& sheet, std::initializer_list<std::string> wanted) {
  for (auto& row : sheet.rows)
    if (std::all_of(wanted.begin(), wanted.end(), [&](const auto& w) { return std::find(row.second.begin(), row.second.end(), w) != row.second.end(); })) return row;
  throw std::runtime_error("no such row");
}
std::string refused(int i, const std::function<void(SkinBook&)>& damage) {
  SkinBook book = exported(i);
  damage(book);
  return complaint([&] { (void)proved(import_skin(std::move(book), kFolders[i])); });
}

TEST(InfoText, WritingAndParsingGiveTheSameTree) {
  for (int i = 0; i < 3; ++i) {
    const PackageText package = shipped(i);
    auto files = files_of(package);
    EXPECT_EQ(files.size(), package.tables.size() + 1);
    EXPECT_TRUE(same_package(read_package(memory_files(files), kFolders[i]), package)) << kFolders[i];
    EXPECT_EQ(files_of(read_package(memory_files(files), kFolders[i])), files) << "writing what was written changes nothing";
  }
}

TEST(InfoText, HostileWordsSurvive) {
  Node root;
  root.children.push_back({"table", "", 0, {{"note", "a \"b\" \\ ; # { } \n\t末", 0, {}}, {"a b", "", 0, {}}, {"空", "　x", 0, {{"deep", "1", 0, {{"er", "{", 0, {}}}}}}}});
  const Node back = memory_files({{"x", write_info(root)}}).info("x");
  EXPECT_TRUE(same_tree(root, back)) << write_info(root);
}

TEST(InfoText, ItReadsLikeWhatPeopleWrite) {
  const std::string text = files_of(shipped(0)).at(std::string(kFolders[0]) + "/NHSA_M01.info");
  EXPECT_THAT(text, HasSubstr("\n  1 \"统筹基金\"\n"));
  EXPECT_THAT(text, HasSubstr("\n  7 { name \"财政补贴收入小计\" group \"收入\" }\n"));
  EXPECT_THAT(text, HasSubstr("\n  f { at \"[1:4,7]\" expr \"[,8]+[,9]\" }\n"));
  EXPECT_THAT(text, HasSubstr("\n  code NHSA_M01\n"));
}

TEST(Skin, EveryShippedPackageComesBackTheSame) {
  int words = 0, sections = 0;
  for (const auto& shipped : shipped_folders()) {
    const PackageText package = read_package(source_files(), shipped.folder);
    const std::string bytes = export_skin(package, kDay);
    const ImportedSkin imported = import_skin(book_of(bytes), shipped.folder);
    EXPECT_TRUE(same_package(imported.package, package)) << shipped.folder;
    EXPECT_EQ(files_of(imported.package), files_of(package));
    for (const auto& change : changes_between(package, imported.package)) ADD_FAILURE() << sentence(change);
    const auto catalog = proved(imported);
    EXPECT_EQ(catalog->packages().size(), shipped_folders().size());
    for (const auto& p : catalog->packages())
      for (const auto& t : p.tables)
        if (p.folder == shipped.folder) {
          sections += static_cast<int>(t->sections.size());
          words += static_cast<int>(std::count_if(t->grid.begin(), t->grid.end(), [](const CellRule& rule) { return rule.text; }));
        }
    EXPECT_EQ(export_skin(package, kDay), bytes);
  }
  EXPECT_GT(words, 0);
  EXPECT_GT(sections, 0);
}

TEST(Skin, WhatNoListKnowsComesBackToo) {
  const std::string text = "table { code T title 试 scheme 310 authority { name 部 sign { a 1 } sign { a 2 } } }\nrows { 1 { name 甲 indent 2 explain \"甲的解释\" } 02 乙 }\n"
                           "cols { a { name A group G width 9 } }\nextra { \"k/e#y%\" v other }\nformulas { f { at \"[1,a]\" expr 1 weight 3 } }\ninputs { i { at \"[02,a]\" owner 业务 } }\n";
  const TemplateFiles files = memory_files({{"t/p/package.info", "package { code p title 试 }\ntables { T \"\" }\nchecks { c { id X level error expr \"T[1,a] = T[02,a]\" hint h } }\n"}, {"t/p/T.info", text}});
  const PackageText package = read_package(files, "t/p");
  const ImportedSkin imported = import_skin(book_of(export_skin(package, kDay)), "t/p");
  EXPECT_EQ(files_of(imported.package), files_of(package));
  EXPECT_EQ(imported.package.table("T")->find("rows")->find("1")->get("explain"), "甲的解释");
}

// WPS and LibreOffice: blanks at the ends, full-width brackets, a month taken for a day.
TEST(Skin, RewritingBySpreadsheetsChangesNothing) {
  SkinBook book = exported(0);
  for (auto& sheet : book)
    for (auto& [number, cells] : sheet.rows)
      for (auto& cell : cells)
        if (!cell.empty()) cell += "  ";
  for (auto& [number, cells] : sheet_named(book, "公式").rows)
    if (number > 1)
      for (std::size_t c = 1; c < 2; ++c) {
        std::string wide;
        for (const char sign : cells[c]) wide += sign == '[' ? "［" : sign == ']' ? "］" : sign == ',' ? "，" : std::string(1, sign);
        cells[c] = wide;
      }
  auto& valid = row_with(sheet_named(book, "表"), {"package/valid/from  "}).second;
  valid.back() = "2023-01-01";
  const ImportedSkin imported = import_skin(std::move(book), kFolders[0]);
  EXPECT_TRUE(same_package(imported.package, shipped(0)));
  (void)proved(imported);
}

TEST(Skin, LibreOfficeRewritesItAndNothingIsLost) {
  if (!there_is("soffice")) GTEST_SKIP() << "LibreOffice (libreoffice-calc-nogui) is not installed";
  const Folder folder;
  for (int i = 0; i < 3; ++i) (void)folder.write(std::to_string(i) + ".xlsx", export_skin(shipped(i), kDay));
  int code = 0;
  (void)output_of("cd '" + folder.path + "' && mkdir out && timeout 90 soffice -env:UserInstallation=file://" + folder.path + "/home --headless --convert-to xlsx --outdir out 0.xlsx 1.xlsx 2.xlsx > /dev/null 2>&1", &code);
  ASSERT_EQ(code, 0);
  for (int i = 0; i < 3; ++i) {
    const ImportedSkin imported = import_skin(book_of(output_of("cat '" + folder.path + "/out/" + std::to_string(i) + ".xlsx'")), kFolders[i]);
    EXPECT_EQ(files_of(imported.package), files_of(shipped(i))) << kFolders[i];
    (void)proved(imported);
  }
  if (const char* keep = std::getenv("MIF_KEEP_PICTURES"))
    (void)output_of("cd '" + folder.path + "' && timeout 90 soffice -env:UserInstallation=file://" + folder.path + "/home --headless --convert-to pdf --outdir '" + keep + "' 0.xlsx > /dev/null 2>&1");
}

TEST(Skin, TheDifferenceIsShownBeforeAnythingIsApplied) {
  SkinBook book = exported(0);
  auto& formulas = sheet_named(book, "公式");
  row_with(formulas, {"NHSA_M01", "[1,11]"}).second[2] = "净额('4501', 参保方式<>单建统筹)";
  auto& gone = row_with(formulas, {"NHSA_M01", "[4,14]"});
  gone.second.assign(gone.second.size(), "");
  auto added = row_with(formulas, {"NHSA_M01", "[1,10]"}).second;
  added[1] = "[1,14]";
  formulas.rows.emplace_back(900, added);
  row_with(sheet_named(book, "NHSA_M01"), {"单建统筹基金"}).second[1] = "单建统筹";
  auto& checks = sheet_named(book, "审核");
  row_with(checks, {"NHSA_M01", "S01"}).second[2] = "提示";
  const ImportedSkin imported = import_skin(std::move(book), kFolders[0]);
  (void)proved(imported);
  std::vector<std::string> said;
  for (const auto& change : changes_between(shipped(0), imported.package)) said.push_back(sentence(change));
  EXPECT_THAT(said, testing::UnorderedElementsAre("NHSA_M01 公式 [1,11]：“净额('450101', 参保方式<>单建统筹, 运行方式<>封闭)” 改为 “净额('4501', 参保方式<>单建统筹)”", "NHSA_M01 公式 [4,14]：删去 “净额('4301', 运行方式<>封闭)”",
                                                  "NHSA_M01 公式 [1,14]：新增 “净额('420101', 参保方式<>单建统筹, 运行方式<>封闭)”", "NHSA_M01 行 3：“单建统筹基金” 改为 “单建统筹”", HasSubstr("NHSA_M01 审核 S01："),
                                                  "NHSA_M01 无公式 [4,14]：原来是 “净额('4301', 运行方式<>封闭)”，现在既无公式也不填报"));
}

TEST(Skin, AWrongWorkbookIsOneSentenceWithItsPlace) {
  EXPECT_THAT(refused(0, [](SkinBook& b) { row_with(sheet_named(b, "公式"), {"NHSA_M01", "[1,11]"}).second[2] = "净额('450101'"; }), StartsWith("工作簿（报表包 nhsa-2023-month，表 NHSA_M01）「公式」第 "));
  EXPECT_THAT(refused(0, [](SkinBook& b) { row_with(sheet_named(b, "公式"), {"NHSA_M01", "[1,11]"}).second[2] = "[1,77]"; }), HasSubstr("NHSA_M01：找不到栏号 “77”，本表栏号为 1–25"));
  EXPECT_THAT(refused(0, [](SkinBook& b) { row_with(sheet_named(b, "公式"), {"NHSA_M01", "[1,11]"}).second[2] = "[1,1]"; }), HasSubstr("循环引用"));
  EXPECT_THAT(refused(0, [](SkinBook& b) { row_with(sheet_named(b, "公式"), {"NHSA_M01", "[1,11]"}).second[0] = "NHSA_M99"; }), HasSubstr("「公式」第 "));
  EXPECT_THAT(refused(0, [](SkinBook& b) { row_with(sheet_named(b, "公式"), {"NHSA_M01", "[1,11]"}).second[3] = "填写"; }), HasSubstr("类型应为 公式、填报 或 不填，却是 “填写”"));
  EXPECT_THAT(refused(0, [](SkinBook& b) { row_with(sheet_named(b, "公式"), {"位置"}).second[1] = "格子"; }), HasSubstr("「公式」第 1 行：缺少列 “位置”"));
  EXPECT_THAT(refused(0, [](SkinBook& b) { sheet_named(b, "公式").rows[0].second.push_back("我的备注"); sheet_named(b, "公式").rows[3].second.resize(20); sheet_named(b, "公式").rows[3].second[sheet_named(b, "公式").rows[0].second.size() - 1] = "x"; }), HasSubstr("不认识的列 “我的备注”"));
  EXPECT_THAT(refused(0, [](SkinBook& b) { sheet_named(b, "公式").name = "公式 (2)"; }), HasSubstr("没有「公式」页"));
  EXPECT_THAT(refused(0, [](SkinBook& b) { b.push_back({"草稿", {{1, {"x"}}}}); }), HasSubstr("「草稿」：不是表样"));
  EXPECT_THAT(refused(0, [](SkinBook& b) { sheet_named(b, "NHSA_M01").rows.back().second[0] = "4"; }), HasSubstr("行次 “4” 写了两次"));
  EXPECT_THAT(refused(0, [](SkinBook& b) { sheet_named(b, "NHSA_M01").rows.back().second[0] = ""; }), HasSubstr("行次是空的"));
  EXPECT_THAT(refused(0, [](SkinBook& b) { row_with(sheet_named(b, "审核"), {"NHSA_M01", "S01"}).second[2] = "严重"; }), HasSubstr("「审核」第 "));
  EXPECT_THAT(refused(0, [](SkinBook& b) { sheet_named(b, "NHSA_M03").rows.clear(); }), HasSubstr("表 NHSA_M03 没有它的表样页"));
  EXPECT_THAT(refused(0, [](SkinBook& b) { row_with(sheet_named(b, "NHSA_M01"), {"统筹基金"}).second[skin::kFirstColumn + 1] = "=[1,7]*2"; }), HasSubstr("格里写的 “=[1,7]*2” 不在「公式」页"));
  EXPECT_EQ(refused(0, [](SkinBook&) {}), "");
}

// Macros, links to other files, names that are formulas: the reader refuses or nothing comes of it.
TEST(Skin, AHostileWorkbookDoesNoHarm) {
  PackageText package = shipped(0);
  for (auto& child : package.tables[0].second.children)
    if (child.key == "rows") child.children[0].value = "=HYPERLINK(\"http://x\")";
  const std::string bytes = export_skin(package, kDay);
  EXPECT_EQ(part_of(bytes, "xl/worksheets/sheet5.xml").find("<f>"), std::string::npos);
  const ImportedSkin imported = import_skin(book_of(bytes), kFolders[0]);
  EXPECT_EQ(imported.package.table("NHSA_M01")->find("rows")->children[0].value, "=HYPERLINK(\"http://x\")");
  const std::string good = export_skin(shipped(0), kDay);
  const auto as_it_is = [](const std::string&, const std::string&) { return std::string(); };
  EXPECT_THAT(complaint([&] { (void)book_of(rezipped(good, as_it_is, {{"xl/vbaProject.bin", "macro"}})); }), HasSubstr("工作簿带宏"));
  EXPECT_THAT(complaint([&] { (void)book_of(rezipped(good, as_it_is, {{"xl/macrosheets/sheet1.xml", "<x/>"}})); }), HasSubstr("工作簿带宏"));
  // A link to another file, a name that runs when opened, a cell's formula that asks them: only what was saved counts.
  const std::string linked = rezipped(
      good,
      [](const std::string& name, const std::string& bytes) {
        std::string text = bytes;
        if (name == "xl/workbook.xml") text.insert(text.find("</sheets>") + 9, "<externalReferences><externalReference r:id=\"rId99\"/></externalReferences><definedNames><definedName name=\"_xlnm.Auto_Open\">[1]x!$A$1</definedName></definedNames>");
        if (name == "xl/_rels/workbook.xml.rels") text.insert(text.find("</Relationships>"), "<Relationship Id=\"rId99\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink\" Target=\"externalLinks/externalLink1.xml\"/>");
        return text;
      },
      {{"xl/externalLinks/externalLink1.xml", "<externalLink/>"}, {"xl/externalLinks/_rels/externalLink1.xml.rels", "<Relationships><Relationship Id=\"r\" Target=\"file:///etc/passwd\" TargetMode=\"External\"/></Relationships>"}});
  EXPECT_TRUE(same_package(import_skin(book_of(linked), kFolders[0]).package, shipped(0)));
  EXPECT_THAT(complaint([] { (void)book_of("PK\x03\x04 not a workbook"); }), HasSubstr("[workbook.broken]"));
}

}  // namespace
}  // namespace mif::reporting
