// SPDX-License-Identifier: Apache-2.0
// A draft of rules tried on documents that came in long ago: what would have been booked, beside what the rules in force book.
// Writes no voucher, no document and no outbox row; only its own result.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rule_desk.h"

namespace mif::exchange {

struct TrialScope {
  std::string batch, type, book;
  Period month;              // year 0 = any
  std::int64_t after = 0;    // list changed documents with a larger id only
  std::int64_t limit = 20;   // how many changed documents are listed
  std::int64_t most = 0;     // refuse more documents than this; 0 = any number

  std::string text() const;  // "batch=B1 month=2023-06 type=..."
};

struct AccountSums {
  Fen debit_old, debit_new, credit_old, credit_new;
  std::int64_t documents = 0;  // changed ones with a line on it
};
struct TypeTally {
  std::int64_t documents = 0, unchanged = 0, changed = 0, newly_held = 0, newly_mapped = 0, still_held = 0, earlier_rule = 0;
  Fen amount, changed_amount;
  std::map<std::string, AccountSums> accounts;
};
struct ChangedDocument {
  std::int64_t id = 0;
  std::string key, type;
  Day day;
  Fen amount;
  std::string change, difference;  // changed, newly-held, newly-mapped; "- old; + new"
};
struct Trial {
  std::map<std::string, TypeTally> types;
  std::vector<ChangedDocument> documents;  // the first `limit`
  TypeTally total() const;
  bool more = false;  // there are changed documents beyond the listed ones
};

// Streams the scope's documents through both rule sets, some at a time, each page in a transaction of its own; memory does not
// grow with their number. No transaction may be open.
Trial run_trial(const Host& host, Call call, const Settings& settings, const RuleVersion& draft, const TrialScope& scope, const std::function<void(std::int64_t, std::int64_t)>& progress);

// {"kind":"ExchangeRuleTrial","items":[...]}: rows of type, account, document and total.
std::string trial_json(const Trial& trial, const TrialScope& scope, std::int64_t set, std::int64_t id, const std::string& note);

}  // namespace mif::exchange
