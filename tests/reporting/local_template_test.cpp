// SPDX-License-Identifier: Apache-2.0
// docs/sdk/report-template.md, done literally: its files are laid into a home, its commands are run.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "flow_world.h"
#include "report-package/package.h"

namespace mif::testing {
namespace {

namespace rp = report_package;

struct Page {
  std::vector<std::pair<std::string, std::string>> files;  // path, text
  std::vector<std::string> commands;
};

Page read_page() {
  Page page;
  std::ifstream in(std::string(MIF_SOURCE_DIR) + "/docs/sdk/report-template.md");
  std::string path, text;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line == "```") {
      if (inside && !path.empty()) page.files.emplace_back(path, text);
      if (inside) path.clear();
      inside = !inside;
      text.clear();
    } else if (inside) {
      if (path.empty()) page.commands.push_back(line);
      text += line + "\n";
    } else if (line.rfind("File `", 0) == 0) {
      path = line.substr(6, line.find('`', 6) - 6);
    }
  }
  return page;
}

FlowWorld::Answer run(FlowWorld& w, const std::string& command) {
  std::istringstream in(command);
  std::string first, second, name, value;
  in >> first >> second;
  std::vector<std::pair<std::string, std::string>> params;
  while (in >> name >> value) params.emplace_back(name.substr(2), value);
  return w.job(first + " " + second, params, "c990000");
}

