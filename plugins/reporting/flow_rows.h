// SPDX-License-Identifier: Apache-2.0
// The rows behind the work flow of reporting: assignments, duties of units, submitted revisions, and what people wrote.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "results.h"

namespace mif::reporting {

// A report asked for (下发): a package of a period from many units by a day.
struct Assignment {
  std::int64_t id = 0, created_ms = 0;
  std::string package, owner, title, state = "open", created_by;  // state: open, closed
  Period period;
  Day deadline;
};

// What one unit has done about it. state: none 未报, editing 编制, submitted 已报, returned 退回, locked 锁定
struct Duty {
  std::int64_t assignment = 0, revision = 0, changed_ms = 0;
  std::string unit, state = "none", reason, changed_by;
  bool late = false;
};
std::string duty_name(const std::string& state);

// A submitted report that nothing changes any more; its cells, terms and checks are kept under its id.
struct Submission {
  std::int64_t id = 0, assignment = 0, revision = 0, recorded_ms = 0, cells = 0, failed_checks = 0, submitted_ms = 0;
  std::string package, unit, layer = "own", parent_digest, digest, template_digest, result_digest, package_digest, origin = "here", submitted_by;
  Period period;
  bool late = false;
  Task task() const;
};

struct Explanation {
  std::int64_t id = 0, task = 0, written_ms = 0;
  std::string key, check, table, place, words, written_by;
};

// One report that entered a sum.
struct Part {
  std::string unit, result_digest;
  std::int64_t id = 0, revision = 0;  // revision 0 = the unit's working report
};

struct Override {
  std::string table, row, col, was, formula_value, reason, written_by;
  Period period;
  Fen fen;
  std::int64_t written_ms = 0;
};

using CellKey = std::tuple<std::string, std::string, std::string>;  // table, row, column

Assignment find_assignment(Txn& txn, std::int64_t id);
std::vector<Assignment> all_assignments(Txn& txn);
void insert_assignment(Txn& txn, const Assignment& a);
std::vector<Duty> duties_of(Txn& txn, std::int64_t assignment);
// Throws MIF_E_NOT_FOUND when the unit is not asked.
Duty find_duty(Txn& txn, const Assignment& a, const std::string& unit);
// Throws MIF_E_CONFLICT when the duty is no longer as it was read.
void change_duty(Txn& txn, const Duty& was, const Duty& now);

void insert_submission(Txn& txn, const Submission& s);
// revision 0 = the latest.
// "report:PACKAGE/UNIT/PERIOD#REVISION", as the log names it.
std::string object_of(const Submission& submission);
std::optional<Submission> find_submission(Txn& txn, const std::string& package, const std::string& unit, Period period, std::int64_t revision = 0);
std::vector<Submission> submissions_of(Txn& txn, const std::string& unit);

void insert_explanation(Txn& txn, const Task& task, const Explanation& e);
std::vector<Explanation> explanations_of(Txn& txn, const Task& task, std::int64_t frozen);  // frozen 0 = of the working report
// What a stored check's explanation is bound to.
std::string key_of(const StoredCheck& check);

std::vector<Part> parts_of(Txn& txn, std::int64_t task);
void write_parts(Txn& txn, std::int64_t task, const std::vector<Part>& parts);
std::vector<Override> overrides_of(Txn& txn, const std::string& unit);
void note_change(Txn& txn, const std::string& unit, Period period, const CellKey& cell, const std::string& kind, const std::string& was, const std::string& now,
                 const std::string& reason, const std::string& by, std::int64_t ms);

}  // namespace mif::reporting
