// SPDX-License-Identifier: Apache-2.0
// The words of the formula language. Full-width signs and digits are folded first, so that what a Chinese keyboard types is
// read like what a programmer types.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mif::reporting {

struct Token {
  enum class Kind { end, number, string, word, cell, shift, sign };
  Kind kind = Kind::end;
  std::string text;  // cell and shift: what is between the brackets
  bool is(std::string_view sign) const { return kind == Kind::sign && text == sign; }
};

std::string fold_width(std::string_view text);
// Throws MIF_E_INVALID; ends with a token of kind end.
std::vector<Token> split_formula(std::string_view text);

}  // namespace mif::reporting
