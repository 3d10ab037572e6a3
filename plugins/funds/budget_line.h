// SPDX-License-Identifier: Apache-2.0
// What is in force of one budget item and what is taken of it. Every change is one guarded update of one row, so two people at the
// same moment, in two programs, cannot take the same money.
#pragma once

#include "desk.h"

namespace mif::funds {

struct LineKey {
  std::string book, item;
  std::int64_t year = 0;
  std::string name() const { return book + "/" + item + "/" + std::to_string(year); }
};
struct Line {
  LineKey key;
  std::int64_t version = 0;
  Fen fen, held, paid, returned, over;
  Fen left() const { return fen - held - paid; }
};

// Whoever changes the line, or an application under it, holds this row. Whether there is one: no budget, no row.
bool lock_line(Txn& txn, const LineKey& key);
std::optional<Line> line_of(Txn& txn, const LineKey& key);
std::vector<Line> lines_of(Txn& txn, const std::string& book);

// MIF_E_CONFLICT fund.over-budget, fund.no-budget. With `flag` it goes above the budget, and what is too much stands in `over`.
void hold(Txn& txn, const LineKey& key, Fen fen, bool flag);
void pay_held(Txn& txn, const LineKey& key, Fen fen);
void give_back_held(Txn& txn, const LineKey& key, Fen fen);
void give_back_paid(Txn& txn, const LineKey& key, Fen fen);
// Money that left although its hold had been given back: it is counted, and what there is too much of stands in `over`.
void pay_unheld(Txn& txn, const LineKey& key, Fen fen);
// A new approved version. MIF_E_CONFLICT fund.budget-below-taken, unless that is allowed: then it stands in `over`.
void put_in_force(Txn& txn, const LineKey& key, std::int64_t version, Fen fen, bool below_taken);

}  // namespace mif::funds
