// SPDX-License-Identifier: Apache-2.0
// Money of any currency, exactly: what a statement file says, and sums of it. 128 bits of 10^-18; overflow is told, never wrapped.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "mif/ext/draft/statement_format.h"
#include "mif/money.hpp"

namespace mif::treasury {

class Decimal {
 public:
  Decimal() = default;
  explicit Decimal(Fen fen) : wide_(Wide(fen.value()) * power(16)), scale_(2) {}
  // None when the file does not say; MIF_E_INVALID for a scale that does not exist.
  static std::optional<Decimal> of(const mif_decimal& d) {
    if (!d.given) return std::nullopt;
    if (d.scale < 0 || d.scale > 18) throw Error(MIF_E_INVALID, "statement.scale", "小数位数应为 0 到 18，实为 " + std::to_string(d.scale) + " (a decimal's scale is 0 to 18)");
    Decimal made;
    made.wide_ = Wide(d.units) * power(18 - d.scale);
    made.scale_ = d.scale;
    return made;
  }
  // False, and nothing changed, when the sum would not fit.
  [[nodiscard]] bool add(const Decimal& other) {
    Wide sum = 0;
    if (__builtin_add_overflow(wide_, other.wide_, &sum)) return false;
    wide_ = sum;
    scale_ = std::max(scale_, other.scale_);
    return true;
  }
  Decimal negated() const {
    Decimal n = *this;
    n.wide_ = -n.wide_;
    return n;
  }
  Decimal absolute() const { return wide_ < 0 ? negated() : *this; }
  bool negative() const { return wide_ < 0; }
  bool zero() const { return wide_ == 0; }
  // Exact; none when it is not a whole number of fen, or too large.
  std::optional<Fen> fen() const {
    const Wide unit = power(16), fen = wide_ / unit;
    if (fen * unit != wide_ || fen > INT64_MAX || fen < -INT64_MAX) return std::nullopt;
    return Fen(static_cast<std::int64_t>(fen));
  }
  // With as many decimals as the file wrote, at most: "18.150".
  std::string text() const {
    const bool below = wide_ < 0;
    UWide rest = below ? UWide(0) - UWide(wide_) : UWide(wide_);
    rest /= UWide(power(18 - scale_));
    std::string digits;
    for (int i = 0; rest != 0 || i <= scale_; ++i, rest /= 10) {
      if (i == scale_ && scale_ > 0) digits += '.';
      digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    }
    if (below) digits += '-';
    std::reverse(digits.begin(), digits.end());
    return digits;
  }
  friend bool operator==(const Decimal& a, const Decimal& b) { return a.wide_ == b.wide_; }
  friend bool operator!=(const Decimal& a, const Decimal& b) { return a.wide_ != b.wide_; }

 private:
  __extension__ typedef __int128 Wide;
  __extension__ typedef unsigned __int128 UWide;
  static Wide power(int n) {
    static constexpr std::int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
                                              100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000};
    return powers[n];
  }
  Wide wide_ = 0;
  int scale_ = 0;
};

}  // namespace mif::treasury
