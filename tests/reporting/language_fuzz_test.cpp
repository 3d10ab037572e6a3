// SPDX-License-Identifier: Apache-2.0
// The language against what nobody meant to write: formulas grown from the grammar and broken by mutation are computed or refused
// in one sentence with file and line; and flat expressions are read like a second, different reader reads them.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>

#include "fixture.h"

namespace mif::reporting {
namespace {

using Random = std::mt19937_64;

std::uint64_t seed() {
  const char* given = std::getenv("MIF_FUZZ_SEED");
  const std::uint64_t value = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("seed %llu (MIF_FUZZ_SEED repeats it)\n", static_cast<unsigned long long>(value));
  return value;
}

std::size_t below(Random& r, std::size_t n) { return static_cast<std::size_t>(r() % n); }
template <std::size_t N>
std::string one_of(Random& r, const char* const (&all)[N]) {
  return all[below(r, N)];
}

// Formulas as the grammar has them, not all of them sensible.
class Grown {
 public:
  explicit Grown(Random& r) : r_(r) {}
  std::string expression(int depth) {
    if (depth <= 0) return leaf();
    switch (below(r_, 9)) {
      case 0: return "(" + expression(depth - 1) + ")";
      case 1: return "-" + expression(depth - 1);
      case 2: return "如果(" + expression(depth - 1) + "," + expression(depth - 1) + "," + expression(depth - 1) + ")";
      case 3: return one_of(r_, {"合计", "最大", "MIN", "平均", "计数", "AND", "且"}) + "(" + expression(depth - 1) + "," + cell() + "," + expression(depth - 1) + ")";
      case 4: return one_of(r_, {"绝对值", "INT", "空", "非", "取整"}) + "(" + expression(depth - 1) + ")";
      case 5: return "ROUND(" + expression(depth - 1) + "," + one_of(r_, {"2", "0", "-4", "9", "1.5"}) + ")";
      default: return expression(depth - 1) + one_of(r_, {"+", "-", "*", "/", "=", "<>", "<=", " 且 ", " 或 ", "＋", "×"}) + expression(depth - 1);
    }
  }

