// SPDX-License-Identifier: Apache-2.0
// Results: what a computed report looks like in the database: one task per (package, unit, layer, period) with its cells, the ledger
// terms behind each cell, and the checks with both sides.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks.h"
#include "ministries.h"

namespace mif::reporting {

// A predicate behind a cell, how often it counts, and what it came to.
struct StoredTerm {
  std::string table, row, col;
  std::int64_t times = 1;
  Predicate predicate;
  Fen fen;
};

struct StoredCheck {
  std::string id, table, place, level, kind, state, left, right, difference, tolerance, expression, message;
  std::string rule{}, reason{};  // digest of the rule; what was missing when it could not be evaluated
};
StoredCheck stored_check(CheckResult result);

struct Task {
  std::int64_t id = 0;
  std::string package, unit, layer = "own";  // layer: own, sum (over the units below)
  Period period;
  std::string template_digest, result_digest, computed_by;
  std::string base_mark{};  // what it was computed from (mark_of); "" = not known any more
  std::int64_t cells = 0, failed_checks = 0, computed_ms = 0;
};

struct Result {
  Task task;
  std::vector<StoredCell> cells;
  std::vector<StoredTerm> terms;
  std::vector<StoredCheck> checks;
  // Over everything but who and when: same inputs, same digest.
  std::string digest() const;
};

// Of the rows as they stand in the database, without keeping them.
std::string stored_digest(Txn& txn, const Task& task);
std::optional<Task> find_task(Txn& txn, const std::string& package, const std::string& unit, Period period, const std::string& layer = "own");
std::vector<Task> tasks_of(Txn& txn, const std::string& unit);
// Writes the result in place of the old one; false when nothing had changed (and nothing was written).
bool store_result(Txn& txn, Result& result);
// The same where most rows of `old`, as stored, are still right: only those that differ are written.
bool store_changes(Txn& txn, const Result& old, Result& result);
Result load_result(Txn& txn, const Task& task);
void mark_task(Txn& txn, std::int64_t id, const std::string& base_mark);
// The cells, terms and checks of a result, kept under `id`.
void write_rows(Txn& txn, std::int64_t id, const Result& result);
// Empty table = all tables of the task, in the order computed.
std::vector<StoredCell> load_cells(Txn& txn, std::int64_t task, const std::string& table = {});
std::optional<StoredCell> load_cell(Txn& txn, std::int64_t task, const std::string& table, const std::string& row, const std::string& col);
std::vector<StoredTerm> load_terms(Txn& txn, std::int64_t task, const std::string& table, const std::string& row, const std::string& col);
std::vector<StoredTerm> load_terms(Txn& txn, std::int64_t task);  // of all cells
std::vector<StoredCheck> load_checks(Txn& txn, std::int64_t task);
// Whether the cell holds words somebody typed, and not a number that is no amount.
bool holds_words(const StoredCell& cell);
// What the evaluator would have had: amounts and numbers as such, words as words, blank as blank.
Value value_of(const StoredCell& cell);

}  // namespace mif::reporting
