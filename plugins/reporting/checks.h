// SPDX-License-Identifier: Apache-2.0
// Runs check formulas and keeps both sides; tells the two ministries' numbers apart and explains every difference.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evaluator.h"

namespace mif::reporting {

struct CheckResult {
  std::string id, table, place, level, kind, state;  // state: pass, fail, empty (both sides blank), unevaluated
  Value left, right, difference, tolerance;
  std::string expression, message;
  std::string reason;  // unevaluated: what was missing
  std::string rule;  // digest of the rule as it was written when this was found
};

// What an explanation is bound to: the rule as written, the place and both sides' values. It changes when any of them does, and
// the explanation given for the old one is worth nothing any more.
std::string explanation_key(const CheckResult& result);
// The same of a stored result, whose values are plain texts.
std::string explanation_key(std::string_view id, std::string_view rule, std::string_view table, std::string_view place, std::string_view left, std::string_view right);

// Every instance of a check: one per row or column that * stands for, leaving out cells marked ×.
std::vector<CheckResult> run_check(Evaluator& evaluator, const Check& check, const Table* table, Period period);
// What one check of the package's list says of the unit: nothing when it is not about this unit, layer or period.
std::vector<CheckResult> run_listed(Evaluator& evaluator, const Package& package, const Check& check, const Table* table, Period period);
// All checks of the tables of a package that the unit has, of the package itself, and what is eliminated between units. A check of
// the kind `children` is asked of the summed layer only: there this unit is one of many.
std::vector<CheckResult> run_checks(Evaluator& evaluator, const Package& package, Period period);

// What the units below booked against what this unit booked: left = a of the units below (each its own), right = b of this unit,
// difference = money in transit between them. Empty for a unit with nothing below it.
std::vector<CheckResult> run_eliminations(Evaluator& evaluator, const Package& package, Period period);

struct BridgeItem {
  std::string id, subject, a_text, a_name, b_text, b_name, kinds;  // kinds: equal, or the classes that explain it
  Value a_exact, b_exact, a, b, difference, explained, unexplained;  // a, b: as printed
  struct Part {
    std::string kind, text;
    Value amount;
  };
  std::vector<Part> parts;
};
std::vector<BridgeItem> run_bridge(Evaluator& evaluator, const Bridge& bridge, Period period);

}  // namespace mif::reporting
