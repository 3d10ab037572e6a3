// SPDX-License-Identifier: Apache-2.0
#include "checks.h"

#include <algorithm>
#include <set>

#include "check_sides.h"
#include "mif/svc/ledger.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;

bool relation(Op op) {
  return op == Op::equal || op == Op::unequal || op == Op::less || op == Op::less_equal || op == Op::greater || op == Op::greater_equal;
}

const Table* table_of(Evaluator& evaluator, const Expression& e, const Table* here, Period period) {
  if (e.cell.table.empty()) return here;
  if (const Table* now = evaluator.catalog().find(e.cell.table, period)) return now;
  const Table* t = evaluator.catalog().any_version(e.cell.table, period);
  const Table* then = evaluator.catalog().find(e.cell.table, e.shift.apply(period, t->span));
  return then ? then : t;
}

// The version whose printing a reference has.
const Table* printed_as(Evaluator& evaluator, const Expression& e, const Table* here, Period period) {
  const Table* now = table_of(evaluator, e, here, period);
  const Table* then = evaluator.catalog().find(now->code, e.shift.apply(period, now->span));
  return then ? then : now;
}

// Whether the unit has every table of the rule, and each is in force.
bool every_table(Evaluator& evaluator, const Expression& root, Period period) {
  bool all = true;
  walk(root, [&](const Expression& e) {
    if (!all || e.op != Op::cell || e.cell.table.empty()) return;
    const Table* t = evaluator.catalog().find(e.cell.table, period);
    all = t && evaluator.unit().has(*t);
  });
  return all;
}

// Why a check across tables cannot be looked at in this period; not_its: it is about tables the unit does not report at all.
std::string absent(Evaluator& evaluator, const Expression& root, Period period, bool& not_its) {
  std::string why;
  not_its = false;
  walk(root, [&](const Expression& e) {
    if (e.op != Op::cell || e.cell.table.empty()) return;
    const Table* t = evaluator.catalog().find(e.cell.table, period);
    not_its = not_its || !evaluator.unit().has(t ? *t : *evaluator.catalog().any_version(e.cell.table, period));
    if (!t && !e.shift.past() && why.empty()) why = period.iso() + " 没有报表 (no such table then) " + e.cell.table;
  });
  return why;
}

// Whose book a ledger function of a check across tables reads: that of the one scheme its tables have; "" = they have several.
std::string scheme_of(Evaluator& evaluator, const Expression& root, Period period) {
  std::set<std::string> schemes;
  walk(root, [&](const Expression& e) {
    if (e.op == Op::cell) schemes.insert(evaluator.catalog().any_version(e.cell.table, period)->scheme);
  });
  return schemes.size() == 1 ? *schemes.begin() : std::string();
}

CheckResult result_of(const Check& check, const Table* table) {
  CheckResult r;
  r.id = check.id;
  r.table = table ? table->code : "";
  r.level = check.level;
  r.kind = check.kind;
  r.expression = check.text;
  r.message = check.message;
  r.rule = check.digest;
  return r;
}

CheckResult unevaluated(CheckResult r, std::string reason) {
  r.state = "unevaluated";
  r.reason = std::move(reason);
  r.difference = Value();
  return r;
}

// The codes * stands for, taken from the first reference that has one.
std::vector<std::string> spread(Evaluator& evaluator, const Expression& root, const Table* here, Period period, bool rows) {
  std::vector<std::string> codes;
  bool found = false;
  walk(root, [&](const Expression& e) {
    if (found || e.op != Op::cell || !(rows ? e.cell.row.each : e.cell.col.each)) return;
    found = true;
    const Table* t = table_of(evaluator, e, here, period);
    for (const auto& line : rows ? t->rows : t->cols) codes.push_back(line.code);
  });
  if (!found) codes.emplace_back();
  return codes;
}

