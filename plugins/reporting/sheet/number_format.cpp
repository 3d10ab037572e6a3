// SPDX-License-Identifier: Apache-2.0
#include "sheet/number_format.h"

#include <algorithm>

namespace mif::reporting {
namespace {

constexpr std::size_t kMostDigits = 15;  // all that a spreadsheet keeps

bool all_digits(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

struct Plain {
  bool good = false, negative = false;
  std::string whole, part;
};
Plain plain_of(std::string_view text) {
  Plain p;
  if (!text.empty() && text.front() == '-') {
    p.negative = true;
    text.remove_prefix(1);
  }
  const auto point = text.find('.');
  p.whole = std::string(text.substr(0, point));
  if (point != std::string_view::npos) p.part = std::string(text.substr(point + 1));
  p.good = all_digits(p.whole) && (point == std::string_view::npos || all_digits(p.part));
  const auto first = std::min(p.whole.find_first_not_of('0'), p.whole.empty() ? 0 : p.whole.size() - 1);
  p.whole.erase(0, first);
  return p;
}
std::size_t significant(const Plain& p) {
  std::string all = p.whole + p.part;
  all.erase(0, std::min(all.find_first_not_of('0'), all.size()));
  while (!all.empty() && all.back() == '0') all.pop_back();
  return all.size();
}

std::string grouped(std::string whole) {
  for (int at = static_cast<int>(whole.size()) - 3; at > 0; at -= 3) whole.insert(static_cast<std::size_t>(at), 1, ',');
  return whole;
}

}  // namespace

std::string moved_point(std::string_view digits, int places) {
  Plain p = plain_of(digits);
  if (!p.good) return {};
  for (; places > 0; --places) {
    p.part.insert(0, 1, p.whole.back());
    p.whole.pop_back();
    if (p.whole.empty()) p.whole = "0";
  }
  while (!p.part.empty() && p.part.back() == '0') p.part.pop_back();
  return (p.negative ? "-" : "") + p.whole + (p.part.empty() ? "" : "." + p.part);
}

std::string displayed(std::string_view digits, std::string_view format) {
  Plain p = plain_of(digits);
  if (!p.good) return {};
  const bool percent = format.find('%') != std::string_view::npos;
  if (percent) {
    p.part.append(2, '0');
    p.whole += p.part.substr(0, 2);
    p.part.erase(0, 2);
    p.whole.erase(0, std::min(p.whole.find_first_not_of('0'), p.whole.size() - 1));
  }
  const bool zero_empty = format.find(";\"\"") != std::string_view::npos;
  if (zero_empty && significant(p) == 0) return {};
  const std::string_view first = format.substr(0, format.find(';'));
  const auto point = first.find('.');
  const std::size_t places = point == std::string_view::npos ? 0 : static_cast<std::size_t>(std::count(first.begin() + static_cast<std::ptrdiff_t>(point), first.end(), '0'));
  bool up = p.part.size() > places && p.part[places] >= '5';
  p.part.resize(places, '0');
  std::string all = p.whole + p.part;
  for (std::size_t i = all.size(); up && i > 0; --i) {
    up = all[i - 1] == '9';
    all[i - 1] = up ? '0' : static_cast<char>(all[i - 1] + 1);
  }
  if (up) all.insert(0, 1, '1');
  std::string whole = all.substr(0, all.size() - places);
  if (first.find(',') != std::string_view::npos) whole = grouped(whole);
  const bool zero = all.find_first_not_of('0') == std::string::npos;
  return (p.negative && !zero ? "-" : "") + whole + (places ? "." + all.substr(all.size() - places) : "") + (percent ? "%" : "");
}

ShownNumber shown_number(std::string_view printed, std::string_view exact, int places) {
  ShownNumber out;
  if (printed.empty()) {
    // A zero that the ministry leaves blank; anything else that is not printed stays text.
    const Plain p = plain_of(exact);
    if (!p.good || significant(p) != 0) return out;
    const std::string shape = "#,##0" + (places > 0 ? "." + std::string(static_cast<std::size_t>(places), '0') : std::string());
    return {true, "0", shape + ";-" + shape + ";\"\""};
  }
  std::string text(printed);
  const bool percent = text.back() == '%';
  if (percent) text.pop_back();
  std::string bare = text;
  bare.erase(std::remove(bare.begin(), bare.end(), ','), bare.end());
  const Plain p = plain_of(bare);
  if (!p.good || significant(p) > kMostDigits) return out;
  out.format = p.whole.size() > 3 && text.find(',') == std::string::npos ? "0" : "#,##0";
  if (!p.part.empty()) out.format += "." + std::string(p.part.size(), '0');
  if (percent) out.format += '%';
  out.digits = percent ? moved_point(bare, 2) : moved_point(bare, 0);
  out.number = displayed(out.digits, out.format) == printed;
  if (!exact.empty() && significant(plain_of(exact)) <= kMostDigits && displayed(exact, out.format) == printed) {
    out.digits = std::string(exact);
    out.number = true;
  }
  return out;
}

}  // namespace mif::reporting