 private:
  std::string leaf() {
    switch (below(r_, 6)) {
      case 0: return one_of(r_, {"1", "0", "12.5", "30%", "999999999", "1.2.3", "'文字'", "本年", "本月", "单位名", "期间"});
      case 1: return cell();
      case 2: return one_of(r_, {"净额", "期初", "QM", "FS", "借累计", "LFS"}) + "(" + account() + condition() + ")" + shift();
      case 3: return one_of(r_, {"对方借", "对方贷", "DFX"}) + "(" + account() + "," + account() + condition() + ")" + shift();
      case 4: return one_of(r_, {"预算", "业务", "YH"}) + "(" + one_of(r_, {"'参保人数'", "待遇支出", "6222"}) + one_of(r_, {"", ",年初", ",'2023-06-30'", ",账套=居民"}) + ")" + shift();
      default: return one_of(r_, {"参数('k')", "参数('无')", "[1,1]", "[2,1]"});
    }
  }
  std::string cell() { return one_of(r_, {"", "T", "S"}) + "[" + one_of(r_, {"", "1", "2", "1:2", "9", "*"}) + "," + one_of(r_, {"", "1", "2", "1:2", "甲"}) + "]" + shift(); }
  std::string account() { return one_of(r_, {"'5001*'", "5001", "'4001:4999,-4101'", "'1004'", "'5A'", "''"}); }
  std::string condition() { return one_of(r_, {"", "", ",借", ",\"贷\"", ",参保方式=单建统筹", ",mode<>2|1", ",含结转", ",账套=居民", ",险种=9"}); }
  std::string shift() { return one_of(r_, {"", "", "", "{上月}", "{上期}", "{上年同期}", "{年初}", "{本季}", "{本年累计}", "{-13}", "{2022-06}", "{单位:v}", "{下级汇总}", "{本级}", "{去年}"}); }
  Random& r_;
};

std::string broken(Random& r, std::string text) {
  for (std::size_t n = below(r, 4); n > 0 && !text.empty(); --n) {
    const std::size_t at = below(r, text.size());
    switch (below(r, 6)) {
      case 0: text.erase(at, 1 + below(r, 4)); break;
      case 1: text.insert(at, 1, static_cast<char>(r())); break;
      case 2: text.insert(at, one_of(r, {"(", ")", "[", "]", "{", "}", "\"", "'", "\n", ",", "－", "（", "//", "1e9", "99999999999999999999"})); break;
      case 3: text.insert(at, text.substr(below(r, text.size()), below(r, 20))); break;
      case 4: text[at] = static_cast<char>(r()); break;
      default: text.resize(at);
    }
  }
  return text;
}

TEST(LanguageFuzz, EveryFormulaIsComputedOrRefusedInOneSentenceWithItsPlace) {
  Random random(seed());
  Books books;
  books.books = {Books::book("E", "u", "310", {2023, 1}), Books::book("R", "u", "390", {2023, 1})};
  books.add("E", 2023, 6, "5001", "mode=2", "12.34", "0.00");
  books.add("E", 2023, 6, "1004", "", "0.00", "12.34");
  auto files = memory_files({{"t/dimensions.info", "dimension mode { name 参保方式 item 2 { name 单建统筹 } item 1 { name 统账 } }\nscheme { 390 居民 }\n"},
                             {"t/p/T.info", "table { code T title 试 scheme 310 }\nrows { 1 甲 2 乙 }\ncols { 1 a 2 b }\nparameters { k v }\nformulas {\n f { at \"[1,1]\" expr \"净额('5001')\" }\n f { at \"[2,2]\" expr \"$\" }\n}\n"},
                             {"t/p/S.info", "table { code S title 试 scheme 310 period quarter }\nrows { 1 甲 2 乙 }\ncols { 1 a 2 b }\ninputs { i { at \"[*,*]\" } }\n"},
                             {"t/p/package.info", "package { code p title 试 }\ntables { T \"\" S \"\" }\n"}});
  const auto info = files.info;
  std::string formula;
  files.info = [&](const std::string& path) {
    Node root = info(path);
    if (path == "t/p/T.info")
      for (auto& top : root.children)
        if (top.key == "formulas")
          for (auto& child : top.children.back().children)
            if (child.key == "expr") child.value = formula;
    return root;
  };
  Grown grown(random);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(4);
  std::size_t tried = 0, loaded = 0, computed = 0;
  while (std::chrono::steady_clock::now() < end) {
    formula = grown.expression(static_cast<int>(below(random, 4)));
    if (below(random, 3) != 0) formula = broken(random, formula);
    ++tried;
    std::string said;
    try {
      const auto catalog = Catalog::load(files, "t", {{"m", "plugin", "t/p"}});
      ++loaded;
      Facts facts = books.facts();
      Evaluator evaluator(*catalog, facts, books.books, "u", nullptr);
      (void)evaluator.cell(catalog->table("T", {2023, 6}), 1, 1, {2023, 6});
      ++computed;
    } catch (const Error& e) {
      said = e.what();
      EXPECT_NE(e.code(), MIF_E_INTERNAL) << formula << "\n" << said;
    }
    if (said.empty()) continue;
    EXPECT_EQ(said.rfind("t/p/T.info:7: ", 0), 0u) << formula << "\n" << said;
    EXPECT_EQ(said.find_first_of("\n\r\t"), std::string::npos) << formula << "\n" << said;
    if (::testing::Test::HasFailure()) break;
  }
  std::printf("%zu formulas: %zu loaded, %zu computed, the rest refused\n", tried, loaded, computed);
  EXPECT_GT(tried, 1000u);
  EXPECT_GT(computed, tried / 100);
}

// --- a second reader ---------------------------------------------------------------------------------------------------------

struct Answer {
  enum { blank, number, truth } kind = blank;
  Wide scaled = 0;
};

Wide half_up(Wide a, Wide b) {
  const bool minus = (a < 0) != (b < 0);
  const Wide x = a < 0 ? -a : a, y = b < 0 ? -b : b;
  const Wide q = (2 * x + y) / (2 * y);
  return minus ? -q : q;
}

struct Sign {
  std::string text;
  int level = 0;  // binds the tighter the higher
};

// Shunting yard over a flat list: operands and signs alternate, '(' and ')' and the two prefixes stand between.
class Yard {
 public:
  void operand(Wide scaled) { values_.push_back({Answer::number, scaled}); }
  void open() { signs_.push_back({"(", 0}); }
  void close() {
    while (signs_.back().text != "(") apply();
    signs_.pop_back();
  }
  void prefix(const std::string& sign) { signs_.push_back({sign, sign == "neg" ? 9 : 4}); }
  void infix(const std::string& sign, int level) {
    while (!signs_.empty() && signs_.back().text != "(" && signs_.back().level >= level) apply();
    signs_.push_back({sign, level});
  }
  Answer result() {
    while (!signs_.empty()) apply();
    return values_.back();
  }

