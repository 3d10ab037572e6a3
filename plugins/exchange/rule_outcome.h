// SPDX-License-Identifier: Apache-2.0
// What a rule set makes of one document, as something that can be compared, printed and expected.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapping.h"

namespace mif::exchange {

struct Outcome {
  std::optional<Mapped> mapped;
  std::string held;  // why not
};

// Null: there are no rules for the book on that day.
Outcome outcome_of(const RuleSet* rules, const Document& document);
Outcome outcome_of(Evaluator* evaluator, const Document& document);

// The same voucher and the same payable; the name of the rule is not part of either. Two refusals are the same outcome,
// whatever their words.
bool same(const Outcome& a, const Outcome& b);

// One fact a line: "word 付", "flow voucher-payment", "gather KEY" when it shares a voucher, "summary ...", "debit 540101 100.00 mode=1" (with " # summary" when the
// line has its own), "payable 100.00 PAYER PAYEE BANK NAME", "purpose ..."; or "held REASON".
std::vector<std::string> facts_of(const Outcome& outcome);

// An expectation in the same words, separated by newlines or '|', brought into one form. Lines and payable have to be complete;
// word, flow, summary and purpose only hold when they are stated; "held" may go on with a part of the reason.
// Throws MIF_E_INVALID for what is not such a text.
std::string read_expectation(std::string_view text);

// The expectation an outcome meets: everything but summary and purpose, which are words.
std::string expectation_of(const Outcome& outcome);

// How the outcome differs from a read expectation, "- expected" and "+ found", separated by "; ". Empty when it does not.
std::string mismatch(const std::string& expected, const Outcome& outcome);

}  // namespace mif::exchange
