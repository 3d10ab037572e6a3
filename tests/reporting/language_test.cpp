// SPDX-License-Identifier: Apache-2.0
// The newer words of the formula language: other sides, figures of other modules, keywords, periods and units, and checks that
// cannot be decided.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "eliminations.h"
#include "fixture.h"
#include "mif/svc/ledger.h"

namespace mif::reporting {
namespace {

LineRow line(std::int64_t voucher, int month, int side, const std::string& account, const std::string& yuan) {
  static int next = 0;
  LineRow row;
  row.line = ++next;
  row.side = side;
  row.number = static_cast<int>(voucher);
  row.voucher_id = voucher;
  row.period = {2023, month};
  row.fen = Fen::parse(yuan);
  row.account = account;
  row.word = "记";
  return row;
}

class Language : public ::testing::Test {
 protected:
  void SetUp() override {
    books_.books = {Books::book("E", "u", "310", {2023, 1}), Books::book("R", "u", "390", {2023, 1})};
    for (auto& b : books_.books) b.unit_name = "示例中心";
    for (int month = 1; month <= 6; ++month) books_.add("E", 2023, month, "5001", "", std::to_string(month) + ".00", "0.00");
  }
  Traced traced(const std::string& formula, Period period, const std::string& scheme = "310") {
    Facts facts([this](const std::string& b, int y) { return books_.rows[{b, y}]; }, [this](const Predicate& p) {
      ++line_reads_;
      std::vector<LineRow> found;
      for (const auto& l : lines_)
        if (l.period.month >= p.month_from && l.period.month <= p.month_to) found.push_back(l);
      return found;
    });
    Evaluator evaluator(*shipped_catalog(), facts, books_.books, "u", outside_);
    Place place;
    place.period = period;
    place.scheme = scheme;
    const Traced result = evaluator.evaluate(*parse_formula(formula, shipped_catalog()->dimensions()), place);
    unanswered_ = evaluator.unanswered();
    return result;
  }
  std::string at(const std::string& formula, Period period = {2023, 6}) { return text(traced(formula, period).value); }
  static std::string refused(const std::string& formula) {
    return complaint([&] { (void)parse_formula(formula, shipped_catalog()->dimensions()); });
  }

