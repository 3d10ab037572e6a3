// SPDX-License-Identifier: Apache-2.0
// Runs check formulas and keeps both sides; tells the two ministries' numbers apart and explains every difference.
#pragma once

#include <map>
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
// All checks of the tables of a package that the unit has, and of the package itself. A check of the kind `children` and what is
// eliminated between units are asked where units are added up only: there this unit is one of many.
std::vector<CheckResult> run_checks(Evaluator& evaluator, const Package& package, Period period);

// Which ledger predicates a number is made of, and how often; only as long as it is linear.
struct MadeOf {
  std::map<Predicate, std::int64_t> terms;
  bool linear = true;
};

struct BridgeItem {
  std::string id, subject, a_text, a_name, b_text, b_name, kinds;  // kinds: equal, or the classes that explain it
  Value a_exact, b_exact, a, b, difference, explained, unexplained;  // a, b: as printed
  struct Part {
    std::string kind, text;
    Value amount;
    MadeOf made_of;
  };
  std::vector<Part> parts;
  MadeOf made_of;  // of a_exact - b_exact
};
// `only`: one pair, then also what its difference and its parts are made of.
std::vector<BridgeItem> run_bridge(Evaluator& evaluator, const Bridge& bridge, Period period, std::string_view only = {});

}  // namespace mif::reporting
