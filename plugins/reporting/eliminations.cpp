// SPDX-License-Identifier: Apache-2.0
#include "eliminations.h"

#include <algorithm>

#include "digest.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;

// The codes an axis names, in the table's order.
std::vector<std::string> codes_of(const Axis& axis, const std::vector<Line>& lines, int from, int to) {
  if (axis.to.empty()) return {axis.from};
  std::vector<std::string> codes;
  for (int i = std::min(from, to); i <= std::max(from, to); ++i) codes.push_back(lines[static_cast<std::size_t>(i)].code);
  return codes;
}

// One formula text for every cell a side names; its size, so that both sides can be held to one shape.
std::vector<std::string> cells_of(const Expression& side, const std::string& text, const std::vector<std::shared_ptr<const Table>>& tables, std::pair<std::size_t, std::size_t>& shape) {
  if (side.op != Op::cell || !side.shift.none() || side.cell.table.empty() || side.cell.row.current() || side.cell.col.current())
    throw Error(MIF_E_INVALID, "report.eliminate-cell", "eliminate 的 a、b 各是一个单元格或同样大小的范围 (each is one cell, or ranges of one shape), 如 NHSA_M01[5,22]、NHSA_M01[1:4,22]");
  shape = {1, 1};
  if (side.cell.row.to.empty() && side.cell.col.to.empty()) return {text};
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const auto& t) { return t->code == side.cell.table; });
  if (found == tables.end()) throw Error(MIF_E_INVALID, "formula.table-unknown", "没有报表 (no table) \"" + side.cell.table + "\"");
  const Table& t = **found;
  const auto span = [&](const Axis& axis, bool rows) {
    const auto at = [&](const std::string& code) { return rows ? t.row(code) : t.col(code); };
    return axis.to.empty() ? codes_of(axis, {}, 0, 0) : codes_of(axis, rows ? t.rows : t.cols, at(axis.from), at(axis.to));
  };
  const auto rows = span(side.cell.row, true), cols = span(side.cell.col, false);
  shape = {rows.size(), cols.size()};
  std::vector<std::string> texts;
  for (const auto& row : rows)
    for (const auto& col : cols) texts.push_back(t.code + "[" + row + "," + col + "]");
  return texts;
}

}  // namespace

std::vector<Elimination> load_eliminations(const Node& node, const std::string& file, const Dimensions& dimensions, const std::vector<std::shared_ptr<const Table>>& tables) {
  std::vector<Elimination> all;
  const std::string id = node.require("id", file), a_text = node.require("a", file), b_text = node.require("b", file);
  const std::string message = node.get("msg", "在途资金 (money in transit)");
  located(file, node.line, [&] {
    const std::string level = level_of(node.get("level", "info"));
    std::pair<std::size_t, std::size_t> a_shape, b_shape;
    const auto a = cells_of(*parse_formula(a_text, dimensions), a_text, tables, a_shape);
    const auto b = cells_of(*parse_formula(b_text, dimensions), b_text, tables, b_shape);
    if (a_shape != b_shape) throw Error(MIF_E_INVALID, "report.eliminate-cell", "eliminate 的 a、b 两个范围大小不同 (the two ranges differ in shape): " + a_text + "、" + b_text);
    for (std::size_t i = 0; i < a.size(); ++i) {
      Elimination e;
      e.line = node.line;
      e.id = id;
      e.level = level;
      e.a_text = a[i];
      e.b_text = b[i];
      e.message = message;
      e.a = parse_formula(e.a_text, dimensions);
      e.b = parse_formula(e.b_text, dimensions);
      e.digest = Digest().add(e.id).add(e.level).add(e.a_text).add(e.b_text).hex();
      all.push_back(std::move(e));
    }
  });
  return all;
}

CheckResult told_apart(const Elimination& e, const std::string& receiver, bool aside, const Value& paid, const std::optional<Value>& booked) {
  CheckResult r;
  r.id = e.id;
  r.place = e.a_text + (aside ? "{单位:" + receiver + "}" : "");
  r.level = e.level;
  r.kind = "children";
  r.expression = e.a_text + "{下级汇总} = " + e.b_text + "{本级}";
  r.message = e.message + (aside ? "（上级单位 " + receiver + "）" : "");
  r.rule = e.digest;
  r.left = paid;
  const auto nothing = [](const Value& v) { return v.blank() || (v.numeric() && v.scaled() == 0); };
  if (!booked) {
    // Who knows of nothing paid needs nobody to say what was received.
    r.state = nothing(paid) ? "empty" : "unevaluated";
    if (r.state == "unevaluated") r.reason = "单位 " + receiver + " 自己的报表不在这里，不知道它记了多少 (its own report is not there)";
    return r;
  }
  r.right = *booked;
  r.difference = r.left - r.right;
  r.state = r.left.blank() && r.right.blank() ? "empty" : Value::compare(r.difference, Value()) == 0 ? "pass" : "fail";
  return r;
}

Value in_common(const Value& paid, const Value& booked) {
  if (!paid.numeric() || !booked.numeric()) return {};
  const bool back = paid.scaled() < 0;
  if (back != (booked.scaled() < 0)) return {};
  return (Value::compare(paid, booked) < 0) != back ? paid : booked;
}

}  // namespace mif::reporting
