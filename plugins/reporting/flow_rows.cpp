// SPDX-License-Identifier: Apache-2.0
#include "flow_rows.h"

#include "module-kit/text.h"

namespace mif::reporting {
namespace {

constexpr std::size_t kValueBytes = 200;  // as the columns are; longer words stand beside them
constexpr const char* kAssignment = "id, package_code, owner_unit, fiscal_year, fiscal_month, title, deadline, assignment_state, created_by, created_ms";
constexpr const char* kDuty = "assignment, unit_code, duty_state, revision, late, reason, changed_by, changed_ms";
constexpr const char* kSubmission =
    "id, assignment, package_code, unit_code, layer, fiscal_year, fiscal_month, revision, parent_digest, digest, template_digest, result_digest, package_digest, recorded_ms, late, "
    "origin, cells, failed_checks, submitted_by, submitted_ms";

Period period_at(const Row& row, std::uint32_t i) { return {static_cast<int>(row.integer(i)), static_cast<int>(row.integer(i + 1))}; }

Assignment assignment_of(const Row& row) {
  Assignment a;
  a.id = row.integer(0);
  a.package = row.text(1);
  a.owner = row.text(2);
  a.period = period_at(row, 3);
  a.title = row.text(5);
  a.deadline = row.day(6);
  a.state = row.text(7);
  a.created_by = row.text(8);
  a.created_ms = row.integer(9);
  return a;
}

Duty duty_of(const Row& row) {
  Duty d;
  d.assignment = row.integer(0);
  d.unit = row.text(1);
  d.state = row.text(2);
  d.revision = row.integer(3);
  d.late = row.integer(4) != 0;
  d.reason = row.text(5);
  d.changed_by = row.text(6);
  d.changed_ms = row.integer(7);
  return d;
}

Submission submission_of(const Row& row) {
  Submission s;
  s.id = row.integer(0);
  s.assignment = row.integer(1);
  s.package = row.text(2);
  s.unit = row.text(3);
  s.layer = row.text(4);
  s.period = period_at(row, 5);
  s.revision = row.integer(7);
  s.parent_digest = row.text(8);
  s.digest = row.text(9);
  s.template_digest = row.text(10);
  s.result_digest = row.text(11);
  s.package_digest = row.text(12);
  s.recorded_ms = row.integer(13);
  s.late = row.integer(14) != 0;
  s.origin = row.text(15);
  s.cells = row.integer(16);
  s.failed_checks = row.integer(17);
  s.submitted_by = row.text(18);
  s.submitted_ms = row.integer(19);
  return s;
}

}  // namespace

std::string duty_name(const std::string& state) {
  return state == "none" ? "未报" : state == "editing" ? "编制" : state == "submitted" ? "已报" : state == "returned" ? "退回" : state == "locked" ? "锁定" : state;
}

Task Submission::task() const {
  Task t;
  t.id = id;
  t.package = package;
  t.unit = unit;
  t.layer = layer;
  t.period = period;
  t.template_digest = template_digest;
  t.result_digest = result_digest;
  t.computed_by = submitted_by;
  t.cells = cells;
  t.failed_checks = failed_checks;
  t.computed_ms = submitted_ms;
  return t;
}

Assignment find_assignment(Txn& txn, std::int64_t id) {
  std::optional<Assignment> found;
  txn.query(std::string("select ") + kAssignment + " from x_reporting_assignment where id = ?", {id}, [&](const Row& row) {
    found = assignment_of(row);
    return true;
  });
  if (!found) throw Error(MIF_E_NOT_FOUND, "report.assignment-not-found", "没有这个报表任务 (no such assignment): " + std::to_string(id));
  return *found;
}

std::vector<Assignment> all_assignments(Txn& txn) {
  std::vector<Assignment> all;
  txn.query(std::string("select ") + kAssignment + " from x_reporting_assignment order by fiscal_year, fiscal_month, package_code, id", {}, [&](const Row& row) {
    all.push_back(assignment_of(row));
    return true;
  });
  return all;
}

void insert_assignment(Txn& txn, const Assignment& a) {
  txn.execute(std::string("insert into x_reporting_assignment (") + kAssignment + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {a.id, a.package, a.owner, a.period.year, a.period.month, a.title, a.deadline, a.state, a.created_by, a.created_ms});
}

std::vector<Duty> duties_of(Txn& txn, std::int64_t assignment) {
  std::vector<Duty> all;
  txn.query(std::string("select ") + kDuty + " from x_reporting_duty where assignment = ? order by unit_code", {assignment}, [&](const Row& row) {
    all.push_back(duty_of(row));
    return true;
  });
  return all;
}

Duty find_duty(Txn& txn, const Assignment& a, const std::string& unit) {
  for (auto& d : duties_of(txn, a.id))
    if (d.unit == unit) return d;
  throw Error(MIF_E_NOT_FOUND, "report.not-asked", "任务 " + a.title + " 没有下发给单位 " + unit + " (the unit is not asked for this report)");
}

void change_duty(Txn& txn, const Duty& was, const Duty& now) {
  const auto n = txn.execute("update x_reporting_duty set duty_state = ?, revision = ?, late = ?, reason = ?, changed_by = ?, changed_ms = ? "
                             "where assignment = ? and unit_code = ? and duty_state = ? and revision = ?",
                             {now.state, now.revision, now.late ? 1 : 0, now.reason, now.changed_by, now.changed_ms, was.assignment, was.unit, was.state, was.revision});
  if (n != 1) throw Error(MIF_E_CONFLICT, "report.duty-moved", "单位 " + was.unit + " 的报送状态刚被他人改变，请刷新后再办 (the state was changed by somebody else)");
}

void insert_submission(Txn& txn, const Submission& s) {
  txn.execute(std::string("insert into x_reporting_submission (") + kSubmission + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {s.id, s.assignment, s.package, s.unit, s.layer, s.period.year, s.period.month, s.revision, s.parent_digest, s.digest, s.template_digest, s.result_digest,
               s.package_digest, s.recorded_ms, s.late ? 1 : 0, s.origin, s.cells, s.failed_checks, s.submitted_by, s.submitted_ms});
}

std::string object_of(const Submission& s) { return "report:" + s.package + "/" + s.unit + "/" + s.period.iso() + "#" + std::to_string(s.revision); }

std::optional<Submission> find_submission(Txn& txn, const std::string& package, const std::string& unit, Period period, std::int64_t revision) {
  std::optional<Submission> found;
  txn.query(std::string("select ") + kSubmission + " from x_reporting_submission where package_code = ? and unit_code = ? and fiscal_year = ? and fiscal_month = ? order by revision",
            {package, unit, period.year, period.month}, [&](const Row& row) {
              Submission s = submission_of(row);
              if (revision == 0 || s.revision == revision) found = std::move(s);
              return true;
            });
  return found;
}

std::vector<Submission> submissions_of(Txn& txn, const std::string& unit) {
  std::vector<Submission> all;
  txn.query(std::string("select ") + kSubmission + " from x_reporting_submission where unit_code = ? order by fiscal_year, fiscal_month, package_code, revision", {unit}, [&](const Row& row) {
    all.push_back(submission_of(row));
    return true;
  });
  return all;
}

void insert_explanation(Txn& txn, const Task& task, const Explanation& e) {
  txn.execute("insert into x_reporting_explanation (id, task, package_code, unit_code, layer, fiscal_year, fiscal_month, check_key, check_id, table_code, place, words, written_by, "
              "written_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {e.id, e.task, task.package, task.unit, task.layer, task.period.year, task.period.month, e.key, e.check, e.table, e.place, e.words, e.written_by, e.written_ms});
}

std::vector<Explanation> explanations_of(Txn& txn, const Task& task, std::int64_t frozen) {
  std::vector<Explanation> all;
  txn.query("select id, task, check_key, check_id, table_code, place, words, written_by, written_ms from x_reporting_explanation where unit_code = ? and package_code = ? and "
            "fiscal_year = ? and fiscal_month = ? and task = ? and layer = ? order by id",
            {task.unit, task.package, task.period.year, task.period.month, frozen, task.layer}, [&](const Row& row) {
              Explanation e;
              e.id = row.integer(0);
              e.task = row.integer(1);
              e.key = row.text(2);
              e.check = row.text(3);
              e.table = row.text(4);
              e.place = row.text(5);
              e.words = row.text(6);
              e.written_by = row.text(7);
              e.written_ms = row.integer(8);
              all.push_back(std::move(e));
              return true;
            });
  return all;
}

std::string key_of(const StoredCheck& c) { return explanation_key(c.id, c.rule.empty() ? c.expression : c.rule, c.table, c.place, c.left, c.right); }

std::vector<Part> parts_of(Txn& txn, std::int64_t task) {
  std::vector<Part> all;
  txn.query("select unit_code, part, revision, result_digest from x_reporting_part where task = ? order by unit_code", {task}, [&](const Row& row) {
    all.push_back({row.text(0), row.text(3), row.integer(1), row.integer(2)});
    return true;
  });
  return all;
}

void write_parts(Txn& txn, std::int64_t task, const std::vector<Part>& parts) {
  txn.execute("delete from x_reporting_part where task = ?", {task});
  for (const auto& p : parts)
    txn.execute("insert into x_reporting_part (task, unit_code, part, revision, result_digest) values (?, ?, ?, ?, ?)", {task, p.unit, p.id, p.revision, p.result_digest});
}

std::vector<Override> overrides_of(Txn& txn, const std::string& unit) {
  std::vector<Override> all;
  txn.query("select table_code, row_code, col_code, was_value, formula_value, reason, written_by, fiscal_year, fiscal_month, fen, written_ms from x_reporting_override where unit_code = ?",
            {unit}, [&](const Row& row) {
              all.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), period_at(row, 7), row.fen(9), row.integer(10)});
              return true;
            });
  return all;
}

void note_change(Txn& txn, const std::string& unit, Period period, const CellKey& cell, const std::string& kind, const std::string& was, const std::string& now,
                 const std::string& reason, const std::string& by, std::int64_t ms) {
  const auto& [table, row, col] = cell;
  txn.execute("insert into x_reporting_change (id, unit_code, table_code, fiscal_year, fiscal_month, row_code, col_code, kind, was_value, new_value, reason, changed_by, changed_ms, "
              "was_words, new_words) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {txn.next_id("change"), unit, table, period.year, period.month, row, col, kind, kit::cut(was, kValueBytes), kit::cut(now, kValueBytes), reason, by, ms,
               was.size() > kValueBytes ? was : std::string(), now.size() > kValueBytes ? now : std::string()});
}

}  // namespace mif::reporting
