// SPDX-License-Identifier: Apache-2.0
// GB/T 24589 by profile, and SAF-T: what cannot be said is refused by name, never cut or replaced.
#include <gtest/gtest.h>

#include <filesystem>

#include "kernel/base/text.h"
#include "kernel/interchange/exports.h"
#include "tests/ledger/fixture.h"

namespace mif::interchange {
namespace {

using mif::testing::draft;
using mif::testing::LedgerFixture;
namespace fs = std::filesystem;

class ProfileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.apply_charts();
    world_.add_book("A", "employee", {2023, 6});
    profile_ = (fs::temp_directory_path() / ("mif-profile-" + std::to_string(::getpid()) + ".info")).string();
  }
  void TearDown() override { fs::remove(profile_); }
  void post(const std::string& summary) {
    auto d = draft("A", Day(2023, 6, 30), std::to_string(++posted_), {"D 50010101 mode=1 1.00", "C 1003 bank_account=1 1.00"});
    d.summary = summary;
    world_.post(d);
  }
  std::map<std::string, std::string> exported(const std::string& format, const std::string& profile) {
    std::map<std::string, std::string> files;
    world_.database().read([&](store::Txn& txn) {
      export_book(BookReader(txn, world_.ledger(), world_.charts(), "A"), format_of(format), {Day(2023, 7, 1), profile}, [&](const std::string& file, std::string_view bytes) { files[file] += bytes; });
    });
    return files;
  }
  std::string refusal(const std::string& format, const std::string& profile) {
    try {
      exported(format, profile);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), MIF_E_INVALID);
      return e.what();
    }
    return "not refused";
  }
  std::string changed(const std::string& from, const std::string& to) {
    std::string text = read_file(kProfile);
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    write_file_durably(profile_, text.replace(at, from.size(), to));
    return profile_;
  }
  const std::string kProfile = std::string(MIF_SOURCE_DIR) + "/templates/interchange/gbt24589.info";
  LedgerFixture world_;
  std::string profile_;
  int posted_ = 0;
};

TEST_F(ProfileTest, EveryCharacterOfUnicodeSurvivesGb18030) {
  for (char32_t c = 0x80; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string text;
    if (c < 0x800) text = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    else if (c < 0x10000) text = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    else text = {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)), static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    if (c % 97 != 0 && c > 0x3000 && (c < 0xE000 || c > 0xFFFF)) continue;  // every block; each character where GB 18030 is irregular
    const bool private_use = c >= 0xE000 && c < 0xF900;  // some of it has no place in GB 18030, and is refused
    try {
      ASSERT_EQ(gb18030_to_utf8(utf8_to_gb18030(text)), text) << std::hex << static_cast<std::uint32_t>(c);
    } catch (const Error& e) {
      ASSERT_TRUE(private_use) << std::hex << static_cast<std::uint32_t>(c) << e.what();
    }
  }
}

TEST_F(ProfileTest, NamesOrderAndSeparatorAreTheFiles) {
  post("𠮷|㐂,\"引\"");
  auto files = exported("gbt24589-text", changed("separator \",\"", "separator \"|\""));
  const std::string vouchers = gb18030_to_utf8(files.at("记账凭证.txt"));
  EXPECT_EQ(vouchers.rfind("记账凭证日期|会计年度|会计期间号|", 0), 0u);
  EXPECT_NE(vouchers.find("|\"𠮷|㐂,\"\"引\"\"\"|"), std::string::npos);
  files = exported("gbt24589-text", changed("field \"凭证来源系统\" { from source_plugin type C80 }", ""));
  EXPECT_EQ(gb18030_to_utf8(files.at("记账凭证.txt")).find("凭证来源系统"), std::string::npos);
}

TEST_F(ProfileTest, WhatDoesNotFitIsRefused) {
  post("一二三四五六");
  EXPECT_NE(refusal("gbt24589-text", changed("from summary type C400", "from summary type C5")).find("凭证 2023-06 记-1 的记账凭证摘要有 6 字"), std::string::npos);
  EXPECT_NE(refusal("gbt24589-xml", changed("field \"辅助项1编号\" { from item1 type C60 }", "")).find("没有位置"), std::string::npos);
  EXPECT_NE(refusal("gbt24589-text", changed("from summary type", "from sumary type")).find("没有值"), std::string::npos);
  EXPECT_NE(refusal("gbt24589-text", changed("file \"会计期间.txt\"", "file \"../x.txt\"")).find("文件名不对"), std::string::npos);
  EXPECT_NE(refusal("gbt24589-text", changed("type I4", "type X4")).find("type 应为"), std::string::npos);
  post("控\x01制");
  EXPECT_NE(refusal("gbt24589-xml", kProfile).find("控制字符"), std::string::npos);
  EXPECT_NE(refusal("saft", kProfile).find("控制字符"), std::string::npos);
  EXPECT_NE(gb18030_to_utf8(exported("gbt24589-text", kProfile).at("记账凭证.txt")).find("控\x01制"), std::string::npos);
}

TEST_F(ProfileTest, SaftIsRefusedRatherThanCut) {
  std::string summary;
  for (int i = 0; i < 257; ++i) summary += "字";
  post(summary);
  EXPECT_NE(refusal("saft", "").find("凭证 2023-06 记-1 的 Description 有 257 字"), std::string::npos);
}

TEST_F(ProfileTest, AnEmptyBookIsExportedToo) {
  for (const auto& format : formats()) EXPECT_FALSE(exported(std::string(format.name), kProfile).empty()) << format.name;
}

}  // namespace
}  // namespace mif::interchange
