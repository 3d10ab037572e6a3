// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/amount_in_words.h"

namespace mif {
namespace {

const char* const kDigits[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

// 0..9999 of one group; `gap` = a 零 is due before the next digit.
void group(std::string& out, unsigned value, bool& gap) {
  static const char* const units[] = {"仟", "佰", "拾", ""};
  static constexpr unsigned weights[] = {1000, 100, 10, 1};
  for (int i = 0; i < 4; ++i) {
    const unsigned digit = value / weights[i] % 10;
    if (digit == 0) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += "零";
    gap = false;
    out += std::string(kDigits[digit]) + units[i];
  }
}

}  // namespace

std::string amount_in_words(Fen fen) {
  const bool negative = fen < Fen();
  const std::uint64_t absolute = negative ? 0 - static_cast<std::uint64_t>(fen.value()) : static_cast<std::uint64_t>(fen.value());
  const std::uint64_t yuan = absolute / 100;
  const unsigned jiao = absolute / 10 % 10, cents = absolute % 10;
  std::string out;
  bool gap = false;
  static const char* const units[] = {"兆", "亿", "万", "元"};
  std::uint64_t weight = 1'000'000'000'000;  // 兆
  for (int i = 0; i < 4; ++i, weight /= 10000) {
    // The first group of the largest amounts has more than four digits: 玖万贰仟...兆.
    const std::uint64_t value = i == 0 ? yuan / weight : yuan / weight % 10000;
    if (i == 0 && value > 9999) {
      group(out, static_cast<unsigned>(value / 10000), gap);
      out += "万";
    }
    group(out, static_cast<unsigned>(value % 10000), gap);
    if (value > 0 || (i == 3 && yuan > 0)) out += units[i];
    gap = value == 0 && !out.empty();  // 壹拾万柒仟, but 壹亿零柒仟
  }
  if (jiao == 0 && cents == 0) return (negative ? "负" : "") + (out.empty() ? std::string("零元整") : out + "整");
  if (jiao > 0) out += (yuan > 0 && yuan % 10 == 0 ? "零" : "") + std::string(kDigits[jiao]) + "角";
  else if (yuan > 0) out += "零";
  out += cents > 0 ? std::string(kDigits[cents]) + "分" : "整";
  return (negative ? "负" : "") + out;
}

}  // namespace mif
