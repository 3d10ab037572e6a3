// SPDX-License-Identifier: Apache-2.0
// What goes wrong, on purpose and repeatably. A list "name[:COUNT|:PERCENT%][=VALUE],...": the first COUNT occasions
// (default 1), or PERCENT of all occasions drawn from the seed.
//   per call:             rate-hold[=milliseconds between two] maintenance[=milliseconds from the first call]
//   per submitted packet: cut-before-execute cut-after-send half-reply wrong-length garbage delay[=milliseconds] closed reply-twice
//   per order:            refuse duplicate-answer late returning[=days] partial-reply query-missing
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
  // How many milliseconds a call that comes now is held because the one before it was too near: a bank's limit delays, it does
  // not refuse.
  std::int64_t held(std::int64_t now_ms);
  // Is the bank being maintained? It answers nothing then and executes nothing.
  bool maintained(std::int64_t now_ms);

 private:
  struct Plan {
    std::int64_t left = 0, percent = 0, value = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Plan, std::less<>> plans_;
  std::mt19937_64 random_;
  std::int64_t last_call_ms_ = 0, maintained_until_ms_ = 0;
};

}  // namespace mif::banksim
