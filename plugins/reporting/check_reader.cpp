// SPDX-License-Identifier: Apache-2.0
// Checks as templates write them.
#include <map>
#include <set>

#include "digest.h"
#include "table.h"

namespace mif::reporting {

std::string level_of(const std::string& text) {
  static const std::map<std::string, std::string> levels = {{"error", "error"}, {"warn", "warn"}, {"info", "info"}, {"基本性", "error"}, {"核实性", "warn"}, {"提示", "info"}};
  const auto found = levels.find(text);
  if (found != levels.end()) return found->second;
  throw Error(MIF_E_INVALID, "report.check-level", "level 应为 error（基本性）、warn（核实性）或 info（提示）(expected), 找到 \"" + text + "\"");
}

namespace {

// What a check compares, when it does not say.
std::string kind_of(const Expression& root) {
  bool children = false, past = false;
  std::set<std::string> tables;
  walk(root, [&](const Expression& e) {
    if (e.op == Expression::Op::cell) tables.insert(e.cell.table);
    children = children || e.shift.whose == Shift::Whose::own || e.shift.whose == Shift::Whose::below;
    past = past || e.shift.past();
  });
  return children ? "children" : past ? "period" : tables.size() > 1 ? "cross" : "logic";
}

std::string kind_named(const std::string& text) {
  static const std::map<std::string, std::string> kinds = {{"logic", "logic"}, {"cross", "cross"}, {"period", "period"}, {"ministry", "ministry"}, {"children", "children"}, {"reason", "reason"},
                                                           {"表内", "logic"}, {"表间", "cross"}, {"跨期", "period"}, {"跨部门", "ministry"}, {"上下级", "children"}, {"合理性", "reason"}};
  const auto found = kinds.find(text);
  if (found != kinds.end()) return found->second;
  throw Error(MIF_E_INVALID, "report.check-kind", "kind 应为 logic（表内）、cross（表间）、period（跨期）、ministry（跨部门）、children（上下级）或 reason（合理性）(expected), 找到 \"" + text + "\"");
}

}  // namespace

Check load_check(const Node& node, std::string_view file, const Dimensions& dimensions) {
  refuse_unknown(node, file, {"id", "level", "kind", "expr", "when", "msg", "on", "tolerance"});
  Check check;
  check.line = node.line;
  check.id = node.require("id", file);
  check.text = node.require("expr", file);
  check.when_text = node.get("when");
  check.message = node.get("msg", check.text);
  located(file, node.line, [&] {
    check.level = level_of(node.get("level", "error"));
    const std::string on = node.get("on", "exact");
    if (on != "exact" && on != "printed") throw Error(MIF_E_INVALID, "report.check-on", "on 应为 exact 或 printed (expected), 找到 \"" + on + "\"");
    check.rounded = on == "printed";
    const std::string tolerance = node.get("tolerance", "0");
    check.automatic_tolerance = tolerance == "auto";
    if (!check.automatic_tolerance) check.tolerance = Value::parse_number(tolerance);
    check.root = parse_formula(check.text, dimensions);
    const std::string kind = node.get("kind");
    check.kind = kind.empty() ? kind_of(*check.root) : kind_named(kind);
    if (!check.when_text.empty()) check.when = parse_formula(check.when_text, dimensions);
    check.digest = Digest().add(check.id).add(check.level).add(check.text).add(check.when_text).add(on).add(tolerance).hex();
  });
  return check;
}

}  // namespace mif::reporting
