// SPDX-License-Identifier: Apache-2.0
// Writing results: whole, or only the rows that became others.
#include "results.h"

#include <algorithm>
#include <array>

namespace mif::reporting {
namespace {

void update_task(Txn& txn, const Task& task) {
  txn.execute("update x_reporting_task set template_digest = ?, result_digest = ?, cells = ?, failed_checks = ?, computed_by = ?, computed_ms = ?, base_mark = ? where id = ?",
              {task.template_digest, task.result_digest, task.cells, task.failed_checks, task.computed_by, task.computed_ms, task.base_mark, task.id});
}

bool same(const StoredCell& a, const StoredCell& b) {
  return a.state == b.state && a.kind == b.kind && a.fen == b.fen && a.value == b.value && a.printed == b.printed && a.formula == b.formula && a.linear == b.linear && a.source == b.source;
}

bool same(const StoredTerm& a, const StoredTerm& b) { return a.times == b.times && a.fen == b.fen && a.predicate.key() == b.predicate.key(); }

std::array<const std::string*, 14> texts_of(const StoredCheck& c) {
  return {&c.id, &c.table, &c.place, &c.level, &c.kind, &c.state, &c.left, &c.right, &c.difference, &c.tolerance, &c.expression, &c.message, &c.rule, &c.reason};
}

bool same(const StoredCheck& a, const StoredCheck& b) {
  const auto x = texts_of(a), y = texts_of(b);
  return std::equal(x.begin(), x.end(), y.begin(), [](const std::string* p, const std::string* q) { return *p == *q; });
}

// The columns of a cell's value: an amount and what is printed of it, or words, which are longer and printed as they were typed.
struct Shown {
  const std::string &amount, &printed, &words;
};
Shown shown(const StoredCell& c) {
  static const std::string none;
  return holds_words(c) ? Shown{none, none, c.value} : Shown{c.value, c.printed, none};
}

template <class T>
bool same_place(const T& a, const T& b) { return a.table == b.table && a.row == b.row && a.col == b.col; }

}  // namespace

bool store_result(Txn& txn, Result& result) {
  Task& task = result.task;
  task.result_digest = result.digest();
  task.cells = static_cast<std::int64_t>(result.cells.size());
  const auto old = find_task(txn, task.package, task.unit, task.period, task.layer);
  if (old && old->result_digest == task.result_digest && old->template_digest == task.template_digest) {
    // Rows that somebody changed behind our back are written anew.
    if (stored_digest(txn, *old) == task.result_digest) {
      task = *old;
      return false;
    }
  }
  if (old) {
    task.id = old->id;
    for (const char* table : {"x_reporting_cell", "x_reporting_term", "x_reporting_check"})
      txn.execute(std::string("delete from ") + table + " where task = ?", {task.id});
    update_task(txn, task);
  } else {
    task.id = txn.next_id("task");
    txn.execute("insert into x_reporting_task (id, package_code, unit_code, layer, fiscal_year, fiscal_month, template_digest, result_digest, cells, failed_checks, computed_by, computed_ms, base_mark) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {task.id, task.package, task.unit, task.layer, task.period.year, task.period.month, task.template_digest, task.result_digest, task.cells,
                 task.failed_checks, task.computed_by, task.computed_ms, task.base_mark});
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
  for (const auto& c : result.cells) {
    const Shown of = shown(c);
    cells.add(id).add(c.table).add(c.row).add(c.col).add(++ord).add(c.state).add(c.kind).add(c.fen).add(of.amount).add(of.printed).add(c.formula).add(std::int64_t{c.linear}).add(c.source).add(of.words);
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
    for (const std::string* text : texts_of(c)) checks.add(*text);
    write("x_reporting_check", checks, kRows);
  }
  write("x_reporting_check", checks, 1);
}

bool store_changes(Txn& txn, const Result& old, Result& result) {
  Task& task = result.task;
  task.id = old.task.id;
  task.result_digest = result.digest();
  task.cells = static_cast<std::int64_t>(result.cells.size());
  if (task.result_digest == old.task.result_digest && task.template_digest == old.task.template_digest) {
    task = old.task;
    return false;
  }
  const auto in_place = [](const auto& a, const auto& b) { return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) { return same_place(x, y); }); };
  // Rows keep their places and numbers; where a cell has more or fewer terms than before, the numbers of all after it move.
  Result whole;
  if (in_place(old.cells, result.cells)) {
    for (std::size_t i = 0; i < result.cells.size(); ++i) {
      const StoredCell& c = result.cells[i];
      if (same(old.cells[i], c)) continue;
      const Shown of = shown(c);
      txn.execute("update x_reporting_cell set cell_state = ?, kind = ?, fen = ?, amount_text = ?, printed = ?, formula = ?, linear = ?, source = ?, words = ? where task = ? and table_code = ? and "
                  "row_code = ? and col_code = ?",
                  {c.state, c.kind, c.fen, of.amount, of.printed, c.formula, std::int64_t{c.linear}, c.source, of.words, task.id, c.table, c.row, c.col});
    }
  } else {
    txn.execute("delete from x_reporting_cell where task = ?", {task.id});
    whole.cells = result.cells;
  }
  if (in_place(old.terms, result.terms)) {
    for (std::size_t i = 0; i < result.terms.size(); ++i) {
      const StoredTerm& t = result.terms[i];
      const auto& p = t.predicate;
      if (!same(old.terms[i], t))
        txn.execute("update x_reporting_term set factor = ?, book = ?, fiscal_year = ?, month_from = ?, month_to = ?, with_opening = ?, measure = ?, positive_side = ?, with_closing = ?, accounts = ?, aux = ?, "
                    "fen = ?, opposite = ? where task = ? and table_code = ? and row_code = ? and col_code = ? and ord = ?",
                    {t.times, p.book, p.year, p.month_from, p.month_to, std::int64_t{p.opening}, p.measure, p.side, std::int64_t{p.with_closing}, p.accounts, p.aux, t.fen, p.opposite, task.id, t.table, t.row, t.col,
                     static_cast<std::int64_t>(i) + 1});
    }
  } else {
    txn.execute("delete from x_reporting_term where task = ?", {task.id});
    whole.terms = result.terms;
  }
  if (old.checks.size() == result.checks.size()) {
    for (std::size_t i = 0; i < result.checks.size(); ++i) {
      if (same(old.checks[i], result.checks[i])) continue;
      std::vector<mif::Value> values;
      for (const std::string* text : texts_of(result.checks[i])) values.emplace_back(*text);
      values.emplace_back(task.id);
      values.emplace_back(static_cast<std::int64_t>(i) + 1);
      txn.execute("update x_reporting_check set check_id = ?, table_code = ?, place = ?, severity = ?, kind = ?, outcome = ?, left_value = ?, right_value = ?, difference = ?, tolerance = ?, expression = ?, "
                  "message = ?, rule = ?, reason = ? where task = ? and ord = ?",
                  values);
    }
  } else {
    txn.execute("delete from x_reporting_check where task = ?", {task.id});
    whole.checks = result.checks;
  }
  write_rows(txn, task.id, whole);
  update_task(txn, task);
  return true;
}

void mark_task(Txn& txn, std::int64_t id, const std::string& base_mark) { txn.execute("update x_reporting_task set base_mark = ? where id = ?", {base_mark, id}); }

}  // namespace mif::reporting
