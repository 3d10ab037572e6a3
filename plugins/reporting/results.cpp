// SPDX-License-Identifier: Apache-2.0
#include "results.h"

#include "digest.h"
#include "module-kit/text.h"

namespace mif::reporting {
namespace {

constexpr const char* kTaskColumns =
    "id, package_code, unit_code, layer, fiscal_year, fiscal_month, template_digest, result_digest, cells, failed_checks, computed_by, computed_ms";

Task task_of(const Row& row) {
  Task t;
  t.id = row.integer(0);
  t.package = row.text(1);
  t.unit = row.text(2);
  t.layer = row.text(3);
  t.period = {static_cast<int>(row.integer(4)), static_cast<int>(row.integer(5))};
  t.template_digest = row.text(6);
  t.result_digest = row.text(7);
  t.cells = row.integer(8);
  t.failed_checks = row.integer(9);
  t.computed_by = row.text(10);
  t.computed_ms = row.integer(11);
  return t;
}

void read_terms(Txn& txn, const char* where, const std::vector<mif::Value>& params, std::vector<StoredTerm>& all) {
  txn.query(std::string("select table_code, row_code, col_code, factor, book, fiscal_year, month_from, month_to, with_opening, measure, positive_side, "
                        "with_closing, accounts, aux, fen, opposite from x_reporting_term ") + where + " order by ord",
            params, [&](const Row& row) {
              StoredTerm t;
              t.table = row.text(0);
              t.row = row.text(1);
              t.col = row.text(2);
              t.times = row.integer(3);
              auto& p = t.predicate;
              p.book = row.text(4);
              p.year = static_cast<int>(row.integer(5));
              p.month_from = static_cast<int>(row.integer(6));
              p.month_to = static_cast<int>(row.integer(7));
              p.opening = row.integer(8) != 0;
              p.measure = static_cast<int>(row.integer(9));
              p.side = static_cast<int>(row.integer(10));
              p.with_closing = row.integer(11) != 0;
              p.accounts = row.text(12);
              p.aux = row.text(13);
              t.fen = row.fen(14);
              p.opposite = row.text(15);
              all.push_back(std::move(t));
              return true;
            });
}

void read_cells(Txn& txn, const char* which, const std::vector<mif::Value>& params, const std::function<void(StoredCell)>& each) {
  txn.query(std::string("select table_code, row_code, col_code, cell_state, kind, fen, amount_text, printed, formula, linear, source, words from x_reporting_cell where task = ?") + which + " order by ord",
            params, [&](const Row& row) {
              StoredCell c;
              c.table = row.text(0);
              c.row = row.text(1);
              c.col = row.text(2);
              c.state = row.text(3);
              c.kind = static_cast<int>(row.integer(4));
              c.fen = row.fen(5);
              c.value = row.text(6);
              c.printed = row.text(7);
              c.formula = row.text(8);
              c.linear = row.integer(9) != 0;
              c.source = row.text(10);
              if (holds_words(c)) c.value = c.printed = row.text(11);
              each(std::move(c));
              return true;
            });
}

std::string number(std::int64_t n) { return std::to_string(n); }

}  // namespace

std::string side_text(const Value& side) {
  constexpr std::size_t kSideBytes = 60;  // as the columns are
  return side.kind() == Value::Kind::text ? kit::cut(side.string(), kSideBytes) : side.plain();
}

StoredCheck stored_check(const CheckResult& r) {
  constexpr std::size_t kReasonBytes = 400;  // as the column is
  return {r.id, r.table, r.place, r.level, r.kind, r.state, side_text(r.left), side_text(r.right), r.difference.plain(), r.tolerance.plain(), r.expression, r.message, r.rule, kit::cut(r.reason, kReasonBytes)};
}

std::string Result::digest() const {
  Digest d;
  d.add(task.package).add(task.unit).add(task.layer).add(task.period.iso());
  // What came later into results is in their digest where there is any, so that older results keep theirs.
  const auto later = [&](const char* name, const std::string& text) {
    if (!text.empty()) d.add(name).add(text);
  };
  for (const auto& c : cells) {
    for (const std::string* text : {&c.table, &c.row, &c.col, &c.state, &c.value, &c.printed, &c.formula}) d.add(*text);
    later("source", c.source);
    if (holds_words(c) && c.value.empty()) later("words", "none");  // blank is not that
  }
  for (const auto& t : terms) {
    const auto& p = t.predicate;
    for (const std::string* text : {&t.table, &t.row, &t.col, &p.book, &p.accounts, &p.aux}) d.add(*text);
    d.add(number(t.times) + "," + number(p.year) + "," + number(p.month_from) + "," + number(p.month_to) + "," + number(p.opening) + "," +
          number(p.measure) + "," + number(p.side) + "," + number(p.with_closing) + "," + number(t.fen.value()));
    later("opposite", p.opposite);
  }
  for (const auto& c : checks) {
    for (const std::string* text : {&c.id, &c.table, &c.place, &c.level, &c.kind, &c.state, &c.left, &c.right, &c.difference, &c.tolerance, &c.expression, &c.message})
      d.add(*text);
    later("rule", c.rule);
    later("reason", c.reason);
  }
  return d.hex();
}

std::optional<Task> find_task(Txn& txn, const std::string& package, const std::string& unit, Period period, const std::string& layer) {
  std::optional<Task> found;
  txn.query(std::string("select ") + kTaskColumns + " from x_reporting_task where package_code = ? and unit_code = ? and layer = ? and fiscal_year = ? and fiscal_month = ?",
            {package, unit, layer, period.year, period.month}, [&](const Row& row) {
              found = task_of(row);
              return true;
            });
  return found;
}

std::vector<Task> tasks_of(Txn& txn, const std::string& unit) {
  std::vector<Task> all;
  txn.query(std::string("select ") + kTaskColumns + " from x_reporting_task where unit_code = ? order by fiscal_year, fiscal_month, package_code, layer", {unit}, [&](const Row& row) {
    all.push_back(task_of(row));
    return true;
  });
  return all;
}

bool store_result(Txn& txn, Result& result) {
  Task& task = result.task;
  task.result_digest = result.digest();
  task.cells = static_cast<std::int64_t>(result.cells.size());
  const auto old = find_task(txn, task.package, task.unit, task.period, task.layer);
  if (old && old->result_digest == task.result_digest && old->template_digest == task.template_digest) {
    // Rows that somebody changed behind our back are written anew.
    Result kept;
    kept.task = *old;
    kept.cells = load_cells(txn, old->id);
    kept.terms = load_terms(txn, old->id);
    kept.checks = load_checks(txn, old->id);
    if (kept.digest() == task.result_digest) {
      task = *old;
      return false;
    }
  }
  if (old) {
    task.id = old->id;
    for (const char* table : {"x_reporting_cell", "x_reporting_term", "x_reporting_check"})
      txn.execute(std::string("delete from ") + table + " where task = ?", {task.id});
    txn.execute("update x_reporting_task set template_digest = ?, result_digest = ?, cells = ?, failed_checks = ?, computed_by = ?, computed_ms = ? where id = ?",
                {task.template_digest, task.result_digest, task.cells, task.failed_checks, task.computed_by, task.computed_ms, task.id});
  } else {
    task.id = txn.next_id("task");
    txn.execute(std::string("insert into x_reporting_task (") + kTaskColumns + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {task.id, task.package, task.unit, task.layer, task.period.year, task.period.month, task.template_digest, task.result_digest, task.cells,
                 task.failed_checks, task.computed_by, task.computed_ms});
  }
  write_rows(txn, task.id, result);
  return true;
}

void write_rows(Txn& txn, std::int64_t id, const Result& result) {
  // A hundred rows are written at once and on this thread; larger batches would be handed to another, which takes longer here.
  constexpr std::size_t kRows = 100;
  const auto write = [&](const char* table, RowBatch& rows, std::size_t least) {
    if (rows.rows() >= least) txn.insert(table, rows);
  };
  std::int64_t ord = 0;
  RowBatch cells("task, table_code, row_code, col_code, ord, cell_state, kind, fen, amount_text, printed, formula, linear, source, words");
  const std::string none;
  for (const auto& c : result.cells) {
    const bool words = holds_words(c);  // they are longer than an amount, and what is printed is what was typed
    cells.add(id).add(c.table).add(c.row).add(c.col).add(++ord).add(c.state).add(c.kind).add(c.fen).add(words ? none : c.value).add(words ? none : c.printed).add(c.formula).add(std::int64_t{c.linear}).add(c.source)
        .add(words ? c.value : none);
    write("x_reporting_cell", cells, kRows);
  }
  write("x_reporting_cell", cells, 1);
  ord = 0;
  RowBatch terms("task, table_code, row_code, col_code, ord, factor, book, fiscal_year, month_from, month_to, with_opening, measure, positive_side, with_closing, accounts, aux, fen, opposite");
  for (const auto& t : result.terms) {
    const auto& p = t.predicate;
    terms.add(id).add(t.table).add(t.row).add(t.col).add(++ord).add(t.times).add(p.book).add(p.year).add(p.month_from).add(p.month_to).add(std::int64_t{p.opening}).add(p.measure).add(p.side)
        .add(std::int64_t{p.with_closing}).add(p.accounts).add(p.aux).add(t.fen).add(p.opposite);
    write("x_reporting_term", terms, kRows);
  }
  write("x_reporting_term", terms, 1);
  ord = 0;
  RowBatch checks("task, ord, check_id, table_code, place, severity, kind, outcome, left_value, right_value, difference, tolerance, expression, message, rule, reason");
  for (const auto& c : result.checks) {
    checks.add(id).add(++ord);
    for (const std::string* text : {&c.id, &c.table, &c.place, &c.level, &c.kind, &c.state, &c.left, &c.right, &c.difference, &c.tolerance, &c.expression, &c.message, &c.rule, &c.reason}) checks.add(*text);
    write("x_reporting_check", checks, kRows);
  }
  write("x_reporting_check", checks, 1);
}

std::vector<StoredCell> load_cells(Txn& txn, std::int64_t task, const std::string& table) {
  std::vector<StoredCell> all;
  const auto keep = [&](StoredCell c) { all.push_back(std::move(c)); };
  if (table.empty()) read_cells(txn, "", {task}, keep);
  else read_cells(txn, " and table_code = ?", {task, table}, keep);
  return all;
}

std::optional<StoredCell> load_cell(Txn& txn, std::int64_t task, const std::string& table, const std::string& row, const std::string& col) {
  std::optional<StoredCell> found;
  read_cells(txn, " and table_code = ? and row_code = ? and col_code = ?", {task, table, row, col}, [&](StoredCell c) { found = std::move(c); });
  return found;
}

std::vector<StoredTerm> load_terms(Txn& txn, std::int64_t task) {
  std::vector<StoredTerm> all;
  read_terms(txn, "where task = ?", {task}, all);
  return all;
}

std::vector<StoredTerm> load_terms(Txn& txn, std::int64_t task, const std::string& table, const std::string& row, const std::string& col) {
  std::vector<StoredTerm> all;
  read_terms(txn, "where task = ? and table_code = ? and row_code = ? and col_code = ?", {task, table, row, col}, all);
  return all;
}

std::vector<StoredCheck> load_checks(Txn& txn, std::int64_t task) {
  std::vector<StoredCheck> all;
  txn.query("select check_id, table_code, place, severity, kind, outcome, left_value, right_value, difference, tolerance, expression, message, rule, reason "
            "from x_reporting_check where task = ? order by ord",
            {task}, [&](const Row& row) {
              StoredCheck c;
              std::string* fields[] = {&c.id, &c.table, &c.place, &c.level, &c.kind, &c.state, &c.left, &c.right, &c.difference, &c.tolerance, &c.expression, &c.message, &c.rule, &c.reason};
              for (std::uint32_t i = 0; i < 14; ++i) *fields[i] = row.text(i);
              all.push_back(std::move(c));
              return true;
            });
  return all;
}

bool holds_words(const StoredCell& cell) { return cell.kind == MIF_CELL_TEXT && cell.state == "text"; }

Value value_of(const StoredCell& cell) {
  if (cell.kind == MIF_CELL_MONEY) return Value::money(cell.fen);
  if (holds_words(cell)) return Value::text(cell.value);
  if (cell.kind == MIF_CELL_BLANK || cell.value.empty()) return {};
  try {
    return cell.value.front() == '-' ? -Value::parse_number(cell.value.substr(1)) : Value::parse_number(cell.value);
  } catch (const Error&) {
    return Value::text(cell.value);
  }
}

}  // namespace mif::reporting
