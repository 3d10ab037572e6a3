// SPDX-License-Identifier: Apache-2.0
// Value: what a formula computes. Exact decimals in 128 bits (millionths), never floating point; blank is not zero.
#pragma once

#include <cstdint>
#include <string>

#include "mif/money.hpp"

namespace mif::reporting {

__extension__ typedef __int128 Wide;

// [any-thread] A plain value type.
class Value {
 public:
  enum class Kind { blank, money, number, text, truth };

  Value() = default;
  static Value money(Fen fen) { return Value(Kind::money, static_cast<Wide>(fen.value()) * kPerFen); }
  static Value number(Wide millionths) { return Value(Kind::number, millionths); }
  static Value text(std::string text);
  static Value truth(bool yes) { return Value(Kind::truth, yes ? 1 : 0); }
  // "12", "0.3", "30%": at most six decimals.
  static Value parse_number(const std::string& text);

  Kind kind() const { return kind_; }
  bool blank() const { return kind_ == Kind::blank; }
  bool numeric() const { return kind_ == Kind::money || kind_ == Kind::number; }
  bool yes() const { return kind_ == Kind::truth && scaled_ != 0; }
  Wide scaled() const { return scaled_; }
  const std::string& string() const { return text_; }
  // The amount rounded half up (away from zero) to fen; blank is 0.
  Fen fen() const;
  // Money exact to the fen reads "1234.50"; other numbers with the decimals they have; blank is "".
  std::string plain() const;

  // Half up, away from zero, to a multiple of `unit` millionths.
  Value rounded(Wide unit) const;

  friend Value operator+(const Value& a, const Value& b);
  friend Value operator-(const Value& a, const Value& b);
  friend Value operator*(const Value& a, const Value& b);
  friend Value operator/(const Value& a, const Value& b);  // by zero or blank: blank
  Value operator-() const;
  // -1, 0, 1; blank compares as zero with amounts, as "" with text.
  static int compare(const Value& a, const Value& b);

  static constexpr Wide kOne = 1000000;    // one yuan, or the number one
  static constexpr Wide kPerFen = 10000;

 private:
  Value(Kind kind, Wide scaled) : kind_(kind), scaled_(scaled) {}
  Kind kind_ = Kind::blank;
  Wide scaled_ = 0;
  std::string text_;
};

}  // namespace mif::reporting
