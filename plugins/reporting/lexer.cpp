// SPDX-License-Identifier: Apache-2.0
#include "lexer.h"

#include <utility>

#include "mif/error.hpp"

namespace mif::reporting {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

// Letters, underscore, and every byte of a Chinese character.
bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, sentence); }

}  // namespace

std::string fold_width(std::string_view text) {
  static const std::pair<std::string_view, std::string_view> named[] = {
      {"，", ","}, {"“", "\""}, {"”", "\""}, {"‘", "'"}, {"’", "'"}, {"　", " "},
      {"≤", "<="}, {"≥", ">="}, {"≠", "<>"}, {"×", "*"}, {"÷", "/"}, {"【", "["}, {"】", "]"}};
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    // U+FF01..U+FF5E are the full-width forms of '!'..'~'.
    if (i + 2 < text.size() && static_cast<unsigned char>(text[i]) == 0xEF) {
      const unsigned code = (0xFu << 12) | ((static_cast<unsigned char>(text[i + 1]) & 0x3Fu) << 6) |
                            (static_cast<unsigned char>(text[i + 2]) & 0x3Fu);
      if (code >= 0xFF01 && code <= 0xFF5E) {
        out += static_cast<char>(code - 0xFF01 + '!');
        i += 3;
        continue;
      }
    }
    bool replaced = false;
    for (const auto& [from, to] : named) {
      if (text.substr(i, from.size()) != from) continue;
      out += to;
      i += from.size();
      replaced = true;
      break;
    }
    if (!replaced) out += text[i++];
  }
  return out;
}

std::vector<Token> split_formula(std::string_view original) {
  const std::string text = fold_width(original);
  std::vector<Token> tokens;
  const auto push = [&](Token::Kind kind, std::string word) { tokens.push_back({kind, std::move(word)}); };
  const auto until = [&](std::size_t from, char close, const char* what) {
    const auto at = text.find(close, from);
    if (at == std::string::npos) refuse("formula.unclosed", std::string(what) + " 没有右边的 \"" + close + "\" (is not closed): " + text.substr(from - 1));
    return at;
  };
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++i;
    } else if (c == '/' && i + 1 < text.size() && text[i + 1] == '/') {
      const auto line = text.find('\n', i);
      i = line == std::string::npos ? text.size() : line;
    } else if (digit(c)) {
      const auto from = i;
      while (i < text.size() && (digit(text[i]) || (text[i] == '.' && i + 1 < text.size() && digit(text[i + 1])))) ++i;
      if (i < text.size() && text[i] == '%') ++i;
      push(Token::Kind::number, text.substr(from, i - from));
    } else if (letter(c)) {
      const auto from = i;
      while (i < text.size() && (letter(text[i]) || digit(text[i]))) ++i;
      push(Token::Kind::word, text.substr(from, i - from));
    } else if (c == '"' || c == '\'') {
      const auto close = until(i + 1, c, "引号 (quote)");
      push(Token::Kind::string, text.substr(i + 1, close - i - 1));
      i = close + 1;
    } else if (c == '[') {
      const auto close = until(i + 1, ']', "方括号 (cell)");
      push(Token::Kind::cell, text.substr(i + 1, close - i - 1));
      i = close + 1;
    } else if (c == '{') {
      const auto close = until(i + 1, '}', "花括号 (shift)");
      push(Token::Kind::shift, text.substr(i + 1, close - i - 1));
      i = close + 1;
    } else {
      const std::string_view two = std::string_view(text).substr(i, 2);
      if (two == "<=" || two == ">=" || two == "<>" || two == "!=") {
        push(Token::Kind::sign, two == "!=" ? "<>" : std::string(two));
        i += 2;
      } else if (std::string_view("+-*/(),|!=<>").find(c) != std::string_view::npos) {
        push(Token::Kind::sign, std::string(1, c));
        ++i;
      } else {
        refuse("formula.sign-unknown", std::string("公式里不认识的符号 (unknown sign) \"") + c + "\"");
      }
    }
  }
  tokens.emplace_back();
  return tokens;
}

}  // namespace mif::reporting
