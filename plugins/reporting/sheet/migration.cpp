// SPDX-License-Identifier: Apache-2.0
#include "sheet/migration.h"

#include <algorithm>
#include <set>
#include <utility>

#include "lexer.h"

namespace mif::reporting {
namespace {

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

Migration load_migration(const Node& root, std::string_view file, const PackageText& before, const PackageText& after) {
  const auto layout = [](const PackageText& text) {
    const PackageText package = canonical(text);
    Layout layout;
    layout.code = package.code();
    for (const auto& [code, table] : package.tables) {
      auto& lines = layout.tables[code];
      for (const auto& [axis, codes] : {std::pair{"rows", &lines.rows}, std::pair{"cols", &lines.cols}})
        if (const Node* named = table.find(axis))
          for (const auto& line : named->children) codes->insert(line.key);
    }
    return layout;
  };
  return load_migration(root, file, layout(before), layout(after));
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
