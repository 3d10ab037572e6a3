// SPDX-License-Identifier: Apache-2.0
// Interest on deposits in whole fen. A rate is a whole number of millionths a year (2.35% = 23500); nothing here is a float.
//   whole term        principal x rate x months x 30 / 360: a month is 30 days whatever the calendar says
//   at the demand rate principal x rate x days / 360, real days, the first counted and the last not
//   rounding          one per amount, to the nearest fen, half a fen up
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::funds {

struct Rate {
  std::int64_t micro = 0;
  std::string text() const;  // "2.35%"
  friend bool operator==(Rate a, Rate b) { return a.micro == b.micro; }
};
// "2.35%": at most four decimals, 0 to 100. MIF_E_INVALID deposit.rate-format.
Rate parse_rate(std::string_view text);
// demand 3m 6m 1y 2y 3y 5y as months; 0 = demand. MIF_E_INVALID deposit.term.
int parse_term(std::string_view text);
std::string term_text(int months);

// The same day months later, or the last of a shorter month.
Day add_months(Day from, int months);
Day add_days(Day from, std::int64_t days);
std::int64_t days_between(Day from, Day to);         // of the calendar
std::int64_t days_between_30_360(Day from, Day to);  // every month has 30

struct Stretch {
  Rate rate;
  std::int64_t days = 0;
};
// Sum of principal x rate x days / 360, rounded once.
Fen interest(Fen principal, const std::vector<Stretch>& stretches);
Fen whole_term(Fen principal, Rate rate, int months);

}  // namespace mif::funds
