// SPDX-License-Identifier: Apache-2.0
// Recomputing: after cells were typed, only what hangs on them. The stored result is the base; it holds as long as nothing else of
// the unit changed, which the position of the unit's log says.
#include <algorithm>

#include "computing.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;

// The terms of each cell, found in the order of the cells.
class TermsInOrder {
 public:
  explicit TermsInOrder(const std::vector<StoredTerm>& terms) : terms_(terms) {}
  std::pair<std::size_t, std::size_t> of(const StoredCell& cell) {
    const std::size_t from = at_;
    while (at_ < terms_.size() && terms_[at_].table == cell.table && terms_[at_].row == cell.row && terms_[at_].col == cell.col) ++at_;
    return {from, at_};
  }
  bool done() const { return at_ == terms_.size(); }

 private:
  const std::vector<StoredTerm>& terms_;
  std::size_t at_ = 0;
};

// The cells of a period that may be others than before.
class Moved {
 public:
  Moved(const Catalog& catalog, const Package& package, Period period, const std::vector<CellId>& changed) : catalog_(catalog), period_(period) {
    const auto take = [&](const CellId& cell) {
      if (!cells_.insert(cell).second) return;
      for (const auto& one : catalog.dependents(*cell.table, cell.row, cell.col)) cells_.insert(one);
    };
    for (const auto& cell : changed) take(cell);
    for (const auto& t : package.tables)
      for (int r = 0; r < static_cast<int>(t->rows.size()); ++r)
        for (int c = 0; c < static_cast<int>(t->cols.size()); ++c)
          if (catalog.asks_others({t.get(), r, c})) cells_.insert({t.get(), r, c});
  }
  bool has(const CellId& cell) const { return cells_.count(cell) != 0; }
  // Whether the formula of a check looks at one of them, or at something else that nobody reports.
  bool under(const Expression& root, const Table* here) const {
    bool looks = false;
    walk(root, [&](const Expression& e) {
      looks = looks || e.op == Op::figure || (e.op == Op::ledger && catalog_.names_books()) || (e.op == Op::cell && at(e, here));
    });
    return looks;
  }

 private:
  bool at(const Expression& e, const Table* here) const {
    if (e.shift.whose == Shift::Whose::below || e.shift.whose == Shift::Whose::unit || e.shift.fixed_year) return true;
    const Table* t = e.cell.table.empty() ? here : catalog_.any_version(e.cell.table, period_);
    if (!t) return true;
    if (e.shift.past() && catalog_.package_of(*t).migration) return true;  // another layout is read through its map
    if (const Table* then = catalog_.find(t->code, e.shift.apply(period_, t->span))) t = then;
    bool known = true;
    const auto span = [&](const Axis& axis, const std::map<std::string, int, std::less<>>& index) {
      if (axis.each) return std::pair<int, int>(0, static_cast<int>(index.size()) - 1);
      const auto first = index.find(axis.from), last = axis.to.empty() ? first : index.find(axis.to);
      known = known && first != index.end() && last != index.end();
      return known ? std::pair<int, int>(std::min(first->second, last->second), std::max(first->second, last->second)) : std::pair<int, int>(0, -1);
    };
    const auto [r0, r1] = span(e.cell.row, t->row_index);
    const auto [c0, c1] = span(e.cell.col, t->col_index);
    if (!known) return true;
    for (int r = r0; r <= r1; ++r)
      for (int c = c0; c <= c1; ++c)
        if (e.shift.past() ? catalog_.asks_others({t, r, c}) : has({t, r, c}) || catalog_.asks_others({t, r, c})) return true;
    return false;
  }
  const Catalog& catalog_;
  Period period_;
  std::set<CellId> cells_;
};

// The stored results of checks, taken from the front rule by rule.
class ChecksInOrder {
 public:
  explicit ChecksInOrder(const std::vector<StoredCheck>& checks) : checks_(checks) {}
  // Those of one rule; `into` null = they are left out.
  void take(const std::string& id, const Table* table, const std::string& rule, std::vector<StoredCheck>* into) {
    const std::string code = table ? table->code : "";
    for (; at_ < checks_.size() && checks_[at_].id == id && checks_[at_].table == code && checks_[at_].rule == rule; ++at_)
      if (into) into->push_back(checks_[at_]);
  }
  // What is left is what is told of the formulas themselves.
  bool done() const { return std::all_of(checks_.begin() + static_cast<std::ptrdiff_t>(at_), checks_.end(), [](const StoredCheck& c) { return c.id == "LINT" && c.rule.empty(); }); }

 private:
  const std::vector<StoredCheck>& checks_;
  std::size_t at_ = 0;
};

