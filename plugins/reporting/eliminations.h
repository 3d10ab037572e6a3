// SPDX-License-Identifier: Apache-2.0
// What units pay each other within a summed report (上解, 下拨): a { cell the units below book } against b { cell the unit above books }.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog.h"
#include "checks.h"

namespace mif::reporting {

// `eliminate` of a package.info; a and b may be ranges of the same shape, and then stand for every pair of their cells. Throws
// MIF_E_INVALID "FILE:LINE: sentence".
std::vector<Elimination> load_eliminations(const Node& node, const std::string& file, const Dimensions& dimensions, const std::vector<std::shared_ptr<const Table>>& tables);

// What was paid to `receiver` and what it booked. Nothing in `booked` = nobody can say: its own report is not there. `aside` = another
// unit than the one whose sum it is.
CheckResult told_apart(const Elimination& e, const std::string& receiver, bool aside, const Value& paid, const std::optional<Value>& booked);
// As much of it as both sides booked: what a sum leaves out on both. The rest is in transit and stays.
Value in_common(const Value& paid, const Value& booked);

}  // namespace mif::reporting
