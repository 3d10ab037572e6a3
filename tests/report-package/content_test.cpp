// SPDX-License-Identifier: Apache-2.0
// The import gate as to content: archives in good form whose files are wrong. One sentence, and it says where.
#include <gtest/gtest.h>

#include "report-package/digests.h"
#include "report-package/seal.h"
#include "samples.h"

namespace mif::report_package::testing {
namespace {

std::string good() {
  ReportSet set = sample();
  return write_package(set);
}

// The rule and whether the sentence holds `place`.
void expect(const std::string& bytes, const std::string& rule, const std::string& place = "") {
  std::string sentence;
  EXPECT_EQ(refusal(bytes, {}, unsigned_too(), &sentence), rule) << sentence;
  EXPECT_NE(sentence.find(place), std::string::npos) << sentence;
  EXPECT_EQ(sentence.find('\n'), std::string::npos) << sentence;
}

TEST(PackageContent, EveryFileIsListedAndEveryListedFileIsThere) {
  auto entries = entries_of(good());
  entries.push_back({"data/other.csv", "x"});
  expect(repacked(entries), "report-package.file", "data/other.csv");
  entries = entries_of(good());
  std::erase_if(entries, [](const Entry& e) { return e.name == "check/result.csv"; });
  expect(repacked(entries), "report-package.file", "check/result.csv");
  std::erase_if(entries, [](const Entry& e) { return e.name == "manifest.json"; });
  expect(repacked(entries), "report-package.file", "manifest.json");
  // Listed, but nothing a package has.
  entries = entries_of(good());
  for (auto& e : entries)
    if (e.name == "manifest.json") e.bytes = replaced(e.bytes, "\"files\":[", "\"files\":[{\"name\":\"a.exe\",\"bytes\":2,\"sha256\":\"" + sha256("MZ") + "\",\"sm3\":\"" + sm3("MZ") + "\"},");
  entries.push_back({"a.exe", "MZ"});
  expect(repacked(entries), "report-package.file", "a.exe");
}

TEST(PackageContent, AChangedFileIsNamed) {
  auto entries = entries_of(good());
  for (auto& e : entries)
    if (e.name == "data/NHSA_M01.csv") e.bytes = replaced(e.bytes, "0.61,0.61", "0.62,0.61");
  expect(repacked(entries), "report-package.digest", "data/NHSA_M01.csv");
}

TEST(PackageContent, ControlSumsFindWhatTheListOfFilesDoesNot) {
  expect(with_changed(good(), "data/NHSA_M01.csv", [](std::string& t) { t = replaced(t, "0.61,0.61", "0.62,0.61"); }), "report-package.totals", "表 NHSA_M01 第 1 栏");
  expect(with_changed(good(), "data/NHSA_M01.csv", [](std::string& t) { t = replaced(t, "330100,2,2,blocked,blank,,×,,,yes\n", ""); }), "report-package.totals", "5");
}

TEST(PackageContent, CellsAreNamedByTableRowAndColumn) {
  const auto data = [](const std::string& from, const std::string& to) { return with_changed(good(), "data/NHSA_M01.csv", [&](std::string& t) { t = replaced(t, from, to); }); };
  expect(data("330100,2,1,formula,number,0.61", "330100,2,1,formula,number,0.6x"), "report-package.cell", "表 NHSA_M01 第 2 行 1 栏");
  expect(data("330100,2,1,formula,number,0.61", "330100,2,1,formula,number,1e3"), "report-package.cell", "第 2 行 1 栏");
  expect(data("330100,2,1,formula,number,0.61", "330100,2,1,formula,number,00.61"), "report-package.cell");
  expect(data("330100,2,1,formula,number,0.61", "330100,9,1,formula,number,0.61"), "report-package.cell", "第 9 行 1 栏");
  expect(data("330100,2,1,formula", "330100,1,1,formula"), "report-package.cell", "第 1 行 1 栏");
  expect(data("330100,2,1,formula", "330200,2,1,formula"), "report-package.csv", "第 4 行");
  expect(data("330100,2,1,formula,number", "330100,2,1,formula,money"), "report-package.csv", "data/NHSA_M01.csv 第 4 行");
  expect(data("330100,2,1,formula", "330100,2,1,FORMULA"), "report-package.cell");
  expect(data("330100,2,1,formula", "\"330100\",2,1,formula"), "report-package.form", "data/NHSA_M01.csv");
  expect(data("330100,2,1,", "330100,2,1,,"), "report-package.csv");
  expect(data("unit,row", "row,unit"), "report-package.csv", "第 1 行");
  expect(with_changed(good(), "data/NHSA_M01.csv", [](std::string& t) { t.pop_back(); }), "report-package.csv");
  // A row that is no code is quoted without what would end the sentence early.
  expect(with_changed(good(), "data/NHSA_M01.csv", [](std::string& t) { t = replaced(t, "330100,2,1,formula", std::string("330100,2\0x,1,formula", 20)); }), "report-package.cell", "第 2?x 行");
  expect(with_changed(good(), "data/NHSA_M01.csv", [](std::string& t) { t += "\n"; }), "report-package.csv");
  expect(with_changed(good(), "data/NHSA_M01.csv", [](std::string& t) { t = replaced(t, "330100,2,1,formula", "330100,2,1,formula\xFF"); }), "report-package.csv");
}

TEST(PackageContent, LineageAndChecksAreHeldToTheirForm) {
  const auto lineage = [](const std::string& from, const std::string& to) { return with_changed(good(), "lineage/NHSA_M01.csv", [&](std::string& t) { t = replaced(t, from, to); }); };
  expect(lineage("2023,1,6,no", "2023,1,99,no"), "report-package.cell", "第 1 行 1 栏");
  expect(lineage("2023,1,6,no", "2023,1,six,no"), "report-package.csv", "lineage/NHSA_M01.csv 第 2 行");
  expect(lineage("2023,1,6,no", "2023,1,6,maybe"), "report-package.csv");
  expect(lineage("-129021239", "-0129021239"), "report-package.form");
  expect(lineage("-129021239", "99999999999999999999"), "report-package.csv");
  expect(with_changed(good(), "check/explanations.csv", [](std::string& t) { t = replaced(t, sha256("2.00|1.99"), "abc"); }), "report-package.manifest", "H02");
  expect(with_changed(good(), "cover.json", [](std::string& t) { t = "{\"a\":1}\n"; }), "report-package.json", "cover.json");
  expect(with_changed(good(), "cover.json", [](std::string& t) { t = "{\"a\":\"1\",\"a\":\"2\"}\n"; }), "report-package.json");
  expect(with_changed(good(), "cover.json", [](std::string& t) { t = replaced(t, "{", "{ "); }), "report-package.form", "cover.json");
}

TEST(PackageContent, TheManifestIsHeldToItsForm) {
  const auto manifest = [](const std::string& from, const std::string& to) { return with_changed(good(), "manifest.json", [&](std::string& t) { t = replaced(t, from, to); }); };
  expect(manifest("\"version\":\"1.1\"", "\"version\":\"2.0\""), "report-package.version", "2.0");
  expect(manifest("\"version\":\"1.1\"", "\"version\":\"1.01\""), "report-package.version");
  expect(manifest("mif-report-package", "mif-report-pockage"), "report-package.manifest");
  expect(manifest("\"kind\":\"unit\"", "\"kind\":\"unity\""), "report-package.manifest");
  expect(manifest("\"period\":\"2023-06\"", "\"period\":\"2023-14\""), "report-package.manifest", "period");
  expect(manifest("\"layer\":\"own\"", "\"layer\":\"all\""), "report-package.manifest", "layer");
  expect(manifest("\"revision\":1", "\"revision\":2"), "report-package.manifest", "parent");
  expect(manifest("\"revision\":1", "\"revision\":0"), "report-package.manifest");
  expect(manifest("\"revision\":1", "\"revision\":1.0"), "report-package.json");
  expect(manifest("\"ministry\":\"nhsa\"", "\"ministry\":\"NHSA\""), "report-package.manifest", "ministry");
  expect(manifest("\"unit\":\"330100\"", "\"unit\":\"../1\""), "report-package.csv");
  expect(manifest("\"created\":\"2023-07-05T08:30:00Z\"", "\"created\":\"yesterday\""), "report-package.manifest", "created");
  expect(manifest("\"template\":\"" + sha256("template") + "\"", "\"template\":\"x\""), "report-package.manifest", "template");
  expect(manifest("\"code\":\"NHSA_M01\"", "\"code\":\"../../x\""), "report-package.file");
  expect(manifest("\"tool\":\"mif 0.9\"", "\"tool\":\"mif\\u0000\""), "report-package.text");
  expect(manifest("\"tool\":\"mif 0.9\"", "\"tool\":\"\\u006dif 0.9\""), "report-package.form");
  expect(manifest("\"layer\":\"own\",", "\"layer\":\"own\",\"layer\":\"own\","), "report-package.json");
  expect(manifest("\"layer\":\"own\",", "\"later\":1,\"layer\":\"own\","), "report-package.form");
  expect(manifest("\"sum\":\"12345\"", "\"sum\":\"12346\""), "report-package.totals", "社决附01");
  expect(with_changed(good(), "manifest.json", [](std::string& t) { t += " "; }), "report-package.form");
  expect(with_changed(good(), "manifest.json", [](std::string& t) { t.insert(t.size() - 2, ",\"deep\":[[[[[[[[[[1]]]]]]]]]]"); }), "report-package.json");
}

TEST(PackageContent, TheWriterRefusesWhatTheReaderWould) {
  const auto refused = [](const std::function<void(ReportSet&)>& change) {
    ReportSet set = sample();
    change(set);
    try {
      write_package(set);
    } catch (const Error& e) {
      return std::string(e.rule());
    }
    return std::string();
  };
  EXPECT_EQ(refused([](ReportSet&) {}), "");
  EXPECT_EQ(refused([](ReportSet& s) { s.tables[0].cells[0].value = "1,290"; }), "report-package.cell");
  EXPECT_EQ(refused([](ReportSet& s) { s.tables[0].cells[3].value = "0"; }), "report-package.cell");
  EXPECT_EQ(refused([](ReportSet& s) { s.tables[0].cells.push_back(s.tables[0].cells[0]); }), "report-package.cell");
  EXPECT_EQ(refused([](ReportSet& s) { s.tables[0].code = "a/b"; }), "report-package.table");
  EXPECT_EQ(refused([](ReportSet& s) { s.tables[1].code = "nhsa_m01"; }), "report-package.table");
  EXPECT_EQ(refused([](ReportSet& s) { s.tables[0].rows[1].code = "1"; }), "report-package.table");
  EXPECT_EQ(refused([](ReportSet& s) { s.manifest.unit_name = "\xFF"; }), "report-package.text");
  EXPECT_EQ(refused([](ReportSet& s) { s.manifest.unknown = {{"period", "1"}}; }), "report-package.manifest");
  EXPECT_EQ(refused([](ReportSet& s) { s.manifest.unknown = {{"later", "{"}}; }), "report-package.json");
  EXPECT_EQ(refused([](ReportSet& s) { s.manifest.unknown = {{"later", "1,\"x\":2"}}; }), "report-package.json");
}

TEST(PackageContent, AttachmentsOnlyShowSomething) {
  const auto attached = [](const std::string& name, const std::string& bytes) {
    ReportSet set = sample();
    set.attachments = {{name, bytes}};
    try {
      const std::string written = write_package(set);
      return refusal(written);
    } catch (const Error& e) {
      return std::string(e.rule());
    }
  };
  const std::string zip = "PK\x03\x04";
  EXPECT_EQ(attached("a.xlsx", zip + "xl/workbook.xml"), "");
  EXPECT_EQ(attached("盖章.PDF", "%PDF-1.7"), "");
  EXPECT_EQ(attached("a.png", "\x89PNG\r\n\x1a\n...."), "");
  for (const char* name : {"a.xlsm", "a.xls", "a.docm", "a.exe", "a.js", "a.html", "a.zip", "a", "a.xlsx.exe", "a.csv.lnk", "a.", ".xlsx"}) EXPECT_EQ(attached(name, zip), "report-package.attachment") << name;
  EXPECT_EQ(attached("a.xlsx", zip + "xl/vbaProject.bin"), "report-package.attachment");
  EXPECT_EQ(attached("a.xlsx", zip + "xl/macrosheets/sheet1.xml"), "report-package.attachment");
  EXPECT_EQ(attached("a.xlsx", "MZ"), "report-package.attachment");
  EXPECT_EQ(attached("a.pdf", zip), "report-package.attachment");
  EXPECT_EQ(attached("a.txt", std::string("a\0b", 3)), "report-package.attachment");
  EXPECT_EQ(attached("a/b.txt", "x"), "report-package.attachment");
  EXPECT_EQ(attached("../b.txt", "x"), "report-package.attachment");
  // The same by a writer that is not ours.
  expect(with_changed(good(), "attach/说明.txt", [](std::string& t) { t = std::string("\0", 1); }), "report-package.attachment", "说明.txt");
}

TEST(PackageContent, ManyUnitsMustBeOfOneKindAndAsListed) {
  std::vector<ReportSet> sets(2, sample());
  sets[1].manifest.unit = "330200";
  Gathering top;
  top.created = "2023-07-09T00:00:00Z";
  const std::string good = write_gathering(sets, top);
  ASSERT_EQ(refusal(good), "");
  const auto refused = [&](const std::function<void(ReportSet&)>& change) {
    auto copy = sets;
    change(copy[1]);
    try {
      write_gathering(copy, top);
    } catch (const Error& e) {
      return std::string(e.rule());
    }
    return std::string();
  };
  EXPECT_EQ(refused([](ReportSet& s) { s.manifest.period = "2023-07"; }), "report-package.mixed");
  EXPECT_EQ(refused([](ReportSet& s) { s.manifest.package = "mof-2023-year"; }), "report-package.mixed");
  EXPECT_EQ(refused([](ReportSet& s) { s.manifest.unit = "330100"; }), "report-package.mixed");
  auto layers = sets;
  layers[1].manifest.layer = "sum";
  const std::string both = write_gathering(layers, top);
  ASSERT_EQ(refusal(both), "");
  expect(with_changed(both, "manifest.json", [&](std::string& t) { t = replaced(t, "\"layer\":\"all\"", "\"layer\":\"own\""); }), "report-package.form");
  const auto manifest = [&](const std::string& from, const std::string& to) { return with_changed(good, "manifest.json", [&](std::string& t) { t = replaced(t, from, to); }); };
  expect(manifest("\"sum\":\"24690\"", "\"sum\":\"24691\""), "report-package.totals", "社决附01");
  expect(manifest("\"unit\":\"330200\",\"unitName\":\"某", "\"unit\":\"330200\",\"unitName\":\"另"), "report-package.mixed", "330200");
  expect(manifest("\"kind\":\"units\"", "\"kind\":\"unit\""), "report-package.file");
  // A unit taken out, put into another's folder, or nested.
  auto entries = entries_of(good);
  std::erase_if(entries, [](const Entry& e) { return e.name.rfind("units/330200/", 0) == 0; });
  expect(repacked(entries), "report-package.file", "330200");
  entries = entries_of(good);
  std::erase_if(entries, [](const Entry& e) { return e.name.rfind("units/330200/", 0) == 0; });
  for (std::size_t i = 0, n = entries.size(); i < n; ++i)
    if (entries[i].name.rfind("units/330100/", 0) == 0) entries.push_back({"units/330200/" + entries[i].name.substr(13), entries[i].bytes});
  expect(repacked(entries), "report-package.mixed", "330100");
  entries = entries_of(good);
  entries.push_back({"units/330100/units/9/manifest.json", "{}"});
  expect(repacked(entries), "report-package.file", "units/9/manifest.json");
  entries = entries_of(good);
  entries.push_back({"readme.txt", "x"});
  expect(repacked(entries), "report-package.file", "readme.txt");
  // One bad unit, and nothing of the good one is handed out.
  EXPECT_THROW(read_package(repacked(entries), {}, unsigned_too()), Error);
}

}  // namespace
}  // namespace mif::report_package::testing
