// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "mif/day.hpp"

namespace mif {

// The only source of time. [any-thread]
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_unix_ms() const = 0;
  virtual Day business_day() const = 0;
};

// Real time; `fixed_business_day` (0 = today in China, UTC+8) lets a demonstration stand on a past day.
std::unique_ptr<Clock> system_clock(Day fixed_business_day = Day());

}  // namespace mif
