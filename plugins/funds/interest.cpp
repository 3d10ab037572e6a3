// SPDX-License-Identifier: Apache-2.0
#include "interest.h"

#include <algorithm>

namespace mif::funds {

namespace {

constexpr std::int64_t kMillion = 1'000'000, kYear = 360;

// Days since 0000-03-01 of the proleptic calendar (Howard Hinnant's days_from_civil).
std::int64_t serial(Day d) {
  const std::int64_t y = d.year() - (d.month() <= 2), era = y / 400, yoe = y - era * 400;
  const std::int64_t doy = (153 * (d.month() + (d.month() > 2 ? -3 : 9)) + 2) / 5 + d.day() - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy;
}
Day of_serial(std::int64_t z) {
  const std::int64_t era = z / 146097, doe = z - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  const std::int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
  return Day(static_cast<int>(yoe + era * 400 + (month <= 2)), static_cast<int>(month), static_cast<int>(day));
}

}  // namespace

std::string Rate::text() const {
  std::string decimals = std::to_string(10000 + micro % 10000).substr(1);
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  return std::to_string(micro / 10000) + "." + decimals + "%";
}

Rate parse_rate(std::string_view text) {
  const auto bad = [&] { throw Error(MIF_E_INVALID, "deposit.rate-format", "利率写法不对，应如 2.35%，最多四位小数，不超过 100% (not a rate of a year): \"" + std::string(text) + "\""); };
  if (text.size() < 2 || text.size() > 9 || text.back() != '%') bad();
  std::int64_t micro = 0;
  int whole = 0, decimals = -1;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c == '.' && decimals < 0 && whole > 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9' || decimals == 4) bad();
    micro = micro * 10 + (c - '0');
    ++(decimals < 0 ? whole : decimals);
  }
  if (whole == 0 || decimals == 0) bad();
  for (int i = std::max(decimals, 0); i < 4; ++i) micro *= 10;
  if (micro > kMillion) bad();
  return {micro};
}

int parse_term(std::string_view text) {
  static constexpr std::pair<std::string_view, int> kTerms[] = {{"demand", 0}, {"3m", 3}, {"6m", 6}, {"1y", 12}, {"2y", 24}, {"3y", 36}, {"5y", 60}};
  for (const auto& [name, months] : kTerms)
    if (text == name) return months;
  throw Error(MIF_E_INVALID, "deposit.term", "存期应为 demand、3m、6m、1y、2y、3y 或 5y (not a term): \"" + std::string(text) + "\"");
}
std::string term_text(int months) { return months == 0 ? "demand" : months < 12 ? std::to_string(months) + "m" : std::to_string(months / 12) + "y"; }

Day add_months(Day from, int months) {
  const int at = from.year() * 12 + from.month() - 1 + months, year = at / 12, month = at % 12 + 1;
  return Day(year, month, std::min(from.day(), Day::days_in(year, month)));
}
Day add_days(Day from, std::int64_t days) { return of_serial(serial(from) + days); }
std::int64_t days_between(Day from, Day to) { return serial(to) - serial(from); }
std::int64_t days_between_30_360(Day from, Day to) {
  return std::int64_t{to.year() - from.year()} * 360 + (to.month() - from.month()) * 30 + std::min(to.day(), 30) - std::min(from.day(), 30);
}

Fen interest(Fen principal, const std::vector<Stretch>& stretches) {
  if (principal < Fen(0)) throw Error(MIF_E_INTERNAL, "interest on a negative principal");
  __int128 sum = 0;  // at most 2^63 x 10^6 x 4 x 10^6 days: far within 127 bits
  for (const auto& s : stretches) {
    if (s.days < 0 || s.rate.micro < 0) throw Error(MIF_E_INTERNAL, "interest over negative days");
    sum += static_cast<__int128>(s.rate.micro) * s.days;
  }
  constexpr __int128 whole = static_cast<__int128>(kYear) * kMillion;
  const __int128 fen = (2 * sum * principal.value() + whole) / (2 * whole);
  if (fen > INT64_MAX) throw Error(MIF_E_INVALID, "deposit.interest-range", "利息超出金额范围，请核对本金、利率和天数 (the interest is too large)");
  return Fen(static_cast<std::int64_t>(fen));
}
Fen whole_term(Fen principal, Rate rate, int months) { return interest(principal, {{rate, std::int64_t{months} * 30}}); }

}  // namespace mif::funds
