// SPDX-License-Identifier: Apache-2.0
#include "sheet/migration.h"

#include <algorithm>
#include <set>

#include "lexer.h"
#include "places.h"

namespace mif::reporting {
namespace {

const Node* line_of(const Node& table, std::string_view axis, std::string_view code) {
  const Node* lines = table.find(axis);
  return lines ? lines->find(code) : nullptr;
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
  Loader(std::string_view file, const PackageText& before, const PackageText& after) : file_(file), before_(before), after_(after) {}

  Migration load(const Node& root) {
    Migration m;
    m.file = file_;
    const Node* head = root.find("migration");
    if (!head) refuse("report.migration-key", 1, "缺少 (lacks) migration { from … to … }");
    m.from = head->require("from", file_);
    m.to = head->require("to", file_);
    if (m.from != before_.code()) refuse("report.migration-package", head->line, "from 应为 “" + before_.code() + "” (the old package), 找到 “" + m.from + "”");
    if (m.to != after_.code()) refuse("report.migration-package", head->line, "to 应为 “" + after_.code() + "” (the new package), 找到 “" + m.to + "”");
    for (const auto& node : root.children) {
      if (node.key == "migration") continue;
      if (node.key != "table") refuse("report.migration-key", node.line, "应为 migration 或 table (expected), 找到 “" + node.key + "”");
      if (!after_.table(node.value)) refuse("report.migration-line", node.line, after_.code() + " 没有表 “" + node.value + "” (no such table)");
      if (m.tables.count(node.value)) refuse("report.migration-twice", node.line, "表 “" + node.value + "” 写了两次 (given twice)");
      m.tables[node.value] = table(node);
    }
    return m;
  }

 private:
  [[noreturn]] void refuse(const char* rule, int line, const std::string& what) const { throw Error(MIF_E_INVALID, rule, std::string(file_) + ":" + std::to_string(line) + ": " + what); }

  const Node& old_table(const std::string& code, int line) const {
    if (const Node* table = before_.table(code)) return *table;
    refuse("report.migration-line", line, before_.code() + " 没有表 “" + code + "” (no such table)");
  }
  void old_line(const Node& table, const std::string& code, const char* axis, const std::string& number, int line) const {
    if (!line_of(table, axis, number))
      refuse("report.migration-line", line, before_.code() + " 的表 " + code + (axis == std::string_view("rows") ? " 没有行次 “" : " 没有栏号 “") + number + "” (no such line before)");
  }

  Migration::TableMap table(const Node& node) const {
    const Node& now = *after_.table(node.value);
    Migration::TableMap map;
    map.line = node.line;
    const std::string from = node.get("from", node.value);
    map.from = from == "-" ? std::string() : from;
    const Node* then = map.from.empty() ? nullptr : &old_table(map.from, node.line);
    for (const auto& child : node.children) {
      if (child.key == "from") continue;
      if (child.key == "cell") {
        const Node* was = child.find("from");
        if (!was) refuse("report.migration-key", child.line, "cell 要写 from (cell needs from)");
        const auto at = cell(child.value, child.line);
        known(now, node.value, at, child.line);
        auto& cells = map.cells[{at.row, at.col}];
        for (const auto& part : split(was->value)) {
          OldCell old = cell(part, child.line);
          if (old.table.empty()) old.table = map.from;
          const Node& table = old_table(old.table, child.line);
          old_line(table, old.table, "rows", old.row, child.line);
          old_line(table, old.table, "cols", old.col, child.line);
          cells.push_back(std::move(old));
        }
        continue;
      }
      if (child.key != "row" && child.key != "col") refuse("report.migration-key", child.line, "应为 from、row、col 或 cell (expected), 找到 “" + child.key + "”");
      const bool row = child.key == "row";
      const char* const axis = row ? "rows" : "cols";
      if (!then) refuse("report.migration-line", child.line, "表 “" + node.value + "” 没有旧表，不能写 " + child.key + " (a new table has no old lines)");
      if (!line_of(now, axis, child.value)) refuse("report.migration-line", child.line, after_.code() + " 的表 " + node.value + (row ? " 没有行次 “" : " 没有栏号 “") + child.value + "” (no such line)");
      auto& lines = row ? map.rows : map.cols;
      const auto old = split(child.get("from", "-"));
      for (const auto& number : old) old_line(*then, map.from, axis, number, child.line);
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
  void known(const Node& table, const std::string& code, const OldCell& at, int line) const {
    if (!at.table.empty() || !line_of(table, "rows", at.row) || !line_of(table, "cols", at.col))
      refuse("report.migration-line", line, after_.code() + " 的表 " + code + " 没有 [" + at.row + "," + at.col + "] (no such cell)");
  }

  std::string file_;
  const PackageText& before_;
  const PackageText& after_;
};

// What a name says without its numbering, indents and blanks: 「　其中：住院费用支出」 and 「(二)住院费用支出」 are one.
std::string bare(const std::string& name) {
  std::string text;
  for (const char c : fold_width(name))
    if (c != ' ' && c != '\t') text += c;
  static const std::string_view numerals = "一二三四五六七八九十";
  const auto numeral = [&](std::size_t at) { return at + 3 <= text.size() && numerals.find(text.substr(at, 3)) != std::string_view::npos; };
  std::size_t from = text.rfind("(", 0) == 0 ? 1 : 0, at = from;
  while (numeral(at)) at += 3;
  if (at > from && from == 1 && text.compare(at, 1, ")") == 0) text.erase(0, at + 1);
  else if (at > 0 && from == 0 && text.compare(at, 3, "、") == 0) text.erase(0, at + 3);
  else if (const auto digits = text.find_first_not_of("0123456789"); digits != 0 && digits != std::string::npos && (text[digits] == '.' || text.compare(digits, 3, "、") == 0)) text.erase(0, digits + (text[digits] == '.' ? 1 : 3));
  if (text.rfind("其中:", 0) == 0) text.erase(0, std::string_view("其中:").size());
  return text;
}
std::string name_of(const Node& line) { return bare(line.value) + "|" + bare(line.get("right")); }
std::string shown(const Node& line) { return line.key + "「" + trimmed(line.value) + (line.get("right").empty() ? "" : " / " + line.get("right")) + "」"; }

// new -> old where they differ; says what it could not place.
void match(const std::string& table, const Node& now, const Node& then, const char* axis, const char* key, Node& map, std::vector<std::string>& unmatched) {
  const Node* a = now.find(axis);
  const Node* b = then.find(axis);
  if (!a || !b) return;
  const std::string what = axis == std::string_view("rows") ? " 行次 " : " 栏号 ";
  std::map<std::string, int> here, there;
  for (const auto& n : a->children) ++here[name_of(n) + "@" + n.get("group")];
  for (const auto& n : b->children) ++there[name_of(n) + "@" + n.get("group")];
  std::set<std::string> used;
  std::map<std::string, std::string> found;
  const auto pair_up = [&](const auto& fits) {
    for (const auto& n : a->children) {
      if (found.count(n.key)) continue;
      for (const auto& o : b->children)
        if (!used.count(o.key) && fits(n, o)) {
          found[n.key] = o.key;
          used.insert(o.key);
          break;
        }
    }
  };
  const auto same_name = [](const Node& n, const Node& o) { return name_of(n) == name_of(o) && n.get("group") == o.get("group"); };
  pair_up([&](const Node& n, const Node& o) { return n.key == o.key && same_name(n, o); });
  // A name that stands twice leads nowhere by itself.
  pair_up([&](const Node& n, const Node& o) {
    const std::string name = name_of(n) + "@" + n.get("group");
    return same_name(n, o) && here[name] == 1 && there[name] == 1;
  });
  pair_up([&](const Node& n, const Node& o) { return name_of(n) == name_of(o) && name_of(n) != "|" && here[name_of(n) + "@" + n.get("group")] == 1; });
  for (const auto& n : a->children) {
    const auto old = found.find(n.key);
    if (old != found.end() && old->second == n.key) continue;
    map.children.push_back({key, n.key, 0, {{"from", old == found.end() ? "-" : old->second, 0, {}}}});
    if (old != found.end()) continue;
    const Node* number = b->find(n.key);
    unmatched.push_back("表 " + table + what + shown(n) + "：旧表没有同名的" + (number && !used.count(n.key) ? "，同编号的是 " + shown(*number) + "，是否改名请人工确定" : ""));
  }
  for (const auto& o : b->children)
    if (!used.count(o.key)) unmatched.push_back("旧表 " + table + what + shown(o) + "：新表没有对应");
}

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

Migration load_migration(const Node& root, std::string_view file, const PackageText& before, const PackageText& after) {
  const PackageText old_form = canonical(before), new_form = canonical(after);
  return Loader(file, old_form, new_form).load(root);
}

Mapping map_packages(const PackageText& old_package, const PackageText& new_package) {
  const PackageText before = canonical(old_package), after = canonical(new_package);
  Mapping result;
  result.migration.children.push_back({"migration", "", 0, {{"from", before.code(), 0, {}}, {"to", after.code(), 0, {}}}});
  std::set<std::string> used;
  const auto title = [](const Node& table) { return table.find("table") ? bare(table.find("table")->get("title")) : std::string(); };
  for (const auto& [code, now] : after.tables) {
    Node map{"table", code, 0, {}};
    const Node* then = before.table(code);
    std::string from = then ? code : std::string();
    for (const auto& [old_code, old] : before.tables)
      if (!then && !used.count(old_code) && !after.table(old_code) && title(old) == title(now)) {
        then = &old;
        from = old_code;
      }
    if (!then) {
      map.children.push_back({"from", "-", 0, {}});
      result.migration.children.push_back(std::move(map));
      result.unmatched.push_back("表 " + code + "「" + title(now) + "」：旧包没有同号或同名的表");
      continue;
    }
    used.insert(from);
    if (from != code) map.children.push_back({"from", from, 0, {}});
    match(code, now, *then, "rows", "row", map, result.unmatched);
    match(code, now, *then, "cols", "col", map, result.unmatched);
    if (!map.children.empty()) result.migration.children.push_back(std::move(map));
  }
  for (const auto& [code, old] : before.tables)
    if (!used.count(code)) result.unmatched.push_back("旧表 " + code + "「" + title(old) + "」：新包没有对应");
  return result;
}

PackageText clone_package(const PackageText& old, const std::string& code, const std::string& folder, Period from) {
  PackageText copy = canonical(old);
  if (code.empty() || code == old.code()) throw Error(MIF_E_INVALID, "report.clone-code", "新报表包要有与 “" + old.code() + "” 不同的代码 (the clone needs a code of its own)");
  copy.folder = folder;
  for (auto& section : copy.package.children) {
    if (section.key != "package") continue;
    bool valid = false;
    for (auto& child : section.children) {
      if (child.key == "code") child.value = code;
      if (child.key != "valid") continue;
      valid = true;
      child.children = {{"from", from.iso(), 0, {}}};
    }
    if (!valid) section.children.push_back({"valid", "", 0, {{"from", from.iso(), 0, {}}}});
  }
  return copy;
}

PackageText ended_before(const PackageText& old, Period from) {
  PackageText ended = canonical(old);
  const Period last = from.month <= 1 ? Period{from.year - 1, 12} : Period{from.year, from.month - 1};
  for (auto& section : ended.package.children) {
    if (section.key != "package") continue;
    auto valid = std::find_if(section.children.begin(), section.children.end(), [](const Node& n) { return n.key == "valid"; });
    if (valid == section.children.end()) valid = section.children.insert(section.children.end(), {"valid", "", 0, {}});
    if (const Node* to = valid->find("to"); to && Period::parse(to->value) < from) continue;
    valid->children.erase(std::remove_if(valid->children.begin(), valid->children.end(), [](const Node& n) { return n.key == "to"; }), valid->children.end());
    valid->children.push_back({"to", last.iso(), 0, {}});
  }
  return ended;
}

}  // namespace mif::reporting
