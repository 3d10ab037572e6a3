// SPDX-License-Identifier: Apache-2.0
// Archives of many workbooks: what is inside comes out in the order of the paths, what is hostile is one sentence.
#include <Poco/DateTime.h>
#include <Poco/Path.h>
#include <Poco/Zip/Compress.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <sstream>

#include "kernel/base/text.h"
#include "kernel/sheet/archive.h"
#include "mif/error.hpp"

namespace mif::sheet {
namespace {

using Files = std::map<std::string, std::string>;

std::string zip(const Files& files) {
  std::ostringstream out;
  Poco::Zip::Compress compress(out, true);
  for (const auto& [name, text] : files) {
    std::istringstream in(text);
    compress.addFile(in, Poco::DateTime(2023, 6, 30), Poco::Path(name, Poco::Path::PATH_UNIX));
  }
  compress.close();
  return out.str();
}
std::vector<std::pair<std::string, std::string>> read(std::string_view bytes, const ReadLimits& limits = {}) {
  std::vector<std::pair<std::string, std::string>> all;
  read_files(bytes, [&](const std::string& name, std::string_view file) { all.emplace_back(name, file); }, limits);
  return all;
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
std::string renamed(std::string bytes, const std::string& from, const std::string& to) {
  for (auto at = bytes.find(from); at != std::string::npos; at = bytes.find(from)) bytes.replace(at, from.size(), to);
  return bytes;
}

TEST(ArchiveTest, FilesComeInTheOrderOfTheirPaths) {
  const auto files = read(zip({{"乙县/月报.xlsx", "2"}, {"甲县.csv", "1"}, {"__MACOSX/甲县.csv", "x"}, {"~$甲县.xlsx", "x"}, {".DS_Store", "x"}, {"空.csv", ""}}));
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0], (std::pair<std::string, std::string>("乙县/月报.xlsx", "2")));
  EXPECT_EQ(files[1].second, "1");
  EXPECT_EQ(files[2].first, "空.csv");
}

TEST(ArchiveTest, NamesInGb18030AreRead) {
  const std::string gb = utf8_to_gb18030("甲县");
  ASSERT_EQ(gb.size(), 4u);
  EXPECT_EQ(read(renamed(zip({{"ABCD.csv", "1"}}), "ABCD", gb)).at(0).first, "甲县.csv");
  EXPECT_NE(refusal(renamed(zip({{"ABCD.csv", "1"}}), "ABCD", "\xFF\xFF\xFF\xFF")).find("名字"), std::string::npos);
}

TEST(ArchiveTest, WhatIsNoArchiveIsOneFile) {
  EXPECT_EQ(read("a,b\n"), (std::vector<std::pair<std::string, std::string>>{{"", "a,b\n"}}));
  const std::string workbook = zip({{"[Content_Types].xml", "<a/>"}, {"xl/workbook.xml", "<a/>"}});
  EXPECT_EQ(read(workbook), (std::vector<std::pair<std::string, std::string>>{{"", workbook}}));
}

TEST(ArchiveTest, HostileArchivesAreOneSentence) {
  EXPECT_NE(refusal("PK\x03\x04").find("损坏"), std::string::npos);
  EXPECT_NE(refusal(zip({{"__MACOSX/a", "x"}})).find("没有文件"), std::string::npos);
  EXPECT_NE(refusal(renamed(zip({{"xx/aa/bb.csv", "x"}}), "xx/aa/bb.csv", "../../bb.csv")).find("越界"), std::string::npos);
  EXPECT_NE(refusal(renamed(zip({{"x/a.csv", "x"}}), "x/a.csv", "/xa.csv")).find("越界"), std::string::npos);
  EXPECT_NE(refusal(zip({{"a.csv", std::string(40u << 20, ' ')}})).find("压缩炸弹"), std::string::npos);
  // Bombs that are small one by one.
  Files many;
  for (int i = 0; i < 8; ++i) many[std::to_string(i) + ".csv"] = std::string(4u << 20, ' ');
  EXPECT_NE(refusal(zip(many)).find("压缩炸弹"), std::string::npos);
  Files countless;
  for (int i = 0; i < 2001; ++i) countless[std::to_string(i) + ".csv"] = "x";
  EXPECT_NE(refusal(zip(countless)).find("2000"), std::string::npos);
  EXPECT_NE(refusal(zip({{"a.csv", "x"}}), ReadLimits{16, 16, 1, 16, 16, 16}).find("MB"), std::string::npos);
}

TEST(ArchiveTest, DamagedArchivesAreReadOrRefused) {
  Files files;
  std::mt19937 random(16);
  for (int i = 0; i < 5; ++i)
    for (int n = 0; n < 200; ++n) files[std::to_string(i) + ".csv"] += std::to_string(random()) + ",";
  const std::string good = zip(files);
  const auto whole = read(good);
  ASSERT_EQ(whole.size(), 5u);
  const auto same_or_refused = [&](const std::string& bytes) {
    std::vector<std::pair<std::string, std::string>> seen;
    try {
      seen = read(bytes);
    } catch (const Error& e) {
      ASSERT_EQ(e.code(), MIF_E_INVALID) << e.what();
      return;
    }
    if (bytes.substr(0, 2) != "PK") return;  // no archive any more: one file as it is
    for (const auto& [name, text] : seen) ASSERT_TRUE(std::any_of(whole.begin(), whole.end(), [&, &text = text](const auto& w) { return w.second == text; })) << name;
  };
  for (int round = 0; round < 300; ++round) same_or_refused(good.substr(0, random() % good.size()));
  for (int round = 0; round < 1500; ++round) {
    std::string bytes = good;
    bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    same_or_refused(bytes);
  }
}

}  // namespace
}  // namespace mif::sheet
