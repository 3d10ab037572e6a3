// SPDX-License-Identifier: Apache-2.0
// Outcomes compared and expected, rule files compared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rule_files.h"
#include "rule_outcome.h"
#include "rule_text.h"

namespace mif::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace mif::exchange::testing;

const std::string kRules =
    "rules { name t chart c scheme 310 version 1 }\nlist kind { 1 \"a\" 2 \"b\" }\naux-set { who \"counterparty={who}\" }\n"
    "document d { name D parts \"x y\" text \"who\" code { kind kind }\n"
    "rule { valid-from 2018-01-01 word 收 flow f summary \"{who}\"\n"
    " line { side debit account 1003 amount amount aux \"@who kind={kind}\" }\n line { side credit account 4001 amount x }\n line { side credit account 4002 amount y } } }\n"
    "document e { name E text \"who\" rule { valid-from 2018-01-01 word 收 flow f summary s\n"
    " line { side debit account 1003 amount amount }\n line { side credit account 4001 amount amount } } }\n";

std::string changed(const std::string& from, const std::string& to) {
  std::string text = kRules;
  EXPECT_NE(text.find(from), std::string::npos);
  return text.replace(text.find(from), from.size(), to);
}
Outcome outcome(const std::string& rules, const std::string& payload = R"({"who":"W","kind":"1","x":"1.50","y":"2.00","amount":"3.50"})") {
  const RuleSet set = parse_rules(rules);
  return outcome_of(&set, document("d", payload));
}
std::string wrong(const std::string& expected) { return mismatch(read_expectation(expected), outcome(kRules)); }
std::string unreadable(const std::string& expected) {
  try {
    return read_expectation(expected);
  } catch (const Error& e) {
    return e.what();
  }
}

TEST(Expectation, HoldsForLinesInAnyOrderAndForWhatElseItStates) {
  EXPECT_EQ(wrong("credit 4002 2 | credit 4001 1.5 | debit 1003 3.50 kind=1 counterparty=W"), "");
  EXPECT_EQ(wrong("word 收\nflow f\nsummary W\ndebit 1003 3.50 counterparty=W;kind=1\ncredit 4001 1.50\ncredit 4002 2.00"), "");
  EXPECT_EQ(mismatch(expectation_of(outcome(kRules)), outcome(kRules)), "");
}

TEST(Expectation, FailsForAFenAnAccountAnItemAMissingAndAnAdditionalLine) {
  EXPECT_EQ(wrong("credit 4002 2.01 | credit 4001 1.5 | debit 1003 3.50 kind=1 counterparty=W"), "- credit 4002 2.01; + credit 4002 2.00");
  EXPECT_EQ(wrong("credit 4002 2 | credit 4001 1.5 | debit 1004 3.50 kind=1 counterparty=W"), "- debit 1004 3.50 counterparty=W;kind=1; + debit 1003 3.50 counterparty=W;kind=1");
  EXPECT_THAT(wrong("credit 4002 2 | credit 4001 1.5 | debit 1003 3.50 kind=1"), HasSubstr("+ debit 1003"));
  EXPECT_EQ(wrong("credit 4001 1.5 | debit 1003 3.50 kind=1 counterparty=W"), "+ credit 4002 2.00");
  EXPECT_EQ(wrong("credit 4002 2 | credit 4001 1.5 | debit 1003 3.50 kind=1 counterparty=W | payable 3.50 a b c d"), "- payable 3.50 a b c d");
  EXPECT_THAT(wrong("flow g | credit 4002 2 | credit 4001 1.5 | debit 1003 3.50 kind=1 counterparty=W"), HasSubstr("- flow g"));
  EXPECT_THAT(wrong("held"), HasSubstr("- held; "));
}

TEST(Expectation, OfARefusalHoldsWithAPartOfTheReason) {
  const Outcome held = outcome(kRules, R"({"who":"W","kind":"9","x":"3.50","amount":"3.50"})");
  EXPECT_EQ(mismatch(read_expectation("held"), held), "");
  EXPECT_EQ(mismatch(read_expectation("held 不在代码表"), held), "");
  EXPECT_THAT(mismatch(read_expectation("held 缺少"), held), HasSubstr("+ held"));
  EXPECT_THAT(mismatch(read_expectation("debit 1 1.00 | credit 2 1.00"), held), HasSubstr("+ held"));
}

TEST(Expectation, ThatWouldBeMetByAnythingIsRefused) {
  for (const char* text : {"", " | ", "word 收", "debit 1003 1.00", "credit 1003 1.00", "held | debit 1 1 | credit 2 1", "held | held", "debit 1003", "debit 1003 1.00 x | credit 4001 1", "geld"})
    EXPECT_THAT(unreadable(text), HasSubstr("[")) << text;
  EXPECT_THAT(unreadable("debit 1003 1.001 | credit 1 1"), HasSubstr("[amount.format]"));
}

TEST(Outcomes, DifferInAnyFactButTheNameOfTheRule) {
  EXPECT_TRUE(same(outcome(kRules), outcome(changed("version 1", "version 2"))));
  EXPECT_FALSE(same(outcome(kRules), outcome(changed("account 4001", "account 4003"))));
  EXPECT_FALSE(same(outcome(kRules), outcome(changed("kind={kind}", "kind=2"))));
  EXPECT_FALSE(same(outcome(kRules), outcome(changed("word 收", "word 转"))));
  EXPECT_FALSE(same(outcome(kRules), outcome(changed("flow f", "flow g"))));
  EXPECT_FALSE(same(outcome(kRules), outcome(changed("\"{who}\"\n", "\"{who}.\"\n"))));
  EXPECT_FALSE(same(outcome(kRules), outcome(changed("amount x }", "amount x summary z }"))));
  EXPECT_FALSE(same(outcome(kRules), outcome_of(static_cast<const RuleSet*>(nullptr), document("d", "{}"))));
}

std::vector<std::string> changed_types(const std::string& after) {
  std::vector<std::string> types;
  for (const auto& c : compare_types(type_texts(parse_node(kRules, "a")), type_texts(parse_node(after, "b")))) types.push_back(c.type + " " + c.what);
  return types;
}

TEST(RuleText, NamesTheTypesThatChangedThroughListsAndAuxSetsToo) {
  EXPECT_THAT(changed_types(kRules), IsEmpty());
  EXPECT_THAT(changed_types(changed("version 1 }", "version 2 } ; a remark")), IsEmpty());
  EXPECT_THAT(changed_types(changed("account 4002", "account 4003")), ElementsAre("d changed"));
  EXPECT_THAT(changed_types(changed("2 \"b\"", "2 \"c\"")), ElementsAre("d changed"));
  EXPECT_THAT(changed_types(changed("counterparty={who}", "insured_unit={who}")), ElementsAre("d changed"));
  EXPECT_THAT(changed_types(changed("document e", "document f")), ElementsAre("e retired", "f added"));
  // whatever a later language allows in a rule is compared as well
  EXPECT_THAT(changed_types(changed("name E", "name E aggregate institution-day")), ElementsAre("e changed"));
}

TEST(RuleText, ShowsOnlyTheLinesThatDiffer) {
  const auto lines = differing({"a", "b", "c", "d"}, {"a", "x", "c", "d", "e"});
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0].sign, '-');
  EXPECT_EQ(lines[0].text, "b");
  EXPECT_EQ(lines[1].text, "x");
  EXPECT_EQ(lines[2].text, "e");
}

}  // namespace
}  // namespace mif::exchange
