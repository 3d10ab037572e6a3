// SPDX-License-Identifier: Apache-2.0
// 汇总: the submitted reports of the units below, added cell by cell into the layer "sum" of the unit above; what does not add -
// ratios, rounded and conditional cells, cells marked `sum no` - is computed again from the sums. 差额 is a unit's own total less
// what its units add up to.
#include <algorithm>
#include <functional>

#include "flow.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;
using Kind = CellRule::Kind;

std::string named(const Table& t, int row, int col) {
  return t.code + "[" + t.rows[static_cast<std::size_t>(row)].code + "," + t.cols[static_cast<std::size_t>(col)].code + "]";
}

// Books of no ledger, so that formulas over stored cells have somewhere to stand.
std::vector<BookInfo> paper_books(const Catalog& catalog, const std::string& unit) {
  std::set<std::string> schemes;
  for (const auto& p : catalog.packages())
    for (const auto& t : p.tables) schemes.insert(t->scheme);
  std::vector<BookInfo> books;
  for (const auto& scheme : schemes) {
    BookInfo b;
    b.code = unit + "/" + scheme;
    b.unit = unit;
    b.scheme = scheme;
    b.start = {1, 1};
    books.push_back(std::move(b));
  }
  return books;
}

bool asks_more_than_cells(const Expression& root) {
  bool more = false;
  walk(root, [&](const Expression& e) { more = more || e.op == Op::ledger || (e.args.empty() && e.op != Op::literal && e.op != Op::parameter && e.op != Op::cell); });
  return more;
}

bool asks_no_cells(const Expression& root) {
  bool none = true;
  walk(root, [&](const Expression& e) { none = none && e.op != Op::cell && e.op != Op::ledger; });
  return none;
}

// Which cells of a period's tables add up over units.
class Adding {
 public:
  Adding(const Catalog& catalog, Period period) : catalog_(catalog), period_(period) {}
  bool adds(const Table& t, int row, int col) {
    const auto key = std::make_tuple(&t, row, col);
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    known_[key] = true;  // a cell that leads to itself in another period
    const auto& rule = t.rule(row, col);
    const bool yes = !t.not_summed[static_cast<std::size_t>(row) * t.cols.size() + static_cast<std::size_t>(col)] &&
                     (rule.kind != Kind::formula || linear(*t.formulas[static_cast<std::size_t>(rule.formula)].root, t, row, col));
    return known_[key] = yes;
  }

 private:
  bool linear(const Expression& e, const Table& here, int row, int col) {
    const auto all = [&] { return std::all_of(e.args.begin(), e.args.end(), [&](const auto& a) { return linear(*a, here, row, col); }); };
    switch (e.op) {
      case Op::literal: return e.literal.blank() || (e.literal.numeric() && e.literal.scaled() == 0);
      case Op::parameter: return false;
      case Op::cell: return refers(e, here, row, col);
      case Op::ledger: return true;
      case Op::negate: case Op::add: case Op::subtract: case Op::sum: return all();
      case Op::multiply: return (e.args[0]->op == Op::literal && linear(*e.args[1], here, row, col)) || (e.args[1]->op == Op::literal && linear(*e.args[0], here, row, col));
      case Op::choose: return asks_no_cells(*e.args[0]) && std::all_of(e.args.begin() + 1, e.args.end(), [&](const auto& a) { return linear(*a, here, row, col); });
      default: return e.args.empty();  // another kind of question to the books
    }
  }
  bool refers(const Expression& e, const Table& here, int row, int col) {
    const Table* t = e.cell.table.empty() ? &here : catalog_.find(e.cell.table, period_);
    if (!t) return true;
    const auto span = [&](const Axis& axis, bool is_row) {
      const auto& index = is_row ? t->row_index : t->col_index;
      const auto at = [&](const std::string& code) {
        const auto found = index.find(code);
        return found == index.end() ? -1 : found->second;
      };
      if (axis.current() || axis.each) {
        const int i = at(is_row ? here.rows[static_cast<std::size_t>(row)].code : here.cols[static_cast<std::size_t>(col)].code);
        return std::pair<int, int>(i, i);
      }
      const int from = at(axis.from), to = axis.to.empty() ? from : at(axis.to);
      return std::pair<int, int>(std::min(from, to), std::max(from, to));
    };
    const auto [r0, r1] = span(e.cell.row, true);
    const auto [c0, c1] = span(e.cell.col, false);
    for (int r = std::max(r0, 0); r <= r1; ++r)
      for (int c = std::max(c0, 0); c <= c1; ++c)
        if (!adds(*t, r, c)) return false;
    return true;
  }
  const Catalog& catalog_;
  Period period_;
  std::map<std::tuple<const Table*, int, int>, bool> known_;
};

