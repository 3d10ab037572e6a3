// SPDX-License-Identifier: Apache-2.0
#include "parser.h"

#include "formula_words.h"
#include "lexer.h"
#include "mif/pattern.hpp"
#include "mif/svc/ledger.h"
#include "places.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;
using Kind = Token::Kind;

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, sentence); }

class Parser {
 public:
  Parser(std::string_view text, const Dimensions& dimensions) : tokens_(split_formula(text)), dimensions_(dimensions) {}

  ExpressionPtr whole() {
    if (peek().kind == Kind::end) refuse("formula.empty", "公式是空的 (the formula is empty)");
    auto e = either();
    if (peek().kind != Kind::end) refuse("formula.unexpected", "公式在 " + shown(peek()) + " 处多了内容 (unexpected here)");
    return e;
  }

 private:
  const Token& peek() const { return tokens_[at_]; }
  const Token& next() { return tokens_[at_].kind == Kind::end ? tokens_[at_] : tokens_[at_++]; }
  bool take(std::string_view sign) {
    if (!peek().is(sign)) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) {
    if (peek().kind != Kind::word || peek().text != word) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view sign, const std::string& where) {
    if (!take(sign)) refuse("formula.expected", where + " 应有 \"" + std::string(sign) + "\"，却是 " + shown(peek()) + " (expected, found)");
  }
  static std::string shown(const Token& t) {
    switch (t.kind) {
      case Kind::end: return "公式结尾 (the end)";
      case Kind::cell: return "[" + t.text + "]";
      case Kind::shift: return "{" + t.text + "}";
      default: return "\"" + t.text + "\"";
    }
  }
  static ExpressionPtr make(Op op) {
    auto e = std::make_unique<Expression>();
    e->op = op;
    return e;
  }
  static ExpressionPtr make(Op op, ExpressionPtr a, ExpressionPtr b) {
    auto e = make(op);
    e->args.push_back(std::move(a));
    e->args.push_back(std::move(b));
    return e;
  }

  ExpressionPtr either() {
    // Nesting is bounded here, because every bracket and argument passes through: a hostile template must not end the process.
    if (++depth_ > 100) refuse("formula.too-deep", "公式嵌套过深 (nested more than 100 deep)");
    auto e = both();
    while (take_word("或") || take_word("OR")) e = make(Op::either, std::move(e), both());
    --depth_;
    return e;
  }
  ExpressionPtr both() {
    auto e = compared();
    while (take_word("且") || take_word("AND")) e = make(Op::both, std::move(e), compared());
    return e;
  }
  ExpressionPtr compared() {
    auto e = added();
    static const std::pair<const char*, Op> signs[] = {{"=", Op::equal},       {"<>", Op::unequal}, {"<=", Op::less_equal},
                                                       {">=", Op::greater_equal}, {"<", Op::less},   {">", Op::greater}};
    for (const auto& [sign, op] : signs)
      if (take(sign)) return make(op, std::move(e), added());
    return e;
  }
  ExpressionPtr added() {
    auto e = multiplied();
    while (true) {
      if (take("+")) e = make(Op::add, std::move(e), multiplied());
      else if (take("-")) e = make(Op::subtract, std::move(e), multiplied());
      else return e;
    }
  }
  ExpressionPtr multiplied() {
    auto e = unary();
    while (true) {
      if (take("*")) e = make(Op::multiply, std::move(e), unary());
      else if (take("/")) e = make(Op::divide, std::move(e), unary());
      else return e;
    }
  }
  ExpressionPtr unary() {
    bool minus = false, no = false;
    while (true) {
      if (take("-")) minus = !minus;
      else if (take_word("非") || take_word("NOT")) no = !no;
      else break;
    }
    auto e = primary();
    if (minus) {
      auto outer = make(Op::negate);
      outer->args.push_back(std::move(e));
      e = std::move(outer);
    }
    if (no) {
      auto outer = make(Op::no);
      outer->args.push_back(std::move(e));
      e = std::move(outer);
    }
    return e;
  }
  ExpressionPtr primary() {
    const Token token = next();
    switch (token.kind) {
      case Kind::number: {
        auto e = make(Op::literal);
        e->literal = Value::parse_number(token.text);
        return e;
      }
      case Kind::string: {
        auto e = make(Op::literal);
        e->literal = Value::text(token.text);
        return e;
      }
      case Kind::cell: return cell_reference("", token.text);
      case Kind::word: return word(token.text);
      default: break;
    }
    if (token.is("(")) {
      auto e = either();
      expect(")", "括号后");
      return e;
    }
    refuse("formula.operand", "这里应是数字、单元格或函数，却是 " + shown(token) + " (expected a number, a cell or a function)");
  }
  ExpressionPtr cell_reference(std::string table, const std::string& inside) {
    auto e = make(Op::cell);
    e->cell = parse_cell(inside);
    e->cell.table = std::move(table);
    shifts(*e);
    return e;
  }
  void shifts(Expression& e) {
    while (peek().kind == Kind::shift) add_shift(e.shift, next().text);
  }
  ExpressionPtr word(const std::string& name) {
    if (peek().kind == Kind::cell) return cell_reference(name, next().text);
    if (!peek().is("(")) refuse("formula.name", "\"" + name + "\" 后应有括号或单元格 (a function needs brackets, a table needs a cell)");
    next();
    if (const LedgerWord* ledger = ledger_word(name)) return ledger_call(name, *ledger);
    if (name == "参数" || name == "CS") {
      auto e = make(Op::parameter);
      if (peek().kind != Kind::string) refuse("formula.parameter-name", "参数 要写名字 (a parameter's name), 如 参数('待转口径')");
      e->parameter = next().text;
      expect(")", name);
      return e;
    }
    const PlainWord* plain = plain_word(name);
    if (!plain)
      refuse("formula.function-unknown", "没有函数 (no function) \"" + name + "\"，可用: 期初 期末 借发生 贷发生 借累计 贷累计 净额 合计 如果 绝对值 四舍五入 最大 最小 空 参数");
    auto e = make(plain->op);
    do e->args.push_back(either());
    while (take(","));
    expect(")", name);
    if (e->args.size() < plain->least || e->args.size() > plain->most)
      refuse("formula.arguments", "函数 " + name + " 的参数个数不对 (wrong number of arguments): " + std::to_string(e->args.size()));
    return e;
  }

