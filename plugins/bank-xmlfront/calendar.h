// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "mif/day.hpp"

namespace mif::bank_xmlfront {

inline Day day_after(Day day, int days) {
  using namespace std::chrono;
  const year_month_day d{sys_days{year{day.year()} / day.month() / day.day()} + std::chrono::days{days}};
  return Day(static_cast<int>(d.year()), static_cast<int>(static_cast<unsigned>(d.month())), static_cast<int>(static_cast<unsigned>(d.day())));
}
// The day in China.
inline Day day_at(std::int64_t unix_ms) { return day_after(Day(1970, 1, 1), static_cast<int>((unix_ms + 8 * 3'600'000) / 86'400'000)); }
inline std::string yyyymmdd(Day day) { return std::to_string(day.value()); }

}  // namespace mif::bank_xmlfront
