// SPDX-License-Identifier: Apache-2.0
// What a version of rules is refused for, and what is found when somebody changes one behind everybody's back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "rule_home.h"

namespace mif::exchange {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using exchange::testing::RuleHome;

TEST(RuleVersionsBad, ADraftThatCannotStandIsRefusedWithLineAndReason) {
  RuleHome home;
  // where the shipped file says something of the type
  const auto line = [text = home.shipped()](const std::string& what, int more = 0) {
    const auto document = text.find("\ndocument individual-reimbursement\n") + 1;
    return "draft.info:" + std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find(what, document)), '\n') + more) + ": ";
  };
  const auto why = [&](const std::string& from, const std::string& to) { return home.draft(home.changed(home.version("2026.2"), "individual-reimbursement", from, to)); };
  EXPECT_THAT(why("amount outpatient_major", "amount inpatient"), AllOf(HasSubstr(line("  rule\n")), HasSubstr("[mapping.unbalanced]")));
  EXPECT_THAT(why("account 50010101 ", "account 50019999 "), AllOf(HasSubstr(line("account 50010101 ")), HasSubstr("50019999"), HasSubstr("[mapping.account-unknown]")));
  EXPECT_THAT(why("account 50010101 ", "account 500101 "), HasSubstr("[mapping.account-not-leaf]"));
  EXPECT_THAT(why("    valid-from 2018-01-01\n", "    valid-from 2018-01-01\n    match { mode \"1|2\" }\n"), HasSubstr("\"state\":\"draft\""));  // 3 is not this type's any more
  EXPECT_THAT(why("    valid-from 2018-01-01\n", "    valid-from 2018-01-01\n    matsch { mode 1 }\n"), AllOf(HasSubstr(line("    valid-from", 1)), HasSubstr("[mapping.key-unknown]")));
  EXPECT_THAT(why("  rule\n  {\n", "  rule\n  {{\n"), HasSubstr("[config.syntax]"));
  std::string lost = home.changed(home.version("2026.2"), "individual-reimbursement", "\ndocument individual-reimbursement\n", "\ndocument individual-reimbursment\n");
  const std::string reversal = "reversed-by \"individual-reimbursement ";
  lost.replace(lost.find(reversal), reversal.size(), "reversed-by \"individual-reimbursment ");
  std::string here = line("document individual-reimbursement");
  here.replace(0, 5, "employee").resize(here.size() - 2);
  EXPECT_THAT(home.draft(lost), AllOf(HasSubstr("draft.info:1: "), HasSubstr("individual-reimbursement"), HasSubstr(here), HasSubstr("[mapping.type-lost]")));
  EXPECT_THAT(home.draft(home.shipped()), HasSubstr("[mapping.version-taken]"));
  EXPECT_THAT(home.draft(""), HasSubstr("[mapping.rule-file-size]"));
  EXPECT_THAT(home.draft("\xff\xfe"), HasSubstr("[config.syntax]"));
  EXPECT_THAT(home.told("mapping draft", {{"file", home.path("no such file")}}), HasSubstr("[mapping.no-rule-file]"));
}

TEST(RuleVersionsBad, ATypeIsGivenUpOnlyInSoManyWords) {
  RuleHome home;
  std::string text = home.version("2026.2");
  const auto from = text.find("\ndocument maternity\n"), to = text.find("\ndocument ", from + 5);
  text.erase(from, to - from);
  EXPECT_THAT(home.draft(text), AllOf(HasSubstr("maternity"), HasSubstr("[mapping.reversed-by]")));
  const std::string reversal = " pharmacy-settlement maternity\"";
  text.replace(text.find(reversal), reversal.size(), " pharmacy-settlement\"");
  EXPECT_THAT(home.draft(text), AllOf(HasSubstr("maternity"), HasSubstr("[mapping.type-lost]")));
  const std::string head = "version 2026.2 ";
  text.replace(text.find(head), head.size(), head + " retired \"maternity\" ");
  EXPECT_THAT(home.draft(text), HasSubstr("\"state\":\"draft\""));
  text.replace(text.find("retired \"maternity\""), 19, "retired \"subsidy\"  ");
  EXPECT_THAT(home.draft(text), HasSubstr("[mapping.retired]"));
}

