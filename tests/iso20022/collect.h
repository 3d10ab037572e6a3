// SPDX-License-Identifier: Apache-2.0
// What a reader told, kept to be looked at.
#pragma once
#include <string>
#include <vector>

#include "camt_reader.h"

namespace mif::bank_iso20022::testing {

struct Balance {
  int kind;
  mif_day day;
  std::string amount, code;
};
struct Entry {
  int status, reversal, details;
  mif_day day, value_day;
  mif_decimal exact;
  std::string amount, details_sum, bank_ref, client_ref, counter_account, counter_name, text, code;
};
struct Statement {
  std::string account, currency, id, number;
  std::vector<Balance> balances;
  std::vector<Entry> entries;
  bool closed = false;
  std::int64_t declared_entries = -1;
  std::string sum, credits, debits;
};
struct Trouble {
  int level;
  std::int64_t byte, line;
  std::string code, what;
};
struct Told {
  std::vector<Statement> statements;
  std::vector<Trouble> troubles;
  bool out_of_order = false;
  const Trouble* find(const std::string& code) const;
  bool broken() const;
};

std::string to_text(const mif_decimal&);  // "-12.5", "" when not given
struct Options {
  std::string format, options;
  std::size_t chunk = 256 * 1024;
  std::size_t most_entries = SIZE_MAX;  // then "enough"
};
Told collect(const std::string& bytes, const Options& = {});

}  // namespace mif::bank_iso20022::testing
