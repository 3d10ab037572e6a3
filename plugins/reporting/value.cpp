// SPDX-License-Identifier: Apache-2.0
#include "value.h"

#include <algorithm>

namespace mif::reporting {
namespace {

using Kind = Value::Kind;

[[noreturn]] void too_large() {
  throw Error(MIF_E_INVALID, "formula.overflow", "计算结果超出范围 (a result does not fit): 请检查公式里的乘数");
}

Wide add(Wide a, Wide b) {
  Wide sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) too_large();
  return sum;
}

Wide multiply(Wide a, Wide b) {
  Wide product = 0;
  if (__builtin_mul_overflow(a, b, &product)) too_large();
  return product;
}

// Half up, away from zero.
Wide divide(Wide a, Wide b) {
  const bool negative = (a < 0) != (b < 0);
  const Wide x = a < 0 ? -a : a, y = b < 0 ? -b : b;
  Wide quotient = x / y;
  if (x % y >= y - x % y) ++quotient;
  return negative ? -quotient : quotient;
}

void need_numbers(const Value& a, const Value& b, const char* operation) {
  for (const Value* v : {&a, &b})
    if (!v->blank() && !v->numeric())
      throw Error(MIF_E_INVALID, "formula.text-operand", std::string("文字或是非不能") + operation + " (text or a condition cannot be computed with)");
}

Kind wider(const Value& a, const Value& b) {
  return a.kind() == Kind::money || b.kind() == Kind::money ? Kind::money : Kind::number;
}

std::string digits(Wide n) {
  if (n == 0) return "0";
  std::string text;
  for (; n > 0; n /= 10) text += static_cast<char>('0' + static_cast<int>(n % 10));
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace

Value Value::text(std::string text) {
  Value v(Kind::text, 0);
  v.text_ = std::move(text);
  return v;
}

Value Value::parse_number(const std::string& text) {
  Wide scaled = 0;
  int decimals = -1;
  for (const char c : text) {
    if (c == '%') return number(divide(scaled * (decimals < 0 ? kOne : 1), 100));
    if (c == '.') {
      if (decimals >= 0) throw Error(MIF_E_INVALID, "formula.number", "不是数字 (not a number): \"" + text + "\"");
      decimals = 0;
      scaled *= kOne;
      continue;
    }
    if (c < '0' || c > '9') throw Error(MIF_E_INVALID, "formula.number", "不是数字 (not a number): \"" + text + "\"");
    if (decimals < 0) {
      scaled = add(multiply(scaled, 10), c - '0');
      if (scaled > static_cast<Wide>(INT64_MAX)) too_large();
    } else {
      if (++decimals > 6) throw Error(MIF_E_INVALID, "formula.number-decimals", "小数最多六位 (at most six decimals): \"" + text + "\"");
      Wide place = kOne;
      for (int i = 0; i < decimals; ++i) place /= 10;
      scaled += place * (c - '0');
    }
  }
  return number(decimals < 0 ? multiply(scaled, kOne) : scaled);
}

Fen Value::fen() const {
  const Wide fen = divide(scaled_, kPerFen);
  if (fen > static_cast<Wide>(INT64_MAX) || fen < -static_cast<Wide>(INT64_MAX)) too_large();
  return Fen(static_cast<std::int64_t>(fen));
}

std::string Value::plain() const {
  if (blank()) return {};
  if (kind_ == Kind::text) return text_;
  if (kind_ == Kind::truth) return scaled_ ? "是" : "否";
  if (kind_ == Kind::money && scaled_ % kPerFen == 0) return fen().plain();
  const Wide absolute = scaled_ < 0 ? -scaled_ : scaled_;
  std::string fraction = digits(kOne + absolute % kOne).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return (scaled_ < 0 ? "-" : "") + digits(absolute / kOne) + (fraction.empty() ? "" : "." + fraction);
}

Value Value::rounded(Wide unit) const {
  if (!numeric()) return *this;
  return Value(kind_, multiply(divide(scaled_, unit), unit));
}

Value operator+(const Value& a, const Value& b) {
  need_numbers(a, b, "相加");
  if (a.blank()) return b;
  if (b.blank()) return a;
  return Value(wider(a, b), add(a.scaled_, b.scaled_));
}

Value operator-(const Value& a, const Value& b) { return a + (-b); }

Value operator*(const Value& a, const Value& b) {
  need_numbers(a, b, "相乘");
  if (a.blank() || b.blank()) return {};
  if (a.kind() == Kind::money && b.kind() == Kind::money)
    throw Error(MIF_E_INVALID, "formula.money-times-money", "金额不能乘金额 (money cannot be multiplied by money)");
  return Value(wider(a, b), divide(multiply(a.scaled_, b.scaled_), Value::kOne));
}

Value operator/(const Value& a, const Value& b) {
  need_numbers(a, b, "相除");
  if (a.blank() || b.blank() || b.scaled_ == 0) return {};
  const bool ratio = a.kind() == b.kind();
  return Value(ratio ? Kind::number : wider(a, b), divide(multiply(a.scaled_, Value::kOne), b.scaled_));
}

Value Value::operator-() const {
  need_numbers(*this, *this, "取负");
  return blank() ? Value() : Value(kind_, -scaled_);
}

int Value::compare(const Value& a, const Value& b) {
  if (a.kind() == Kind::text || b.kind() == Kind::text) {
    if ((!a.blank() && a.kind() != Kind::text) || (!b.blank() && b.kind() != Kind::text))
      throw Error(MIF_E_INVALID, "formula.text-compared", "文字不能与金额比较 (text cannot be compared with an amount)");
    return a.text_ < b.text_ ? -1 : a.text_ > b.text_ ? 1 : 0;
  }
  return a.scaled_ < b.scaled_ ? -1 : a.scaled_ > b.scaled_ ? 1 : 0;
}

}  // namespace mif::reporting
