// SPDX-License-Identifier: Apache-2.0
#include "results.h"

#include <array>
#include <charconv>
#include <initializer_list>

#include "check_sides.h"
#include "digest.h"
#include "module-kit/text.h"

namespace mif::reporting {
namespace {

constexpr const char* kTaskColumns =
    "id, package_code, unit_code, layer, fiscal_year, fiscal_month, template_digest, result_digest, cells, failed_checks, computed_by, computed_ms, base_mark";

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
  t.base_mark = row.text(12);
  return t;
}

constexpr const char* kCells = "select table_code, row_code, col_code, cell_state, kind, fen, amount_text, printed, formula, linear, source, words from x_reporting_cell ";
constexpr const char* kTerms =
    "select table_code, row_code, col_code, factor, book, fiscal_year, month_from, month_to, with_opening, measure, positive_side, with_closing, accounts, aux, fen, opposite from x_reporting_term ";
constexpr const char* kChecks = "select check_id, table_code, place, severity, kind, outcome, left_value, right_value, difference, tolerance, expression, message, rule, reason from x_reporting_check ";

void read_terms(Txn& txn, const char* where, const std::vector<mif::Value>& params, std::vector<StoredTerm>& all) {
  txn.query(std::string(kTerms) + where + " order by ord",
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
  txn.query(std::string(kCells) + "where task = ?" + which + " order by ord",
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

// What a result's digest is made of, row by row. What came later into results is in it where there is any, so that older results
// keep theirs.
class ResultDigest {
 public:
  explicit ResultDigest(const Task& task) { digest_.add(task.package).add(task.unit).add(task.layer).add(task.period.iso()); }
  void cell(std::initializer_list<std::string_view> texts, std::string_view source, bool empty_words) {  // table, row, column, state, value, printed, formula
    for (const auto text : texts) digest_.add(text);
    later("source", source);
    if (empty_words) later("words", "none");  // blank is not that
  }
  void term(std::initializer_list<std::string_view> texts, std::initializer_list<std::int64_t> numbers, std::string_view opposite) {
    for (const auto text : texts) digest_.add(text);  // table, row, column, book, accounts, aux
    char line[200];
    char* at = line;
    for (const std::int64_t n : numbers) {  // times, year, from, to, opening, measure, side, with closing, fen
      if (at != line) *at++ = ',';
      at = std::to_chars(at, line + sizeof line, n).ptr;
    }
    digest_.add({line, static_cast<std::size_t>(at - line)});
    later("opposite", opposite);
  }
  template <class Texts>
  void check(const Texts& texts) {  // as kChecks says
    for (std::size_t i = 0; i < 12; ++i) digest_.add(texts[i]);
    later("rule", texts[12]);
    later("reason", texts[13]);
  }
  std::string hex() { return digest_.hex(); }

 private:
  void later(const char* name, std::string_view text) {
    if (!text.empty()) digest_.add(name).add(text);
  }
  Digest digest_;
};

// Words are longer than an amount; they have a column of their own.
bool words_kind(std::int64_t kind, std::string_view state) { return kind == MIF_CELL_TEXT && state == "text"; }

}  // namespace

StoredCheck stored_check(CheckResult r) {
  constexpr std::size_t kReasonBytes = 400;  // as the column is
  return {std::move(r.id), std::move(r.table), std::move(r.place), std::move(r.level), std::move(r.kind), std::move(r.state), side_text(r.left), side_text(r.right), r.difference.plain(), r.tolerance.plain(),
          std::move(r.expression), std::move(r.message), std::move(r.rule), kit::cut(r.reason, kReasonBytes)};
}

std::string Result::digest() const {
  ResultDigest digest(task);
  for (const auto& c : cells) digest.cell({c.table, c.row, c.col, c.state, c.value, c.printed, c.formula}, c.source, holds_words(c) && c.value.empty());
  for (const auto& t : terms) {
    const auto& p = t.predicate;
    digest.term({t.table, t.row, t.col, p.book, p.accounts, p.aux}, {t.times, p.year, p.month_from, p.month_to, p.opening, p.measure, p.side, p.with_closing, t.fen.value()}, p.opposite);
  }
  for (const auto& c : checks)
    digest.check(std::array<std::string_view, 14>{c.id, c.table, c.place, c.level, c.kind, c.state, c.left, c.right, c.difference, c.tolerance, c.expression, c.message, c.rule, c.reason});
  return digest.hex();
}

std::string stored_digest(Txn& txn, const Task& task) {
  ResultDigest digest(task);
  txn.query(std::string(kCells) + "where task = ? order by ord", {task.id}, [&](const Row& row) {
    const bool words = words_kind(row.integer(4), row.view(3));
    const std::string_view value = row.view(words ? 11 : 6), printed = words ? value : row.view(7);
    digest.cell({row.view(0), row.view(1), row.view(2), row.view(3), value, printed, row.view(8)}, row.view(10), words && value.empty());
    return true;
  });
  txn.query(std::string(kTerms) + "where task = ? order by ord", {task.id}, [&](const Row& row) {
    digest.term({row.view(0), row.view(1), row.view(2), row.view(4), row.view(12), row.view(13)},
                {row.integer(3), row.integer(5), row.integer(6), row.integer(7), row.integer(8), row.integer(9), row.integer(10), row.integer(11), row.integer(14)}, row.view(15));
    return true;
  });
  txn.query(std::string(kChecks) + "where task = ? order by ord", {task.id}, [&](const Row& row) {
    std::array<std::string_view, 14> texts;
    for (std::uint32_t i = 0; i < texts.size(); ++i) texts[i] = row.view(i);
    digest.check(texts);
    return true;
  });
  return digest.hex();
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

Result load_result(Txn& txn, const Task& task) { return {task, load_cells(txn, task.id), load_terms(txn, task.id), load_checks(txn, task.id)}; }

std::vector<StoredCheck> load_checks(Txn& txn, std::int64_t task) {
  std::vector<StoredCheck> all;
  txn.query(std::string(kChecks) + "where task = ? order by ord",
            {task}, [&](const Row& row) {
              StoredCheck c;
              std::string* fields[] = {&c.id, &c.table, &c.place, &c.level, &c.kind, &c.state, &c.left, &c.right, &c.difference, &c.tolerance, &c.expression, &c.message, &c.rule, &c.reason};
              for (std::uint32_t i = 0; i < 14; ++i) *fields[i] = row.text(i);
              all.push_back(std::move(c));
              return true;
            });
  return all;
}

bool holds_words(const StoredCell& cell) { return words_kind(cell.kind, cell.state); }

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
