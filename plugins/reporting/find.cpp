// SPDX-License-Identifier: Apache-2.0
// 查询: which units' stored reports meet a condition on their cells.
#include "adding.h"

namespace mif::reporting {

using Op = Expression::Op;

std::vector<Flow::Hit> Flow::query(Call call, const std::string& condition, const std::string& table, Period period, std::int64_t& asked) const {
  const auto catalog = r_.catalog(call, false);
  const ExpressionPtr root = parse_formula(condition, catalog->dimensions());
  if (asks_more_than_cells(*root)) throw Error(MIF_E_INVALID, "report.query-cells", "查询条件只能写报表的格，不能取账 (a condition speaks of cells only): " + condition);
  const Table* here = table.empty() ? nullptr : &catalog->table(table, period);
  const Package* package = nullptr;
  walk(*root, [&](const Expression& e) {
    if (e.op != Op::cell) return;
    if (e.cell.table.empty() && !here) throw Error(MIF_E_INVALID, "formula.table-missing", "这里的单元格要写表号 (name the table of the cell): [" + e.cell.row.from + "," + e.cell.col.from + "]");
    if (e.cell.row.each || e.cell.col.each || e.cell.row.current() || e.cell.col.current())
      throw Error(MIF_E_INVALID, "report.query-place", "查询条件里的格要写明行号和栏号 (name row and column): " + condition);
    const Table& t = e.cell.table.empty() ? *here : catalog->table(e.cell.table, period);
    for (const auto& r : {e.cell.row.from, e.cell.row.to})
      if (!r.empty()) (void)t.row(r);
    for (const auto& c : {e.cell.col.from, e.cell.col.to})
      if (!c.empty()) (void)t.col(c);
    if (package && package != &catalog->package_of(t)) throw Error(MIF_E_INVALID, "report.two-packages", "一次只能查询一个报表包的格 (cells of two packages)");
    package = &catalog->package_of(t);
  });
  if (!package) throw Error(MIF_E_INVALID, "report.query-cells", "查询条件里没有报表的格 (a condition speaks of cells only): " + condition);
  const auto tree = units(call);
  Txn txn = r_.store_.read(call);
  std::vector<Hit> hits;
  for (const auto& unit : tree.all()) {
    std::map<int, Cells> stored;
    const auto load = [&](Period p) -> const Cells& {
      const int key = p.year * 100 + p.month;
      if (const auto known = stored.find(key); known != stored.end()) return known->second;
      Cells& cells = stored[key];
      if (const auto task = find_task(txn, package->code, unit.code, p)) cells = cells_of(txn, task->id);
      else if (const auto s = find_submission(txn, package->code, unit.code, p); s && s->layer == "own") cells = cells_of(txn, s->id);
      return cells;
    };
    if (load(period).empty()) continue;
    ++asked;
    Facts nothing([](const std::string&, int) { return std::vector<BalanceRow>(); });
    Evaluator evaluator(*catalog, nothing, paper_books(*catalog, unit.code), unit.code, {});
    std::map<std::string, std::string> seen;
    evaluator.give([&](const Table& t, const std::string& row, const std::string& col, Period p) -> std::optional<Value> {
      const Cells& cells = load(p);
      const auto found = cells.find({t.code, row, col});
      if (found == cells.end()) return Value();
      if (p == period) seen[t.code + "[" + row + "," + col + "]"] = found->second.value;
      return value_of(found->second);
    });
    if (!evaluator.evaluate(*root, Place{here, -1, -1, period, false, {}, {}, {}}).value.yes()) continue;
    std::string values;
    for (const auto& [cell, text] : seen) values += (values.empty() ? "" : "；") + cell + "=" + text;
    hits.push_back({unit.code, values});
  }
  return hits;
}

}  // namespace mif::reporting
