// SPDX-License-Identifier: Apache-2.0
// What every piece of work on rule versions stands on: whose they are, what a version follows, whether it may follow it.
#pragma once

#include "rule_outcome.h"
#include "rule_store.h"
#include "rule_text.h"
#include "settings.h"

namespace mif::exchange {

// The caller holds `permission` for every book the rules of the scheme apply to. Returns the unit whose chain and flow take what
// is decided: the configured one, or the first book's. Throws MIF_E_DENIED, MIF_E_NOT_FOUND without a book.
std::string require_for_scheme(const Host& host, Call call, Txn& txn, const Settings& settings, const std::string& scheme, const std::string& chart, const char* permission);

// The version `row` follows: the one for its first day without it, or, as long as it has none, the one that is for the time to
// come. Null when the scheme has no rules yet.
const RuleVersion* version_before(const Settings& settings, const SetRow& row);

// Text of a set, proved against its digest, read and checked, and held against the version it follows: a type that one knew must be
// there or be named in `retired`. Throws MIF_E_INVALID "FILE:LINE: ...".
RuleVersion open_set(const Host& host, Call call, Txn& txn, const Settings& settings, const SetRow& row);
void check_follows(const RuleVersion* before, const RuleVersion& version);

// Types whose description or rules are not those of the version before.
std::vector<TypeChange> changes_of(const RuleVersion* before, const RuleVersion& version);

// What trials compare with, by content: every version of the scheme with its days.
std::string against_digest(const Settings& settings, const std::string& scheme, const std::string& chart);

struct ExampleResult {
  const ExampleRow* example = nullptr;
  std::string wrong;  // empty = passed
};
std::vector<ExampleResult> run_examples(const RuleSet& rules, const std::vector<ExampleRow>& examples);
// Changed types that no example is about.
std::vector<std::string> without_example(const std::vector<TypeChange>& changes, const std::vector<ExampleRow>& examples);

void audit_set(const Host& host, Txn& txn, const std::string& unit, const char* action, const SetRow& row, const std::string& note);

}  // namespace mif::exchange
