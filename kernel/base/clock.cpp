// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/clock.h"

#include <chrono>

namespace mif {
namespace {

class SystemClock : public Clock {
 public:
  explicit SystemClock(Day fixed) : fixed_(fixed) {}
  std::int64_t now_unix_ms() const override {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }
  Day business_day() const override {
    if (fixed_ != Day()) return fixed_;
    using namespace std::chrono;
    const year_month_day today(floor<days>(system_clock::now() + hours(8)));  // China has one time zone, UTC+8
    return Day(static_cast<int>(today.year()), static_cast<int>(static_cast<unsigned>(today.month())),
               static_cast<int>(static_cast<unsigned>(today.day())));
  }

 private:
  Day fixed_;
};

}  // namespace

std::unique_ptr<Clock> system_clock(Day fixed_business_day) { return std::make_unique<SystemClock>(fixed_business_day); }

}  // namespace mif
