// SPDX-License-Identifier: Apache-2.0
// Fen: the only type money has, in the kernel and in plugins. int64 hundredths of a yuan; overflow throws, never wraps.
#ifndef MIF_MONEY_HPP
#define MIF_MONEY_HPP

#include <cstdint>
#include <string>
#include <string_view>

#include "mif/error.hpp"

namespace mif {

class Fen {
 public:
  constexpr Fen() = default;
  constexpr explicit Fen(std::int64_t fen) : fen_(fen) {}
  constexpr std::int64_t value() const { return fen_; }

  Fen operator+(Fen other) const {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(fen_, other.fen_, &sum)) overflow("加");
    return Fen(sum);
  }
  Fen operator-(Fen other) const {
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(fen_, other.fen_, &difference)) overflow("减");
    return Fen(difference);
  }
  Fen operator*(std::int64_t factor) const {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(fen_, factor, &product)) overflow("乘");
    return Fen(product);
  }
  Fen operator-() const { return Fen(0) - *this; }
  Fen& operator+=(Fen other) { return *this = *this + other; }
  Fen& operator-=(Fen other) { return *this = *this - other; }
  friend constexpr bool operator==(Fen a, Fen b) { return a.fen_ == b.fen_; }
  friend constexpr bool operator!=(Fen a, Fen b) { return a.fen_ != b.fen_; }
  friend constexpr bool operator<(Fen a, Fen b) { return a.fen_ < b.fen_; }
  friend constexpr bool operator>(Fen a, Fen b) { return a.fen_ > b.fen_; }
  friend constexpr bool operator<=(Fen a, Fen b) { return a.fen_ <= b.fen_; }
  friend constexpr bool operator>=(Fen a, Fen b) { return a.fen_ >= b.fen_; }

  // "-?digits[.d[d]]", optional thousands commas. Anything else, or more than two decimals, is MIF_E_INVALID.
  static Fen parse(std::string_view text) {
    std::string_view rest = text;
    const bool negative = !rest.empty() && rest.front() == '-';
    if (negative) rest.remove_prefix(1);
    Fen result;
    std::size_t digits = 0, i = 0;
    const auto push = [&](char c) { result = negative ? result * 10 - Fen(c - '0') : result * 10 + Fen(c - '0'); };
    for (; i < rest.size() && rest[i] != '.'; ++i) {
      if (rest[i] == ',' && digits > 0) continue;
      if (rest[i] < '0' || rest[i] > '9') malformed(text);
      push(rest[i]);
      ++digits;
    }
    std::size_t decimals = 0;
    if (i < rest.size()) {
      for (++i; i < rest.size(); ++i, ++decimals) {
        if (decimals == 2 || rest[i] < '0' || rest[i] > '9') malformed(text);
        push(rest[i]);
      }
      if (decimals == 0) malformed(text);
    }
    if (digits == 0) malformed(text);
    for (; decimals < 2; ++decimals) result = result * 10;
    return result;
  }

  // "1234.50": the form of the API, of files and of packages.
  std::string plain() const { return print(false); }
  // "1,234.50": the form people read.
  std::string grouped() const { return print(true); }

 private:
  [[noreturn]] static void overflow(const char* operation) {
    throw Error(MIF_E_INVALID, "amount.overflow", std::string("金额相") + operation + "超出范围 (amount overflow, more than 92,233,720,368,547,758.07 yuan)");
  }
  [[noreturn]] static void malformed(std::string_view text) {
    throw Error(MIF_E_INVALID, "amount.format", "金额写法不对 (not an amount of yuan with at most two decimals): \"" + std::string(text) + "\"");
  }
  std::string print(bool group) const {
    const bool negative = fen_ < 0;
    const std::uint64_t absolute = negative ? 0 - static_cast<std::uint64_t>(fen_) : static_cast<std::uint64_t>(fen_);
    std::string yuan = std::to_string(absolute / 100);
    if (group)
      for (int at = static_cast<int>(yuan.size()) - 3; at > 0; at -= 3) yuan.insert(static_cast<std::size_t>(at), 1, ',');
    const unsigned cents = static_cast<unsigned>(absolute % 100);
    return (negative ? "-" : "") + yuan + '.' + static_cast<char>('0' + cents / 10) + static_cast<char>('0' + cents % 10);
  }

  std::int64_t fen_ = 0;
};

}  // namespace mif
#endif
