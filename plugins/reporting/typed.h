// SPDX-License-Identifier: Apache-2.0
// What people typed into the cells of a table: amounts and words, kept by the book the table is computed from (holder()).
#pragma once

#include <map>
#include <string>

#include "flow_rows.h"
#include "outside.h"

namespace mif::reporting {

// What was written, as the cell takes it: an amount, words, or blank. Throws MIF_E_INVALID when the cell cannot hold it.
// `words` = "" are words too, and not blank.
Value typed_value(const Table& table, int row, int col, const std::string& text, bool words);
// Amounts are kept in hundredths of whatever the cell counts in.
Value as_counted(const Table& table, int row, int col, const Value& kept);

// Of one table and period.
std::map<CellKey, Value> typed_in(Txn& txn, const std::string& whose, const std::string& table, Period period);
// In place of what was there; blank takes it out.
void write_typed(Txn& txn, const std::string& whose, Period period, const CellKey& cell, const Value& value, const std::string& by);

// What a report reads of it. Lives no longer than txn. [calling-thread]
Inputs inputs_of(Txn& txn, const Agency& unit);
Carried carried_of(Txn& txn, const Agency& unit);

// How many rows of each variable section are in use; a section nobody touched has as many as its table opens it with.
RowsInUse rows_of(Txn& txn, const Agency& unit);
int rows_in_use(Txn& txn, const std::string& whose, const Table& table, const Section& section, Period period);
// A row that something was typed into is in use, and those before it.
void open_row(Txn& txn, const std::string& whose, const Table& table, int row, Period period);
void write_rows_in_use(Txn& txn, const std::string& whose, const Table& table, const Section& section, Period period, int rows);

}  // namespace mif::reporting
