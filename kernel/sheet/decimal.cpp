// SPDX-License-Identifier: Apache-2.0
#include "kernel/sheet/decimal.h"

#include <algorithm>
#include <charconv>

namespace mif::sheet {
namespace {

bool all_digits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

// Adds one to the last digit of plain digits.
void increment(std::string& digits) {
  for (auto at = digits.rbegin(); at != digits.rend(); ++at) {
    if (*at != '9') {
      ++*at;
      return;
    }
    *at = '0';
  }
  digits.insert(digits.begin(), '1');
}

// Takes the noise of 16 or 17 binary-born digits away; `fraction` counts the digits after the point.
void without_noise(std::string& digits, std::size_t& fraction) {
  const std::size_t leading = std::min(digits.find_first_not_of('0'), digits.size());
  const std::size_t significant = digits.size() - leading;
  if (significant < 16 || significant > 17 || significant > fraction + 13 || fraction < significant - 15) return;
  const std::size_t extra = significant - 15;
  int tail = 0;
  std::from_chars(digits.data() + digits.size() - extra, digits.data() + digits.size(), tail);
  if (extra == 1) tail *= 10;
  if (tail > 11 && tail < 89) return;
  const std::size_t length = digits.size() - extra;
  digits.resize(length);
  fraction -= extra;
  if (tail >= 89) increment(digits);
  while (fraction > 0 && digits.back() == '0') {
    digits.pop_back();
    --fraction;
  }
}

long days_from_civil(int y, int m, int d) {
  y -= m <= 2;
  const long era = y / 400;
  const long yoe = y - era * 400, doy = (153L * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy;
}
Day civil_from_days(long z) {
  const long era = z / 146097, doe = z - era * 146097;
  const long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const long doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  const long month = mp < 10 ? mp + 3 : mp - 9;
  return Day(static_cast<int>(yoe + era * 400 + (month <= 2)), static_cast<int>(month), static_cast<int>(doy - (153 * mp + 2) / 5 + 1));
}

}  // namespace

std::optional<std::string> plain_decimal(std::string_view written) {
  bool negative = false;
  if (!written.empty() && (written[0] == '-' || written[0] == '+')) {
    negative = written[0] == '-';
    written.remove_prefix(1);
  }
  int exponent = 0;
  if (const auto e = written.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view power = written.substr(e + 1);
    if (!power.empty() && power[0] == '+') power.remove_prefix(1);
    const auto read = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (power.empty() || read.ec != std::errc() || read.ptr != power.data() + power.size() || exponent > 320 || exponent < -340) return std::nullopt;
    written = written.substr(0, e);
  }
  const auto point = written.find('.');
  std::string digits(written.substr(0, point));
  std::size_t fraction = 0;
  if (point != std::string_view::npos) {
    digits += written.substr(point + 1);
    fraction = written.size() - point - 1;
  }
  if (digits.empty() || digits.size() > 400 || !all_digits(digits)) return std::nullopt;
  if (exponent > 0) {
    const auto taken = std::min(fraction, static_cast<std::size_t>(exponent));
    fraction -= taken;
    digits.append(static_cast<std::size_t>(exponent) - taken, '0');
  } else if (exponent < 0) {
    fraction += static_cast<std::size_t>(-exponent);
  }
  if (digits.size() <= fraction) digits.insert(0, fraction + 1 - digits.size(), '0');
  without_noise(digits, fraction);
  std::string whole = digits.substr(0, digits.size() - fraction);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  std::string plain = fraction == 0 ? whole : whole + '.' + digits.substr(digits.size() - fraction);
  const bool zero = plain.find_first_of("123456789") == std::string::npos;
  return negative && !zero ? "-" + plain : plain;
}

std::optional<Moment> moment_of_serial(std::string_view decimal, bool since_1904) {
  const auto point = decimal.find('.');
  const std::string_view whole = decimal.substr(0, point);
  std::int64_t serial = 0, parts = 0;
  const auto read = std::from_chars(whole.data(), whole.data() + whole.size(), serial);
  // Up to 60 the count of 1900 has a day that never was, and no book of ours is that old.
  if (read.ec != std::errc() || read.ptr != whole.data() + whole.size() || serial < (since_1904 ? 0 : 61) || serial > 2'958'465) return std::nullopt;
  std::string fraction(point == std::string_view::npos ? std::string_view() : decimal.substr(point + 1));
  fraction.resize(9, '0');
  if (std::from_chars(fraction.data(), fraction.data() + 9, parts).ec != std::errc()) return std::nullopt;
  Moment moment;
  moment.seconds = static_cast<int>((parts * 86400 + 500'000'000) / 1'000'000'000);
  if (moment.seconds == 86400) {
    moment.seconds = 0;
    ++serial;
  }
  moment.day = civil_from_days((since_1904 ? days_from_civil(1904, 1, 1) : days_from_civil(1899, 12, 30)) + serial);
  if (!moment.day.valid()) return std::nullopt;
  return moment;
}

}  // namespace mif::sheet
