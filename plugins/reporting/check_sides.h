// SPDX-License-Identifier: Apache-2.0
// What a check was judged by, as it is kept and shown: its place, and both sides; of a rule that is no comparison, the values it looked at.
#pragma once

#include <string>

#include "evaluator.h"

namespace mif::reporting {

// "T[5,2]" of the first cell the rule names, * filled in; "" = it names none.
std::string place_text(const Expression& root, const Place& place);
// "[5,2] 空；[5,3] 10.00" of all that the conditions of a rule compare or ask for.
std::string values_of(Evaluator& evaluator, const Expression& root, const Place& place);
// A side as it is kept: exactly as long as the column holds, what is longer ends in a digest of the whole.
std::string side_text(const Value& side);

}  // namespace mif::reporting
