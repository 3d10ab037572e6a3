// SPDX-License-Identifier: Apache-2.0
#include "within_sum.h"

#include <algorithm>
#include <iterator>

namespace mif::reporting {
namespace {

using Op = Expression::Op;

CellKey key_of(const Expression& cell) { return {cell.cell.table, cell.cell.row.from, cell.cell.col.from}; }

bool every_table(const Expression& root, const std::set<std::string>& tables) {
  bool all = true;
  walk(root, [&](const Expression& e) { all = all && (e.op != Op::cell || e.cell.table.empty() || tables.count(e.cell.table)); });
  return all;
}

}  // namespace

WithinSum::WithinSum(Txn& txn, const UnitTree& tree, std::string unit, const std::vector<Part>& parts) : txn_(txn), unit_(std::move(unit)) {
  std::set<std::string> here;
  for (const auto& p : parts) {
    if (p.unit == unit_) own_ = p;
    else others_.push_back(p);
    here.insert(p.unit);
  }
  // Who sent a sum paid out of its own level: what its units paid it is told apart in that sum.
  const auto booked_by_itself = [&](const Part& p) -> std::int64_t {
    const auto inside = parts_of(txn_, p.id);
    if (inside.empty()) return p.id;
    for (const auto& i : inside)
      if (i.unit == p.unit) return i.id;
    return 0;
  };
  std::map<std::string, std::int64_t> booked;
  receivers_[unit_] = 0;
  if (own_) booked[unit_] = receivers_[unit_] = booked_by_itself(*own_);
  for (const auto& p : others_) booked[p.unit] = booked_by_itself(p);
  for (const auto& p : others_) {
    // The next unit above that is in this sum as well; a unit's counties may be here beside it.
    std::string receiver = unit_;
    for (const UnitName* u = tree.find(p.unit); u && !u->parent.empty() && u->parent != unit_; u = tree.find(u->parent))
      if (here.count(u->parent)) {
        receiver = u->parent;
        break;
      }
    if (receiver != unit_) receivers_[receiver] = booked[receiver];
    payers_.push_back({receiver, booked[p.unit]});
  }
  below_ = totals_of(txn_, others_);
  if (own_) own_cells_ = cells_of(txn_, own_->id);
}

Totals WithinSum::all() const {
  Totals all = below_;
  for (const auto& [key, cell] : own_cells_) all.add(cell);
  return all;
}

Value WithinSum::own(const CellKey& cell) const {
  const auto found = own_cells_.find(cell);
  return found == own_cells_.end() ? Value() : value_of(found->second);
}

std::optional<Value> WithinSum::of(const std::string& unit, const CellKey& cell) const {
  if (unit == unit_) return own(cell);
  for (const auto& p : others_)
    if (p.unit == unit) {
      const auto found = read(cell, {p.id});
      return found.empty() ? Value() : found.begin()->second;
    }
  return std::nullopt;
}

std::map<std::int64_t, Value> WithinSum::read(const CellKey& cell, const std::vector<std::int64_t>& reports) const {
  constexpr std::size_t kAtOnce = 100;
  std::map<std::int64_t, Value> all;
  for (std::size_t from = 0; from < reports.size(); from += kAtOnce) {
    std::vector<mif::Value> params{std::get<0>(cell), std::get<1>(cell), std::get<2>(cell)};
    std::string marks;
    for (std::size_t i = from; i < std::min(reports.size(), from + kAtOnce); ++i) {
      params.emplace_back(reports[i]);
      marks += marks.empty() ? "?" : ", ?";
    }
    txn_.query("select task, kind, fen, amount_text from x_reporting_cell where table_code = ? and row_code = ? and col_code = ? and task in (" + marks + ")", params, [&](const Row& row) {
      StoredCell c;
      c.kind = static_cast<int>(row.integer(1));
      c.fen = row.fen(2);
      c.value = row.text(3);
      all[row.integer(0)] = value_of(c);
      return true;
    });
  }
  return all;
}

WithinSum::Between WithinSum::between(const Package& package, const std::set<std::string>& tables) const {
  Between result;
  if (others_.empty()) return result;
  std::vector<std::int64_t> payers, receivers;
  for (const auto& p : payers_)
    if (p.report) payers.push_back(p.report);
  for (const auto& [receiver, report] : receivers_)
    if (report) receivers.push_back(report);
  for (const auto& e : package.eliminations) {
    if (!tables.count(e.a->cell.table) || !tables.count(e.b->cell.table)) continue;
    const auto paid = read(key_of(*e.a), payers), booked = read(key_of(*e.b), receivers);
    for (const auto& [receiver, report] : receivers_) {
      Value sum;
      for (const auto& p : payers_)
        if (const auto found = paid.find(p.report); p.receiver == receiver && found != paid.end() && found->second.numeric()) sum = sum + found->second;
      const auto found = booked.find(report);
      const auto got = found == booked.end() || found->second.kind() == Value::Kind::text ? std::nullopt : std::optional<Value>(found->second);
      CheckResult told = told_apart(e, receiver, receiver != unit_, sum, got);
      if (got)
        if (const Value both = in_common(sum, *got); both.scaled() != 0)
          for (const auto* side : {e.a.get(), e.b.get()}) {
            Value& out = result.left_out[key_of(*side)];
            out = out + both;
          }
      if (receiver == unit_ || told.state != "empty") result.told.push_back(std::move(told));
    }
  }
  return result;
}

UnitSums::UnitSums(Txn& txn, const Catalog& catalog, const UnitTree& tree, const Package& package, std::string unit, Period period, const std::vector<Part>& parts)
    : txn_(txn), catalog_(catalog), tree_(tree), package_(package), unit_(std::move(unit)), period_(period), now_(std::make_unique<WithinSum>(txn, tree, unit_, parts)) {}

UnitSums::Then* UnitSums::then(const Table& table, Period period) {
  const Package& package = catalog_.package_of(table);
  const auto [at, fresh] = then_.try_emplace({&package, period.year * 100 + period.month});
  if (fresh)
    if (const auto task = find_task(txn_, package.code, unit_, period, "sum")) {
      at->second = std::make_unique<Then>();
      at->second->id = task->id;
      at->second->cells = cells_of(txn_, task->id);
    }
  return at->second.get();
}

const WithinSum* UnitSums::within(const Table& table, Period period) {
  if (period == period_) return &catalog_.package_of(table) == &package_ ? now_.get() : nullptr;
  Then* const sum = then(table, period);
  if (!sum) return nullptr;
  if (!sum->within) {
    sum->within = std::make_unique<WithinSum>(txn_, tree_, unit_, parts_of(txn_, sum->id));
    sum->all = sum->within->all();
  }
  return sum->within.get();
}

Value UnitSums::stored(const Table& table, const std::string& row, const std::string& col, Period period) {
  Then* const sum = then(table, period);
  if (!sum) return {};
  const auto found = sum->cells.find({table.code, row, col});
  return found == sum->cells.end() ? Value() : value_of(found->second);
}

Value UnitSums::left_out(const Table& table, const std::string& row, const std::string& col, Period period) {
  if (!within(table, period)) return {};
  const auto& all = then(table, period)->all.sums;
  const auto held = all.find({table.code, row, col});
  const Value now = stored(table, row, col, period);
  if (held == all.end() || !now.numeric() || Value::compare(held->second, now) == 0) return {};
  return held->second - now;
}

OtherUnits UnitSums::others() {
  OtherUnits others;
  // Their names do not matter: what they hold together is known.
  others.below = [this] { return now_->has_below() ? std::vector<std::string>{"*"} : std::vector<std::string>(); };
  others.total = [this](const std::string&, const Table& table, const std::string& row, const std::string& col, Period period) -> std::optional<Value> {
    const WithinSum* const sum = within(table, period);
    if (!sum) return std::nullopt;
    const auto found = sum->below().sums.find({table.code, row, col});
    return found == sum->below().sums.end() ? Value() : found->second;
  };
  others.cell = [this](const std::string& unit, const std::string&, const Table& table, const std::string& row, const std::string& col, Period period) -> std::optional<Value> {
    const WithinSum* const sum = within(table, period);
    return sum ? sum->of(unit, {table.code, row, col}) : std::nullopt;
  };
  return others;
}

std::vector<CheckResult> children_checks(Evaluator& evaluator, const Package& package, Period period, const std::set<std::string>& tables) {
  std::vector<CheckResult> all;
  const auto run = [&](const Check& c, const Table* t, const std::string& file) {
    if (c.kind != "children" || asks_the_books(*c.root) || (c.when && asks_the_books(*c.when)) || !every_table(*c.root, tables)) return;
    located(file, c.line, [&] {
      auto more = run_check(evaluator, c, t, period);
      std::move(more.begin(), more.end(), std::back_inserter(all));
    });
  };
  for (const auto& t : package.tables)
    if (tables.count(t->code))
      for (const auto& c : t->checks) run(c, t.get(), t->file);
  for (const auto& c : package.checks) run(c, nullptr, package.folder + "/package.info");
  return all;
}

}  // namespace mif::reporting
