// SPDX-License-Identifier: Apache-2.0
// 辅助余额表 and balances over two axes.
#include <algorithm>
#include <set>

#include "kernel/books/internal.h"

namespace mif::books {
namespace {

void require_dimension(const Scope& scope, const std::string& dimension) {
  for (const auto& member : scope.members())
    for (const auto& type : member.chart->aux_types())
      if (type.code == dimension) return;
  throw Error(MIF_E_NOT_FOUND, "aux.dimension-not-found", "没有辅助核算项目 (no such dimension): \"" + dimension + "\"");
}

// Reads an axis: what a balance counts under, and what the key is called.
struct Axis {
  const Scope& scope;
  std::string dimension;  // empty = accounts
  int level = 0;          // 0 = leaves

  Axis(const Scope& s, const std::string& text) : scope(s) {
    if (text == "account") return;
    if (text.size() == 9 && text.compare(0, 8, "account:") == 0 && text[8] >= '1' && text[8] <= '9') {
      level = text[8] - '0';
      return;
    }
    dimension = text;
    require_dimension(scope, dimension);
  }
  std::string key(const ledger::Balance& b) const {
    if (!dimension.empty()) return item_of(b.aux, dimension);
    const std::size_t size = static_cast<std::size_t>(2 + 2 * level);
    return level == 0 || b.account.size() <= size ? b.account : b.account.substr(0, size);
  }
  ColumnHead head(const std::string& key) const { return {key, dimension.empty() ? scope.name(key) : scope.item_name(dimension, key)}; }
};

Fen figure_part(const ledger::Balance& b, const Filter& filter, Figure figure) {
  Sums one;
  one.add(b, filter);
  return one.of(figure);
}

}  // namespace

AuxTable auxiliary_of(const Reading& reading, const Filter& filter, const std::vector<std::string>& dimensions, bool by_account) {
  const Scope& scope = reading.scope();
  if (dimensions.empty() || dimensions.size() > 2) throw Error(MIF_E_INVALID, "query.dimensions", "辅助余额表按一个或两个辅助核算项目 (an auxiliary balance has one or two dimensions)");
  for (const auto& dimension : dimensions) require_dimension(scope, dimension);
  std::map<std::pair<std::string, std::vector<std::string>>, Sums> all;
  reading.balances(filter, {}, [&](const Member&, const ledger::Balance& b) {
    std::vector<std::string> items;
    for (const auto& dimension : dimensions) items.push_back(item_of(b.aux, dimension));
    if (std::all_of(items.begin(), items.end(), [](const std::string& item) { return item == "-"; })) return;
    all[{by_account ? b.account : std::string(), std::move(items)}].add(b, filter);
  });
  AuxTable table;
  table.filter = filter;
  table.dimensions = dimensions;
  for (auto& [key, sums] : all) {
    if (sums.moved && sums.zero()) {
      Filter of_items = filter;
      for (std::size_t i = 0; i < dimensions.size(); ++i) of_items = with_item(std::move(of_items), dimensions[i], key.second[i]);
      sums.moved = reading.moved(of_items, key.first, 1, filter.month_to);
    }
    if (sums.empty()) continue;
    AuxRow row;
    row.account = key.first;
    if (by_account) row.account_name = scope.name(key.first);
    row.items = key.second;
    for (std::size_t i = 0; i < dimensions.size(); ++i) row.names.push_back(scope.item_name(dimensions[i], row.items[i]));
    row.sums = sums;
    table.total.add(sums);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Drill AuxTable::drill(const AuxRow& row, Figure figure) const {
  Drill drill = drill_of(filter, figure);
  for (std::size_t i = 0; i < dimensions.size(); ++i) drill.filter = with_item(std::move(drill.filter), dimensions[i], row.items[i]);
  drill.below = row.account;
  return drill;
}

Matrix Books::matrix(store::Txn& txn, const Filter& filter, const std::string& row_axis, const std::string& column_axis, Figure figure) const {
  const Scope scope(txn, ledger_, charts_, filter);
  const Axis rows(scope, row_axis), columns(scope, column_axis);
  if (rows.dimension == columns.dimension) throw Error(MIF_E_INVALID, "query.same-axis", "行与列不能是同一个项目 (rows and columns must differ): " + row_axis + ", " + column_axis);
  std::map<std::pair<std::string, std::string>, Fen> cells;
  each_balance(txn, ledger_, scope, filter, {}, [&](const Member&, const ledger::Balance& b) { cells[{rows.key(b), columns.key(b)}] += figure_part(b, filter, figure); });
  std::erase_if(cells, [](const auto& cell) { return cell.second == Fen(); });
  std::map<std::string, std::size_t> row_at, column_at;
  for (const auto& [key, fen] : cells) {
    row_at[key.first] = 0;
    column_at[key.second] = 0;
  }
  Matrix matrix;
  matrix.filter = filter;
  matrix.row_axis = row_axis;
  matrix.column_axis = column_axis;
  matrix.figure = figure;
  for (auto& [key, at] : row_at) {
    at = matrix.rows.size();
    matrix.rows.push_back(rows.head(key));
  }
  for (auto& [key, at] : column_at) {
    at = matrix.columns.size();
    matrix.columns.push_back(columns.head(key));
  }
  matrix.cells.assign(matrix.rows.size(), std::vector<Fen>(matrix.columns.size()));
  for (const auto& [key, fen] : cells) matrix.cells[row_at[key.first]][column_at[key.second]] = fen;
  return matrix;
}

Fen Matrix::sum(std::size_t row, std::size_t column) const {
  Fen total;
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t c = 0; c < columns.size(); ++c)
      if ((row == kWhole || row == r) && (column == kWhole || column == c)) total += cells[r][c];
  return total;
}

Drill Matrix::drill(std::size_t row, std::size_t column) const {
  Drill drill = drill_of(filter, figure);
  const auto narrow = [&](const std::string& axis, const std::string& key) {
    if (axis.compare(0, 7, "account") == 0) drill.below = key;
    else drill.filter = with_item(std::move(drill.filter), axis, key);
  };
  if (row != kWhole) narrow(row_axis, rows[row].key);
  if (column != kWhole) narrow(column_axis, columns[column].key);
  return drill;
}

}  // namespace mif::books
