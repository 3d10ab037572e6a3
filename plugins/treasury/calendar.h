// SPDX-License-Identifier: Apache-2.0
// Days and the time of day where the banks are.
#pragma once

#include <chrono>
#include <cstdint>

#include "mif/day.hpp"

namespace mif::treasury {

inline constexpr std::int64_t kUtcPlus8Ms = 8 * 3'600'000, kDayMs = 24 * 3'600'000;  // all of China, the year round

inline std::chrono::sys_days sys_day(Day day) {
  return std::chrono::year_month_day(std::chrono::year(day.year()), std::chrono::month(static_cast<unsigned>(day.month())), std::chrono::day(static_cast<unsigned>(day.day())));
}
inline Day day_of(std::chrono::sys_days day) {
  const std::chrono::year_month_day ymd(day);
  return Day(int(ymd.year()), static_cast<int>(unsigned(ymd.month())), static_cast<int>(unsigned(ymd.day())));
}
inline Day plus_days(Day day, int n) { return day_of(sys_day(day) + std::chrono::days(n)); }
inline bool is_weekend(Day day) {
  const std::chrono::weekday w(sys_day(day));
  return w == std::chrono::Saturday || w == std::chrono::Sunday;
}
// Days of work after `from`, up to and with `to`: Monday to Friday.
inline int working_days(Day from, Day to) {
  const auto span = (sys_day(to) - sys_day(from)).count();
  if (span <= 0) return 0;
  int n = static_cast<int>(span / 7 * 5);
  for (Day day = plus_days(from, static_cast<int>(span / 7 * 7)); day < to;)
    if (day = plus_days(day, 1); !is_weekend(day)) ++n;
  return n;
}
// When the day begins, in Unix milliseconds.
inline std::int64_t begin_ms(Day day) { return sys_day(day).time_since_epoch().count() * kDayMs - kUtcPlus8Ms; }
inline Day day_of(std::int64_t unix_ms) { return day_of(std::chrono::sys_days(std::chrono::days((unix_ms + kUtcPlus8Ms) / kDayMs))); }
inline int minute_of_day(std::int64_t unix_ms) { return static_cast<int>((unix_ms + kUtcPlus8Ms) % kDayMs / 60'000); }

}  // namespace mif::treasury