 private:
  Answer pop() {
    const Answer a = values_.back();
    values_.pop_back();
    return a;
  }
  void apply() {
    const std::string sign = signs_.back().text;
    signs_.pop_back();
    const Answer b = pop();
    if (sign == "neg") return values_.push_back({b.kind, -b.scaled});
    if (sign == "not") return values_.push_back({Answer::truth, b.scaled ? 0 : 1});
    const Answer a = pop();
    const auto truth = [&](bool yes) { values_.push_back({Answer::truth, yes ? 1 : 0}); };
    if (sign == "and") return truth(a.scaled && b.scaled);
    if (sign == "or") return truth(a.scaled || b.scaled);
    if (sign == "=") return truth(a.scaled == b.scaled);
    if (sign == "<>") return truth(a.scaled != b.scaled);
    if (sign == "<") return truth(a.scaled < b.scaled);
    if (sign == "<=") return truth(a.scaled <= b.scaled);
    if (sign == ">") return truth(a.scaled > b.scaled);
    if (sign == ">=") return truth(a.scaled >= b.scaled);
    const bool none = a.kind == Answer::blank || b.kind == Answer::blank;
    if (sign == "+" || sign == "-") {
      if (a.kind == Answer::blank && b.kind == Answer::blank) return values_.push_back({});
      return values_.push_back({Answer::number, sign == "+" ? a.scaled + b.scaled : a.scaled - b.scaled});
    }
    if (none || (sign == "/" && b.scaled == 0)) return values_.push_back({});
    values_.push_back({Answer::number, sign == "*" ? half_up(a.scaled * b.scaled, Value::kOne) : half_up(a.scaled * Value::kOne, b.scaled)});
  }
  std::vector<Answer> values_;
  std::vector<Sign> signs_;
};

class Flat {
 public:
  explicit Flat(Random& r) : r_(r) {}
  std::string text;
  Yard yard;
  void conditions() {
    for (std::size_t n = 1 + below(r_, 4); n > 0; --n) {
      if (below(r_, 4) == 0) {
        text += one_of(r_, {"非 ", "NOT "});
        yard.prefix("not");
      }
      const bool bracket = below(r_, 4) == 0;
      if (bracket) open();
      sum(2);
      const std::string sign = one_of(r_, {"=", "<>", "<", "<=", ">", ">="});
      text += sign == "<=" && below(r_, 2) ? "≤" : sign;
      yard.infix(sign, 5);
      sum(2);
      if (bracket) close();
      if (n == 1) return;
      const bool both = below(r_, 2) == 0;
      text += both ? one_of(r_, {" 且 ", " AND "}) : one_of(r_, {" 或 ", " OR "});
      yard.infix(both ? "and" : "or", both ? 3 : 2);
    }
  }
  void sum(int depth) {
    for (std::size_t n = 1 + below(r_, 4); n > 0; --n) {
      // Every "-" before an operand is a sign of its own.
      if (below(r_, 5) == 0) {
        text += " -";
        yard.prefix("neg");
      }
      if (depth > 0 && below(r_, 4) == 0) {
        open();
        sum(depth - 1);
        close();
      } else {
        const std::size_t whole = below(r_, 40), cents = below(r_, 100);
        const bool fraction = below(r_, 3) == 0;
        text += std::to_string(whole) + (fraction ? "." + std::string(cents < 10 ? "0" : "") + std::to_string(cents) : "");
        yard.operand(static_cast<Wide>(whole) * Value::kOne + (fraction ? static_cast<Wide>(cents) * 10000 : 0));
      }
      if (n == 1) return;
      const std::string sign = one_of(r_, {"+", "-", "*", "/"});
      text += below(r_, 3) == 0 ? " " + sign + " " : sign;
      yard.infix(sign, sign == "+" || sign == "-" ? 6 : 7);
    }
  }

 private:
  void open() {
    text += "(";
    yard.open();
  }
  void close() {
    text += ")";
    yard.close();
  }
  Random& r_;
};

TEST(LanguageFuzz, PrecedenceIsThatOfASecondReader) {
  Random random(seed());
  Books books;
  books.books = {Books::book("E", "u", "310", {2023, 1})};
  Facts facts = books.facts();
  Evaluator evaluator(*shipped_catalog(), facts, books.books, "u", nullptr);
  for (int i = 0; i < 20000; ++i) {
    Flat flat(random);
    if (i % 2) flat.conditions();
    else flat.sum(2);
    // A division by a sign apart: "4/-2" is read like "4/(-2)" by both.
    const Answer wanted = flat.yard.result();
    const Value value = evaluator.evaluate(*parse_formula(flat.text, shipped_catalog()->dimensions()), {}).value;
    if (wanted.kind == Answer::truth) {
      ASSERT_EQ(value.kind(), Value::Kind::truth) << flat.text;
      ASSERT_EQ(value.yes(), wanted.scaled != 0) << flat.text;
    } else {
      ASSERT_EQ(value.blank(), wanted.kind == Answer::blank) << flat.text;
      ASSERT_TRUE(value.scaled() == wanted.scaled) << flat.text << " = " << text(value);
    }
  }
}

}  // namespace
}  // namespace mif::reporting
