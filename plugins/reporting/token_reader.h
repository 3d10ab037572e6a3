// SPDX-License-Identifier: Apache-2.0
// The tokens of a formula, read one after the other, and the refusals of what stands where it should not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lexer.h"
#include "mif/error.hpp"

namespace mif::reporting {

class TokenReader {
 public:
  explicit TokenReader(std::string_view text) : tokens_(split_formula(text)) {}
  const Token& peek() const { return tokens_[at_]; }
  const Token& next() { return tokens_[at_].kind == Token::Kind::end ? tokens_[at_] : tokens_[at_++]; }
  bool take(std::string_view sign) {
    if (!peek().is(sign)) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) {
    if (peek().kind != Token::Kind::word || peek().text != word) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view sign, const std::string& where) {
    if (!take(sign)) throw Error(MIF_E_INVALID, "formula.expected", where + " 应有 \"" + std::string(sign) + "\"，却是 " + shown(peek()) + " (expected, found)");
  }
  static std::string shown(const Token& t) {
    switch (t.kind) {
      case Token::Kind::end: return "公式结尾 (the end)";
      case Token::Kind::cell: return "[" + t.text + "]";
      case Token::Kind::shift: return "{" + t.text + "}";
      default: return "\"" + t.text + "\"";
    }
  }

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace mif::reporting
