// SPDX-License-Identifier: Apache-2.0
// Cells of words in formulas: they may be asked whether they are there, counted, and compared with words - nothing else. Said when
// a package loads, so that no report fails on it in the middle of the year.
#include <algorithm>

#include "catalog.h"
#include "formula_words.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;

bool relation(Op op) {
  return op == Op::equal || op == Op::unequal || op == Op::less || op == Op::less_equal || op == Op::greater || op == Op::greater_equal;
}

std::string written(const CellRef& cell) {
  const auto axis = [](const Axis& a) { return a.each ? std::string("*") : a.to.empty() ? a.from : a.from + ":" + a.to; };
  return cell.table + "[" + axis(cell.row) + "," + axis(cell.col) + "]";
}

// Which cells of `t` a reference names; what stands for the current row or column is given.
bool names_text(const Table& t, const CellRef& cell, const std::string& row, const std::string& col) {
  const auto span = [](const Axis& axis, const std::map<std::string, int, std::less<>>& index, std::size_t count, const std::string& here) {
    if (axis.each) return std::pair<int, int>(0, static_cast<int>(count) - 1);
    const auto first = index.find(axis.current() ? here : axis.from), last = axis.to.empty() ? first : index.find(axis.to);
    if (first == index.end() || last == index.end()) return std::pair<int, int>(0, -1);
    return std::pair<int, int>(std::min(first->second, last->second), std::max(first->second, last->second));
  };
  const auto [r0, r1] = span(cell.row, t.row_index, t.rows.size(), row);
  const auto [c0, c1] = span(cell.col, t.col_index, t.cols.size(), col);
  bool text = false, other = false;
  for (int r = r0; r <= r1; ++r)
    for (int c = c0; c <= c1; ++c) {
      const auto& rule = t.rule(r, c);
      text = text || rule.text;
      other = other || (!rule.text && (rule.kind == CellRule::Kind::input || rule.kind == CellRule::Kind::formula));
    }
  if (text && other) throw Error(MIF_E_INVALID, "formula.text-mixed", "引用里既有文字格又有数字格，请分开写 (words and amounts in one reference): " + written(cell));
  return text;
}

}  // namespace

bool Catalog::speaks_of_text(const Expression& e, const Table* here, const std::string& row, const std::string& col, Period from) const {
  if (e.op == Op::literal) return e.literal.kind() == Value::Kind::text;
  if (e.op == Op::parameter) return true;
  if (e.op == Op::keyword) return e.keyword == Keyword::unit_name || e.keyword == Keyword::period;
  if (e.op == Op::cell) {
    const Table* t = e.cell.table.empty() ? here : any_version(e.cell.table, from);
    return t && names_text(*t, e.cell, row, col);
  }
  if (e.op == Op::choose) return std::any_of(e.args.begin() + 1, e.args.end(), [&](const auto& a) { return speaks_of_text(*a, here, row, col, from); });
  return false;
}

void Catalog::refuse_text(const Expression& e, const Table* here, const std::string& row, const std::string& col, Period from) const {
  const auto text = [&](const Expression& x) { return speaks_of_text(x, here, row, col, from); };
  const auto cell_of = [&](const Expression& x) {
    std::string found;
    walk(x, [&](const Expression& n) {
      if (found.empty() && n.op == Op::cell && text(n)) found = written(n.cell);
    });
    return found;
  };
  if (relation(e.op)) {
    const bool left = text(*e.args[0]), right = text(*e.args[1]);
    const std::string cell = left == right ? std::string() : cell_of(*e.args[left ? 0 : 1]);
    if (!cell.empty()) throw Error(MIF_E_INVALID, "formula.text-number", "文字格不能与数比较 (a cell of words cannot be compared with a number): " + cell + "，请与文字比较，或用 空(" + cell + ")");
  } else if (e.op != Op::is_blank && e.op != Op::count && e.op != Op::choose && e.op != Op::cell) {
    for (const auto& arg : e.args)
      if (const std::string cell = text(*arg) ? cell_of(*arg) : std::string(); !cell.empty())
        throw Error(MIF_E_INVALID, "formula.text-computed", "文字格不能参加计算 (a cell of words cannot be computed with): " + cell);
  }
  for (const auto& arg : e.args) refuse_text(*arg, here, row, col, from);
}

void Catalog::check_text_cells(const Package& package) const {
  for (const auto& t : package.tables) {
    for (std::size_t r = 0; r < t->rows.size(); ++r)
      for (std::size_t c = 0; c < t->cols.size(); ++c) {
        const auto& rule = t->rule(static_cast<int>(r), static_cast<int>(c));
        if (rule.kind != CellRule::Kind::formula) continue;
        const auto& f = t->formulas[static_cast<std::size_t>(rule.formula)];
        located(t->file, f.line, [&] {
          refuse_text(*f.root, t.get(), t->rows[r].code, t->cols[c].code, package.from);
          if (f.root->op == Op::cell && speaks_of_text(*f.root, t.get(), t->rows[r].code, t->cols[c].code, package.from))
            throw Error(MIF_E_INVALID, "formula.text-copied", "公式只得数，不能取文字格 (a formula gives a number, not words): " + f.text);
        });
      }
    for (const auto& check : t->checks)
      located(t->file, check.line, [&] {
        refuse_text(*check.root, t.get(), {}, {}, package.from);
        if (check.when) refuse_text(*check.when, t.get(), {}, {}, package.from);
      });
  }
  for (const auto& check : package.checks)
    located(package.folder + "/package.info", check.line, [&] {
      refuse_text(*check.root, nullptr, {}, {}, package.from);
      if (check.when) refuse_text(*check.when, nullptr, {}, {}, package.from);
    });
}

}  // namespace mif::reporting
