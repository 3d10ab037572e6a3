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
            if (e.op != Op::cell || e.shift.whose == Shift::Whose::below || e.shift.whose == Shift::Whose::unit) return;
            const bool same = !e.shift.past();
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
            if (e.cell.table.empty() && same) return read(*t);
            const auto named = versions.find(e.cell.table.empty() ? t->code : e.cell.table);
            if (named != versions.end())
              for (const Table* from : named->second) read(*from);
          });
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

}  // namespace mif::reporting
