// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "digest.h"
#include "kernel/base/info.h"
#include "settings.h"

namespace mif::funds {
namespace {

Node convert(const InfoNode& from) {
  Node node{from.key, from.value, from.line, {}};
  for (const auto& child : from.children) node.children.push_back(convert(child));
  return node;
}
Settings read(const std::string& text) { return read_settings(convert(parse_info(text, "mif.info"))); }

constexpr const char* kKind = "kind allocation { to own word 转 debit 1004 credit 1003 }\n";

TEST(FundsSettings, a_book_of_its_own_comes_before_the_rule_for_all) {
  const Settings s = read(std::string(kKind) + "kind allocation { book B2 to own word 转 debit 1005 credit 1003 }\ndeposit { principal 1003 cash 1003 interest 4201 }\ndeposit { book B2 principal 1004 cash 1003 interest 4201 }");
  EXPECT_EQ(s.kind("allocation", "B1").pay.debit.account, "1004");
  EXPECT_EQ(s.kind("allocation", "B2").pay.debit.account, "1005");
  EXPECT_EQ(s.deposit("B1").principal.account, "1003");
  EXPECT_EQ(s.deposit("B2").principal.account, "1004");
  EXPECT_THROW(s.kind("other", "B1"), Error);
  EXPECT_THROW(read("").deposit("B1"), Error);
  EXPECT_EQ(read("").flow, "fund-application") << "without any settings it starts, and knows no kind";
}

TEST(FundsSettings, what_makes_no_sense_is_refused_with_its_line) {
  for (const char* wrong : {"colour red", "kind a { to own word 转 debit 1 }", "kind a { to elsewhere word 转 debit 1 credit 2 }", "kind a { word 转 debit 1 credit 2 }", "account 1 { name x }", "account 1 { book B name x other y }",
                            "kind a { to payee word 转 debit 1 credit 2 receive { debit 1 credit 2 word 收 } }", "deposit { cash 1 interest 2 }", "budget { over sometimes }", "budget { ahead 5 }", "budget { over-at 0% }", "budget { colour red }", "budget { below-taken flag }", "kind a { to own word 转 debit 1 credit 2 item X { debit 3 } item X { debit 3 } }"})
    EXPECT_THROW(read(wrong), Error) << wrong;
  EXPECT_THROW(read(std::string(kKind) + kKind), Error);
  EXPECT_THROW(read("account 1 { book B name x }\naccount 1 { book B name x }"), Error);
  EXPECT_THROW(read("deposit { principal 1 cash 1 interest 2 }\ndeposit { principal 1 cash 1 interest 2 }"), Error);
}

TEST(FundsSettings, budgets_refuse_unless_told_otherwise) {
  EXPECT_FALSE(read("").budget.over_flag);
  EXPECT_FALSE(read("").budget.below_taken);
  const BudgetRule rule = read("budget { file a file b over flag below-taken allow ahead 3.25% over-at 95% }").budget;
  EXPECT_TRUE(rule.over_flag);
  EXPECT_TRUE(rule.below_taken);
  EXPECT_EQ(rule.files, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(rule.ahead_bp, 325);
  EXPECT_EQ(rule.over_at_bp, 9500);
}

TEST(FundsSettings, names_in_an_auxiliary_text_are_filled) {
  EXPECT_EQ(filled_aux("bank_account={to};x={to}", {{"to", "1"}, {"from", "2"}}), "bank_account=1;x=1");
  EXPECT_EQ(filled_aux("a={to}", {{"to", "{to}"}}), "a={to}") << "and once only";
  EXPECT_EQ(filled_aux("", {{"to", "1"}}), "");
}

TEST(FundsDigest, fields_do_not_run_together) {
  EXPECT_NE(digest_of({"ab", "c"}), digest_of({"a", "bc"}));
  EXPECT_NE(digest_of({"a", ""}), digest_of({"a"}));
  EXPECT_EQ(digest_of({"a"}).size(), 64u);
}

}  // namespace
}  // namespace mif::funds
