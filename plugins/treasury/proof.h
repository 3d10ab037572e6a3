// SPDX-License-Identifier: Apache-2.0
// A statement as arithmetic: it is believed when it adds up, entry by entry and against what came before. Fed event by event as
// a reader reports them; keeps sums, never entries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "decimal.h"
#include "mif/day.hpp"

namespace mif::treasury {

enum class Verdict { proved, warned, quarantined };  // adds up; does not, or nothing to prove it by; cannot be read
const char* name_of(Verdict verdict);

struct StatementFacts {
  std::string account, currency, id, number;
  std::optional<Decimal> opening, closing;
  Day opening_day, closing_day;  // of the balances
  Day first, last;               // days of booked entries, the least and the greatest
  std::int64_t entries = 0, booked = 0, pending = 0, informed = 0, reversals = 0, bundled = 0;
  Decimal credits, debits, booked_credits, booked_debits;  // debits without their sign
  Verdict verdict = Verdict::proved;
  std::vector<std::string> reasons, notes;  // one sentence each
  std::string why() const;                  // the reasons, one after the other
};

class Proof {
 public:
  explicit Proof(const mif_statement_open& open);
  void balance(const mif_statement_balance& b);
  void entry(const mif_statement_entry& e);
  void close(const mif_statement_close* declared);
  void trouble(const mif_statement_trouble& t);
  void broken(const std::string& why);
  // The statement of the same account before it in the file.
  void follows(const StatementFacts& before);
  const StatementFacts& facts() const { return facts_; }

 private:
  void doubt(const std::string& why);
  void note(const std::string& what);
  void sum(Decimal& into, const Decimal& amount);
  void check_declared(const mif_statement_close& declared);
  void check_days();
  StatementFacts facts_;
  Decimal running_;                   // of the booked entries so far, from the opening where it came first
  std::optional<Decimal> start_;      // what running_ stands on: the opening, or what the first stated balance implies
  bool start_is_opening_ = false, balances_fit_ = true, opening_is_sure_ = false, closing_is_sure_ = false;
  std::int64_t bundles_off_ = 0;
};

// "broken": one sentence with the place in the file.
std::string sentence_of(const mif_statement_trouble& t);

}  // namespace mif::treasury
