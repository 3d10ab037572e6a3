// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "rows.h"

namespace mif::treasury {

struct AskFilter {
  bool due_only = false;        // only what the schedule says is due
  bool unknown_only = false;    // only what is in doubt
  std::int64_t return_days = 0; // also payments reported done in the last so many days: they may have come back
  std::string code;             // only this one
};
struct Asked {
  std::int64_t count = 0;
  std::map<State, std::int64_t> states;  // after the answers
  std::string unreachable;               // why the bank could not be asked; the payments stay as they were
};

// Asks the bank about an account's open payments and writes the answers down, some hundred at a time.
Asked ask_bank(Desk& desk, Call call, const Scoped& scoped, const AskFilter& filter, Progress progress);

}  // namespace mif::treasury
