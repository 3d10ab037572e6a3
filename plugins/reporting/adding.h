// SPDX-License-Identifier: Apache-2.0
// Adding reports up, and formulas over stored cells that know nothing of a ledger. Private to the work flow.
#pragma once

#include "flow.h"

namespace mif::reporting {

// Books of no ledger, so that formulas over stored cells have somewhere to stand.
std::vector<BookInfo> paper_books(const Catalog& catalog, const std::string& unit);
bool asks_the_books(const Expression& root);        // or another module, and not cells only
bool asks_more_than_cells(const Expression& root);  // or cells of other units

// Which cells of a period's tables add up over units.
class Adding {
 public:
  Adding(const Catalog& catalog, Period period) : catalog_(catalog), period_(period) {}
  bool adds(const Table& t, int row, int col);

 private:
  bool linear(const Expression& e, const Table& here, int row, int col);
  bool refers(const Expression& e, const Table& here, int row, int col);
  const Catalog& catalog_;
  Period period_;
  std::map<std::tuple<const Table*, int, int>, bool> known_;
};

// The amounts are added in the database, where they are: a province has a million cells.
Totals totals_of(Txn& txn, const std::vector<Part>& parts);
// variable_rows.cpp: the words of the unit's own report, and the rows of variable sections of all parts.
void join_rows(Txn& txn, const Package& package, const std::string& unit, const std::vector<Part>& parts, const UnitTree& tree, Totals& totals);
void put(StoredCell& cell, const Value& value);
Cells cells_of(Txn& txn, std::int64_t id);

}  // namespace mif::reporting
