// SPDX-License-Identifier: Apache-2.0
// 上年同期: what the report of the year before had, in the lines and columns of today's table. Where a re-layout lies between, its map
// says which cells of then a cell of now is made of, as it does for {上年同期} in a formula.
#include "adding.h"
#include "flow_jobs.h"
#include "module-kit/result.h"
#include "whose.h"

namespace mif::reporting {
namespace {

std::vector<CellId> cells_of_then(const Catalog& catalog, const Table& now, int row, int col, Period then) {
  if (const auto was = catalog.before(now, row, col, then)) return was->cells;
  const Table* t = catalog.find(now.code, then);
  if (!t) return {};
  const auto r = t->row_index.find(now.rows[static_cast<std::size_t>(row)].code), c = t->col_index.find(now.cols[static_cast<std::size_t>(col)].code);
  if (r == t->row_index.end() || c == t->col_index.end()) return {};
  return {{t, r->second, c->second}};
}

CellKey key_of(const CellId& cell) { return {cell.table->code, cell.table->rows[static_cast<std::size_t>(cell.row)].code, cell.table->cols[static_cast<std::size_t>(cell.col)].code}; }

}  // namespace

Flow::YearBefore Flow::year_before(Call call, const std::string& unit, const std::string& code, Period period, const std::string& layer) const {
  const auto catalog = r_.catalog(call, false);
  const Table& t = catalog->table(code, period);
  YearBefore answer;
  answer.period = {period.year - 1, period.month};
  std::map<const Package*, Cells> known;
  const auto stored = [&](const Table& table) -> const Cells& {
    const Package& package = catalog->package_of(table);
    const auto [found, fresh] = known.try_emplace(&package);
    if (fresh) {
      answer.task = r_.stored_as(call, package, unit, answer.period, layer, {});
      Txn txn = r_.store_.read(call);
      found->second = reporting::cells_of(txn, answer.task.id);
    }
    return found->second;
  };
  std::vector<StoredCell> printed;
  for (int r = 0; r < static_cast<int>(t.rows.size()); ++r)
    for (int c = 0; c < static_cast<int>(t.cols.size()); ++c) {
      const auto then = cells_of_then(*catalog, t, r, c, answer.period);
      if (then.empty()) continue;
      Value value;
      std::string from;
      for (const auto& cell : then) {
        const auto& cells = stored(*cell.table);
        const auto& [table, row, col] = key_of(cell);
        from += (from.empty() ? "" : " + ") + table + "[" + row + "," + col + "]";
        const auto found = cells.find({table, row, col});
        if (found == cells.end()) continue;
        const Value was = value_of(found->second);
        value = was.numeric() && (value.blank() || value.numeric()) ? value + was : value.blank() ? was : value;
      }
      StoredCell now;
      now.table = t.code;
      now.row = t.rows[static_cast<std::size_t>(r)].code;
      now.col = t.cols[static_cast<std::size_t>(c)].code;
      now.state = value.kind() == Value::Kind::text ? "text" : "year-before";
      put(now, value);
      printed.push_back(now);
      answer.cells.push_back({std::move(now), std::move(from)});
    }
  if (known.empty())
    throw Error(MIF_E_NOT_FOUND, "report.no-year-before", answer.period.iso() + " 没有与 " + t.code + " 对应的表，新旧表的对应写在模板的 migration.info 里 (no table of then corresponds to this one)");
  r_.present(call, *catalog, catalog->package_of(t), period, printed);
  for (std::size_t i = 0; i < printed.size(); ++i) answer.cells[i].now.printed = std::move(printed[i].printed);
  return answer;
}

Answer word_year_before(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) {
  const auto was = flow.year_before(call, whose(reports, call, params).unit, params.need("table"), params.period(), params.get("layer"));
  kit::Result answer("ReportYearBefore");
  for (const auto& [cell, from] : was.cells)
    answer.item().field("row", cell.row).field("col", cell.col).field("kind", cell.kind == MIF_CELL_MONEY ? "money" : cell.kind == MIF_CELL_TEXT ? "text" : "blank")
        .field("value", cell.value).field("text", cell.printed).field("from", from).end_object();
  etag = was.task.result_digest;
  answer.evidence("period", was.period.iso());
  answer.evidence("package", was.task.package);
  answer.evidence("digest", etag);
  return answer.json(was.period.iso() + " 的 " + was.task.package + "，" + std::to_string(was.cells.size()) + " 格");
}

}  // namespace mif::reporting
