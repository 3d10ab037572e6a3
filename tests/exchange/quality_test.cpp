// SPDX-License-Identifier: Apache-2.0
// Profile rules on one document, and the files they are read from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "quality.h"
#include "rule_files.h"

namespace mif::exchange {
namespace {

using namespace mif::exchange::testing;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kHead = "quality { name q  version 1 }\nlist region { 990000 a  990101 b }\npersonal \"payee_name payee_account\"\n";

QualityRules loaded(const std::string& rules) {
  return load_quality(parse_node(std::string(kHead) + rules, "q.info"), "q.info", [](const std::string& path) { return path == "codes.csv" ? std::string("H1,one\nH2\ttwo\r\n\nH3") : std::string(); });
}

std::string refused(const std::string& rules) {
  try {
    loaded(rules);
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}

std::string one(const std::string& kind, const std::string& more = "") { return "rule r { kind " + kind + "  severity note  say s  do d  " + more + " }"; }

// "field=shown" of every finding.
std::string found(const std::string& rule, const std::string& payload, Day day = Day(2023, 6, 12), Day arrival = Day(2023, 6, 20)) {
  const QualityRules rules = loaded(rule);
  const RuleSet standard = shipped_rules("employee");
  const Codes books = {"990000-310"};
  QualityWorld world;
  world.arrival = arrival;
  world.standard = &standard;
  world.books = world.units = &books;
  std::string all;
  for (const auto& f : examine(rules, document("subsidy", payload, day), world)) all += f.field + "=" + f.shown + " ";
  return all;
}

TEST(QualityRule, EachKindFindsWhatItIsForAndNothingElse) {
  const std::string good = R"({"book":"990000-310","bank_account":"9900001003001","subsidy_kind":"1","period":"2023-06","province":"3.00","amount":"3.00","region":"990101","payer":"H1"})";
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const struct {
    const char *kind, *more;
    std::string bad, says;
  } cases[] = {
      {"required", "fields \"@standard\"", with("\"bank_account\":\"9900001003001\",", ""), "bank_account= "},
      {"required", "fields remark", good, "remark= "},
      {"code", "fields \"@standard\"", with("\"subsidy_kind\":\"1\"", "\"subsidy_kind\":\"9\""), "subsidy_kind=9 "},
      {"code", "fields region  list region", with("990101", "990102"), "region=990102 "},
      {"pattern", "fields bank_account  pattern \"99##001*\"", with("9900001003001", "99X0001003001"), "bank_account=99X0001003001 "},
      {"length", "fields bank_account  min 13  max 13", with("9900001003001", "990000100300"), "bank_account=990000100300 "},
      {"range", "fields amount  from 0.01  to 10.00", with("\"amount\":\"3.00\"", "\"amount\":\"10.01\""), "amount=10.01 "},
      {"range", "fields amount", with("\"amount\":\"3.00\"", "\"amount\":\"３.00\""), "amount=３.00 "},
      {"reference", "fields book  list \"@books\"", with("990000-310", "990000-319"), "book=990000-319 "},
      {"period", "fields period", with("2023-06", "2023-05"), "period=2023-05 "},
      {"sum", "fields \"@standard\"", with("\"province\":\"3.00\"", "\"province\":\"3.01\""), "amount=3.00 "},
      {"sum", "fields \"province city\"  total amount", with("\"province\":\"3.00\"", "\"province\":\"92233720368547758.07\",\"city\":\"1.00\""), "amount=3.00 "},
  };
  for (const auto& c : cases) {
    const std::string rule = one(c.kind, c.more);
    EXPECT_EQ(found(rule, c.bad), c.says) << rule;
    if (std::string(c.more) != "fields remark") { EXPECT_EQ(found(rule, good), "") << rule; }
  }
}

TEST(QualityRule, TimeIsMeasuredInDaysAgainstTheDayOfArrival) {
  EXPECT_EQ(found(one("future"), "{}", Day(2023, 6, 21)), "doc_day=2023-06-21 ");
  EXPECT_EQ(found(one("future"), "{}", Day(2023, 6, 20)), "");
  EXPECT_EQ(found(one("future", "days 1"), "{}", Day(2023, 6, 21)), "");
  EXPECT_EQ(found(one("late", "days 20"), "{}", Day(2023, 5, 31)), "");
  EXPECT_EQ(found(one("late", "days 20"), "{}", Day(2023, 5, 30)), "doc_day=2023-05-30 ");
  EXPECT_EQ(found(one("old", "days 366"), "{}", Day(2022, 6, 18)), "doc_day=2022-06-18 ");
  EXPECT_EQ(found(one("day"), "{}", Day(2023, 2, 30)), "doc_day=20230230 ");
  EXPECT_EQ(found(one("late", "days 1"), "{}", Day(0)), "");  // an impossible day is one finding, not several
  EXPECT_EQ(days_between(Day(1999, 12, 31), Day(2000, 3, 1)), 61);
  EXPECT_EQ(days_between(Day(2100, 2, 28), Day(2100, 3, 1)), 1);
  EXPECT_EQ(days_between(Day(9999, 12, 31), Day(1900, 1, 1)), -2958463);
}

TEST(QualityRule, WhatCannotBeReadIsOneFindingAndItsFieldsAreNotAskedFor) {
  EXPECT_EQ(found(one("readable"), "no json"), "payload= ");
  EXPECT_EQ(found(one("required", "fields amount"), "no json"), "");
  EXPECT_EQ(found(one("readable"), "{}"), "");
}

TEST(QualityRule, PersonalValuesAreMasked) {
  EXPECT_EQ(found(one("length", "fields \"payee_name payee_account\"  min 20  max 20"), R"({"payee_name":"欧阳小明","payee_account":"6222021234567890"})"), "payee_name=欧*** payee_account=6***90 ");
  EXPECT_EQ(masked("王"), "*");
  EXPECT_EQ(masked("张三"), "张*");
}

TEST(QualityRule, ContentIsTheSameWhateverTheNumber) {
  const auto rules = loaded(one("duplicate", "fields \"*\"  without \"batch\""));
  const auto& rule = rules.rules.front();
  const auto doc = [](const std::string& payload, Day day = Day(2023, 6, 1)) { return document("t", payload, day); };
  const auto a = doc(R"({"a":"1","b":"2","batch":"x"})"), b = doc(R"({"b":"2","batch":"y","a":"1"})"), c = doc(R"({"a":"1","b":"3"})"), d = doc(R"({"a":"1","b":"2"})", Day(2023, 6, 2));
  EXPECT_EQ(content_of(rule, a), content_of(rule, b));
  EXPECT_TRUE(same_content(rule, a, b));
  EXPECT_FALSE(same_content(rule, a, c));
  EXPECT_NE(content_of(rule, a), content_of(rule, c));
  EXPECT_FALSE(same_content(rule, a, d));
}

TEST(QualityRate, IsPartsOfAThousandInWholeNumbersAndNeverRoundsTruthAway) {
  EXPECT_EQ(rate_text(1, 4), "25.0 %");
  EXPECT_EQ(rate_text(0, 7), "0.0 %");
  EXPECT_EQ(rate_text(7, 7), "100.0 %");
  EXPECT_EQ(rate_text(1, 3), "33.3 %");
  EXPECT_EQ(rate_text(2, 3), "66.7 %");
  EXPECT_EQ(rate_text(1, 1'000'000), "<0.1 %");
  EXPECT_EQ(rate_text(999'999, 1'000'000), ">99.9 %");
  EXPECT_EQ(rate_text(0, 0), "0.0 %");
  EXPECT_EQ(rate_text(9'000'000'000'000'000'000 / 4, 9'000'000'000'000'000'000), "25.0 %");
}

TEST(QualityFile, IsRefusedWithFileAndLineWhenItIsWrong) {
  const struct {
    const char *rules, *says;
  } cases[] = {
      {"rule r { kind readable  severity note  say s }", "q.info:4: "},
      {"rule r { kind readble  severity note  say s  do d }", "[quality.kind]"},
      {"rule r { kind readable  severity loud  say s  do d }", "[quality.severity]"},
      {"rule r { kind readable  severity note  say s  do d  list region }", "[quality.key-unknown]"},
      {"rule r { kind required  severity note  say s  do d  fields \"\" }", "[quality.empty]"},
      {"rule r { kind reference  severity note  say s  do d  fields f  list nolist }", "[quality.list-unknown]"},
      {"rule r { kind late  severity note  say s  do d  days -1 }", "[quality.number]"},
      {"rule r { kind range  severity note  say s  do d  fields f  from 2.00  to 1.00 }", "[quality.range]"},
      {"rule r { kind range  severity note  say s  do d  fields f  from 2.001 }", "[amount.format]"},
      {"rule r { kind length  severity note  say s  do d  fields \"a @standard\"  max 3 }", "[quality.standard]"},
      {"rule R! { kind readable  severity note  say s  do d }", "[quality.rule-name]"},
      {"rule r { kind readable  severity note  say s  do d }\nrule r { kind day  severity note  say s  do d }", "[quality.rule-twice]"},
      {"list empty { }\nrule r { kind day  severity note  say s  do d }", "[quality.list-empty]"},
      {"list-file { x nowhere.csv }\nrule r { kind day  severity note  say s  do d }", "[quality.list-empty]"},
      {"", "[quality.no-rules]"},
      {"surprise yes", "[quality.key-unknown]"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(refused(c.rules), HasSubstr(c.says)) << c.rules;
    EXPECT_THAT(refused(c.rules), StartsWith("q.info:")) << c.rules;
  }
  EXPECT_THROW(load_quality(parse_node("rule r { }", "q.info"), "q.info", {}), Error);
  const auto rules = loaded("list-file { institution codes.csv }\n" + one("reference", "fields f  list institution"));
  EXPECT_EQ(*rules.rules.front().codes, (Codes{"H1", "H2", "H3"}));
}

TEST(QualityFile, TheShippedOneIsRead) {
  const std::string file = "templates/quality/exchange.info";
  const auto rules = load_quality(parse_node(read_text(std::string(MIF_SOURCE_DIR) + "/" + file), file), file, {});
  EXPECT_GE(rules.rules.size(), 12u);
}

TEST(QualityPattern, SignsAndLiterals) {
  EXPECT_TRUE(fits("H##", "H12"));
  EXPECT_FALSE(fits("H##", "H1"));
  EXPECT_FALSE(fits("H##", "H123"));
  EXPECT_TRUE(fits("@医?*", "a医疗"));
  EXPECT_TRUE(fits("*", ""));
  EXPECT_FALSE(fits("#", "１"));
  EXPECT_FALSE(fits("医", "疗"));
}

}  // namespace
}  // namespace mif::exchange
