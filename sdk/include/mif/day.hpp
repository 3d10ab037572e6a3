// SPDX-License-Identifier: Apache-2.0
// Day: a calendar day as the number yyyymmdd. Period: an accounting period, months 1..12 and 13 for year-end adjustments.
#ifndef MIF_DAY_HPP
#define MIF_DAY_HPP

#include <cstdint>
#include <string>
#include <string_view>

#include "mif/error.hpp"

namespace mif {

class Day {
 public:
  constexpr Day() = default;
  constexpr explicit Day(std::int32_t ymd) : ymd_(ymd) {}
  constexpr Day(int year, int month, int day) : ymd_(year * 10000 + month * 100 + day) {}
  constexpr std::int32_t value() const { return ymd_; }
  constexpr int year() const { return ymd_ / 10000; }
  constexpr int month() const { return ymd_ / 100 % 100; }
  constexpr int day() const { return ymd_ % 100; }
  constexpr bool valid() const {
    return year() >= 1900 && year() <= 9999 && month() >= 1 && month() <= 12 && day() >= 1 && day() <= days_in(year(), month());
  }
  static constexpr int days_in(int year, int month) {
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
  }
  // "2023-06-30" or "20230630".
  static Day parse(std::string_view text) {
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '-' && text.size() == 10 && (i == 4 || i == 7)) continue;
      if (text[i] < '0' || text[i] > '9') bad(text);
      digits += text[i];
    }
    if (digits.size() != 8) bad(text);
    const Day day(static_cast<std::int32_t>(std::stol(digits)));
    if (!day.valid()) bad(text);
    return day;
  }
  std::string iso() const {
    std::string digits = std::to_string(100000000 + ymd_).substr(1);
    return digits.substr(0, 4) + '-' + digits.substr(4, 2) + '-' + digits.substr(6, 2);
  }
  friend constexpr bool operator==(Day a, Day b) { return a.ymd_ == b.ymd_; }
  friend constexpr bool operator!=(Day a, Day b) { return a.ymd_ != b.ymd_; }
  friend constexpr bool operator<(Day a, Day b) { return a.ymd_ < b.ymd_; }
  friend constexpr bool operator<=(Day a, Day b) { return a.ymd_ <= b.ymd_; }

 private:
  [[noreturn]] static void bad(std::string_view text) {
    throw Error(MIF_E_INVALID, "date.format", "不是日期 (not a date, write 2023-06-30): \"" + std::string(text) + "\"");
  }
  std::int32_t ymd_ = 0;
};

struct Period {
  int year = 0;
  int month = 0;  // 1..12, 13 = year-end adjustments, 0 only where a whole year is meant
  static Period of(Day day) { return {day.year(), day.month()}; }
  // "2023-06"
  static Period parse(std::string_view text) {
    if (text.size() == 7 && text[4] == '-') {
      int numbers[2] = {0, 0};
      for (std::size_t i = 0; i < 7; ++i) {
        if (i == 4) continue;
        if (text[i] < '0' || text[i] > '9') bad(text);
        int& n = numbers[i > 4];
        n = n * 10 + (text[i] - '0');
      }
      if (numbers[1] >= 1 && numbers[1] <= 13) return {numbers[0], numbers[1]};
    }
    bad(text);
  }
  std::string iso() const {
    return std::to_string(10000 + year).substr(1) + '-' + std::to_string(100 + month).substr(1);
  }
  Period next() const { return month >= 12 ? Period{year + 1, 1} : Period{year, month + 1}; }
  friend bool operator==(Period a, Period b) { return a.year == b.year && a.month == b.month; }
  friend bool operator!=(Period a, Period b) { return !(a == b); }
  friend bool operator<(Period a, Period b) { return a.year != b.year ? a.year < b.year : a.month < b.month; }
  friend bool operator<=(Period a, Period b) { return !(b < a); }

 private:
  [[noreturn]] static void bad(std::string_view text) {
    throw Error(MIF_E_INVALID, "date.period", "不是会计期间 (not a period, write 2023-06, months 01..13): \"" + std::string(text) + "\"");
  }
};

}  // namespace mif
#endif
