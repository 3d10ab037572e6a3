// SPDX-License-Identifier: Apache-2.0
// Which cells a cell reaches: read once from the formulas, so that one change recomputes what hangs on it and nothing else.
#include <algorithm>
#include <set>

#include "catalog.h"

namespace mif::reporting {

using Op = Expression::Op;

void Catalog::index_dependents() {
  std::map<std::string, std::vector<const Table*>, std::less<>> versions;
  for (const auto& p : packages_)
    for (const auto& t : p.tables) versions[t->code].push_back(t.get());
  for (const auto& p : packages_)
    for (const auto& t : p.tables)
      for (int r = 0; r < static_cast<int>(t->rows.size()); ++r)
        for (int c = 0; c < static_cast<int>(t->cols.size()); ++c) {
          const auto& rule = t->rule(r, c);
          if (rule.kind != CellRule::Kind::formula) continue;
          walk(*t->formulas[static_cast<std::size_t>(rule.formula)].root, [&](const Expression& e) {
            const bool others = e.op == Op::figure || (e.op == Op::cell && (e.shift.whose == Shift::Whose::below || e.shift.whose == Shift::Whose::unit)) ||
                                std::any_of(e.ledger.books.begin(), e.ledger.books.end(), [&](const std::string& book) { return !own_book(book); });
            if (others) asks_others_.insert({t.get(), r, c});
            if (others || !e.ledger.opposite.empty() || (e.op == Op::cell && e.shift.past())) may_lack_.insert({t.get(), r, c});
            if (e.op != Op::cell || e.shift.whose == Shift::Whose::below || e.shift.whose == Shift::Whose::unit) return;
            const bool same = !e.shift.past() || e.shift.fixed_year != 0;  // {2023-06} may be the period itself
            const auto read = [&](const Table& from) {
              const auto span = [&](const Axis& axis, const std::map<std::string, int, std::less<>>& index, const std::string& here) {
                const auto first = index.find(axis.current() ? here : axis.from), last = axis.to.empty() ? first : index.find(axis.to);
                if (first == index.end() || last == index.end()) return std::pair<int, int>(0, -1);
                return std::pair<int, int>(std::min(first->second, last->second), std::max(first->second, last->second));
              };
              const auto [r0, r1] = span(e.cell.row, from.row_index, t->rows[static_cast<std::size_t>(r)].code);
              const auto [c0, c1] = span(e.cell.col, from.col_index, t->cols[static_cast<std::size_t>(c)].code);
              for (int i = r0; i <= r1; ++i)
                for (int j = c0; j <= c1; ++j) {
                  reach_[{&from, i, j}].push_back({{t.get(), r, c}, same});
                  // In a period of another layout it reads what the map says.
                  if (!same && package_of(from).migration)
                    for (const auto& old : ancestors(from, i, j)) reach_[old].push_back({{t.get(), r, c}, same});
                }
            };
            if (e.cell.table.empty() && !e.shift.past()) return read(*t);
            const auto named = versions.find(e.cell.table.empty() ? t->code : e.cell.table);
            if (named != versions.end())
              for (const Table* from : named->second) read(*from);
          });
        }
  spread(asks_others_);
  spread(may_lack_);
}

void Catalog::spread(std::set<CellId>& cells) const {
  std::vector<CellId> order(cells.begin(), cells.end());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto found = reach_.find(order[i]);
    if (found == reach_.end()) continue;
    for (const auto& one : found->second)
      if (cells.insert(one.by).second) order.push_back(one.by);
  }
}

std::vector<CellId> Catalog::reached(const Table& table, int row, int col, bool same_period) const {
  std::vector<CellId> order{{&table, row, col}};
  std::set<CellId> seen{order.front()};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto found = reach_.find(order[i]);
    if (found == reach_.end()) continue;
    for (const auto& [by, same] : found->second)
      if ((same || !same_period) && seen.insert(by).second) order.push_back(by);
  }
  // Where the cell stands in its own later periods it is one of them; the cell asked about is not.
  order.erase(order.begin());
  return order;
}

// A check across tables of several ministries is one between the ministries.
void Catalog::name_kinds() {
  for (auto& p : packages_)
    for (auto& check : p.checks) {
      if (check.kind != "cross") continue;
      std::set<std::string> ministries;
      walk(*check.root, [&](const Expression& e) {
        if (e.op == Op::cell)
          if (const Table* t = any_version(e.cell.table, p.from)) ministries.insert(package_of(*t).ministry);
      });
      if (ministries.size() > 1) check.kind = "ministry";
    }
}

// The name of a scheme means the unit's own book of that scheme.
bool Catalog::own_book(const std::string& name) const {
  return dimensions_.is_scheme(name) || std::any_of(packages_.begin(), packages_.end(), [&](const Package& p) {
           return std::any_of(p.tables.begin(), p.tables.end(), [&](const auto& t) { return t->scheme == name; });
         });
}

void Catalog::look_for_books() {
  const auto look = [&](const ExpressionPtr& root) {
    if (!root) return;
    walk(*root, [&](const Expression& e) {
      for (const auto* books : {&e.ledger.books, &e.figure.books})
        for (const auto& name : *books) names_books_ = names_books_ || !own_book(name);
    });
  };
  const auto look_at = [&](const std::vector<Check>& checks) {
    for (const auto& c : checks) {
      look(c.root);
      look(c.when);
    }
  };
  for (const auto& p : packages_) {
    for (const auto& t : p.tables) {
      for (const auto& f : t->formulas) look(f.root);
      look_at(t->checks);
    }
    look_at(p.checks);
  }
  for (const auto& b : bridges_)
    for (const auto& pair : b.pairs) {
      look(pair.a);
      look(pair.b);
      for (const auto& x : pair.explanations) look(x.root);
    }
}

}  // namespace mif::reporting
