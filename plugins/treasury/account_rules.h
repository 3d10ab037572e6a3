// SPDX-License-Identifier: Apache-2.0
// The rules of one bank account as they stand in mif.info: dated limits and hours, tiers of approval.
#pragma once

#include <string>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"
#include "mif/services.hpp"

namespace mif::treasury {

// limits { from 2023-01-01  single "1000000.00"  day "5000000.00"  hours "08:30-17:00" }: in force until the next `from`
struct DatedLimits {
  Day from;
  Fen single, day;  // 0 = none
  int opens = 0, closes = 24 * 60;  // minutes of China's day
};
// approval { to "100000.00" approvers 1  to "10000000.00" approvers 2  above 3 }: by the amount of the batch
struct Tier {
  Fen to;
  bool above = false;
  std::int64_t approvers = 1;
};
// sweep { to ACCOUNT  keep "100000.00" }: what is above `keep` belongs on the parent's account, what lacks comes from there
struct Sweep {
  Day from;  // not valid: always
  std::string to;
  Fen keep;
};
// All throw MIF_E_INVALID with the line.
DatedLimits read_limits(const Node& node);
std::vector<Tier> read_tiers(const Node& node);
std::vector<Sweep> read_sweeps(const std::vector<const Node*>& nodes);  // by their first day
Day day_of_setting(const char* rule, const Node& node);

}  // namespace mif::treasury