// False when * would stand for a cell that is absent, empty or marked × in one of the tables.
bool applies(Evaluator& evaluator, const Expression& root, const Table* here, const Place& place) {
  bool all = true;
  walk(root, [&](const Expression& e) {
    if (!all || e.op != Op::cell || (!e.cell.row.each && !e.cell.col.each)) return;
    const Table* t = table_of(evaluator, e, here, place.period);
    const auto row = t->row_index.find(e.cell.row.each ? place.each_row : e.cell.row.from);
    const auto col = t->col_index.find(e.cell.col.each ? place.each_col : e.cell.col.from);
    if (row == t->row_index.end() || col == t->col_index.end()) {
      all = false;
      return;
    }
    if (!evaluator.in_use(*t, row->second, place.period)) {
      all = false;
      return;
    }
    const auto kind = t->rule(row->second, col->second).kind;
    if (kind == CellRule::Kind::blocked || kind == CellRule::Kind::empty) all = false;
  });
  return all;
}

// What rounding alone can do: half a printing step for every number in the relation.
Wide rounding_room(Evaluator& evaluator, const Expression& root, const Table* here, Period period) {
  Wide room = 0;
  walk(root, [&](const Expression& e) {
    if (e.op == Op::cell) room += printed_as(evaluator, e, here, period)->step;
  });
  return room / 2;
}

std::string label(Evaluator& evaluator, const Expression& root, Period period) {
  if (root.op != Op::cell || !root.cell.row.to.empty() || !root.cell.col.to.empty()) return {};
  const Table& t = evaluator.catalog().table(root.cell.table, period);
  const auto& row = t.rows[static_cast<std::size_t>(t.row(root.cell.row.from))];
  const auto& col = t.cols[static_cast<std::size_t>(t.col(root.cell.col.from))];
  return t.title + " · " + (t.two_sided && !col.group.empty() && col.group == "支出" && !row.name_right.empty() ? row.name_right : row.name) + " · " + col.name;
}

bool holds(Op op, int order, bool near) {
  switch (op) {
    case Op::equal: return near;
    case Op::unequal: return !near;
    case Op::less: return order < 0;
    case Op::less_equal: return order < 0 || near;
    case Op::greater: return order > 0;
    default: return order > 0 || near;
  }
}

CheckResult judged(Evaluator& evaluator, const Check& check, const Table* table, const Place& place, CheckResult r) {
  const Expression& root = *check.root;
  if (!relation(root.op)) {
    const Traced said = evaluator.evaluate(root, place);
    r.left = Value::text(values_of(evaluator, root, place));
    if (!said.missing.empty()) return unevaluated(std::move(r), said.missing);
    r.state = said.value.yes() ? "pass" : "fail";
    return r;
  }
  const Traced left = evaluator.evaluate(*root.args[0], place), right = evaluator.evaluate(*root.args[1], place);
  r.left = left.value;
  r.right = right.value;
  r.tolerance = check.tolerance;
  if (check.automatic_tolerance) r.tolerance = Value::number(rounding_room(evaluator, root, table, place.period));
  if (!left.missing.empty()) return unevaluated(std::move(r), left.missing);
  if (!right.missing.empty()) return unevaluated(std::move(r), right.missing);
  if (r.left.blank() && r.right.blank()) {
    r.state = "empty";
    return r;
  }
  if (!(r.left.numeric() || r.left.blank()) || !(r.right.numeric() || r.right.blank())) {
    const int order = Value::compare(r.left, r.right);
    r.state = holds(root.op, order, order == 0) ? "pass" : "fail";
    return r;
  }
  r.difference = r.left - r.right;
  const int order = Value::compare(r.difference, Value());
  const Value size = order < 0 ? -r.difference : r.difference;
  r.state = holds(root.op, order, Value::compare(size, r.tolerance) <= 0) ? "pass" : "fail";
  return r;
}

}  // namespace

std::vector<CheckResult> run_check(Evaluator& evaluator, const Check& check, const Table* table, Period period) {
  std::vector<CheckResult> results;
  const std::string scheme = table ? table->scheme : scheme_of(evaluator, *check.root, period);
  for (const auto& row : spread(evaluator, *check.root, table, period, true))
    for (const auto& col : spread(evaluator, *check.root, table, period, false)) {
      Place place{table, -1, -1, period, check.rounded, row, col, scheme};
      place.terms = false;
      if ((!row.empty() || !col.empty()) && !applies(evaluator, *check.root, table, place)) continue;
      CheckResult r = result_of(check, table);
      r.place = place_text(*check.root, place);
      if (check.when) {
        const Traced when = evaluator.evaluate(*check.when, place);
        if (!when.missing.empty()) {
          results.push_back(unevaluated(std::move(r), when.missing));
          continue;
        }
        if (!when.value.yes()) continue;
      }
      results.push_back(judged(evaluator, check, table, place, std::move(r)));
    }
  return results;
}