TEST(RuleVersionsBad, DaysAreInOrderAndTheLastVersionIsRolledBackFirst) {
  RuleHome home;
  home.job("exchange pull");
  const std::string first = home.approved(home.moved("2026.2"), "2023-07-01");
  const std::string second = home.prepared(home.moved("2026.3") + "; 又一版\n");
  EXPECT_THAT(home.told("mapping submit", {{"set", second}, {"from", "2023-07-01"}}), HasSubstr("[mapping.day-order]"));
  EXPECT_THAT(home.told("mapping submit", {{"set", second}, {"from", "2023-02-30"}}), HasSubstr("[date.format]"));
  home.told("mapping submit", {{"set", second}, {"from", "2023-08-01"}});
  home.told("mapping approve", {{"set", second}}, "chief1");
  EXPECT_THAT(home.told("mapping rollback", {{"set", first}, {"from", "2023-07-10"}, {"reason", "r"}}), HasSubstr("[mapping.later-version]"));
  home.told("mapping rollback", {{"set", second}, {"from", "2023-08-01"}, {"reason", "r"}});
  home.told("mapping approve", {{"set", second}}, "chief1");
  home.told("mapping rollback", {{"set", first}, {"from", "2023-07-10"}, {"reason", "r"}});
  EXPECT_THAT(home.told("mapping approve", {{"set", first}}, "chief1"), HasSubstr("rolled-back"));
  EXPECT_THAT(home.told("mapping verify", {}, "chief1"), HasSubstr("\"exit\":0"));
}

TEST(RuleVersionsBad, ATrialAgainstRulesThatChangedSinceIsNotEnough) {
  RuleHome home;
  home.job("exchange pull");
  const std::string second = home.prepared(home.moved("2026.3"));
  home.told("mapping submit", {{"set", second}, {"from", "2023-08-01"}});
  home.approved(home.moved("2026.2") + "; 先批\n", "2023-07-01");
  EXPECT_THAT(home.told("mapping approve", {{"set", second}}, "chief1"), HasSubstr("[mapping.trial-stale]"));
}

TEST(RuleVersionsBad, WhatWasApprovedCannotBeChangedUnseen) {
  RuleHome home;
  home.job("exchange pull");
  const std::string set = home.approved(home.moved(), "2023-07-01");
  const auto twisted = [&](const std::string& table, const std::string& column, const std::string& where, const std::string& from, const std::string& to) {
    std::string before;
    home.deployment().database().read([&](store::Txn& txn) { before = txn.text("select cast(" + column + " as varchar(8000)) from " + table + where, {}).value_or(""); });
    const auto at = before.find(from);
    ASSERT_NE(at, std::string::npos) << before;
    const auto put = [&](const std::string& value) {
      home.deployment().database().write([&](store::Txn& txn) {
        if (column == "from_day") EXPECT_EQ(txn.execute("update " + table + " set " + column + " = ?" + where, {std::stoll(value)}), 1);
        else EXPECT_EQ(txn.execute("update " + table + " set " + column + " = ?" + where, {value}), 1);
      });
    };
    std::string after = before;
    put(after.replace(at, from.size(), to));
    EXPECT_THAT(home.told("exchange pull", {}), HasSubstr("[mapping.version-altered]")) << column;
    EXPECT_THAT(home.told("mapping verify", {}, "chief1"), HasSubstr("\"exit\":3")) << column;
    put(before);
    EXPECT_THAT(home.told("mapping verify", {}, "chief1"), HasSubstr("\"exit\":0")) << column;
    EXPECT_THAT(home.told("exchange pull", {}), HasSubstr("\"exit\":0")) << column;
  };
  twisted("x_exchange_rule_text", "body", " where owner = 'set/" + set + "' and part = 0", "chart employee", "chart employer");
  twisted("x_exchange_rule_set", "from_day", " where id = " + set, "20230701", "20230601");
  twisted("x_exchange_rule_example", "expected", " where set_id = " + set, "50010103", "50010101");
  twisted("x_exchange_rule_trial", "scope", " where set_id = " + set, "B1", "B2");
  // text and its digest together: the flow still holds what was approved
  home.tamper("update x_exchange_rule_set set digest = 'f' where id = " + set);
  EXPECT_THAT(home.told("exchange pull", {}), HasSubstr("[mapping.version-altered]"));
}

TEST(RuleVersionsBad, ARuleFileIsFixedOnceAVersionFollowsIt) {
  RuleHome home;
  home.job("exchange pull");
  home.approved(home.moved(), "2023-07-01");
  home.replace_in("templates/vouchers/employee.info", "个人零星报销 {payee_name}", "零星报销 {payee_name}");
  EXPECT_THAT(home.told("exchange pull", {}), HasSubstr("[mapping.file-changed]"));
  home.replace_in("templates/vouchers/employee.info", "零星报销 {payee_name}", "个人零星报销 {payee_name}");
  EXPECT_THAT(home.told("exchange pull", {}), HasSubstr("\"exit\":0"));
}

}  // namespace
}  // namespace mif::exchange
