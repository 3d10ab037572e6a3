// SPDX-License-Identifier: Apache-2.0
// What the profile rules measure with: days, forms, masks, rates, contents.
#include <algorithm>

#include "quality.h"

namespace mif::exchange {

namespace {

std::int64_t serial(Day day) {  // days since 1970-01-01 in the proleptic Gregorian calendar
  const int y = day.year() - (day.month() <= 2), era = y / 400, year = y - era * 400;
  const int in_year = (153 * (day.month() + (day.month() > 2 ? -3 : 9)) + 2) / 5 + day.day() - 1;
  return std::int64_t{era} * 146097 + year * 365 + year / 4 - year / 100 + in_year - 719468;
}

// Bytes of the character that begins `text`.
std::size_t first_character(std::string_view text) {
  std::size_t n = 1;
  while (n < text.size() && (static_cast<unsigned char>(text[n]) & 0xc0) == 0x80) ++n;
  return n;
}

bool counts_as_content(const QualityRule& rule, std::string_view field) {
  const auto in = [field](const std::vector<std::string>& list) { return std::find(list.begin(), list.end(), field) != list.end(); };
  if (rule.fields.size() == 1 && rule.fields.front() == "*") return !in(rule.without);
  return in(rule.fields);
}

// each(text) over type, day and the fields that count, in the order of their names.
template <class F>
void each_content(const QualityRule& rule, const Document& d, F&& each) {
  each(d.type);
  each(std::to_string(d.day.value()));
  for (const auto& [name, value] : d.fields) {
    if (!counts_as_content(rule, name)) continue;
    each(name);
    each(value);
  }
}

}  // namespace

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::int64_t days_between(Day from, Day to) { return serial(to) - serial(from); }

bool fits(std::string_view pattern, std::string_view text) {
  while (!pattern.empty()) {
    if (pattern == "*") return true;
    if (text.empty()) return false;
    const char c = text.front();
    const std::size_t n = first_character(text);
    switch (pattern.front()) {
      case '#':
        if (c < '0' || c > '9') return false;
        break;
      case '@':
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) return false;
        break;
      case '?': break;
      default:
        if (text.substr(0, n) != pattern.substr(0, first_character(pattern))) return false;
    }
    pattern.remove_prefix(first_character(pattern));
    text.remove_prefix(n);
  }
  return text.empty();
}

std::string masked(std::string_view text) {
  if (text.empty()) return {};
  const std::size_t n = characters(text);
  std::string result(n > 1 ? text.substr(0, first_character(text)) : std::string_view());
  if (n < 8) {
    result.append(n > 1 ? n - 1 : 1, '*');
    return result;
  }
  std::string_view tail = text;
  for (std::size_t i = 0; i + 2 < n; ++i) tail.remove_prefix(first_character(tail));
  return result + "***" + std::string(tail);
}

std::string rate_text(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return "0.0 %";
  auto tenths = static_cast<std::int64_t>((static_cast<__int128>(part) * 2000 + whole) / (static_cast<__int128>(whole) * 2));
  if (tenths == 0 && part > 0) return "<0.1 %";
  if (tenths == 1000 && part < whole) return ">99.9 %";
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::int64_t content_of(const QualityRule& rule, const Document& document) {
  std::uint64_t hash = 14695981039346656037u;
  const auto byte = [&](unsigned char c) { hash = (hash ^ c) * 1099511628211u; };
  for (const char c : rule.name) byte(static_cast<unsigned char>(c));
  each_content(rule, document, [&](std::string_view text) {
    for (const char c : text) byte(static_cast<unsigned char>(c));
    byte(0);  // texts have no NUL
  });
  return static_cast<std::int64_t>(hash);
}

bool same_content(const QualityRule& rule, const Document& a, const Document& b) {
  std::string x, y;
  each_content(rule, a, [&](std::string_view text) { x.append(text).push_back('\0'); });
  each_content(rule, b, [&](std::string_view text) { y.append(text).push_back('\0'); });
  return x == y;
}

}  // namespace mif::exchange
