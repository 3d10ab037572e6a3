// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rule_files.h"

namespace mif::exchange {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace mif::exchange::testing;

constexpr const char* kHead = "rules { name t chart c scheme 310 version 1 }\nlist kind { 1 \"a\" 2 \"b\" }\n";

// A document type with two parts and whatever rules; the rules begin at line 4.
std::string with_rules(const std::string& rules) {
  return std::string(kHead) + "document d { name D parts \"x y\" text \"who\" code { kind kind }\n" + rules + "}\n";
}
const std::string kGood =
    "rule { valid-from 2018-01-01 word 收 flow f summary \"{who}\"\n"
    " line { side debit account 1003 amount amount }\n line { side credit account 4001 amount x }\n line { side credit account 4002 amount y } }\n";

void check(const std::string& name) {
  const RuleSet rules = shipped_rules(name);
  const auto chart = shipped_chart(name);
  ASSERT_FALSE(chart.empty());
  EXPECT_NO_THROW(check_accounts(rules, "book", [&](const std::string& code) -> const AccountInfo* {
    const auto found = chart.find(code);
    return found == chart.end() ? nullptr : &found->second;
  }));
}

TEST(ShippedRules, EveryAccountTheyNameIsALeafOfTheShippedChart) {
  for (const char* name : {"employee", "resident", "maternity"}) check(name);
}

TEST(ShippedRules, CoverTheDocumentTypesOfTheRegulation) {
  EXPECT_GE(shipped_rules("employee").types.size(), 75u);
  EXPECT_GE(shipped_rules("resident").types.size(), 60u);
  EXPECT_GE(shipped_rules("maternity").types.size(), 35u);
}

// The demonstration relies on it: every credit of the expenditure account is a payment, and nothing else is. A red credit is
// money that came back.
TEST(ShippedRules, CreditOf1004AlwaysComesWithThePaymentFlowAndAPayable) {
  for (const char* name : {"employee", "resident", "maternity"})
    for (const auto& [type, document] : shipped_rules(name).types)
      for (const auto& rule : document.rules) {
        bool pays = false;
        for (const auto& l : rule.lines) pays = pays || (l.side == MIF_CREDIT && l.sign > 0 && l.account.text() == "1004");
        EXPECT_EQ(pays, rule.flow == "voucher-payment") << rule.name;
        EXPECT_EQ(pays, rule.payable.has_value()) << rule.name;
      }
}

TEST(Rules, AWellFormedFileIsAccepted) { EXPECT_EQ(refusal(with_rules(kGood)), "accepted"); }

TEST(Rules, ARuleThatCannotBalanceIsRefusedWithFileAndLine) {
  std::string text = kGood;
  text.replace(text.find("account 4002 amount y"), 21, "account 4002 amount x");
  EXPECT_THAT(refusal(with_rules(text)), AllOf(HasSubstr("test.info:4:"), HasSubstr("cannot balance")));
}

TEST(Rules, ARedLineOnTheSameSideCountsAsTheOppositeSide) {
  EXPECT_EQ(refusal(with_rules("rule { valid-from 2018-01-01 word 付 flow f summary s\n line { side credit account 4001 amount -x }\n"
                               " line { side credit account 4002 amount -y }\n line { side credit account 1002 amount amount } }\n")),
            "accepted");
}

TEST(Rules, OverlappingRulesAreRefusedUnlessPeriodOrConditionKeepsThemApart) {
  EXPECT_THAT(refusal(with_rules(kGood + kGood)), AllOf(HasSubstr("test.info:8:"), HasSubstr("4"), HasSubstr("overlaps")));
  std::string later = kGood, earlier = kGood;
  later.replace(later.find("2018-01-01"), 10, "2024-01-01");
  EXPECT_THAT(refusal(with_rules(kGood + later)), HasSubstr("overlaps"));
  earlier.replace(earlier.find("word"), 4, "valid-to 2023-12-31 word");
  EXPECT_EQ(refusal(with_rules(earlier + later)), "accepted");
  const auto with_match = [](std::string rule, const std::string& match) { return rule.replace(rule.find("word"), 4, "match { kind \"" + match + "\" } word"); };
  EXPECT_EQ(refusal(with_rules(with_match(kGood, "1") + with_match(kGood, "2"))), "accepted");
  EXPECT_EQ(refusal(with_rules(with_match(kGood, "1") + with_match(kGood, "!1"))), "accepted");
  EXPECT_THAT(refusal(with_rules(with_match(kGood, "1|2") + with_match(kGood, "2"))), HasSubstr("overlaps"));
  EXPECT_THAT(refusal(with_rules(with_match(kGood, "!1") + with_match(kGood, "!2"))), HasSubstr("overlaps"));
}

TEST(Rules, DaysAndCodesLeftBetweenTwoRulesAreRefused) {
  const auto rule = [](const std::string& from, const std::string& to, const std::string& match) {
    std::string text = kGood;
    text.replace(text.find("2018-01-01"), 10, from);
    return text.replace(text.find("word"), 4, (to.empty() ? "" : "valid-to " + to + " ") + (match.empty() ? "" : "match { " + match + " } ") + "word");
  };
  EXPECT_EQ(refusal(with_rules(rule("2018-01-01", "2023-12-31", "") + rule("2024-01-01", "", ""))), "accepted");
  EXPECT_THAT(refusal(with_rules(rule("2018-01-01", "2023-12-30", "") + rule("2024-01-01", "", ""))), AllOf(HasSubstr("test.info:8:"), HasSubstr("2023-12-31"), HasSubstr("[mapping.gap]")));
  EXPECT_EQ(refusal(with_rules(rule("2018-01-01", "2024-02-29", "") + rule("2024-03-01", "", ""))), "accepted");
  EXPECT_EQ(refusal(with_rules(rule("2018-01-01", "2023-12-31", ""))), "accepted");  // the type as a whole ends
  // a code that goes on to be the type's needs a rule as long as the others
  EXPECT_THAT(refusal(with_rules(rule("2018-01-01", "", "kind 1") + rule("2018-01-01", "2023-12-31", "kind 2"))), AllOf(HasSubstr("test.info:8:"), HasSubstr("kind=2"), HasSubstr("2024-01-01")));
  EXPECT_EQ(refusal(with_rules(rule("2018-01-01", "", "kind 1") + rule("2023-07-01", "", "kind 2"))), "accepted");  // a new code
  // two codes: every combination of what rules take has to have one
  const auto two = [](const std::string& rules) { return std::string(kHead) + "document d { name D parts \"x y\" text \"who\" code { kind kind  other kind }\n" + rules + "}\n"; };
  const std::string corners = rule("2018-01-01", "", "kind 1 other 1") + rule("2018-01-01", "", "kind 2 other 2");
  EXPECT_THAT(refusal(two(corners)), AllOf(HasSubstr("test.info:3:"), HasSubstr("[mapping.gap]")));
  EXPECT_EQ(refusal(two(corners + rule("2018-01-01", "", "kind 1 other 2") + rule("2018-01-01", "", "kind 2 other 1"))), "accepted");
  EXPECT_EQ(refusal(two(rule("2018-01-01", "", "kind 1") + rule("2018-01-01", "", "kind 2 other 1") + rule("2018-01-01", "", "kind 2 other 2"))), "accepted");
}

TEST(Rules, UnknownNamesAreRefusedWhereTheyStand) {
  const auto changed = [](const std::string& from, const std::string& to) {
    std::string text = kGood;
    return with_rules(text.replace(text.find(from), from.size(), to));
  };
  EXPECT_THAT(refusal(changed("{who}", "{whom}")), AllOf(HasSubstr("test.info:4:"), HasSubstr("whom")));
  EXPECT_THAT(refusal(changed("amount y", "amount z")), AllOf(HasSubstr("test.info:7:"), HasSubstr("\"z\"")));
  EXPECT_THAT(refusal(changed("word 收", "word 帐")), HasSubstr("test.info:4:"));
  EXPECT_THAT(refusal(changed("side debit", "side left")), HasSubstr("test.info:5:"));
  EXPECT_THAT(refusal(changed("account 1003", "acount 1003")), AllOf(HasSubstr("test.info:5:"), HasSubstr("acount")));
  EXPECT_THAT(refusal(changed("account 1003", "account \"{who}\"")), AllOf(HasSubstr("test.info:5:"), HasSubstr("code field")));
  EXPECT_THAT(refusal(changed("valid-from 2018-01-01", "valid-from 2018-13-01")), HasSubstr("test.info:4:"));
  EXPECT_THAT(refusal(changed("word", "match { kind 3 } word")), AllOf(HasSubstr("test.info:4:"), HasSubstr("\"3\"")));
  EXPECT_THAT(refusal(changed("{who}", "{who")), HasSubstr("test.info:4:"));
  EXPECT_THAT(refusal("rules { name t chart c scheme 310 version 1 }\ndocument d { name D code { kind kinds } }\n"), AllOf(HasSubstr("test.info:2:"), HasSubstr("kinds")));
  EXPECT_THAT(refusal("document d { name D }\n"), HasSubstr("test.info:1:"));
}

TEST(Rules, WhatExplainsAnAmountIsRefusedWhereItIsWrong) {
  const auto with = [](const std::string& keys, const std::string& rules = kGood) {
    return refusal(std::string(kHead) + "list flag { Z a \"-\" b }\ndocument d { name D parts \"x y\" text \"who\" code { kind kind flag flag } " + keys + "\n" + rules + "}\n");
  };
  EXPECT_EQ(with("figures \"claimed -kept\" accrual { base owed days days per-day 0.0005 } negative yes sign flag reversed-by d"), "accepted");
  EXPECT_THAT(with("figures \"claimed -x\""), AllOf(HasSubstr("test.info:4:"), HasSubstr("\"x\"")));
  EXPECT_THAT(with("figures \"claimed\" optional claimed"), HasSubstr("optional"));
  EXPECT_THAT(with("figures \"x2\"", std::string(kGood).replace(kGood.find("amount y"), 8, "amount x2")), AllOf(HasSubstr("test.info:8:"), HasSubstr("x2")));
  EXPECT_THAT(with("figures \"x2\"", std::string(kGood).replace(kGood.find("{who}"), 5, "{x2}")), HasSubstr("x2"));
  for (const char* rate : {"0.000000001", "1e-4", "-1", "0.", "", "100", ".5"})
    EXPECT_NE(with(std::string("accrual { base owed days days per-day \"") + rate + "\" }"), "accepted") << rate;
  EXPECT_EQ(with("original { day of year prior }"), "accepted");
  EXPECT_EQ(with("original { day of year \"{kind}\" }"), "accepted");
  for (const char* year : {"\"{who}\"", "last", "\"{kind}{flag}\""}) EXPECT_THAT(with(std::string("original { day of year ") + year + " }"), AllOf(HasSubstr("test.info:4:"), HasSubstr("year"))) << year;
  EXPECT_THAT(with("original { day who year prior }"), HasSubstr("who"));
  EXPECT_THAT(with("sign flag"), HasSubstr("may be negative"));
  EXPECT_THAT(with("negative yes sign kind"), HasSubstr("\"kind\""));
  EXPECT_THAT(with("reversed-by gone"), AllOf(HasSubstr("test.info:4:"), HasSubstr("gone")));
  EXPECT_THAT(with("memo yes"), HasSubstr("memo"));
  EXPECT_EQ(with("memo yes", ""), "accepted");
  EXPECT_THAT(with("", ""), HasSubstr("no rule"));
}

TEST(Rules, AnAccountThatIsUnknownOrNotALeafIsRefusedWithFileAndLine) {
  const RuleSet rules = parse_rules(with_rules(kGood));
  const auto check_with = [&](bool leaf, const std::string& missing) -> std::string {
    AccountInfo found;
    found.leaf = leaf;
    try {
      check_accounts(rules, "b", [&](const std::string& code) -> const AccountInfo* { return code == missing ? nullptr : &found; });
    } catch (const Error& e) {
      return e.what();
    }
    return "accepted";
  };
  EXPECT_EQ(check_with(true, ""), "accepted");
  EXPECT_THAT(check_with(true, "4002"), AllOf(HasSubstr("test.info:7:"), HasSubstr("4002")));
  EXPECT_THAT(check_with(false, ""), HasSubstr("test.info:5:"));
}

TEST(Rules, AnAccountWithACodeInItIsCheckedForEveryCodeTheRuleCanMeet) {
  const RuleSet rules = parse_rules(std::string(kHead) +
                                    "document d { name D text \"who\" code { kind kind }\n"
                                    "rule { valid-from 2018-01-01 match { kind 1 } word 收 flow f summary s\n"
                                    " line { side debit account \"100{kind}\" amount amount }\n line { side credit account 4001 amount amount } }\n"
                                    "rule { valid-from 2018-01-01 match { kind 2 } word 收 flow f summary s\n"
                                    " line { side debit account 1005 amount amount }\n line { side credit account 4001 amount amount } }\n}\n");
  AccountInfo leaf;
  std::vector<std::string> asked;
  check_accounts(rules, "b", [&](const std::string& code) {
    asked.push_back(code);
    return &leaf;
  });
  EXPECT_THAT(asked, ::testing::ElementsAre("1001", "4001", "1005", "4001"));
}

}  // namespace
}  // namespace mif::exchange
