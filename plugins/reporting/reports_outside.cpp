// SPDX-License-Identifier: Apache-2.0
// What a report takes from elsewhere, wired to the host: lines of the ledger, figures of other modules, stored results of units.
#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <memory>

#include "predicate_lines.h"
#include "reports.h"
#include "typed.h"

namespace mif::reporting {
namespace {

constexpr std::uint32_t kPage = 5000;

std::vector<std::string> units_below(const std::string& json, const std::string& unit) {
  std::vector<std::string> below;
  try {
    const auto all = Poco::JSON::Parser().parse(json).extract<Poco::JSON::Array::Ptr>();
    for (unsigned i = 0; i < all->size(); ++i) {
      const auto u = all->getObject(i);
      if (u->getValue<std::string>("parent") == unit) below.push_back(u->getValue<std::string>("code"));
    }
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_INTERNAL, "report.units", "主机给出的单位不是约定的写法 (the host's units are not what was agreed): " + e.displayText());
  }
  std::sort(below.begin(), below.end());
  return below;
}

// The stored results one task reads, each loaded once.
class StoredResults {
 public:
  StoredResults(Txn& txn, const Catalog& catalog) : txn_(txn), catalog_(catalog) {}
  std::optional<Value> cell(const std::string& unit, const std::string& layer, const Table& table, const std::string& row, const std::string& col, Period period) {
    const Loaded& loaded = load(unit, layer, catalog_.package_of(table).code, period);
    if (!loaded.there) return std::nullopt;
    const auto found = loaded.cells.find({table.code, row, col});
    if (found == loaded.cells.end()) return std::nullopt;
    return found->second;
  }

 private:
  struct Loaded {
    bool there = false;
    std::map<std::tuple<std::string, std::string, std::string>, Value> cells;
  };
  const Loaded& load(const std::string& unit, const std::string& layer, const std::string& package, Period period) {
    const auto [at, fresh] = loaded_.try_emplace({unit, layer, package, period.year * 100 + period.month});
    if (!fresh) return at->second;
    std::optional<Task> task;
    if (layer.empty()) {
      task = find_task(txn_, package, unit, period, "sum");
      if (!task) task = find_task(txn_, package, unit, period, "own");
    } else {
      task = find_task(txn_, package, unit, period, layer);
    }
    if (!task) return at->second;
    at->second.there = true;
    for (const auto& cell : load_cells(txn_, task->id)) at->second.cells[{cell.table, cell.row, cell.col}] = value_of(cell);
    return at->second;
  }
  Txn& txn_;
  const Catalog& catalog_;
  std::map<std::tuple<std::string, std::string, std::string, int>, Loaded> loaded_;
};

}  // namespace

std::vector<LineRow> Reports::lines(Call call, Txn& txn, const Predicate& p, std::int64_t recorded_until_ms) const {
  LineQuery query = lines_of(p, recorded_until_ms, kPage);
  std::vector<LineRow> all;
  while (true) {
    auto page = ledger_.lines(call, query, &txn);
    const bool last = page.size() < kPage;
    if (!page.empty()) {
      query.after_voucher = page.back().voucher_id;
      query.after_line = page.back().line;
    }
    std::move(page.begin(), page.end(), std::back_inserter(all));
    if (last) return all;
  }
}

Facts Reports::facts(Call call, Txn& txn) const {
  return Facts([this, call, &txn](const std::string& book, int year, const Facts::Row& each) { ledger_.each_balance(call, book, year, 13, &txn, each); },
               [this, call, &txn](const Predicate& p) { return lines(call, txn, p); });
}

Outside Reports::outside(Call call, Txn& txn, const Catalog& catalog, const Agency& unit) const {
  Outside outside;
  outside.inputs = inputs_of(txn, unit);
  outside.carried = carried_of(txn, unit);
  outside.rows = rows_of(txn, unit);
  outside.figures = figure_sources_.figures(call);
  auto results = std::make_shared<StoredResults>(txn, catalog);
  outside.others.below = [this, call, code = unit.code] { return units_below(identity_.units(call), code); };
  outside.others.cell = [results](const std::string& other, const std::string& layer, const Table& table, const std::string& row, const std::string& col, Period period) {
    return results->cell(other, layer, table, row, col, period);
  };
  return outside;
}

}  // namespace mif::reporting
