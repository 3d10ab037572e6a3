// SPDX-License-Identifier: Apache-2.0
// Amounts of a transfer's lines: sum := term (("+" | "-") term)*; term := factor ("*" share)*; factor := figure | amount | "(" sum ")".
#include <algorithm>
#include <array>
#include <vector>

#include "kernel/closing/template.h"
#include "mif/error.hpp"
#include "mif/pattern.hpp"

namespace mif::closing {

struct Amount::Node {
  enum class Of { constant, figure, sum, difference, share, named_share } of = Of::constant;
  Fen constant;
  std::string function, account, aux, name;
  Share share;
  std::shared_ptr<const Node> left, right;

  Fen value(const Source& source) const {
    switch (of) {
      case Of::constant: return constant;
      case Of::figure: return source.figure(function, account, aux);
      case Of::sum: return left->value(source) + right->value(source);
      case Of::difference: return left->value(source) - right->value(source);
      case Of::share: return share.of(left->value(source));
      case Of::named_share: return source.ratio(name).of(left->value(source));
    }
    return {};
  }
};

struct Parser {
  using Node = Amount::Node;
  using Of = Node::Of;
  using Made = std::shared_ptr<const Node>;
  static constexpr std::array<std::string_view, 6> kFunctions = {"balance", "opening", "movement", "debit", "credit", "year"};

  std::string_view text;
  std::size_t at = 0;
  int depth = 0;

  [[noreturn]] void refuse(const std::string& wanted) const {
    throw Error(MIF_E_INVALID, "template.amount", "金额公式 \"" + std::string(text) + "\" 第 " + std::to_string(at + 1) + " 个字节处写法不对,此处应为 " + wanted + " (bad amount expression)");
  }
  void blanks() {
    while (at < text.size() && text[at] == ' ') ++at;
  }
  bool take(char c) {
    blanks();
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
  }
  std::string_view run(bool (*fits)(char)) {
    blanks();
    const std::size_t from = at;
    while (at < text.size() && fits(text[at])) ++at;
    return text.substr(from, at - from);
  }
  static bool name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }
  static bool number_char(char c) { return (c >= '0' && c <= '9') || c == '.' || c == '/' || c == '%'; }
  static bool digit(char c) { return c >= '0' && c <= '9'; }

  Made two(Of of, Made left, Made right) {
    auto node = std::make_shared<Node>();
    node->of = of;
    node->left = std::move(left);
    node->right = std::move(right);
    return node;
  }
  Made sum() {
    Made left = term();
    for (;;) {
      if (take('+')) left = two(Of::sum, left, term());
      else if (take('-')) left = two(Of::difference, left, term());
      else return left;
    }
  }
  Made term() {
    Made left = factor();
    while (take('*')) left = shared(left);
    return left;
  }
  Made shared(Made of) {
    auto node = std::make_shared<Node>();
    node->left = std::move(of);
    blanks();
    if (text.substr(at, 6) == "ratio(") {
      at += 6;
      node->of = Of::named_share;
      node->name = run(name_char);
      if (node->name.empty()) refuse("比例名称");
      if (!take(')')) refuse("\")\"");
      return node;
    }
    const std::string_view number = run(number_char);
    if (number.empty()) refuse("比例,如 0.62 或 ratio(名称)");
    node->of = Of::share;
    node->share = Share::parse(number);
    return node;
  }
  Made factor() {
    if (++depth > 20) refuse("更少的括号");
    if (take('(')) {
      Made inner = sum();
      if (!take(')')) refuse("\")\"");
      --depth;
      return inner;
    }
    auto node = std::make_shared<Node>();
    blanks();
    if (at < text.size() && digit(text[at])) {
      node->constant = Fen::parse(run([](char c) { return digit(c) || c == '.'; }));
    } else {
      node->of = Of::figure;
      node->function = run([](char c) { return c >= 'a' && c <= 'z'; });
      if (std::find(kFunctions.begin(), kFunctions.end(), node->function) == kFunctions.end()) refuse("balance opening movement debit credit year 之一");
      if (!take('(')) refuse("\"(\"");
      node->account = run(digit);
      if (node->account.size() < 4) refuse("科目代码");
      blanks();
      const std::size_t from = at;
      while (at < text.size() && text[at] != ')') ++at;
      node->aux = format_aux(parse_aux(text.substr(from, at - from)));
      if (!take(')')) refuse("\")\"");
    }
    --depth;
    return node;
  }
};

Amount Amount::parse(std::string_view text) {
  Parser parser{text};
  Amount amount;
  amount.root_ = parser.sum();
  parser.blanks();
  if (parser.at != text.size()) parser.refuse("公式结束");
  return amount;
}

Fen Amount::value(const Source& source) const { return root_ ? root_->value(source) : Fen(); }

}  // namespace mif::closing