// A stored cell as the evaluator would have it; nothing where the row does not say it all: of another kind than an amount, with a
// source, or blank for a reason.
std::optional<Traced> known(const Catalog& catalog, Facts& facts, const CellId& id, const StoredCell& cell, const std::vector<StoredTerm>& terms, std::pair<std::size_t, std::size_t> range) {
  if (cell.state != "formula" || !cell.source.empty()) return std::nullopt;
  if (cell.kind != MIF_CELL_MONEY && (cell.kind != MIF_CELL_BLANK || !cell.value.empty() || catalog.may_lack(id))) return std::nullopt;
  Traced traced;
  if (cell.kind == MIF_CELL_MONEY) traced.value = Value::money(cell.fen);
  traced.linear = cell.linear;
  for (std::size_t i = range.first; i < range.second; ++i) traced.terms.add(facts.question(terms[i].predicate), terms[i].times);
  return traced;
}

}  // namespace

std::optional<Result> Reports::recompute(Call call, Txn& txn, Facts& facts, Round& round, const Package& package, const Agency& unit, Period period, const Result& base, const std::vector<CellId>& changed,
                                         Computed& told) const {
  const Catalog& catalog = *round.catalog;
  const int reads = facts.reads();
  if (base.digest() != base.task.result_digest) return std::nullopt;  // somebody changed rows behind our back
  const Moved moved(catalog, package, period, changed);
  const Overrides overrides(txn, unit.code);
  Outside outside = this->outside(call, txn, catalog, unit);
  outside.given = overrides.given();
  Evaluator evaluator(catalog, facts, round.books, unit.code, std::move(outside));
  struct Kept {
    CellId id;
    std::pair<std::size_t, std::size_t> terms;
  };
  std::vector<Kept> kept;
  kept.reserve(base.cells.size());
  TermsInOrder terms(base.terms);
  for (const auto& t : package.tables) {
    if (!unit.has(*t)) continue;
    for (int r = 0; r < static_cast<int>(t->rows.size()); ++r)
      for (int c = 0; c < static_cast<int>(t->cols.size()) && evaluator.in_use(*t, r, period); ++c) {
        if (kept.size() == base.cells.size()) return std::nullopt;
        const StoredCell& cell = base.cells[kept.size()];
        if (cell.table != t->code || cell.row != t->rows[static_cast<std::size_t>(r)].code || cell.col != t->cols[static_cast<std::size_t>(c)].code) return std::nullopt;
        const auto& one = kept.emplace_back(Kept{{t.get(), r, c}, terms.of(cell)});
        if (moved.has(one.id)) continue;
        if (auto traced = known(catalog, facts, one.id, cell, base.terms, one.terms)) evaluator.remember(*t, r, c, period, std::move(*traced));
      }
  }
  if (kept.size() != base.cells.size() || !terms.done()) return std::nullopt;

  Result result;
  result.task.package = package.code;
  result.task.unit = unit.code;
  result.task.period = period;
  result.task.template_digest = package.digest;
  result.cells.reserve(base.cells.size());
  result.terms.reserve(base.terms.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto& [id, range] = kept[i];
    if (moved.has(id)) {
      ++told.computed;
      result.cells.push_back(compute_cell(evaluator, facts, overrides, *id.table, id.row, id.col, period, told, result.terms));
    } else {
      result.cells.push_back(base.cells[i]);
      result.terms.insert(result.terms.end(), base.terms.begin() + static_cast<std::ptrdiff_t>(range.first), base.terms.begin() + static_cast<std::ptrdiff_t>(range.second));
    }
  }

  ChecksInOrder before(base.checks);
  const auto run = [&](const Check& check, const Table* table) {
    const bool again = moved.under(*check.root, table) || (check.when && moved.under(*check.when, table));
    before.take(check.id, table, check.digest, again ? nullptr : &result.checks);
    if (again)
      for (auto& r : run_listed(evaluator, package, check, table, period)) result.checks.push_back(stored_check(std::move(r)));
  };
  for (const auto& t : package.tables)
    if (unit.has(*t))
      for (const auto& check : t->checks) run(check, t.get());
  for (const auto& check : package.checks) run(check, nullptr);
  if (!before.done()) return std::nullopt;
  for (const auto& book : unit.books) {
    const auto& found = linted(call, txn, round, package, book, period.year);
    result.checks.insert(result.checks.end(), found.begin(), found.end());
  }
  lint_unanswered(evaluator, result.checks);
  count_checks(result, told);
  told.ledger_reads = facts.reads() - reads;
  present(call, catalog, package, period, result.cells);
  return result;
}

Result Reports::after_change(Call call, Txn& txn, Round round, const Package& package, const Agency& unit, Period period, std::int64_t position, const std::optional<Result>& base,
                             const std::vector<CellId>& changed, Computed& told) const {
  Facts facts = this->facts(call, txn);
  const bool holds = base && position >= 0 && base->task.base_mark == mark_of(*round.catalog, position) && base->task.template_digest == package.digest;
  std::optional<Result> part;
  if (holds) part = recompute(call, txn, facts, round, package, unit, period, *base, changed, told);
  if (!part) told = {};
  Result result = part ? std::move(*part) : evaluate(call, txn, facts, round, package, unit, period, told);
  result.task.computed_by = call.actor();
  result.task.computed_ms = clock_.now_unix_ms();
  if (part) store_changes(txn, *base, result);
  else store_result(txn, result);
  return result;
}

}  // namespace mif::reporting