void put(StoredCell& cell, const Value& value) {
  cell.value = value.plain();
  cell.kind = value.kind() == Value::Kind::money ? MIF_CELL_MONEY : value.blank() ? MIF_CELL_BLANK : MIF_CELL_TEXT;
  if (cell.kind == MIF_CELL_MONEY) cell.fen = value.fen();
  cell.linear = false;
}

Cells cells_of(Txn& txn, std::int64_t id) {
  Cells all;
  for (auto& c : load_cells(txn, id)) all.emplace(CellKey{c.table, c.row, c.col}, std::move(c));
  return all;
}

// Units inside a sum, and inside the sums inside it.
void covered(Txn& txn, std::int64_t task, std::set<std::string>& units) {
  for (const auto& p : parts_of(txn, task)) {
    units.insert(p.unit);
    covered(txn, p.id, units);
  }
}

}  // namespace

Value value_of(const StoredCell& cell) {
  if (cell.kind == MIF_CELL_MONEY) return Value::money(cell.fen);
  if (cell.kind == MIF_CELL_BLANK || cell.value.empty()) return {};
  try {
    return cell.value.front() == '-' ? -Value::parse_number(cell.value.substr(1)) : Value::parse_number(cell.value);
  } catch (const Error&) {
    return Value::text(cell.value);
  }
}