  ExpressionPtr ledger_call(const std::string& name, LedgerWord kind) {
    auto e = make(Op::ledger);
    auto& l = e->ledger;
    l.measure = kind.measure;
    l.year_to_date = kind.year_to_date;
    if (peek().kind == Kind::string) {
      l.accounts = next().text;
    } else if (peek().kind == Kind::number) {
      l.accounts = next().text;
      if (take("*")) l.accounts += '*';
    } else {
      refuse("formula.account-first", name + " 的第一项应是科目 (the first argument is the account), 如 " + name + "('5001*'), 却是 " + shown(peek()));
    }
    (void)AccountPattern(l.accounts);
    if (l.accounts.empty()) refuse("formula.no-account", name + " 没有写科目 (no account)");
    AuxItems aux;
    while (take(",")) argument(name, l, aux);
    expect(")", name);
    l.aux = format_aux(aux);
    (void)AuxFilter(l.aux);
    if (l.side == 0) {
      const auto first = l.accounts.find_first_of("12345");
      const char c = l.accounts[first == std::string::npos ? 0 : first];
      if (c < '1' || c > '5') refuse("formula.side", "看不出 " + l.accounts + " 的余额方向，请写 借 或 贷 (say which side)");
      l.side = c == '1' || c == '5' ? MIF_DEBIT : MIF_CREDIT;
    }
    shifts(*e);
    const bool balance = l.measure == Measure::opening || l.measure == Measure::closing;
    if (e->shift.year_to_date) {
      if (balance) refuse("formula.no-year-to-date", name + " 是余额，不能取 {本年累计} (a balance has no year-to-date)");
      l.year_to_date = true;
    }
    if (e->shift.year_start && !balance) refuse("formula.no-year-opening", name + " 是发生额，不能取 {年初} (turnover has no year opening)");
    return e;
  }

  void argument(const std::string& function, LedgerCall& l, AuxItems& aux) {
    if (peek().kind != Kind::word) refuse("formula.condition", function + " 的条件写作 名=值 (a condition is name=value), 却是 " + shown(peek()));
    const std::string name = next().text;
    if (name == "借" || name == "贷") {
      l.side = name == "借" ? MIF_DEBIT : MIF_CREDIT;
      return;
    }
    if (name == "余额方向") return;
    if (name == "含结转") {
      l.with_closing = true;
      return;
    }
    bool negated = take("<>");
    if (!negated) {
      expect("=", name);
      negated = take("!");
    }
    const bool book = name == "账套";
    const std::string dimension = book ? std::string() : dimensions_.code(name);
    std::string items;
    do {
      const Token token = next();
      if (token.kind != Kind::word && token.kind != Kind::number && token.kind != Kind::string && !token.is("-"))
        refuse("formula.condition-value", name + "= 后应有值 (a value is missing), 却是 " + shown(token));
      if (book) l.books.push_back(dimensions_.scheme(token.text));
      else items += (items.empty() ? "" : "|") + dimensions_.item(dimension, token.text);
    } while (take("|"));
    if (book) {
      if (negated) refuse("formula.book-negated", "账套 不能用 <> (a book cannot be negated)");
      return;
    }
    if (!aux.emplace(dimension, (negated ? "!" : "") + items).second) refuse("formula.condition-twice", name + " 写了两次 (given twice)");
  }

  std::vector<Token> tokens_;
  const Dimensions& dimensions_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

ExpressionPtr parse_formula(std::string_view text, const Dimensions& dimensions) { return Parser(text, dimensions).whole(); }

}  // namespace mif::reporting
