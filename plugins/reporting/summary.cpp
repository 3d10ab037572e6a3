// SPDX-License-Identifier: Apache-2.0
// 汇总: the submitted reports of the units below, added cell by cell into the layer "sum" of the unit above; what does not add -
// ratios, rounded and conditional cells, cells marked `sum no` - is computed again from the sums. 差额 is a unit's own total less
// what its units add up to.
#include <algorithm>
#include <functional>

#include "within_sum.h"

namespace mif::reporting {
namespace {

// Units inside a sum, and inside the sums inside it.
void covered(Txn& txn, std::int64_t task, std::set<std::string>& units) {
  for (const auto& p : parts_of(txn, task)) {
    units.insert(p.unit);
    covered(txn, p.id, units);
  }
}

// What a unit's own total says beside its units: a cell is of the total, {本级} is what the total has more than they do.
std::vector<CheckResult> apart(const Catalog& catalog, const Package& package, const std::string& unit, Period period, const WithinSum& within, const std::vector<StoredCell>& more) {
  if (!within.has_below()) return {};
  Cells rest;
  std::set<std::string> tables;
  for (const auto& c : more) {
    rest.emplace(CellKey{c.table, c.row, c.col}, c);
    tables.insert(c.table);
  }
  Outside outside;
  outside.layer = "difference";
  outside.given = [&](const Table& t, const std::string& row, const std::string& col, Period p) -> std::optional<Value> {
    if (p != period) return std::nullopt;
    return within.own({t.code, row, col});
  };
  outside.others.below = [&] { return within.has_below() ? std::vector<std::string>{"*"} : std::vector<std::string>(); };
  outside.others.total = [&](const std::string&, const Table& t, const std::string& row, const std::string& col, Period p) -> std::optional<Value> {
    if (p != period) return std::nullopt;
    const auto found = within.below().sums.find({t.code, row, col});
    return found == within.below().sums.end() ? Value() : found->second;
  };
  outside.others.cell = [&](const std::string& of, const std::string&, const Table& t, const std::string& row, const std::string& col, Period p) -> std::optional<Value> {
    if (p != period) return std::nullopt;
    if (of != unit) return within.of(of, {t.code, row, col});
    const auto found = rest.find({t.code, row, col});
    return found == rest.end() ? Value() : value_of(found->second);
  };
  Facts nothing([](const std::string&, int) { return std::vector<BalanceRow>(); });
  Evaluator evaluator(catalog, nothing, paper_books(catalog, unit), unit, std::move(outside));
  auto all = children_checks(evaluator, package, period, tables);
  for (auto& told : within.between(package, tables).told) all.push_back(std::move(told));
  return all;
}

}  // namespace

Summed Flow::sum(Call call, const std::string& code, const std::string& unit, Period period, const std::vector<std::string>& chosen, bool preview) const {
  r_.identity_.require(call, preview ? "report.read" : "report.manage", unit);
  const auto catalog = r_.catalog(call, true);
  const Package& package = package_of(*catalog, code, period);
  const UnitTree tree = units(call);
  Txn txn = preview ? r_.store_.read(call) : r_.store_.write(call);
  std::vector<Duty> duties;
  std::set<std::string> asked;
  for (const auto& a : all_assignments(txn)) {
    if (a.package != code || a.period != period) continue;
    auto of = duties_of(txn, a.id);
    if (a.owner == unit || (duties.empty() && std::any_of(of.begin(), of.end(), [&](const Duty& d) { return d.unit == unit || tree.is_below(d.unit, unit); }))) duties = std::move(of);
  }
  for (const auto& d : duties) asked.insert(d.unit);
  Summed told;
  const auto delivered = [&](const std::string& of) -> std::optional<Submission> {
    for (const auto& d : duties)
      if (d.unit == of && d.state != "submitted" && d.state != "locked") return std::nullopt;
    return find_submission(txn, code, of, period);
  };
  const auto take = [&](const Submission& s) { told.parts.push_back({s.unit, s.result_digest, s.id, s.revision}); };
  const auto take_own = [&] {
    if (const auto s = delivered(unit); s && s->layer == "own") return take(*s);
    if (const auto task = find_task(txn, code, unit, period)) {
      told.parts.push_back({unit, task->result_digest, task->id, 0});
      told.stale.push_back(unit);
    }
  };
  if (!chosen.empty()) {
    for (const auto& c : std::set<std::string>(chosen.begin(), chosen.end())) {
      if (c == unit) {
        take_own();
        continue;
      }
      if (!tree.is_below(c, unit)) throw Error(MIF_E_INVALID, "report.unit-not-below", "单位 " + c + " 不在 " + unit + " 之下，不能汇总 (not below the unit that sums)");
      if (const auto s = delivered(c)) take(*s);
      else told.missing.push_back(c);
    }
  } else {
    if (duties.empty()) throw Error(MIF_E_NOT_FOUND, "report.sum-no-assignment", "单位 " + unit + " 没有 " + package.title + " " + period.iso() + " 的任务，请写明 units (no assignment: name the units)");
    // Whose next asked unit above is `at`.
    const auto directly_below = [&](const std::string& at, const std::string& below) {
      const UnitName* u = tree.find(below);
      while (u && u->code != unit) {
        if (u->parent == at) return true;
        if (asked.count(u->parent) || u->parent == unit) return false;
        u = tree.find(u->parent);
      }
      return false;
    };
    const std::function<void(const std::string&)> collect = [&](const std::string& at) {
      for (const auto& d : duties) {
        if (d.unit == at || d.unit == unit || !directly_below(at, d.unit)) continue;
        const auto s = delivered(d.unit);
        if (s) take(*s);
        else told.missing.push_back(d.unit);
        if (!s || s->layer == "own") collect(d.unit);  // its units are not in its report
      }
    };
    take_own();
    collect(unit);
  }
  if (told.parts.empty()) throw Error(MIF_E_CONFLICT, "report.nothing-to-sum", "还没有单位上报 " + package.title + " " + period.iso() + "，没有可汇总的 (nobody has submitted yet)");
  std::map<std::string, std::string> inside;
  for (const auto& p : told.parts) {
    std::set<std::string> units_in;
    if (p.revision != 0) covered(txn, p.id, units_in);
    units_in.erase(p.unit);  // a city's own level inside the city's sum
    units_in.insert(p.unit);
    for (const auto& u : units_in)
      if (const auto [other, fresh] = inside.emplace(u, p.unit); !fresh && other->second != p.unit)
        throw Error(MIF_E_INVALID, "report.sum-twice", "单位 " + u + " 已在 " + (other->second == u ? p.unit : other->second) + " 的汇总里，不能再加一次 (the unit is inside another one's sum)");
  }
  UnitSums sums(txn, *catalog, tree, package, unit, period, told.parts);
  Totals totals = sums.now().all();
  join_rows(txn, package, unit, told.parts, tree, totals);
  Result result = add_up(call, *catalog, package, unit, period, totals, &sums, told);
  result.task.computed_by = call.actor();
  result.task.computed_ms = r_.clock_.now_unix_ms();
  result.task.cells = static_cast<std::int64_t>(result.cells.size());
  if (preview) {
    result.task.result_digest = result.digest();
    told.task = result.task;
    return told;
  }
  store_result(txn, result);
  told.task = result.task;
  write_parts(txn, told.task.id, told.parts);
  begin_work(txn, code, unit, period, call.actor(), r_.clock_.now_unix_ms());
  JsonWriter body;
  body.begin_object().field("package", code).field("unit", unit).field("period", period.iso()).field("result", told.task.result_digest).key("parts").begin_array();
  for (const auto& p : told.parts) body.begin_object().field("unit", p.unit).field("revision", p.revision).field("result", p.result_digest).end_object();
  body.end_array().key("missing").begin_array();
  for (const auto& m : told.missing) body.value(m);
  body.end_array().end_object();
  say(txn, unit, "report.sum", "report:" + code + "/" + unit + "/" + period.iso() + "/sum", body);
  txn.commit();
  return told;
}

Summed Flow::difference(Call call, const std::string& code, const std::string& unit, Period period) const {
  r_.identity_.require(call, "report.manage", unit);
  const auto catalog = r_.catalog(call, false);
  const Package& package = package_of(*catalog, code, period);
  Txn txn = r_.store_.write(call);
  const auto sum = find_task(txn, code, unit, period, "sum");
  const auto own = find_task(txn, code, unit, period);
  if (!sum) throw Error(MIF_E_NOT_FOUND, "report.not-summed", "单位 " + unit + " 还没有汇总 " + package.title + "（" + period.iso() + "），请先执行 report sum (not summed yet)");
  if (!own) throw Error(MIF_E_NOT_FOUND, "report.no-own-total", "单位 " + unit + " 没有自己的 " + package.title + "，差额表无从比较 (no total of its own to compare)");
  Summed told;
  for (const auto& p : parts_of(txn, sum->id))
    if (p.unit != unit) told.parts.push_back(p);
  std::vector<Part> parts = told.parts;
  parts.push_back({unit, own->result_digest, own->id, 0});
  const WithinSum within(txn, units(call), unit, parts);
  const Totals& below = within.below();
  Adding adding(*catalog, period);
  Result result;
  result.task = *own;
  result.task.layer = "difference";
  result.task.failed_checks = 0;
  result.task.template_digest = package.digest;
  for (auto& cell : load_cells(txn, own->id)) {
    const Table& t = catalog->table(cell.table, period);
    const Value mine = value_of(cell);
    if (cell.state != "blocked" && cell.state != "empty" && !t.rule(t.row(cell.row), t.col(cell.col)).text && !t.section_of(t.row(cell.row))) {
      Value rest = mine.numeric() ? mine : Value();
      if (const auto total = below.sums.find({cell.table, cell.row, cell.col}); total != below.sums.end()) rest = rest - total->second;
      cell.state = "sum";
      put(cell, adding.adds(t, t.row(cell.row), t.col(cell.col)) ? rest : Value());
      if (cell.kind != MIF_CELL_MONEY) cell.fen = Fen(0);
    }
    result.cells.push_back(std::move(cell));
  }
  for (const auto& r : apart(*catalog, package, unit, period, within, result.cells)) {
    result.task.failed_checks += r.state == "fail" && r.level == "error";
    result.checks.push_back(stored_check(r));
  }
  r_.ministries_.present(call, package, result.cells);
  result.task.computed_by = call.actor();
  result.task.computed_ms = r_.clock_.now_unix_ms();
  store_result(txn, result);
  told.task = result.task;
  write_parts(txn, told.task.id, told.parts);
  JsonWriter body;
  body.begin_object().field("package", code).field("unit", unit).field("period", period.iso()).field("result", told.task.result_digest).end_object();
  say(txn, unit, "report.difference", "report:" + code + "/" + unit + "/" + period.iso() + "/difference", body);
  txn.commit();
  return told;
}

std::vector<Flow::Contribution> Flow::contributions(Call call, const std::string& code, const std::string& unit, Period period, const CellKey& cell, const std::string& revision) const {
  const auto catalog = r_.catalog(call, false);
  const Package& package = package_of(*catalog, code, period);
  const Task task = r_.stored_as(call, package, unit, period, "sum", revision);
  const auto& [table, row, col] = cell;
  const Table& t = catalog->table(table, period);
  (void)t.col(col);
  if (t.section_of(t.row(row)))
    throw Error(MIF_E_INVALID, "report.row-parts", t.code + " 第 " + row + " 行是变长行，各单位的同号行不是一回事，请打开单位的表查看 (rows of a variable section are not the same in every unit)");
  Txn txn = r_.store_.read(call);
  std::vector<Contribution> all;
  Fen held;
  for (auto& part : parts_of(txn, task.id))
    for (auto& c : load_cells(txn, part.id, table))
      if (c.row == row && c.col == col) {
        if (c.kind == MIF_CELL_MONEY) held += c.fen;
        all.push_back({part, std::move(c)});
      }
  // What the units paid each other is in their reports and not in the sum.
  const auto sum = load_cell(txn, task.id, table, row, col);
  if (sum && sum->state == "sum" && sum->kind == MIF_CELL_MONEY && !all.empty() && sum->fen != held) {
    StoredCell out = *sum;
    out.fen = sum->fen - held;
    out.value = out.fen.plain();
    std::vector<StoredCell> one{std::move(out)};
    r_.ministries_.present(call, package, one);
    all.push_back({{}, std::move(one.front())});
  }
  return all;
}

}  // namespace mif::reporting