std::vector<CheckResult> run_listed(Evaluator& evaluator, const Package& package, const Check& check, const Table* table, Period period) {
  std::vector<CheckResult> results;
  if (check.kind == "children" && evaluator.layer() != "sum") return results;
  located(table ? table->file : package.folder + "/package.info", check.line, [&] {
    bool not_its = false;
    const std::string lacks = absent(evaluator, *check.root, period, not_its);
    // Across tables a rule is about those units and years that have all of them.
    if (not_its || (!table && !every_table(evaluator, *check.root, period))) return;
    if (!lacks.empty()) results.push_back(unevaluated(result_of(check, table), lacks));
    else results = run_check(evaluator, check, table, period);
  });
  return results;
}

std::vector<CheckResult> run_checks(Evaluator& evaluator, const Package& package, Period period) {
  std::vector<CheckResult> all;
  std::size_t rules = package.checks.size();
  for (const auto& t : package.tables) rules += t->checks.size();
  all.reserve(rules);
  const auto run = [&](const Check& check, const Table* table) {
    auto more = run_listed(evaluator, package, check, table, period);
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
  for (const auto& t : package.tables)
    if (evaluator.unit().has(*t))
      for (const auto& check : t->checks) run(check, t.get());
  for (const auto& check : package.checks) run(check, nullptr);
  return all;
}

namespace {

MadeOf made_of(const Traced& traced) {
  MadeOf from;
  for (const auto& [question, times] : traced.terms) from.terms.emplace(question->predicate, times);
  from.linear = traced.linear;
  return from;
}

}  // namespace

std::vector<BridgeItem> run_bridge(Evaluator& evaluator, const Bridge& bridge, Period period, std::string_view only) {
  std::vector<BridgeItem> items;
  for (const auto& pair : bridge.pairs) {
    if (!only.empty() && pair.id != only) continue;
    bool not_its = false;
    if (!evaluator.unit().book_of(pair.scheme) || !absent(evaluator, *pair.a, period, not_its).empty() || not_its || !absent(evaluator, *pair.b, period, not_its).empty() || not_its) continue;
    located(bridge.file, pair.line, [&] {
      BridgeItem item;
      item.id = pair.id;
      item.subject = pair.subject;
      item.a_text = pair.a_text;
      item.b_text = pair.b_text;
      item.a_name = label(evaluator, *pair.a, period);
      item.b_name = label(evaluator, *pair.b, period);
      Place exact{nullptr, -1, -1, period, false, {}, {}, pair.scheme}, printed = exact;
      printed.printed = true;
      const Value zero = Value::money(Fen(0));
      const Traced a = evaluator.evaluate(*pair.a, exact), b = evaluator.evaluate(*pair.b, exact);
      item.a_exact = zero + a.value;
      item.b_exact = zero + b.value;
      if (!only.empty()) item.made_of = made_of(plus(a, b, -1));
      item.a = zero + evaluator.evaluate(*pair.a, printed).value;
      item.b = zero + evaluator.evaluate(*pair.b, printed).value;
      item.difference = item.a - item.b;
      item.explained = zero;
      const auto explain = [&](const std::string& kind, const std::string& text, const Value& amount, MadeOf from) {
        if (Value::compare(amount, Value()) == 0) return;
        item.explained = item.explained + amount;
        if (item.kinds.find(kind) == std::string::npos) item.kinds += (item.kinds.empty() ? "" : "+") + kind;
        item.parts.push_back({kind, text, amount, std::move(from)});
      };
      for (const auto& x : pair.explanations) {
        const Traced amount = evaluator.evaluate(*x.root, exact);
        explain(x.kind, x.text, amount.value, only.empty() ? MadeOf() : made_of(amount));
      }
      explain("rounding", "两表各按自己的单位四舍五入 (each ministry prints in its own unit)", (item.a - item.a_exact) - (item.b - item.b_exact), {{}, false});
      if (item.kinds.empty()) item.kinds = "equal";
      item.unexplained = item.difference - item.explained;
      items.push_back(std::move(item));
    });
  }
  return items;
}

}  // namespace mif::reporting
