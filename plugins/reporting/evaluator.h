// SPDX-License-Identifier: Apache-2.0
// Evaluator: computes cells of one unit, each once, following references across tables and periods, and keeps for every
// number which ledger predicates it is made of.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "catalog.h"
#include "facts.h"
#include "agency.h"

namespace mif::reporting {

// A value and what it is made of: value = sum of times x predicate, as long as it is linear.
struct Traced {
  Value value;
  std::map<Predicate, std::int64_t> terms;
  bool linear = true;
};

// Where an expression stands.
struct Place {
  const Table* table = nullptr;
  int row = -1, col = -1;
  Period period;
  bool printed = false;                // take other cells as the ministry prints them
  std::string each_row, each_col;      // what * stands for
  std::string scheme;                  // whose book, where no table says so
};

// [calling-thread]
class Evaluator {
 public:
  using Inputs = std::function<Value(const Table& table, const std::string& row, const std::string& col, Period period)>;
  // `books`: every book a formula may name; those of `unit` are the ones its tables are computed from.
  Evaluator(const Catalog& catalog, Facts& facts, std::vector<BookInfo> books, const std::string& unit, Inputs inputs);

  // A value that stands in place of what the cell's rule would give: an overridden cell, a sum over units.
  using Given = std::function<std::optional<Value>(const Table& table, const std::string& row, const std::string& col, Period period)>;
  void give(Given given) { given_ = std::move(given); }

  const Traced& cell(const Table& table, int row, int col, Period period);
  Traced evaluate(const Expression& e, const Place& place);
  const Agency& unit() const { return unit_; }
  const Catalog& catalog() const { return catalog_; }

 private:
  Traced reference(const Expression& e, const Place& place);
  Traced one(const Table& table, int row, int col, const Shift& shift, const Place& place);
  Traced ledger(const Expression& e, const Place& place);
  Traced arithmetic(const Expression& e, const Place& place);
  // The books a ledger function reads: the named ones, or the one of the table it stands in.
  std::vector<const BookInfo*> books_read(const LedgerCall& call, const Place& place) const;

  using Key = std::tuple<const Table*, int, int, int>;
  const Catalog& catalog_;
  Facts& facts_;
  std::vector<BookInfo> books_;
  Agency unit_;
  Inputs inputs_;
  Given given_;
  std::map<Key, Traced> done_;
  std::vector<Key> path_;
};

// a + sign x b, terms merged.
Traced plus(Traced a, const Traced& b, std::int64_t sign);

}  // namespace mif::reporting
