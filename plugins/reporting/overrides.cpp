// SPDX-License-Identifier: Apache-2.0
// Amounts written over what was fetched, as the evaluator asks for them.
#include "flow.h"

namespace mif::reporting {

Overrides::Overrides(Txn& txn, const std::string& unit) {
  for (auto& o : overrides_of(txn, unit)) {
    auto key = std::make_tuple(o.table, o.row, o.col, o.period.year, o.period.month);
    all_.emplace(std::move(key), std::move(o));
  }
}

const Override* Overrides::find(const Table& table, const std::string& row, const std::string& col, Period period) const {
  if (all_.empty()) return nullptr;
  const auto found = all_.find({table.code, row, col, period.year, period.month});
  if (found == all_.end()) return nullptr;
  const auto r = table.row_index.find(row), c = table.col_index.find(col);
  // Where a newer template has no formula there is nothing to write over.
  if (r == table.row_index.end() || c == table.col_index.end() || table.rule(r->second, c->second).kind != CellRule::Kind::formula) return nullptr;
  return &found->second;
}

Given Overrides::given() const {
  if (all_.empty()) return {};
  return [this](const Table& table, const std::string& row, const std::string& col, Period period) -> std::optional<Value> {
    if (const Override* o = find(table, row, col, period)) return table.typed(table.row(row), table.col(col), o->fen);
    return std::nullopt;
  };
}

void keep_formula_values(Txn& txn, const std::string& unit, Period period, const std::map<CellKey, std::string>& values) {
  for (const auto& [cell, text] : values)
    txn.execute("update x_reporting_override set formula_value = ? where unit_code = ? and table_code = ? and fiscal_year = ? and fiscal_month = ? and row_code = ? and col_code = ?",
                {text, unit, std::get<0>(cell), period.year, period.month, std::get<1>(cell), std::get<2>(cell)});
}

}  // namespace mif::reporting
