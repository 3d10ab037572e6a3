// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fixture.h"

namespace mif::reporting {
namespace {

class Formula_ : public ::testing::Test {
 protected:
  static const Dimensions& dimensions() { return shipped_catalog()->dimensions(); }
  static LedgerCall call(const std::string& text) { return parse_formula(text, dimensions())->ledger; }
  static std::string refused(const std::string& text) {
    return complaint([&] { (void)parse_formula(text, dimensions()); });
  }
};

TEST_F(Formula_, ChineseAndLatinNamesAndFullWidthSignsAreTheSame) {
  const LedgerCall a = call("贷发生（‘４１０１*’，参保方式＝统账结合）"), b = call("DFS('4101*', mode=1)");
  EXPECT_EQ(a.accounts, "4101*");
  EXPECT_EQ(a.aux, "mode=1");
  EXPECT_EQ(b.accounts, a.accounts);
  EXPECT_EQ(b.aux, a.aux);
  EXPECT_EQ(a.measure, Measure::credit);
  EXPECT_EQ(call("JLFS(5001)").measure, Measure::debit);
  EXPECT_TRUE(call("借累计('5001')").year_to_date);
  EXPECT_TRUE(call("净额('5001'){本年累计}").year_to_date);
}

TEST_F(Formula_, TheBalanceSideFollowsTheAccountUnlessSaid) {
  EXPECT_EQ(call("期末('1001')").side, MIF_DEBIT);
  EXPECT_EQ(call("QM('3001')").side, MIF_CREDIT);
  EXPECT_EQ(call("期末('3001',借)").side, MIF_DEBIT);
  EXPECT_EQ(call("净额('5001')").side, MIF_DEBIT);
}

TEST_F(Formula_, ConditionsBecomeLedgerFilters) {
  EXPECT_EQ(call("净额('5*', 险种=生育, 参保方式<>单建统筹)").aux, "insutype=510;mode=!2");
  EXPECT_EQ(call("净额('5*', 参保方式=统账结合|住院统筹)").aux, "mode=1|3");
  EXPECT_EQ(call("净额('5*', 参保方式=!2)").aux, "mode=!2");
  EXPECT_EQ(call("净额('5001*', 账套=居民|职工)").books, (std::vector<std::string>{"390", "310"}));
  EXPECT_TRUE(call("贷发生('4001', 含结转)").with_closing);
}

TEST_F(Formula_, PrecedenceIsTheUsualOne) {
  const auto e = parse_formula("1+2*3=7 且 非 (1>2) 或 1=2", dimensions());
  EXPECT_EQ(e->op, Expression::Op::either);
  Books books;
  books.books = {Books::book("b", "u", "310", {2023, 1})};
  Facts facts = books.facts();
  Evaluator evaluator(*shipped_catalog(), facts, books.books, "u", nullptr);
  EXPECT_TRUE(evaluator.evaluate(*e, {}).value.yes());
  const auto value = [&](const char* formula) { return text(evaluator.evaluate(*parse_formula(formula, dimensions()), {}).value); };
  EXPECT_EQ(value("-2+10/4"), "0.5");
  EXPECT_EQ(value("如果(1<2, 合计(1,2,3), 9)"), "6");
  EXPECT_EQ(value("绝对值(-3.5)+四舍五入(2.345,2)"), "5.85");
  EXPECT_EQ(value("最大(1,5,3)-最小(4,2)"), "3");
}

TEST_F(Formula_, MistakesAreToldInAnAccountantsWords) {
  EXPECT_NE(refused("净额('5001'").find("应有 \")\""), std::string::npos);
  EXPECT_NE(refused("净余('5001')").find("没有函数"), std::string::npos);
  EXPECT_NE(refused("净额('50A1')").find("科目写法不对"), std::string::npos);
  EXPECT_NE(refused("净额('5001', 参保形式=1)").find("没有辅助核算"), std::string::npos);
  EXPECT_NE(refused("净额('5001', 参保方式=9)").find("可用: 统账结合(1)"), std::string::npos);
  EXPECT_NE(refused("期末('1001'){本年累计}").find("是余额"), std::string::npos);
  EXPECT_NE(refused("净额('1001'){年初}").find("是发生额"), std::string::npos);
  EXPECT_NE(refused("[1]").find("[行,栏]"), std::string::npos);
  EXPECT_NE(refused("[1,2").find("没有右边"), std::string::npos);
  EXPECT_NE(refused("1 2").find("多了内容"), std::string::npos);
  EXPECT_NE(refused("").find("是空的"), std::string::npos);
  EXPECT_NE(refused("[1,2]{去年}").find("不认识的期间"), std::string::npos);
  EXPECT_NE(refused("1 # 2").find("不认识的符号"), std::string::npos);
  EXPECT_NE(refused("如果(1)").find("参数个数"), std::string::npos);
}

TEST_F(Formula_, EndlessNestingIsRefusedNotFollowed) {
  EXPECT_NE(refused(std::string(100000, '(')).find("嵌套过深"), std::string::npos);
  EXPECT_NE(refused(std::string(500, '-')).find("这里应是"), std::string::npos);
}

TEST_F(Formula_, EveryTruncationOfAFormulaIsReadOrRefusedNeverFatal) {
  const std::string whole = "如果([1,2]{上年同期}>0, 净额('5001*,-500102', 参保方式=1|3, 账套=居民){本年累计}/[3,4]-1, \"无\")";
  for (std::size_t n = 0; n < whole.size(); ++n) (void)refused(whole.substr(0, n));
}

}  // namespace
}  // namespace mif::reporting
