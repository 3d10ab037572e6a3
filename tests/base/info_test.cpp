// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mif/error.hpp"

namespace mif {
namespace {

std::string complaint(std::string_view text) {
  try {
    parse_info(text, "x.info");
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_INVALID);
    return e.what();
  }
  return "";
}

TEST(Info, EveryNodeKnowsItsLine) {
  const InfoNode root = parse_info(
      "; a comment\n"
      "table {\n"
      "  code \"YB01\"  title \"月报 { 表 }\"  version 2\n"
      "  valid { from \"2023-01\" to \"2023-12\" }\n"
      "  empty\n"
      "  nested\n"
      "  {\n"
      "    deep yes ; trailing comment\n"
      "  }\n"
      "}\n"
      "last 1\n",
      "x.info");
  ASSERT_EQ(root.children.size(), 2u);
  const InfoNode& table = root.children[0];
  EXPECT_EQ(table.line, 2);
  EXPECT_EQ(table.find("title")->value, "月报 { 表 }");
  EXPECT_EQ(table.find("title")->line, 3);
  EXPECT_EQ(table.find("version")->value, "2");
  EXPECT_EQ(table.find("valid")->find("to")->line, 4);
  EXPECT_EQ(table.find("empty")->line, 5);
  EXPECT_EQ(table.find("nested")->find("deep")->line, 8);
  EXPECT_EQ(root.children[1].line, 11);
}

TEST(Info, AnOpenBraceIsNamedWhereItWasOpened) {
  EXPECT_THAT(complaint("a {\n b {\n c 1\n}\n"), testing::HasSubstr("x.info:1:"));
  EXPECT_THAT(complaint("a 1\n}\n"), testing::HasSubstr("x.info:2:"));
}

TEST(Info, BrokenTextIsRefusedWithItsLine) {
  EXPECT_THAT(complaint("a 1\nb \"open\n"), testing::HasSubstr("x.info:2:"));
  EXPECT_THAT(complaint("a \"\xff\"\n"), testing::HasSubstr("UTF-8"));
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "a {\n";
  EXPECT_THAT(complaint(deep), testing::HasSubstr("64"));
}

TEST(Info, AnUnknownKeyNamesTheNearestOne) {
  const InfoNode root = parse_info("databse x\n", "mif.info");
  try {
    refuse_unknown_keys(root, "mif.info", {"database", "clock", "http"});
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), testing::AllOf(testing::HasSubstr("mif.info:1"), testing::HasSubstr("\"database\"")));
  }
}

}  // namespace
}  // namespace mif
