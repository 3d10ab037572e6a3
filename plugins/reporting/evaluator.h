// SPDX-License-Identifier: Apache-2.0
// Evaluator: computes cells of one book, each once, following references across tables and periods, and keeps for every
// number which ledger predicates it is made of.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "catalog.h"
#include "facts.h"

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
};

// [calling-thread]
class Evaluator {
 public:
  using Inputs = std::function<Value(const std::string& table, const std::string& row, const std::string& col, Period period)>;
  Evaluator(const Catalog& catalog, Facts& facts, std::vector<BookInfo> books, const std::string& book, Inputs inputs);

  const Traced& cell(const Table& table, int row, int col, Period period);
  Traced evaluate(const Expression& e, const Place& place);
  const BookInfo& book() const { return book_; }
  const Catalog& catalog() const { return catalog_; }

 private:
  Traced reference(const Expression& e, const Place& place);
  Traced one(const Table& table, int row, int col, const Shift& shift, const Place& place);
  Traced ledger(const Expression& e, const Place& place);
  Traced arithmetic(const Expression& e, const Place& place);
  const BookInfo& book_named(const std::string& code_or_scheme) const;

  using Key = std::tuple<const Table*, int, int, int>;
  const Catalog& catalog_;
  Facts& facts_;
  std::vector<BookInfo> books_;
  BookInfo book_;
  Inputs inputs_;
  std::map<Key, Traced> done_;
  std::vector<Key> path_;
};

// a + sign x b, terms merged.
Traced plus(Traced a, const Traced& b, std::int64_t sign);

}  // namespace mif::reporting
