// SPDX-License-Identifier: Apache-2.0
#include "checks.h"

#include <algorithm>

#include "digest.h"
#include "mif/svc/ledger.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;

bool relation(Op op) {
  return op == Op::equal || op == Op::unequal || op == Op::less || op == Op::less_equal || op == Op::greater || op == Op::greater_equal;
}

const Table* table_of(Evaluator& evaluator, const Expression& e, const Table* here, Period period) {
  return e.cell.table.empty() ? here : &evaluator.catalog().table(e.cell.table, e.shift.apply(period));
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
    const auto kind = t->rule(row->second, col->second).kind;
    if (kind == CellRule::Kind::blocked || kind == CellRule::Kind::empty) all = false;
  });
  return all;
}

// Across tables: only where the unit has every one of them, and a version of it is in force.
bool every_table(Evaluator& evaluator, const Expression& root, Period period) {
  bool all = true;
  walk(root, [&](const Expression& e) {
    if (!all || e.op != Op::cell || e.cell.table.empty()) return;
    const Table* t = evaluator.catalog().find(e.cell.table, period);
    all = t && evaluator.unit().has(*t);
  });
  return all;
}

// What rounding alone can do: half a printing step for every number in the relation.
Wide rounding_room(Evaluator& evaluator, const Expression& root, const Table* here, Period period) {
  Wide room = 0;
  walk(root, [&](const Expression& e) {
    if (e.op == Op::cell) room += table_of(evaluator, e, here, period)->step;
  });
  return room / 2;
}

std::string place_text(const Expression& root, const Place& place) {
  const Expression* first = nullptr;
  walk(root, [&](const Expression& e) {
    if (!first && e.op == Op::cell) first = &e;
  });
  if (!first) return {};
  const auto axis = [](const Axis& a, const std::string& each) { return a.each ? each : a.to.empty() ? a.from : a.from + ":" + a.to; };
  return first->cell.table + "[" + axis(first->cell.row, place.each_row) + "," + axis(first->cell.col, place.each_col) + "]";
}

std::string label(Evaluator& evaluator, const Expression& root, Period period) {
  if (root.op != Op::cell || !root.cell.row.to.empty() || !root.cell.col.to.empty()) return {};
  const Table& t = evaluator.catalog().table(root.cell.table, period);
  const auto& row = t.rows[static_cast<std::size_t>(t.row(root.cell.row.from))];
  const auto& col = t.cols[static_cast<std::size_t>(t.col(root.cell.col.from))];
  return t.title + " · " + (t.two_sided && !col.group.empty() && col.group == "支出" && !row.name_right.empty() ? row.name_right : row.name) + " · " + col.name;
}

}  // namespace

std::string explanation_key(std::string_view id, std::string_view rule, std::string_view table, std::string_view place, std::string_view left, std::string_view right) {
  Digest digest;
  for (const auto part : {id, rule, table, place, left, right}) digest.add(part);
  return digest.hex();
}

std::string explanation_key(const CheckResult& r) { return explanation_key(r.id, r.rule, r.table, r.place, r.left.plain(), r.right.plain()); }

std::vector<CheckResult> run_check(Evaluator& evaluator, const Check& check, const Table* table, Period period) {
  std::vector<CheckResult> results;
  for (const auto& row : spread(evaluator, *check.root, table, period, true))
    for (const auto& col : spread(evaluator, *check.root, table, period, false)) {
      Place place{table, -1, -1, period, check.rounded, row, col, {}};
      if ((!row.empty() || !col.empty()) && !applies(evaluator, *check.root, table, place)) continue;
      if (check.when && !evaluator.evaluate(*check.when, place).value.yes()) continue;
      CheckResult r;
      r.id = check.id;
      r.table = table ? table->code : "";
      r.place = place_text(*check.root, place);
      r.level = check.level;
      r.kind = check.kind;
      r.expression = check.text;
      r.message = check.message;
      r.rule = check.digest;
      const Expression& root = *check.root;
      if (!relation(root.op)) {
        r.state = evaluator.evaluate(root, place).value.yes() ? "pass" : "fail";
        results.push_back(std::move(r));
        continue;
      }
      r.left = evaluator.evaluate(*root.args[0], place).value;
      r.right = evaluator.evaluate(*root.args[1], place).value;
      r.tolerance = check.tolerance;
      if (check.automatic_tolerance) r.tolerance = Value::number(rounding_room(evaluator, root, table, period));
      if (r.left.blank() && r.right.blank()) {
        r.state = "empty";
      } else {
        r.difference = r.left - r.right;
        const int order = Value::compare(r.difference, Value());
        const Value size = order < 0 ? -r.difference : r.difference;
        const bool near = Value::compare(size, r.tolerance) <= 0;
        bool holds = false;
        switch (root.op) {
          case Op::equal: holds = near; break;
          case Op::unequal: holds = !near; break;
          case Op::less: holds = order < 0; break;
          case Op::less_equal: holds = order < 0 || near; break;
          case Op::greater: holds = order > 0; break;
          default: holds = order > 0 || near;
        }
        r.state = holds ? "pass" : "fail";
      }
      results.push_back(std::move(r));
    }
  return results;
}

std::vector<CheckResult> run_checks(Evaluator& evaluator, const Package& package, Period period) {
  std::vector<CheckResult> all;
  const auto add = [&](std::vector<CheckResult> more) { std::move(more.begin(), more.end(), std::back_inserter(all)); };
  for (const auto& t : package.tables)
    if (evaluator.unit().has(*t))
      for (const auto& check : t->checks) located(t->file, check.line, [&] { add(run_check(evaluator, check, t.get(), period)); });
  for (const auto& check : package.checks) {
    if (!every_table(evaluator, *check.root, period)) continue;
    located(package.folder + "/package.info", check.line, [&] { add(run_check(evaluator, check, nullptr, period)); });
  }
  return all;
}

std::vector<BridgeItem> run_bridge(Evaluator& evaluator, const Bridge& bridge, Period period) {
  std::vector<BridgeItem> items;
  for (const auto& pair : bridge.pairs) {
    if (!evaluator.unit().book_of(pair.scheme) || !every_table(evaluator, *pair.a, period) || !every_table(evaluator, *pair.b, period)) continue;
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
      item.a_exact = zero + evaluator.evaluate(*pair.a, exact).value;
      item.b_exact = zero + evaluator.evaluate(*pair.b, exact).value;
      item.a = zero + evaluator.evaluate(*pair.a, printed).value;
      item.b = zero + evaluator.evaluate(*pair.b, printed).value;
      item.difference = item.a - item.b;
      item.explained = zero;
      const auto explain = [&](const std::string& kind, const std::string& text, const Value& amount) {
        if (Value::compare(amount, Value()) == 0) return;
        item.explained = item.explained + amount;
        if (item.kinds.find(kind) == std::string::npos) item.kinds += (item.kinds.empty() ? "" : "+") + kind;
        item.parts.push_back({kind, text, amount});
      };
      for (const auto& x : pair.explanations) explain(x.kind, x.text, evaluator.evaluate(*x.root, exact).value);
      explain("rounding", "两表各按自己的单位四舍五入 (each ministry prints in its own unit)", (item.a - item.a_exact) - (item.b - item.b_exact));
      if (item.kinds.empty()) item.kinds = "equal";
      item.unexplained = item.difference - item.explained;
      items.push_back(std::move(item));
    });
  }
  return items;
}

}  // namespace mif::reporting
