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

}  // namespace
}  // namespace mif::testing
