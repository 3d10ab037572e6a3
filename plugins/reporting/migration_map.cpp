// SPDX-License-Identifier: Apache-2.0
#include "migration_map.h"

#include <algorithm>

#include "places.h"

namespace mif::reporting {
namespace {

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  if (trimmed(text) == "-") return parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto plus = std::min(text.find('+', at), text.size());
    parts.push_back(trimmed(text.substr(at, plus - at)));
    at = plus + 1;
  }
  return parts;
}

class Loader {
 public:
  Loader(std::string_view file, const Layout& before, const Layout& after) : file_(file), before_(before), after_(after) {}

  Migration load(const Node& root) {
    Migration m;
    m.file = file_;
    const Node* head = root.find("migration");
    if (!head) refuse("report.migration-key", 1, "缺少 (lacks) migration { from … to … }");
    m.from = head->require("from", file_);
    m.to = head->require("to", file_);
    if (m.from != before_.code) refuse("report.migration-package", head->line, "from 应为 “" + before_.code + "” (the old package), 找到 “" + m.from + "”");
    if (m.to != after_.code) refuse("report.migration-package", head->line, "to 应为 “" + after_.code + "” (the new package), 找到 “" + m.to + "”");
    for (const auto& node : root.children) {
      if (node.key == "migration") continue;
      if (node.key != "table") refuse("report.migration-key", node.line, "应为 migration 或 table (expected), 找到 “" + node.key + "”");
      if (!after_.tables.count(node.value)) refuse("report.migration-line", node.line, after_.code + " 没有表 “" + node.value + "” (no such table)");
      if (m.tables.count(node.value)) refuse("report.migration-twice", node.line, "表 “" + node.value + "” 写了两次 (given twice)");
      m.tables[node.value] = table(node);
    }
    return m;
  }

 private:
  [[noreturn]] void refuse(const char* rule, int line, const std::string& what) const { throw Error(MIF_E_INVALID, rule, std::string(file_) + ":" + std::to_string(line) + ": " + what); }

  using Lines = Layout::Lines;
  const Lines& old_table(const std::string& code, int line) const {
    if (const auto table = before_.tables.find(code); table != before_.tables.end()) return table->second;
    refuse("report.migration-line", line, before_.code + " 没有表 “" + code + "” (no such table)");
  }
  void old_line(const Lines& table, const std::string& code, bool row, const std::string& number, int line) const {
    if (!(row ? table.rows : table.cols).count(number))
      refuse("report.migration-line", line, before_.code + " 的表 " + code + (row ? " 没有行次 “" : " 没有栏号 “") + number + "” (no such line before)");
  }

  Migration::TableMap table(const Node& node) const {
    const Lines& now = after_.tables.find(node.value)->second;
    Migration::TableMap map;
    map.line = node.line;
    const std::string from = node.get("from", node.value);
    map.from = from == "-" ? std::string() : from;
    const Lines* then = map.from.empty() ? nullptr : &old_table(map.from, node.line);
    for (const auto& child : node.children) {
      if (child.key == "from") continue;
      if (child.key == "cell") {
        const Node* was = child.find("from");
        if (!was) refuse("report.migration-key", child.line, "cell 要写 from (cell needs from)");
        const auto at = cell(child.value, child.line);
        known(now, node.value, at, child.line);
        const auto [of, fresh] = map.cells.try_emplace({at.row, at.col});
        if (!fresh) refuse("report.migration-twice", child.line, "单元格 [" + at.row + "," + at.col + "] 写了两次 (given twice)");
        auto& cells = of->second;
        for (const auto& part : split(was->value)) {
          OldCell old = cell(part, child.line);
          if (old.table.empty()) old.table = map.from;
          const Lines& table = old_table(old.table, child.line);
          old_line(table, old.table, true, old.row, child.line);
          old_line(table, old.table, false, old.col, child.line);
          if (std::find(cells.begin(), cells.end(), old) != cells.end())
            refuse("report.migration-twice", child.line, "旧格 " + old.table + "[" + old.row + "," + old.col + "] 在一格里加了两次 (added up twice)");
          cells.push_back(std::move(old));
        }
        continue;
      }
      if (child.key != "row" && child.key != "col") refuse("report.migration-key", child.line, "应为 from、row、col 或 cell (expected), 找到 “" + child.key + "”");
      const bool row = child.key == "row";
      if (!then) refuse("report.migration-line", child.line, "表 “" + node.value + "” 没有旧表，不能写 " + child.key + " (a new table has no old lines)");
      if (!(row ? now.rows : now.cols).count(child.value)) refuse("report.migration-line", child.line, after_.code + " 的表 " + node.value + (row ? " 没有行次 “" : " 没有栏号 “") + child.value + "” (no such line)");
      auto& lines = row ? map.rows : map.cols;
      const auto old = split(child.get("from", "-"));
      for (auto number = old.begin(); number != old.end(); ++number) {
        old_line(*then, map.from, row, *number, child.line);
        if (std::find(old.begin(), number, *number) != number)
          refuse("report.migration-twice", child.line, std::string(row ? "旧行次 “" : "旧栏号 “") + *number + "” 在一行里加了两次 (added up twice)");
      }
      if (!lines.moved.emplace(child.value, old).second) refuse("report.migration-twice", child.line, std::string(row ? "行次 “" : "栏号 “") + child.value + "” 写了两次 (given twice)");
    }
    return map;
  }

  // "[1,2]" or "T[1,2]".
  OldCell cell(const std::string& text, int line) const {
    const auto open = text.find('[');
    if (open != std::string::npos) try {
        const CellRef at = parse_target(text.substr(open));
        if (!at.row.each && !at.col.each && at.row.to.empty() && at.col.to.empty() && !at.row.current() && !at.col.current()) return {trimmed(text.substr(0, open)), at.row.from, at.col.from};
      } catch (const Error&) {
      }
    refuse("report.migration-key", line, "单元格写作 [行,栏] 或 表[行,栏] (a cell is [row,column]): “" + text + "”");
  }
  void known(const Lines& table, const std::string& code, const OldCell& at, int line) const {
    if (!at.table.empty() || !table.rows.count(at.row) || !table.cols.count(at.col))
      refuse("report.migration-line", line, after_.code + " 的表 " + code + " 没有 [" + at.row + "," + at.col + "] (no such cell)");
  }

  std::string file_;
  const Layout& before_;
  const Layout& after_;
};

}  // namespace

std::vector<OldCell> Migration::before(const std::string& table, const std::string& row, const std::string& col) const {
  const auto found = tables.find(table);
  if (found == tables.end()) return {{table, row, col}};
  const TableMap& map = found->second;
  if (const auto cell = map.cells.find({row, col}); cell != map.cells.end()) return cell->second;
  if (map.from.empty()) return {};
  const auto old = [](const Lines& lines, const std::string& code) {
    const auto moved = lines.moved.find(code);
    return moved == lines.moved.end() ? std::vector<std::string>{code} : moved->second;
  };
  std::vector<OldCell> cells;
  for (const auto& r : old(map.rows, row))
    for (const auto& c : old(map.cols, col)) cells.push_back({map.from, r, c});
  return cells;
}

Migration load_migration(const Node& root, std::string_view file, const Layout& before, const Layout& after) { return Loader(file, before, after).load(root); }

}  // namespace mif::reporting
