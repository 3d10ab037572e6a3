// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "fixture.h"

namespace mif::reporting {
namespace {

class Evaluation : public ::testing::Test {
 protected:
  void SetUp() override {
    books_.books = {Books::book("E", "u", "310", {2022, 1}), Books::book("R", "u", "390", {2023, 1}), Books::book("X", "v", "390", {2023, 1})};
    books_.add("E", 2023, 0, "1004", "", "100.00", "0.00");
    books_.add("E", 2023, 0, "3001", "", "0.00", "100.00");
    books_.add("E", 2023, 1, "5001", "mode=1", "7.00", "0.00");
    books_.add("E", 2023, 2, "5001", "mode=1", "11.00", "1.00");
    books_.add("E", 2023, 2, "5001", "mode=2", "3.00", "0.00");
    books_.add("E", 2023, 2, "5001", "mode=1", "0.00", "17.00", true);  // closing
    books_.add("E", 2023, 2, "1004", "", "0.00", "13.00");
    books_.add("E", 2022, 2, "5001", "mode=1", "40.00", "0.00");
    books_.add("R", 2023, 2, "5001", "", "500.00", "0.00");
  }
  std::string at(const std::string& formula, Period period, const std::string& book = "E") {
    Facts facts = books_.facts();
    const auto kept = std::find_if(books_.books.begin(), books_.books.end(), [&](const BookInfo& b) { return b.code == book; });
    Evaluator evaluator(*shipped_catalog(), facts, books_.books, kept->unit, nullptr);
    Place place;
    place.period = period;
    place.scheme = kept->scheme;
    return text(evaluator.evaluate(*parse_formula(formula, shipped_catalog()->dimensions()), place).value);
  }
  Books books_;
};

TEST_F(Evaluation, TurnoverLeavesClosingVouchersOutUnlessAsked) {
  EXPECT_EQ(at("净额('5001')", {2023, 2}), "13.00");
  EXPECT_EQ(at("贷发生('5001')", {2023, 2}), "1.00");
  EXPECT_EQ(at("贷发生('5001', 含结转)", {2023, 2}), "18.00");
  EXPECT_EQ(at("净额('5001', 参保方式<>单建统筹)", {2023, 2}), "10.00");
}

TEST_F(Evaluation, BalancesIncludeEverythingUpToTheMoment) {
  EXPECT_EQ(at("期初('1004')", {2023, 2}), "100.00");
  EXPECT_EQ(at("期末('1004')", {2023, 2}), "87.00");
  EXPECT_EQ(at("期末('1004'){年初}", {2023, 2}), "100.00");
  EXPECT_EQ(at("期末('5001')", {2023, 2}), "3.00");
}

TEST_F(Evaluation, PeriodsShift) {
  EXPECT_EQ(at("借发生('5001'){上月}", {2023, 2}), "7.00");
  EXPECT_EQ(at("借发生('5001'){上年同期}", {2023, 2}), "40.00");
  EXPECT_EQ(at("净额('5001'){本年累计}", {2023, 2}), "20.00");
  EXPECT_EQ(at("净额('5001'){-12}", {2023, 2}), "40.00");
  EXPECT_EQ(at("净额('5001'){2022-02}", {2023, 2}), "40.00");
}

TEST_F(Evaluation, NothingRecordedIsBlankNotZero) {
  EXPECT_EQ(at("净额('4301')", {2023, 2}), "");
  EXPECT_EQ(at("空(净额('4301'))", {2023, 2}), "是");
  EXPECT_EQ(at("净额('5001'){2021-01}", {2023, 2}), "");
}

TEST_F(Evaluation, AnotherBookIsFoundByItsSchemeInTheSameUnit) {
  EXPECT_EQ(at("净额('5001', 账套=居民)", {2023, 2}), "500.00");
  EXPECT_EQ(at("净额('5001', 账套=职工|居民)", {2023, 2}), "513.00");
  EXPECT_THROW(at("净额('5001', 账套=职工)", {2023, 2}, "X"), Error);
}

TEST_F(Evaluation, OneReadOfTheLedgerPerBookAndYear) {
  Facts facts = books_.facts();
  Evaluator evaluator(*shipped_catalog(), facts, books_.books, "u", nullptr);
  const Table& t = shipped_catalog()->table("NHSA_M01", {2023, 2});
  for (int r = 0; r < 5; ++r)
    for (int c = 0; c < 25; ++c) (void)evaluator.cell(t, r, c, {2023, 2});
  EXPECT_EQ(facts.reads(), 1);
}

TEST_F(Evaluation, AValueKnowsTheLedgerQuestionsItIsMadeOf) {
  Facts facts = books_.facts();
  Evaluator evaluator(*shipped_catalog(), facts, books_.books, "u", nullptr);
  Place place;
  place.period = {2023, 2};
  place.scheme = "310";
  const auto traced = evaluator.evaluate(*parse_formula("2*净额('5001')-(净额('5001')-绝对值(期初('3001',借)))", shipped_catalog()->dimensions()), place);
  EXPECT_TRUE(traced.linear);
  Value sum;
  for (const auto& [question, times] : traced.terms) sum = sum + Value::money(*facts.sum(*question) * times);
  EXPECT_EQ(text(sum), text(traced.value));
  EXPECT_EQ(traced.terms.size(), 2u);
  EXPECT_FALSE(evaluator.evaluate(*parse_formula("净额('5001')/期初('3001')", shipped_catalog()->dimensions()), place).linear);
  EXPECT_FALSE(evaluator.evaluate(*parse_formula("净额('5001')+1", shipped_catalog()->dimensions()), place).linear);
}

TEST_F(Evaluation, AnEarlierPeriodBeforeTheBookBeganEndsARecursion) {
  const auto catalog = small_catalog({{"T", "table { code T title 试 scheme 310 }\nrows { 1 甲 }\ncols { 1 a }\nformulas { f { at \"[1,1]\" expr \"[1,1]{上月}+净额('5001')\" } }"}});
  Facts facts = books_.facts();
  Evaluator evaluator(*catalog, facts, books_.books, "u", nullptr);
  EXPECT_EQ(text(evaluator.cell(catalog->table("T", {2023, 2}), 0, 0, {2023, 2}).value), "60.00");
}

TEST_F(Evaluation, ACycleThroughAFixedPeriodIsRefusedWhenMet) {
  const auto catalog = small_catalog({{"T", "table { code T title 试 scheme 310 }\nrows { 1 甲 }\ncols { 1 a }\nformulas { f { at \"[1,1]\" expr \"[1,1]{2023-02}\" } }"}});
  Facts facts = books_.facts();
  Evaluator evaluator(*catalog, facts, books_.books, "u", nullptr);
  EXPECT_NE(complaint([&] { (void)evaluator.cell(catalog->table("T", {2023, 2}), 0, 0, {2023, 2}); }).find("T.info:4: 公式循环引用 (cycle): T[1,1] → T[1,1]"), std::string::npos);
}

TEST_F(Evaluation, ChecksKeepBothSidesAndSkipCellsThatCannotBeFilled) {
  const auto catalog = small_catalog({{"T", "table { code T title 试 scheme 310 unit 万元 }\nrows { 1 甲 2 乙 3 丙 }\ncols { 1 a 2 b }\nblocked { x \"[3,2]\" }\n"
                                            "formulas { f { at \"[1,1]\" expr \"净额('5001')\" } f { at \"[2,1]\" expr \"净额('5001', 参保方式=单建统筹)\" } f { at \"[3,1]\" expr \"[1,1]+[2,1]+1\" } f { at \"[1:2,2]\" expr \"[,1]*10000\" } }\n"
                                            "checks { c { id A expr \"[3,*] = [1,*]+[2,*]\" } c { id B on printed tolerance auto expr \"[1,2] = [1,1]+[2,2]\" } c { id C expr \"[1,2] = [2,2]\" when \"[1,1]=0\" } c { id D expr \"净额('4301') = 净额('4401')\" } }"}});
  Facts facts = books_.facts();
  Evaluator evaluator(*catalog, facts, books_.books, "u", nullptr);
  const auto results = run_checks(evaluator, catalog->packages().front(), {2023, 2});
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].place, "[3,1]");
  EXPECT_EQ(results[0].state, "fail");
  EXPECT_EQ(text(results[0].left), "17.00");
  EXPECT_EQ(text(results[0].right), "16.00");
  EXPECT_EQ(text(results[0].difference), "1.00");
  EXPECT_EQ(text(results[1].left), "130000.00");
  EXPECT_EQ(text(results[1].tolerance), "15000");
  EXPECT_EQ(results[1].state, "fail");
  EXPECT_EQ(results[2].state, "empty");
}

TEST_F(Evaluation, TypedInTablesTakeWhatWasTyped) {
  const auto catalog = small_catalog({{"T", "table { code T title 试 scheme 310 }\nrows { 1 甲 }\ncols { 1 a 2 b }\nformulas { f { at \"[1,2]\" expr \"[1,1]*2\" } }\ninputs { i { at \"[1,1]\" owner 业务 } }"}});
  Facts facts = books_.facts();
  Evaluator evaluator(*catalog, facts, books_.books, "u", [](const Table&, const std::string& row, const std::string&, Period) { return row == "1" ? Value::money(Fen(250)) : Value(); });
  EXPECT_EQ(text(evaluator.cell(catalog->table("T", {2023, 2}), 0, 1, {2023, 2}).value), "5.00");
}

}  // namespace
}  // namespace mif::reporting
