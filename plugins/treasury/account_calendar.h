// SPDX-License-Identifier: Apache-2.0
// When an account's bank works, as dated configuration: nothing about weekends, holidays or hours stands in the code.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mif/day.hpp"
#include "mif/services.hpp"
#include "sides.h"

namespace mif::treasury {

inline constexpr int kMinutesOfDay = 24 * 60;

// "08:30-17:00" as minutes of China's day; false when it is not that.
bool read_hours(const std::string& text, int& opens, int& closes);
std::string clock_text(int minutes);

struct DaySpan {
  Day from, to;
  std::string name;
};
// calendar { from 2024-01-01  to 2024-12-31  weekend closed  holiday 2024-02-10..2024-02-17 { name "春节" }  workday 2024-02-04
//            hours "08:30-17:00" }: in force until the next `from`, or to its own `to`
struct DatedCalendar {
  Day from, to;
  bool weekend_closed = false;
  std::vector<DaySpan> holidays, workdays;
  int opens = 0, closes = kMinutesOfDay;
};
struct DayState {
  bool known = false;  // a calendar is in force on the day
  bool open = true;
  std::string why;     // the holiday, the weekend, the moved workday
  int opens = 0, closes = kMinutesOfDay;
};

class Calendar {
 public:
  // The node `calendar`, a block of its own or the name of a file with such blocks. MIF_E_INVALID with file and line.
  void read(const Node& node, const std::function<Node(const std::string&)>& file);
  bool empty() const { return dated_.empty(); }
  DayState on(Day day) const;
  Day next_open(Day after) const;  // not valid: none within a year
  // Working days between `from` and `to` numbered; without a calendar every day counts.
  DayCount count(Day from, Day to) const;

 private:
  void add(const Node& block, const std::string& where);
  std::vector<DatedCalendar> dated_;  // by their first day
};

}  // namespace mif::treasury
