// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rule_files.h"

namespace mif::exchange {
namespace {

using namespace mif::exchange::testing;

TEST(DocumentPayload, IsAFlatObjectOfTextsAndNothingElse) {
  EXPECT_EQ(document("t", R"({"a":"1","b":"二"})").trouble, "");
  for (const std::string& bad : {std::string("{\"a\":1}"), std::string("[]"), std::string("{\"a\":{\"b\":\"c\"}}"), std::string("{\"a\":\"b\""), std::string(""),
                                 std::string("{\"a\":\"\\u0000\"}"), std::string("{\"a\":\"x\ny\"}"), std::string("{\"a\":\"\xff\"}"), std::string("{\"a\":null}"),
                                 std::string(100000, '['), "{\"a\":\"" + std::string(9000, 'x') + "\"}"})
    EXPECT_NE(document("t", bad).trouble, "") << bad.substr(0, 30);
}

TEST(DocumentPayload, AnImpossibleDayIsTrouble) { EXPECT_NE(document("t", "{}", Day(2023, 2, 30)).trouble, ""); }

TEST(DocumentDigest, DoesNotDependOnTheOrderOfFieldsButOnEveryValue) {
  const auto digest = [](const std::string& payload, const std::string& type = "t", Day day = Day(2023, 6, 1)) { return digest_of(document(type, payload, day)); };
  const std::string base = digest(R"({"a":"1","b":"2"})");
  EXPECT_EQ(base.size(), 64u);
  EXPECT_EQ(digest(R"({"b":"2","a":"1"})"), base);
  EXPECT_NE(digest(R"({"a":"1","b":"3"})"), base);
  EXPECT_NE(digest(R"({"a":"1b","":"2"})"), base);
  EXPECT_NE(digest(R"({"a":"1","b":"2"})", "u"), base);
  EXPECT_NE(digest(R"({"a":"1","b":"2"})", "t", Day(2023, 6, 2)), base);
}

TEST(Clean, CutsBetweenCharactersAndReplacesWhatCannotBeStored) {
  EXPECT_EQ(clean("医疗", 4), "医");
  EXPECT_EQ(clean("a\nb\x01", 10), "a?b?");
  EXPECT_EQ(clean("\xe5\x8c", 10), "??");
  EXPECT_EQ(clean(std::string("a\0b", 3), 10), "a?b");
}

}  // namespace
}  // namespace mif::exchange
