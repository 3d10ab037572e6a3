// SPDX-License-Identifier: Apache-2.0
#include "decimal.h"

#include <algorithm>

#include "mif/error.hpp"

namespace mif::report_package {
namespace {

constexpr std::size_t kDecimals = 6;
constexpr std::string_view kDigits = "0123456789";

std::size_t decimals(std::string_view text) {
  const auto point = text.find('.');
  return point == std::string_view::npos ? 0 : text.size() - point - 1;
}

}  // namespace

bool is_decimal(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const std::string_view whole = text.substr(0, text.find('.'));
  if (whole.empty() || whole.size() > 18 || whole.find_first_not_of(kDigits) != std::string_view::npos || (whole.size() > 1 && whole[0] == '0')) return false;
  if (whole.size() < text.size()) {
    const std::string_view rest = text.substr(whole.size() + 1);
    if (rest.empty() || rest.size() > kDecimals || rest.find_first_not_of(kDigits) != std::string_view::npos) return false;
  }
  return !negative || text.find_first_of("123456789") != std::string_view::npos;
}

void Total::add(std::string_view text) {
  __int128 units = 0;
  for (const char c : text)
    if (c >= '0' && c <= '9') units = units * 10 + (c - '0');
  const std::size_t scale = decimals(text);
  for (std::size_t i = scale; i < kDecimals; ++i) units *= 10;
  scale_ = std::max(scale_, scale);
  units_ += text.front() == '-' ? -units : units;  // 10^24 each: 10^14 addends fit
  ++count_;
}

std::string Total::text() const {
  __int128 left = units_ < 0 ? -units_ : units_;
  for (std::size_t i = scale_; i < kDecimals; ++i) left /= 10;
  std::string digits;
  for (; left > 0 || digits.size() <= scale_; left /= 10) digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(left % 10)));
  if (scale_ > 0) digits.insert(digits.size() - scale_, 1, '.');
  return (units_ < 0 ? "-" : "") + digits;
}

}  // namespace mif::report_package
