// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <numeric>

#include "kernel/closing/template.h"
#include "mif/error.hpp"

namespace mif::closing {
namespace {

constexpr std::int64_t kMost = 1'000'000'000;

[[noreturn]] void refuse(std::string_view text) {
  throw Error(MIF_E_INVALID, "ratio.format", "比例写法不对: \"" + std::string(text) + "\" (expected 0.62, 62% or 31/50, at most nine digits)");
}

std::int64_t digits(std::string_view text, std::string_view whole) {
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || text[0] == '-' || n > kMost) refuse(whole);
  return n;
}

}  // namespace

Share Share::parse(std::string_view text) {
  Share share;
  std::string_view rest = text;
  const bool percent = !rest.empty() && rest.back() == '%';
  if (percent) rest.remove_suffix(1);
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    if (percent) refuse(text);
    share = {digits(rest.substr(0, slash), text), digits(rest.substr(slash + 1), text)};
  } else {
    const auto point = rest.find('.');
    const std::string_view fraction = point == std::string_view::npos ? std::string_view() : rest.substr(point + 1);
    if (point != std::string_view::npos && fraction.empty()) refuse(text);
    if (fraction.size() > 9) refuse(text);
    share.numerator = digits(rest.substr(0, point), text);
    for (const char c : fraction) {
      if (c < '0' || c > '9' || share.numerator > kMost * 10) refuse(text);
      share.numerator = share.numerator * 10 + (c - '0');
      share.denominator *= 10;
    }
    if (percent) share.denominator *= 100;
  }
  if (share.denominator == 0) refuse(text);
  const std::int64_t by = std::gcd(share.numerator, share.denominator);
  if (by > 1) share = {share.numerator / by, share.denominator / by};
  return share;
}

std::string Share::text() const { return std::to_string(numerator) + "/" + std::to_string(denominator); }

Fen Share::of(Fen fen) const {
  const __int128 product = static_cast<__int128>(fen.value()) * numerator;
  const __int128 rounded = (2 * product + (product < 0 ? -denominator : denominator)) / (2 * static_cast<__int128>(denominator));
  if (rounded > INT64_MAX || rounded < INT64_MIN) throw Error(MIF_E_INVALID, "ratio.overflow", "按比例计算的金额超出范围 (amount out of range): " + fen.plain() + " × " + text());
  return Fen(static_cast<std::int64_t>(rounded));
}

}  // namespace mif::closing
