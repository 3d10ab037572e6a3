// SPDX-License-Identifier: Apache-2.0
#include "decimal.h"

#include <algorithm>

namespace mif::statement_text {

namespace {

constexpr int kMostScale = 18;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Where the decimal mark stands, npos when there is none; false when the marks make no sense.
bool decimal_mark(std::string_view digits, std::size_t& at) {
  const auto commas = std::count(digits.begin(), digits.end(), ','), points = std::count(digits.begin(), digits.end(), '.');
  at = std::string_view::npos;
  if (commas + points == 0) return true;
  const std::size_t last = digits.find_last_of(",.");
  if (commas + points == 1) {
    at = last;
    return true;
  }
  if (commas == 0 || points == 0) return true;  // all of one kind, more than once: groups
  if ((digits[last] == ',' ? commas : points) != 1) return false;
  at = last;
  return true;
}

bool times_ten(std::int64_t& n) { return !__builtin_mul_overflow(n, std::int64_t{10}, &n); }

// The same value with as few decimals as possible.
mif_decimal shortest(mif_decimal d) {
  while (d.scale > 0 && d.units % 10 == 0) {
    d.units /= 10;
    --d.scale;
  }
  return d;
}

}  // namespace

mif_decimal decimal(std::int64_t units, std::int32_t scale) { return {units, scale, 1}; }

mif_decimal negated(mif_decimal d) {
  if (d.units != INT64_MIN) d.units = -d.units;
  return d;
}

mif_decimal magnitude(mif_decimal d) { return d.units < 0 ? negated(d) : d; }

bool read_decimal(std::string_view text, mif_decimal& out) {
  out = {0, 0, 0};
  text = trimmed(text);
  bool minus = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    minus = text.front() == '-';
    text = trimmed(text.substr(1));
  } else if (!text.empty() && (text.back() == '-' || text.back() == '+')) {
    minus = text.back() == '-';
    text = trimmed(text.substr(0, text.size() - 1));
  }
  std::size_t mark = 0;
  if (text.empty() || decimal_length(text) != text.size() || !decimal_mark(text, mark)) return false;
  std::string_view decimals = mark == std::string_view::npos ? std::string_view() : text.substr(mark + 1);
  const std::string_view whole = text.substr(0, mark);
  if (whole.empty() && decimals.empty()) return false;
  while (decimals.size() > 2 && decimals.back() == '0') decimals.remove_suffix(1);  // 12.0000 is as exact as 12.00
  if (decimals.size() > kMostScale) return false;
  std::int64_t units = 0;
  bool digits = false;
  for (const std::string_view part : {whole, decimals})
    for (const char c : part) {
      if (!is_digit(c)) continue;
      digits = true;
      if (!times_ten(units) || __builtin_add_overflow(units, c - '0', &units)) return false;
    }
  if (!digits) return false;
  out = decimal(minus ? -units : units, static_cast<std::int32_t>(decimals.size()));
  return true;
}

std::size_t decimal_length(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && (is_digit(text[n]) || text[n] == ',' || text[n] == '.')) ++n;
  return n;
}

bool add(mif_decimal& to, const mif_decimal& more) {
  if (!more.given) return true;
  mif_decimal a = to.given ? to : decimal(0, 0), b = more;
  if (a.scale != b.scale && (a.scale > kMostScale || b.scale > kMostScale)) return false;
  const auto level = [](mif_decimal d, std::int32_t scale, mif_decimal& out) {
    for (; d.scale < scale; ++d.scale)
      if (!times_ten(d.units)) return false;
    out = d;
    return true;
  };
  const std::int32_t scale = std::max(a.scale, b.scale);
  if (!level(a, scale, a) || !level(b, scale, b)) {  // perhaps only zeros at the end were in the way
    a = shortest(a), b = shortest(b);
    const std::int32_t least = std::max(a.scale, b.scale);
    if (!level(a, least, a) || !level(b, least, b)) return false;
  }
  if (__builtin_add_overflow(a.units, b.units, &a.units)) return false;
  to = a;
  return true;
}

bool equal(const mif_decimal& a, const mif_decimal& b) {
  if (!a.given || !b.given) return !a.given && !b.given;
  const mif_decimal x = shortest(a), y = shortest(b);
  return x.units == y.units && (x.scale == y.scale || x.units == 0);
}

std::string to_text(const mif_decimal& given) {
  if (!given.given) return {};
  const mif_decimal d = shortest(given);
  std::string digits = std::to_string(d.units < 0 ? 0 - static_cast<std::uint64_t>(d.units) : static_cast<std::uint64_t>(d.units));
  if (d.scale > 0) {
    const auto scale = static_cast<std::size_t>(d.scale);
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    digits.insert(digits.size() - scale, 1, '.');
  }
  return d.units < 0 ? "-" + digits : digits;
}

int minor_digits(std::string_view currency) {
  for (const char* none : {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"})
    if (currency == none) return 0;
  for (const char* three : {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
    if (currency == three) return 3;
  return 2;
}

}  // namespace mif::statement_text
