// SPDX-License-Identifier: Apache-2.0
// What a catalog refuses when it loads: references that lead nowhere, and formulas that lead to themselves.
#include <algorithm>
#include <functional>

#include "catalog.h"
#include "formula_words.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;

std::string name_of(const Table& t, int row, int col) {
  return t.code + "[" + t.rows[static_cast<std::size_t>(row)].code + "," + t.cols[static_cast<std::size_t>(col)].code + "]";
}

// A period that the table asked does not end in would be a part of it, told as the whole.
void refuse_part_of_span(const Shift& shift, int span, const std::string& what) {
  if (span == 1) return;
  const std::string period = span == 3 ? "季报" : "年报";
  if (shift.months_back % span != 0) throw Error(MIF_E_INVALID, "formula.shift-span", what + " 是" + period + "，不能按月移动 (its period is not a month)，请用 {上期} 或 {上年同期}");
  if (shift.fixed_year && shift.fixed_month % span != 0 && shift.fixed_month != 13)
    throw Error(MIF_E_INVALID, "formula.shift-span", what + " 是" + period + "，" + Period{shift.fixed_year, shift.fixed_month}.iso() + " 不是它的期末 (not the end of its period)");
  if (shift.quarter_to_date && span > 3) throw Error(MIF_E_INVALID, "formula.shift-span", what + " 是" + period + "，没有 {本季} (its period is longer than a quarter)");
}

}  // namespace

void Catalog::check_references(const Package& package) const {
  for (const auto& t : package.tables) {
    for (std::size_t r = 0; r < t->rows.size(); ++r)
      for (std::size_t c = 0; c < t->cols.size(); ++c) {
        const auto& rule = t->rule(static_cast<int>(r), static_cast<int>(c));
        if (rule.kind != CellRule::Kind::formula) continue;
        const auto& f = t->formulas[static_cast<std::size_t>(rule.formula)];
        located(t->file, f.line, [&] { check_expression(*f.root, t.get(), package, false, false); });
      }
    for (const auto& check : t->checks)
      located(t->file, check.line, [&] {
        check_expression(*check.root, t.get(), package, true, false);
        if (check.when) check_expression(*check.when, t.get(), package, true, false);
      });
  }
  for (const auto& check : package.checks)
    located(package.folder + "/package.info", check.line, [&] {
      check_expression(*check.root, nullptr, package, true, false);
      if (check.when) check_expression(*check.when, nullptr, package, true, false);
    });
  for (const auto& e : package.eliminations)
    located(package.folder + "/package.info", e.line, [&] {
      check_expression(*e.a, nullptr, package, true, false);
      check_expression(*e.b, nullptr, package, true, false);
    });
}

void Catalog::check_expression(const Expression& e, const Table* here, const Package& package, bool in_check, bool in_sum) const {
  if (e.op == Op::parameter && (!here || !here->parameters.count(e.parameter)))
    throw Error(MIF_E_INVALID, "formula.parameter-unknown", "没有参数 (no parameter) \"" + e.parameter + "\"，请写在本表的 parameters 里");
  if (e.op == Op::cell) {
    const Table* t = here;
    if (!e.cell.table.empty()) {
      // A package may be the first of its year: any version of the table will do for the names.
      t = any_version(e.cell.table, package.from);
      if (!t) throw Error(MIF_E_INVALID, "formula.table-unknown", "没有报表 (no table) \"" + e.cell.table + "\"");
      // A table of the whole unit may read every scheme's tables.
      if (here && !here->scheme.empty() && !t->scheme.empty() && t->scheme != here->scheme) throw Error(MIF_E_INVALID, "formula.other-scheme", t->code + " 是险种 " + t->scheme + " 的表，本表是险种 " + here->scheme + " (another scheme's table)");
    }
    if (!t) throw Error(MIF_E_INVALID, "formula.table-missing", "这里的单元格要写表号 (name the table of the cell): [" + e.cell.row.from + "," + e.cell.col.from + "]");
    for (const auto* axis : {&e.cell.row, &e.cell.col}) {
      if (axis->each && !in_check) throw Error(MIF_E_INVALID, "formula.star", "公式里不能用 *，请写编号，或留空表示本行（本栏）(no * in a formula)");
      if (!axis->to.empty() && !in_sum) throw Error(MIF_E_INVALID, "formula.range", "范围只能放在 合计、最大、最小、平均、计数 里 (a range belongs inside 合计)");
      if (axis->current() && !axis->each && (!here || in_check)) throw Error(MIF_E_INVALID, "formula.no-current", "这里没有“本行”“本栏”，请写编号 (no current row or column here)");
    }
    refuse_part_of_span(e.shift, t->span, t->code);
    const bool other = here && t != here;
    for (const auto& code : {e.cell.row.from, e.cell.row.to})
      if (!code.empty()) (void)t->row(code);
    for (const auto& code : {e.cell.col.from, e.cell.col.to})
      if (!code.empty()) (void)t->col(code);
    if (!other && !e.cell.row.current() && !e.cell.col.current() && e.cell.row.to.empty() && e.cell.col.to.empty() &&
        t->rule(t->row(e.cell.row.from), t->col(e.cell.col.from)).kind == CellRule::Kind::blocked)
      throw Error(MIF_E_INVALID, "formula.blocked", "引用了不可填的格 (refers to a cell marked ×): " + t->code + "[" + e.cell.row.from + "," + e.cell.col.from + "]");
  }
  if (e.op == Op::ledger && here && e.ledger.measure != Measure::opening && e.ledger.measure != Measure::closing) refuse_part_of_span(e.shift, here->span, here->code);
  for (const auto& arg : e.args) check_expression(*arg, here, package, in_check, takes_ranges(e.op));
}

