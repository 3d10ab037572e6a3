// SPDX-License-Identifier: Apache-2.0
// What goes wrong, on purpose and repeatably. A list "name[:COUNT|:PERCENT%][=VALUE],...": the first COUNT occasions
// (default 1), or PERCENT of all occasions drawn from the seed.
//   per submitted packet: cut-before-execute cut-after-send half-reply wrong-length garbage delay[=milliseconds] closed reply-twice
//   per order:            refuse duplicate-answer late returning partial-reply query-missing
//   per query:            query-cut
//   per statement:        statement-missing statement-repeated statement-wrong-opening statement-wrong-closing statement-reordered
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace mif::banksim {

// [any-thread]
class Faults {
 public:
  Faults() = default;
  Faults(std::string_view list, std::uint64_t seed);  // MIF_E_INVALID for an unknown name
  // Does this fault strike now? Its value (0 when none was given) if so.
  std::optional<std::int64_t> strikes(std::string_view name);

 private:
  struct Plan {
    std::int64_t left = 0, percent = 0, value = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Plan, std::less<>> plans_;
  std::mt19937_64 random_;
};

}  // namespace mif::banksim