  Books books_;
  Outside outside_;
  std::vector<LineRow> lines_;
  int line_reads_ = 0;
  std::map<std::string, std::string> unanswered_;
};

TEST_F(Language, AliasesAskTheSameQuestion) {
  EXPECT_EQ(at("FS('5001',\"借\")"), "6.00");
  EXPECT_EQ(at("LFS('5001',\"借\")"), "21.00");
  EXPECT_EQ(at("FS('5001',\"贷\")"), "0.00");
  EXPECT_NE(refused("FS('5001')").find("借"), std::string::npos);
}

TEST_F(Language, TheOtherSideOfAVoucher) {
  lines_ = {line(1, 6, MIF_DEBIT, "5001", "100.00"), line(1, 6, MIF_CREDIT, "1004", "60.00"), line(1, 6, MIF_CREDIT, "2001", "40.00"),
            line(2, 6, MIF_DEBIT, "5001", "7.00"),   line(2, 6, MIF_DEBIT, "5101", "3.00"),   line(2, 6, MIF_CREDIT, "1004", "10.00"),
            line(3, 5, MIF_DEBIT, "5001", "1.00"),   line(3, 5, MIF_CREDIT, "1004", "1.00")};
  EXPECT_EQ(at("对方借('5001','1004')"), "67.00");
  EXPECT_EQ(at("DFX('5001','1004',\"借\")"), "67.00");
  EXPECT_EQ(at("对方贷('1004','5001')"), "67.00");
  EXPECT_EQ(at("对方借('5001','2001')"), "40.00");
  EXPECT_EQ(at("对方借('5001','1004'){本年累计}"), "68.00");
  EXPECT_EQ(at("对方借('5001','1001')"), "");
  const auto value = traced("对方借('5001','1004')-对方借('5101','1004')", {2023, 6});
  EXPECT_EQ(text(value.value), "64.00");
  EXPECT_EQ(value.terms.size(), 2u);
  EXPECT_TRUE(value.linear);
}

TEST_F(Language, OneReadOfTheLinesPerSpan) {
  lines_ = {line(1, 6, MIF_DEBIT, "5001", "1.00"), line(1, 6, MIF_CREDIT, "1004", "1.00")};
  (void)traced("对方借('5001','1004')+对方贷('1004','5001')+对方借('5101','1004')", {2023, 6});
  EXPECT_EQ(line_reads_, 1);
}

TEST_F(Language, ManyAgainstManyIsNotGuessed) {
  lines_ = {line(9, 6, MIF_DEBIT, "5001", "5.00"), line(9, 6, MIF_DEBIT, "5101", "5.00"), line(9, 6, MIF_CREDIT, "1004", "6.00"), line(9, 6, MIF_CREDIT, "2001", "4.00")};
  const auto value = traced("对方借('5001','1004')", {2023, 6});
  EXPECT_TRUE(value.lasting);
  EXPECT_NE(value.missing.find("2023-06 记-9"), std::string::npos);
}

TEST_F(Language, FiguresOfOtherModules) {
  std::vector<FigureQuestion> asked;
  outside_.figures = [&](const FigureQuestion& q) {
    asked.push_back(q);
    Figure f;
    if (q.name == "未知") {
      f.provenance = "没有这个指标";
      return f;
    }
    f.answer = Figure::Answer::value;
    f.value = q.family == "业务" ? Value::number(1234 * Value::kOne) : Value::money(Fen(5000));
    f.provenance = "从 " + q.family;
    return f;
  };
  const auto people = traced("业务(\"参保人数\")", {2023, 6});
  EXPECT_EQ(people.value.kind(), Value::Kind::number);
  EXPECT_EQ(text(people.value), "1234");
  EXPECT_EQ(people.sources, std::set<std::string>{"从 业务"});
  EXPECT_EQ(asked.back().book, "E");
  EXPECT_EQ(asked.back().unit, "u");
  EXPECT_EQ(at("YS(待遇支出, 年初)"), "50.00");
  EXPECT_EQ(asked.back().family, "预算");
  EXPECT_EQ(asked.back().arguments, std::vector<std::string>{"年初"});
  EXPECT_EQ(at("YH(\"6222\", \"2023-06-15\"){上月}"), "50.00");
  EXPECT_EQ(asked.back().period, (Period{2023, 5}));
  EXPECT_EQ(at("业务(参保人数, 账套=职工|居民)"), "2468");
  EXPECT_EQ(at("业务(参保人数){本年累计}"), "1234");
  EXPECT_EQ(asked.back().months, 6);
}

TEST_F(Language, AFigureNobodyHasIsMissingNotZero) {
  const auto value = traced("业务(\"未知\")+1", {2023, 6});
  EXPECT_TRUE(value.lasting);
  EXPECT_NE(value.missing.find("业务(\"未知\")"), std::string::npos);
  ASSERT_EQ(unanswered_.size(), 1u);
  EXPECT_EQ(unanswered_.begin()->first, "业务(\"未知\")");
  EXPECT_EQ(at("空(业务(\"未知\"))"), "是");
}

TEST_F(Language, KeywordsAndManyValued) {
  EXPECT_EQ(at("本年*100+本月"), "202306");
  EXPECT_EQ(at("单位名"), "示例中心");
  EXPECT_EQ(at("如果(期间=\"2023-06\", 1, 2)"), "1");
  EXPECT_EQ(at("平均(1,2,6)"), "3");
  EXPECT_EQ(at("计数(1,净额('4301'),2)"), "2");
  EXPECT_EQ(at("平均(净额('4301'))"), "");
  EXPECT_EQ(at("取整(2.9)+取整(-2.1)"), "-1");
  EXPECT_EQ(at("INT(净额('5001')/4)"), "1.00");
}

TEST_F(Language, AFormulaHasAnEnd) {
  std::string sum = "1";
  for (int i = 0; i < 400; ++i) sum += "+1";
  EXPECT_EQ(at(sum), "401");
  for (int i = 0; i < 100000; ++i) sum += "+1";
  EXPECT_NE(refused(sum).find("公式太长"), std::string::npos);
}

TEST_F(Language, WordsBindLikeSigns) {
  EXPECT_EQ(at("非 1=2"), "是");
  EXPECT_EQ(at("非 1=1 或 1=1"), "是");
  EXPECT_EQ(at("且(1=1, 2=2, 3=4)"), "否");
  EXPECT_EQ(at("OR(1=2, NOT(3=4))"), "是");
  EXPECT_EQ(at("1=1 或 1=2 且 1=3"), "是");
}

TEST_F(Language, Periods) {
  EXPECT_EQ(at("净额('5001'){上期}"), "5.00");
  EXPECT_EQ(at("净额('5001'){本季}"), "15.00");
  EXPECT_EQ(at("净额('5001'){上月}{本季}"), "9.00");
  EXPECT_EQ(at("期末('5001'){上年末}"), "");
  EXPECT_NE(refused("净额('5001'){本季}{本年累计}").find("不能同时"), std::string::npos);
  EXPECT_NE(refused("期末('1001'){本季}").find("余额"), std::string::npos);
  EXPECT_NE(refused("净额('5001'){单位:x}").find("单元格"), std::string::npos);
  EXPECT_NE(refused("[1,1]{单位:}").find("单位代码"), std::string::npos);
  EXPECT_NE(refused("[1,1]{本级}{下级汇总}").find("两次"), std::string::npos);
}

// A table of two cells; the second is the subject of the tests.
std::string table_of(const std::string& formula, const std::string& head = "", const std::string& checks = "") {
  return "table { code T title 试 scheme 310 " + head + " }\nrows { 1 甲 2 乙 3 丙 }\ncols { 1 a }\nformulas { f { at \"[1,1]\" expr \"净额('5001')\" }\nf { at \"[2,1]\" expr \"" + formula + "\" } }\n" +
         (checks.empty() ? "" : "checks { " + checks + " }\n");
}

TEST_F(Language, AShiftThatCutsThePeriodOfATableIsRefused) {
  const auto load = [](const std::string& formula, const std::string& head) { return complaint([&] { (void)small_catalog({{"T", table_of(formula, head)}}); }); };
  EXPECT_EQ(load("[1,1]{上期}", "period quarter"), "");
  EXPECT_EQ(load("[1,1]{-3}", "period quarter"), "");
  EXPECT_NE(load("[1,1]{上月}", "period quarter").find("T.info:5: "), std::string::npos);
  EXPECT_NE(load("净额('5001'){上月}", "period year").find("不能按月移动"), std::string::npos);
  EXPECT_NE(load("[1,1]{2023-05}", "period quarter").find("不是它的期末"), std::string::npos);
  EXPECT_NE(load("[1,1]{本季}", "period year").find("没有 {本季}"), std::string::npos);
  EXPECT_EQ(load("[1,1]{本季}", ""), "");
}

TEST_F(Language, CellsOfOtherUnitsAreTheirStoredResults) {
  const auto catalog = small_catalog({{"T", table_of("[1,1]{下级汇总}") }});
  std::map<std::string, Value> stored{{"u1", Value::money(Fen(100))}, {"u2", Value::money(Fen(250))}};
  outside_.others.below = [] { return std::vector<std::string>{"u1", "u2"}; };
  outside_.others.cell = [&](const std::string& unit, const std::string&, const Table&, const std::string& row, const std::string&, Period) -> std::optional<Value> {
    const auto found = stored.find(unit);
    if (found == stored.end() || row != "1") return std::nullopt;
    return found->second;
  };
  const auto value = [&](const std::string& formula) {
    const auto c = small_catalog({{"T", table_of(formula)}});
    Facts facts = books_.facts();
    Evaluator evaluator(*c, facts, books_.books, "u", outside_);
    const Traced t = evaluator.cell(c->table("T", {2023, 6}), 1, 0, {2023, 6});
    return t.value.blank() ? "?" + t.missing : text(t.value);
  };
  EXPECT_EQ(value("[1,1]{下级汇总}"), "3.50");
  EXPECT_EQ(value("[1,1]{单位:u2}"), "2.50");
  EXPECT_EQ(value("[1,1]{本级}"), "6.00");
  EXPECT_EQ(value("[1,1]+[1,1]{下级汇总}"), "9.50");
  // One that is missing makes the sum unknown, not smaller.
  stored.erase("u2");
  EXPECT_NE(value("[1,1]{下级汇总}+1").find("单位 u2 没有"), std::string::npos);
  EXPECT_NE(value("[2,1]{单位:u1}").find("单位 u1 没有"), std::string::npos);
  // Its own cell elsewhere is no cycle: what is stored is read, nothing is computed.
  outside_.others.below = nullptr;
  EXPECT_NE(value("[1,1]{下级汇总}").find("不知道"), std::string::npos);
}

std::vector<CheckResult> checked(const Books& books, const std::string& checks, const Outside& outside, Period period, const std::string& formula = "业务(x)") {
  const auto catalog = small_catalog({{"T", table_of(formula, "", checks)}});
  Facts facts = books.facts();
  Evaluator evaluator(*catalog, facts, books.books, "u", outside);
  return run_checks(evaluator, catalog->packages().front(), period);
}

TEST_F(Language, WhatCannotBeEvaluatedHasNotPassed) {
  const auto state = [&](const std::string& expr, Period period = {2023, 1}) {
    const auto r = checked(books_, "c { id A expr \"" + expr + "\" }", outside_, period);
    return r.empty() ? std::string("none") : r.front().state + (r.front().reason.empty() ? "" : ": " + r.front().reason);
  };
  EXPECT_EQ(state("[1,1] = 1"), "pass");
  EXPECT_EQ(state("[2,1] = [3,1]").substr(0, 11), "unevaluated");
  EXPECT_EQ(state("[3,1] = [3,1]"), "empty");
  EXPECT_NE(state("绝对值([1,1]/[1,1]{上月}-1) <= 0.3").find("unevaluated: 2022-12 早于"), std::string::npos);
  EXPECT_EQ(state("绝对值([1,1]/[1,1]{上月}-1) <= 1", {2023, 2}), "pass");
  EXPECT_NE(state("[1,1]/[3,1] <= 0.3").find("unevaluated: 除数"), std::string::npos);
  EXPECT_NE(state("[1,1]{上年同期} = [1,1] 且 1 = 1").find("unevaluated"), std::string::npos);
  EXPECT_EQ(state("[1,1]{上年同期} = [1,1] 且 1 = 2"), "fail");
  EXPECT_EQ(state("[1,1]{上年同期} = [1,1] 或 1 = 1"), "pass");
  EXPECT_NE(state("[1,1] = [1,1]{单位:w}").find("unevaluated: 单位 w"), std::string::npos);
}

TEST_F(Language, LevelsAndKindsInBothTongues) {
  const auto one = [&](const std::string& words) { return checked(books_, "c { id A " + words + " }", outside_, {2023, 2}).front(); };
  EXPECT_EQ(one("level 基本性 expr \"1=1\"").level, "error");
  EXPECT_EQ(one("level 核实性 expr \"1=1\"").level, "warn");
  EXPECT_EQ(one("level 提示 expr \"1=1\"").level, "info");
  EXPECT_EQ(one("expr \"[1,1]=2\"").kind, "logic");
  EXPECT_EQ(one("expr \"[1,1]=[1,1]{上月}\"").kind, "period");
  EXPECT_EQ(one("kind 合理性 expr \"1=1\"").kind, "reason");
  EXPECT_NE(complaint([&] { (void)one("kind 其他 expr \"1=1\""); }).find("kind 应为"), std::string::npos);
  EXPECT_NE(complaint([&] { (void)one("level 高 expr \"1=1\""); }).find("level 应为"), std::string::npos);
}

TEST_F(Language, AnExplanationDiesWithTheNumbersOrTheRule) {
  const auto key = [&](const std::string& expr, Period period) {
    const auto r = checked(books_, "c { id A expr \"" + expr + "\" }", outside_, period).front();
    EXPECT_EQ(explanation_key(r), explanation_key(r.id, r.rule, r.table, r.place, text(r.left), text(r.right)));
    return explanation_key(r);
  };
  const auto first = key("[1,1] = 7", {2023, 1});
  EXPECT_EQ(key("[1,1] = 7", {2023, 1}), first);
  EXPECT_NE(key("[1,1] = 7", {2023, 2}), first);
  EXPECT_NE(key("[1,1] = 8", {2023, 1}), first);
  // A rule that compares no two sides is bound to what it looked at.
  const auto both = key("[1,1] > 1 且 非 空([1,1])", {2023, 1});
  EXPECT_EQ(key("[1,1] > 1 且 非 空([1,1])", {2023, 1}), both);
  EXPECT_NE(key("[1,1] > 1 且 非 空([1,1])", {2023, 2}), both);
  EXPECT_NE(key("7 = [1,1]", {2023, 1}), first);
  EXPECT_NE(key("[1,1] = 7.0", {2023, 1}), first);  // the same numbers, another rule
}

TEST_F(Language, WhatUnitsPaidEachOtherIsComparedPairByPair) {
  const auto loaded = [](const std::string& rule) {
    const std::map<std::string, std::string> files{{"t/dimensions.info", "scheme { 390 居民 }\n"},
                                                   {"t/p/T.info", "table { code T title 试 scheme 310 }\nrows { 1 a 2 b 3 c 4 d }\ncols { 1 x }\ninputs { i { at \"[*,*]\" } }\n"},
                                                   {"t/p/package.info", "package { code p title 试 }\ntables { T \"\" }\neliminate { e { id T1 " + rule + " msg \"上解\" } }\n"}};
    return Catalog::load(memory_files(files), "t", {{"m", "plugin", "t/p"}});
  };
  const auto catalog = loaded("a \"T[1,1]\" b \"T[2,1]\" level 核实性");
  ASSERT_EQ(catalog->packages().front().eliminations.size(), 1u);
  const Elimination& e = catalog->packages().front().eliminations.front();
  const auto money = [](const char* text) { return Value::money(Fen::parse(text)); };
  const auto transit = told_apart(e, "u", false, money("5.00"), money("4.99"));
  EXPECT_EQ(transit.state, "fail");
  EXPECT_EQ(transit.level, "warn");
  EXPECT_EQ(transit.place, "T[1,1]");
  EXPECT_EQ(text(transit.difference), "0.01");
  EXPECT_EQ(told_apart(e, "u", false, money("5.00"), money("5.00")).state, "pass");
  EXPECT_EQ(told_apart(e, "u", false, Value(), Value()).state, "empty");
  EXPECT_EQ(told_apart(e, "u", false, money("0.00"), std::nullopt).state, "empty");
  // Money was paid, and nobody can say whether it came.
  EXPECT_EQ(told_apart(e, "u", false, money("0.01"), std::nullopt).state, "unevaluated");
  EXPECT_EQ(told_apart(e, "v", true, money("5.00"), money("5.00")).place, "T[1,1]{单位:v}");
  EXPECT_EQ(text(in_common(money("5.00"), money("4.99"))), "4.99");
  EXPECT_EQ(text(in_common(money("-5.00"), money("-6.00"))), "-5.00");
  EXPECT_TRUE(in_common(money("5.00"), money("-5.00")).blank());
  EXPECT_TRUE(in_common(Value(), money("5.00")).blank());
  // Ranges of one shape are so many pairs.
  const auto many = loaded("a \"T[1:2,1]\" b \"T[3:4,1]\"");
  ASSERT_EQ(many->packages().front().eliminations.size(), 2u);
  EXPECT_EQ(many->packages().front().eliminations[1].a_text + many->packages().front().eliminations[1].b_text, "T[2,1]T[4,1]");
  EXPECT_TRUE(loaded("a \"T[1,1]\" b \"T[2,1]\" keep yes")->packages().front().eliminations.front().keep);
  for (const char* wrong : {"a \"T[1,1]\" b \"T[2,1]\" keep maybe", "a \"T[1:2,1]\" b \"T[3,1]\"", "a \"[1,1]\" b \"T[3,1]\"", "a \"T[1,1]{上月}\" b \"T[3,1]\"", "a \"T[1:9,1]\" b \"T[3:4,1]\""})
    EXPECT_EQ(complaint([&] { (void)loaded(wrong); }).rfind("t/p/package.info:3: ", 0), 0u) << wrong;
}

TEST_F(Language, ASummedReportIsCheckedAgainstItsParts) {
  const std::string rule = "c { id P expr \"[1,1] = [1,1]{本级}+[1,1]{下级汇总}\" }";
  outside_.others.below = [] { return std::vector<std::string>{"u1"}; };
  outside_.others.cell = [](const std::string& unit, const std::string&, const Table&, const std::string&, const std::string&, Period) -> std::optional<Value> { return Value::money(Fen(unit == "u" ? 100 : 20)); };
  EXPECT_TRUE(checked(books_, rule, outside_, {2023, 6}).empty());
  std::int64_t sum = 120;
  outside_.layer = "sum";
  outside_.given = [&](const Table&, const std::string& row, const std::string&, Period) -> std::optional<Value> {
    if (row != "1") return std::nullopt;
    return Value::money(Fen(sum));
  };
  EXPECT_EQ(checked(books_, rule, outside_, {2023, 6}).front().state, "pass");
  EXPECT_EQ(checked(books_, rule, outside_, {2023, 6}).front().kind, "children");
  sum = 121;
  EXPECT_EQ(checked(books_, rule, outside_, {2023, 6}).front().state, "fail");
  EXPECT_EQ(checked(books_, "c { id Q expr \"[2,1] = 1\" }", outside_, {2023, 6}).front().state, "unevaluated");
  EXPECT_EQ(checked(books_, "c { id Q expr \"净额('5001') = 1\" }", outside_, {2023, 6}).front().state, "unevaluated");
}

TEST_F(Language, OnlyWhatHangsOnACellIsComputedAgain) {
  const auto& catalog = *shipped_catalog();
  const Table& t = catalog.table("NHSA_M01", {2023, 6});
  const int row = t.row("1"), col = t.col("8");
  const auto reached = catalog.dependents(t, row, col);
  EXPECT_GT(reached.size(), 4u);
  EXPECT_LT(reached.size(), t.rows.size() * t.cols.size() / 2);
  const auto has = [&](const char* r, const char* c) {
    return std::any_of(reached.begin(), reached.end(), [&](const CellId& id) { return id.table == &t && id.row == t.row(r) && id.col == t.col(c); });
  };
  EXPECT_TRUE(has("1", "7"));
  EXPECT_TRUE(has("1", "1"));
  EXPECT_TRUE(has("5", "8"));
  EXPECT_TRUE(has("5", "1"));
  EXPECT_FALSE(has("1", "9"));
  EXPECT_FALSE(has("3", "7"));
  EXPECT_FALSE(has("1", "8"));

  // Given one cell another value: the evaluator that forgets what hangs on it agrees with one that computes everything anew.
  Value given = Value::money(Fen(100));
  Outside outside;
  outside.given = [&](const Table& table, const std::string& r, const std::string& c, Period) -> std::optional<Value> {
    if (&table != &t || r != "1" || c != "8") return std::nullopt;
    return given;
  };
  const auto all = [&](Evaluator& e) {
    std::vector<std::string> texts;
    for (int r = 0; r < static_cast<int>(t.rows.size()); ++r)
      for (int c = 0; c < static_cast<int>(t.cols.size()); ++c) texts.push_back(text(e.cell(t, r, c, {2023, 6}).value));
    return texts;
  };
  Facts facts = books_.facts();
  Evaluator kept(catalog, facts, books_.books, "u", outside);
  (void)all(kept);
  const auto before = kept.computed();
  given = Value::money(Fen(-12345));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_GE(kept.invalidate(t, row, col), 5u);
  for (const auto& id : reached) (void)kept.cell(*id.table, id.row, id.col, {2023, 6});
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
  std::printf("%zu dependents of one cell computed again in %lld us\n", reached.size(), static_cast<long long>(micros));
  EXPECT_LT(micros, 20000);
  const auto after = all(kept);
  EXPECT_LE(kept.computed() - before, reached.size() + 1);
  Facts fresh_facts = books_.facts();
  Evaluator fresh(catalog, fresh_facts, books_.books, "u", outside);
  EXPECT_EQ(after, all(fresh));
}

}  // namespace
}  // namespace mif::reporting
