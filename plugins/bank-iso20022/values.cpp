// SPDX-License-Identifier: Apache-2.0
#include "values.h"

#include <charconv>
#include <limits>

#include "mif/day.hpp"

namespace mif::bank_iso20022 {

namespace {

constexpr int kMostScale = 18;
bool digit(char c) { return c >= '0' && c <= '9'; }

bool rescale(mif_decimal& d, std::int32_t scale) {
  for (; d.scale < scale; ++d.scale)
    if (__builtin_mul_overflow(d.units, std::int64_t{10}, &d.units)) return false;
  return true;
}
void without_last_zeros(mif_decimal& d) {
  while (d.scale > 0 && d.units % 10 == 0) {
    d.units /= 10;
    --d.scale;
  }
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool read_decimal(std::string_view text, mif_decimal& out) {
  out = {};
  bool negative = false, point = false, any = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::int64_t units = 0;
  std::int32_t scale = 0, zeros = 0;  // zeros of the decimals wait for a digit behind them: they may be too many to keep
  const auto push = [&](int d) { return !__builtin_mul_overflow(units, std::int64_t{10}, &units) && !__builtin_add_overflow(units, std::int64_t{d}, &units); };
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!digit(c)) return false;
    any = true;
    if (point && c == '0') {
      ++zeros;
      continue;
    }
    for (; zeros > 0; --zeros)
      if (++scale > kMostScale || !push(0)) return false;
    if (point && ++scale > kMostScale) return false;
    if (!push(c - '0')) return false;
  }
  if (!any) return false;
  out = {negative ? -units : units, scale, 1};
  return true;
}

bool add(mif_decimal& to, const mif_decimal& more) {
  if (!more.given) return true;
  if (!to.given) {
    to = more;
    return true;
  }
  mif_decimal a = to, b = more;
  without_last_zeros(a);
  without_last_zeros(b);
  if (!rescale(a, b.scale) || !rescale(b, a.scale)) return false;
  if (__builtin_add_overflow(a.units, b.units, &a.units)) return false;
  to = a;
  return true;
}

mif_decimal with_sign(mif_decimal amount, int sign) {
  if (sign < 0 && amount.units != std::numeric_limits<std::int64_t>::min()) amount.units = -amount.units;
  return amount;
}

mif_day read_day(std::string_view text) {
  std::int32_t ymd = 0;
  const bool dashes = text.size() >= 10 && text[4] == '-' && text[7] == '-';
  if (!dashes && (text.size() < 8 || (text.size() > 8 && digit(text[8])))) return 0;
  for (std::size_t i = 0, n = dashes ? 10 : 8; i < n; ++i) {
    if (dashes && (i == 4 || i == 7)) continue;
    if (!digit(text[i])) return 0;
    ymd = ymd * 10 + (text[i] - '0');
  }
  if (dashes && text.size() > 10 && digit(text[10])) return 0;
  return Day(ymd).valid() ? ymd : 0;
}

bool read_count(std::string_view text, std::int64_t& out) {
  std::int64_t n = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), n);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size() || n < 0) return false;
  out = n;
  return true;
}

}  // namespace mif::bank_iso20022
