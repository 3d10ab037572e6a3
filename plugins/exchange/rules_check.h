// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules.h"

namespace mif::exchange {

// The checks on a read rule set that need no chart: fields exist, rules do not overlap, every rule balances for every
// document that follows the standard.
void check_rules(const RuleSet& rules);
// No combination of codes and no day of a type is left between its rules. MIF_E_INVALID "FILE:LINE: ...".
void check_gaps(const RuleSet& rules);

[[noreturn]] void complain(const char* rule, const std::string& file, int line, const std::string& what);

}  // namespace mif::exchange