Result Flow::add_up(Call call, const Catalog& catalog, const Package& package, const std::string& unit, Period period, const std::vector<Cells>& reports,
                    const std::function<Value(const Table&, const std::string&, const std::string&, Period)>& elsewhere, Summed& told) const {
  std::map<CellKey, Value> sums;
  std::set<std::string> present;
  for (const auto& cells : reports)
    for (const auto& [key, cell] : cells) {
      present.insert(std::get<0>(key));
      const Value v = value_of(cell);
      Value& total = sums[key];
      if (v.numeric()) total = total + v;
    }
  Adding adding(catalog, period);
  std::set<std::string> lost;
  const auto paper = paper_books(catalog, unit);
  Facts nothing([](const std::string&, int) { return std::vector<BalanceRow>(); });
  Evaluator evaluator(catalog, nothing, paper, unit, {});
  evaluator.give([&](const Table& t, const std::string& row, const std::string& col, Period p) -> std::optional<Value> {
    if (p != period) return elsewhere(t, row, col, p);
    const int r = t.row(row), c = t.col(col);
    if (adding.adds(t, r, c)) return sums[{t.code, row, col}];
    const auto& rule = t.rule(r, c);
    if (rule.kind == Kind::formula && !asks_more_than_cells(*t.formulas[static_cast<std::size_t>(rule.formula)].root)) return std::nullopt;
    if (rule.kind == Kind::formula) lost.insert(named(t, r, c));
    return Value();
  });
  Result result;
  result.task.package = package.code;
  result.task.unit = unit;
  result.task.layer = "sum";
  result.task.period = period;
  result.task.template_digest = package.digest;
  for (const auto& t : package.tables) {
    if (!present.count(t->code)) continue;
    for (std::size_t r = 0; r < t->rows.size(); ++r)
      for (std::size_t c = 0; c < t->cols.size(); ++c) {
        const int row = static_cast<int>(r), col = static_cast<int>(c);
        const auto& rule = t->rule(row, col);
        StoredCell cell;
        cell.table = t->code;
        cell.row = t->rows[r].code;
        cell.col = t->cols[c].code;
        cell.linear = false;
        const bool adds = adding.adds(*t, row, col);
        cell.state = rule.kind == Kind::blocked ? "blocked" : rule.kind == Kind::empty ? "empty" : adds ? "sum" : "formula";
        if (rule.kind == Kind::formula) cell.formula = t->formulas[static_cast<std::size_t>(rule.formula)].text;
        if (rule.kind == Kind::formula || rule.kind == Kind::input) put(cell, evaluator.cell(*t, row, col, period).value);
        result.cells.push_back(std::move(cell));
      }
  }
  const auto check = [&](const Check& c, const Table* t, const std::string& file) {
    bool here = !asks_more_than_cells(*c.root) && !(c.when && asks_more_than_cells(*c.when));
    walk(*c.root, [&](const Expression& e) { here = here && (e.op != Op::cell || e.cell.table.empty() || present.count(e.cell.table)); });
    if (!here) return;
    located(file, c.line, [&] {
      for (const auto& r : run_check(evaluator, c, t, period)) {
        result.task.failed_checks += r.state == "fail" && r.level == "error";
        result.checks.push_back({r.id, r.table, r.place, r.level, r.kind, r.state, r.left.plain(), r.right.plain(), r.difference.plain(), r.tolerance.plain(), r.expression, r.message});
      }
    });
  };
  for (const auto& t : package.tables)
    if (present.count(t->code))
      for (const auto& c : t->checks) check(c, t.get(), t->file);
  for (const auto& c : package.checks) check(c, nullptr, package.folder + "/package.info");
  r_.ministries_.present(call, package, result.cells);
  for (auto& cell : result.cells) {
    if (cell.state == "blocked") cell.printed = "×";
    const Table& t = catalog.table(cell.table, period);
    if (t.zero_blank && cell.kind == MIF_CELL_MONEY && t.printed(Value::money(cell.fen)).scaled() == 0) cell.printed.clear();
  }
  told.not_recomputed.assign(lost.begin(), lost.end());
  return result;
}

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
  std::vector<Cells> reports;
  for (const auto& p : told.parts) reports.push_back(cells_of(txn, p.id));
  std::map<int, Cells> other;
  const auto elsewhere = [&](const Table& t, const std::string& row, const std::string& col, Period p) {
    const int key = p.year * 100 + p.month;
    if (!other.count(key)) {
      other[key] = {};
      if (const auto task = find_task(txn, code, unit, p, "sum")) other[key] = cells_of(txn, task->id);
    }
    const auto found = other[key].find({t.code, row, col});
    return found == other[key].end() ? Value() : value_of(found->second);
  };
  Result result = add_up(call, *catalog, package, unit, period, reports, elsewhere, told);
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
  std::vector<Cells> below;
  for (const auto& p : parts_of(txn, sum->id)) {
    if (p.unit == unit) continue;
    told.parts.push_back(p);
    below.push_back(cells_of(txn, p.id));
  }
  Adding adding(*catalog, period);
  Result result;
  result.task = *own;
  result.task.layer = "difference";
  result.task.failed_checks = 0;
  result.task.template_digest = package.digest;
  for (auto& cell : load_cells(txn, own->id)) {
    const Table& t = catalog->table(cell.table, period);
    const Value mine = value_of(cell);
    if (cell.state != "blocked" && cell.state != "empty") {
      Value rest = mine.numeric() ? mine : Value();
      for (const auto& cells : below)
        if (const auto c = cells.find({cell.table, cell.row, cell.col}); c != cells.end())
          if (const Value v = value_of(c->second); v.numeric()) rest = rest - v;
      cell.state = "sum";
      put(cell, adding.adds(t, t.row(cell.row), t.col(cell.col)) ? rest : Value());
      if (cell.kind != MIF_CELL_MONEY) cell.fen = Fen(0);
    }
    result.cells.push_back(std::move(cell));
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
  (void)t.row(row);
  (void)t.col(col);
  Txn txn = r_.store_.read(call);
  std::vector<Contribution> all;
  for (auto& part : parts_of(txn, task.id))
    for (auto& c : load_cells(txn, part.id, table))
      if (c.row == row && c.col == col) all.push_back({part, std::move(c)});
  return all;
}

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