TEST(LocalTemplate, APageOfFilesIsATableThatIsComputedCheckedComparedAndPacked) {
  if (const std::string why = TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
  const Page page = read_page();
  ASSERT_EQ(page.files.size(), 3u);
  ASSERT_EQ(page.commands.size(), 10u);
  FlowWorld w(1, 1), other(1, 1);
  for (const auto& [path, text] : page.files)
    for (FlowWorld* one : {&w, &other}) {
      std::filesystem::create_directories((one->home() / path).parent_path());
      std::ofstream(one->home() / path) << text;
    }
  w.post_voucher("990010", Day(2023, 2, 1), "4501", "12345.67");
  w.post_voucher("990010", Day(2023, 6, 1), "5101", "345.67");
  // Files are written where the command is given.
  const auto was = std::filesystem::current_path();
  std::filesystem::current_path(w.home());
  std::map<std::string, FlowWorld::Answer> last;
  for (const auto& command : page.commands) last[command.substr(0, command.find(' ', 7))] = run(w, command);
  std::filesystem::current_path(was);
  EXPECT_GT(std::filesystem::file_size(w.home() / "PV01.xlsx"), 2000u);
  EXPECT_TRUE(std::filesystem::exists(w.home() / last["report package"].item(0, "file"))) << last["report package"].item(0, "file");
  EXPECT_EQ(last["report list"].of("table", "PV01", "package"), "province-2023-support");
  EXPECT_EQ(last["report compute"].item(0, "cells"), "4");
  EXPECT_EQ(last["report compare"].exit(), 0) << last["report compare"].summary();
  EXPECT_NE(last["report compare"].summary().find("3 格，相等 3 格"), std::string::npos) << last["report compare"].summary();
  EXPECT_EQ(last["report check"].of("id", "PV-1", "state"), "pass");
  EXPECT_EQ(last["report check"].of("id", "PV-2", "state"), "pass");
  EXPECT_EQ(last["report drill"].size(), 1u);
  const std::string bytes = w.file("/files/province", "unit=990010&period=2023-06", "c990000");
  rp::Limits limits;
  limits.unsigned_too = true;
  const auto set = rp::read_package(bytes, {}, limits).sets.at(0);
  EXPECT_EQ(set.manifest.ministry, "province");
  EXPECT_EQ(set.attachments.at(0).name, "province-2023-support.xlsx");
  EXPECT_EQ(set.tables.at(0).cells.at(0).value, "12345.67");
  EXPECT_EQ(set.tables.at(0).cells.at(0).printed, "1.23");
  EXPECT_EQ(set.tables.at(0).cells.at(3).value, "321.00");
  // It is asked for, submitted and taken elsewhere like any other.
  const auto id = w.post("/actions/assign", R"({"package":"province-2023-support","unit":"990000","period":"2023-06","deadline":"2023-12-31","units":"990010"})", "c990000").item(0, "assignment");
  w.submit(id, "990010", "c990010");
  const std::string submitted = w.file("/files/province-2023-support", "unit=990010&period=2023-06", "c990000");
  EXPECT_EQ(other.receive(submitted, true, "c990000").of("unit", "990010", "state"), "taken");
}

TEST(LocalTemplate, AWrongFileIsToldWithItsLine) {
  if (const std::string why = TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
  FlowWorld w(1, 1);
  for (const auto& [path, text] : read_page().files) {
    std::filesystem::create_directories((w.home() / path).parent_path());
    std::string wrong = text;
    if (const auto at = wrong.find("[1,1]-[2,1]\" }"); at != std::string::npos) wrong.replace(at, 5, "[9,1]");
    std::ofstream(w.home() / path) << wrong;
  }
  try {
    w.job("report list", {}, "c990000");
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("templates/report/local/province-2023/PV01.info:"), std::string::npos) << e.what();
  }
}

// A year's tables laid out anew: what was typed is taken over, what was fetched is compared and drilled, through migration.info.
TEST(LocalTemplate, ANewLayoutReadsTheYearBeforeThroughItsMap) {
  if (const std::string why = TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
  FlowWorld w(1, 1);
  const auto lay = [&](const std::string& path, const std::string& text) {
    std::filesystem::create_directories((w.home() / path).parent_path());
    std::ofstream(w.home() / path) << text;
  };
  const std::string old = "templates/report/local/lay-2023/", next = "templates/report/local/lay-2024/";
  lay(old + "package.info", "package { code lay-2023 title 旧 ministry lay period year valid { from 2023-01 to 2023-12 } }\ntables { LA \"\" }\n");
  lay(old + "LA.info", "table { code LA title 表 scheme 390 period year unit 元 }\nrows { 1 收入 2 支出 3 { name 甲 unit 人 } 4 { name 乙 unit 人 } }\ncols { 1 本年 }\n"
                       "formulas { f { at \"[1,1]\" expr \"净额('4501')\" } f { at \"[2,1]\" expr \"净额('5101')\" } }\ninputs { i { at \"[3:4,1]\" } }\n");
  lay(next + "package.info", "package { code lay-2024 title 新 ministry lay period year valid { from 2024-01 } }\ntables { LB \"\" }\n");
  lay(next + "LB.info", "table { code LB title 表 scheme 390 period year unit 元 }\nrows { 11 收入 12 收支 13 { name 人数 unit 人 } 14 { name 新行 unit 人 } }\ncols { 1 本年 2 上年 }\n"
                        "formulas { f { at \"[11,1]\" expr \"净额('4501')\" } f { at \"[12,1]\" expr \"净额('4501')+净额('5101')\" } f { at \"[*,2]\" expr \"[,1]{上年同期}\" } }\ninputs { i { at \"[13:14,1]\" } }\n");
  const std::string map = "migration { from lay-2023 to lay-2024 }\ntable LB {\n from LA\n row 11 { from 1 }\n row 12 { from \"1+2\" }\n row 13 { from \"3+4\" }\n row 14 { from - }\n col 2 { from - }\n}\n";
  lay(next + "migration.info", map);
  const std::string unit = "990010", chief = "c990000";
  w.post_voucher(unit, Day(2023, 3, 1), "4501", "100.00");
  w.post_voucher(unit, Day(2023, 4, 1), "5101", "40.00");
  for (const auto& [row, n] : {std::pair{"3", "7"}, std::pair{"4", "2"}}) w.job("report fill", {{"table", "LA"}, {"row", row}, {"col", "1"}, {"unit", unit}, {"period", "2023"}, {"value", n}}, chief);
  w.job("report compute", {{"package", "lay-2023"}, {"unit", unit}, {"period", "2023"}}, chief);
  const auto taken = w.post("/actions/take-over", R"({"package":"lay-2024","unit":"990010","period":"2024-12"})", chief);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken.item(0, "row"), "13");
  EXPECT_EQ(taken.item(0, "now"), "9");
  const auto cells = w.get("/tables/LB", "unit=990010&period=2024-12", chief).json->getArray("cells");
  std::string values;
  for (unsigned i = 0; i < cells->size(); ++i) values += cells->getObject(i)->getValue<std::string>("row") + "," + cells->getObject(i)->getValue<std::string>("col") + "=" + cells->getObject(i)->getValue<std::string>("value") + " ";
  EXPECT_NE(values.find("11,2=100.00 "), std::string::npos) << values;
  EXPECT_NE(values.find("12,2=140.00 "), std::string::npos) << values;
  EXPECT_NE(values.find("13,2=9 "), std::string::npos) << values;
  EXPECT_NE(values.find("14,2= "), std::string::npos) << values;
  const auto drill = w.job("report drill", {{"table", "LB"}, {"row", "12"}, {"col", "2"}, {"unit", unit}, {"period", "2024"}}, chief);
  EXPECT_EQ(drill.exit(), 0) << drill.summary();
  EXPECT_EQ(drill.size(), 2u);
  // A year beside a year: two cells of then are one of now, a new line was nothing.
  const auto before = w.get("/year-before", "unit=990010&period=2024-12&table=LB", chief);
  EXPECT_EQ(before.of("row", "12", "value") + " " + before.of("row", "12", "from"), "140.00 LA[1,1] + LA[2,1]");
  EXPECT_EQ(before.of("row", "13", "text") + " " + before.of("row", "13", "from"), "9 LA[3,1] + LA[4,1]");
  EXPECT_EQ(before.of("row", "14", "row"), "(none)");
  EXPECT_EQ(before.json->getObject("evidence")->getValue<std::string>("package"), "lay-2023");
  EXPECT_EQ(FlowWorld::refused([&] { w.get("/year-before", "unit=990010&period=2023-12&table=LA", chief); }), "report.no-year-before");
  EXPECT_EQ(FlowWorld::refused([&] { w.get("/year-before", "unit=990010&period=2026-12&table=LB", chief); }), "report.not-computed") << "2025-12 was not computed";
  // Published in the new lines, for the year in which the old ones stood.
  lay("config/published.csv", "package,table,book,period,row,col,value,unit,source,note\nlay-2024,LB,990010-390,2023,12,1,140.00,元,试,\nlay-2024,LB,990010-390,2023,14,1,,元,试,\nlay-2023,LA,990010-390,2023,1,1,100.00,元,试,\n");
  const auto compared = w.job("report compare", {}, chief);
  EXPECT_EQ(compared.exit(), 0) << compared.summary();
  EXPECT_EQ(compared.size(), 3u);
  EXPECT_EQ(w.job("report verify", {}, chief).exit(), 0);
  std::string wrong = map;
  wrong.replace(wrong.find("3+4"), 3, "3+9");
  lay(next + "migration.info", wrong);
  try {
    w.job("report list", {}, chief);
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find(next + "migration.info:6: lay-2023 的表 LA 没有行次 “9”"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace mif::testing