void Catalog::refuse_cycles() const {
  std::map<std::pair<const Table*, int>, int> colour;  // 1 = on the path, 2 = done
  std::vector<std::pair<const Table*, int>> path;
  std::function<void(const Table&, int, int, Period)> visit = [&](const Table& t, int row, int col, Period period) {
    const int index = row * static_cast<int>(t.cols.size()) + col;
    const auto& rule = t.rule(row, col);
    if (rule.kind != CellRule::Kind::formula) return;
    int& mark = colour[{&t, index}];
    if (mark == 2) return;
    const auto& formula = t.formulas[static_cast<std::size_t>(rule.formula)];
    if (mark == 1) {
      std::string text;
      bool on = false;
      for (const auto& [table, i] : path) {
        on = on || (table == &t && i == index);
        const int width = static_cast<int>(table->cols.size());
        if (on) text += name_of(*table, i / width, i % width) + " → ";
      }
      throw Error(MIF_E_INVALID, "formula.cycle", t.file + ":" + std::to_string(formula.line) + ": 公式循环引用 (cycle): " + text + name_of(t, row, col));
    }
    mark = 1;
    path.emplace_back(&t, index);
    walk(*formula.root, [&](const Expression& e) {
      if (e.op != Op::cell || e.shift.past() || e.shift.whose == Shift::Whose::below || e.shift.whose == Shift::Whose::unit) return;
      const Table* other = e.cell.table.empty() ? &t : find(e.cell.table, period);
      if (!other) return;
      const auto span = [&](const Axis& axis, bool is_row) {
        const auto at = [&](const std::string& code) { return is_row ? other->row(code) : other->col(code); };
        if (axis.current()) {
          const int same = at(is_row ? t.rows[static_cast<std::size_t>(row)].code : t.cols[static_cast<std::size_t>(col)].code);
          return std::pair<int, int>(same, same);
        }
        const int from = at(axis.from), to = axis.to.empty() ? from : at(axis.to);
        return std::pair<int, int>(std::min(from, to), std::max(from, to));
      };
      located(t.file, formula.line, [&] {
        const auto [r0, r1] = span(e.cell.row, true);
        const auto [c0, c1] = span(e.cell.col, false);
        for (int r = r0; r <= r1; ++r)
          for (int c = c0; c <= c1; ++c) visit(*other, r, c, period);
      });
    });
    path.pop_back();
    colour[{&t, index}] = 2;
  };
  for (const auto& p : packages_)
    for (const auto& t : p.tables)
      for (std::size_t r = 0; r < t->rows.size(); ++r)
        for (std::size_t c = 0; c < t->cols.size(); ++c) visit(*t, static_cast<int>(r), static_cast<int>(c), p.from);
}

}  // namespace mif::reporting
