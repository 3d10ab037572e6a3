// SPDX-License-Identifier: Apache-2.0
#include "parser.h"

#include "call_parser.h"
#include "places.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;
using Kind = Token::Kind;

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, sentence); }

class Parser : TokenReader {
 public:
  Parser(std::string_view text, const Dimensions& dimensions) : TokenReader(text), dimensions_(dimensions) {}

  ExpressionPtr whole() {
    if (peek().kind == Kind::end) refuse("formula.empty", "公式是空的 (the formula is empty)");
    auto e = either();
    if (peek().kind != Kind::end) refuse("formula.unexpected", "公式在 " + shown(peek()) + " 处多了内容 (unexpected here)");
    return e;
  }

 private:
  ExpressionPtr make(Op op) {
    // A formula is walked by recursion, however flat it is written.
    if (++nodes_ > 1000) refuse("formula.too-long", "公式太长，请拆成几格来算 (more than 1000 parts)");
    auto e = std::make_unique<Expression>();
    e->op = op;
    return e;
  }
  ExpressionPtr make(Op op, ExpressionPtr a, ExpressionPtr b) {
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
    auto e = denied();
    while (take_word("且") || take_word("AND")) e = make(Op::both, std::move(e), denied());
    return e;
  }
  // 非 [1,1]=0 denies the comparison, not the cell.
  ExpressionPtr denied() {
    bool no = false;
    while (take_word("非") || take_word("NOT")) no = !no;
    auto e = compared();
    if (!no) return e;
    auto outer = make(Op::no);
    outer->args.push_back(std::move(e));
    return outer;
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
    read_shifts(*this, *e);
    return e;
  }
  ExpressionPtr word(const std::string& name) {
    if (peek().kind == Kind::cell) return cell_reference(name, next().text);
    const Keyword* key = peek().is("(") ? nullptr : key_word(name);
    if (key) {
      auto e = make(Op::keyword);
      e->keyword = *key;
      return e;
    }
    if (!peek().is("(")) refuse("formula.name", "\"" + name + "\" 后应有括号或单元格 (a function needs brackets, a table needs a cell)");
    next();
    if (const LedgerWord* ledger = ledger_word(name)) {
      auto e = make(Op::ledger);
      read_ledger_call(*this, dimensions_, name, *ledger, *e);
      return e;
    }
    if (const auto family = figure_family(name); !family.empty()) {
      auto e = make(Op::figure);
      read_figure_call(*this, dimensions_, name, family, *e);
      return e;
    }
    if (name == "参数" || name == "CS") {
      auto e = make(Op::parameter);
      if (peek().kind != Kind::string) refuse("formula.parameter-name", "参数 要写名字 (a parameter's name), 如 参数('待转口径')");
      e->parameter = next().text;
      expect(")", name);
      return e;
    }
    if (name == "且" || name == "AND" || name == "或" || name == "OR") {
      auto e = either();
      while (take(",")) e = make(name == "且" || name == "AND" ? Op::both : Op::either, std::move(e), either());
      expect(")", name);
      return e;
    }
    const PlainWord* plain = plain_word(name);
    if (!plain)
      refuse("formula.function-unknown", "没有函数 (no function) \"" + name + "\"，可用: 期初 期末 借发生 贷发生 借累计 贷累计 净额 对方借 对方贷 预算 业务 银行余额 合计 最大 最小 平均 计数 如果 绝对值 四舍五入 取整 空 参数");
    auto e = make(plain->op);
    do e->args.push_back(either());
    while (take(","));
    expect(")", name);
    if (e->args.size() < plain->least || e->args.size() > plain->most)
      refuse("formula.arguments", "函数 " + name + " 的参数个数不对 (wrong number of arguments): " + std::to_string(e->args.size()));
    return e;
  }

  const Dimensions& dimensions_;
  int depth_ = 0, nodes_ = 0;
};

}  // namespace

ExpressionPtr parse_formula(std::string_view text, const Dimensions& dimensions) { return Parser(text, dimensions).whole(); }

}  // namespace mif::reporting
