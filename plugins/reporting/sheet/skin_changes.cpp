// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "lexer.h"
#include "sheet/skin.h"
#include "sheet/skin_form.h"
#include "sheet/skin_words.h"

namespace mif::reporting {
namespace {

using Kind = Change::Kind;
using Facts = std::vector<std::pair<std::string, std::string>>;  // place -> what stands there, in order

class Comparison {
 public:
  std::vector<Change> changes;

  void compare(const std::string& table, const std::string& what, const Facts& before, const Facts& after) {
    const auto in = [](const Facts& facts, const std::string& place) {
      return std::find_if(facts.begin(), facts.end(), [&](const auto& f) { return f.first == place; });
    };
    for (const auto& [place, text] : before) {
      const auto found = in(after, place);
      if (found == after.end()) changes.push_back({Kind::removed, table, what, place, text, ""});
      // Full-width signs and blanks between words do not change a formula.
      else if (found->second != text && tight(found->second) != tight(text)) changes.push_back({Kind::changed, table, what, place, text, found->second});
    }
    for (const auto& [place, text] : after)
      if (in(before, place) == before.end()) changes.push_back({Kind::added, table, what, place, "", text});
  }

 private:
  static std::string tight(const std::string& text) {
    std::string out;
    for (const char c : fold_width(text))
      if (c != ' ') out += c;
    return out;
  }
};

// place -> expr and the rest of an item.
Facts items(const Node& root, std::string_view section, std::string_view place) {
  Facts facts;
  const Node* node = root.find(section);
  if (!node) return facts;
  std::map<std::string, int> seen;
  for (const auto& item : node->children) {
    std::string at = item.value.empty() ? item.get(place) : item.value, rest;
    if (const int n = ++seen[at]; n > 1) at += " #" + std::to_string(n);
    for (const auto& [path, value] : skin::flattened(item))
      if (path != place) rest += (rest.empty() ? "" : "  ") + (path == "expr" ? value : path + " " + value);
    facts.emplace_back(at, rest);
  }
  return facts;
}

Facts lines(const Node& root, std::string_view axis) {
  Facts facts;
  if (const Node* node = root.find(axis))
    for (const auto& line : node->children) {
      std::string text = line.value;
      for (const auto& [path, value] : skin::flattened(line)) text += "  " + path + " " + value;
      facts.emplace_back(line.key, text);
    }
  return facts;
}

Facts heads(const Node& root) {
  Node rest;
  for (const auto& section : root.children)
    if (section.key != "rows" && section.key != "cols" && section.key != "formulas" && section.key != "inputs" && section.key != "blocked" && section.key != "checks") rest.children.push_back(section);
  return skin::flattened(rest);
}

// Where the order of lines differs though they are the same lines.
void order(Comparison& out, const std::string& table, const char* what, const Facts& before, const Facts& after) {
  const auto codes = [](const Facts& facts, const Facts& other) {
    std::string all;
    for (const auto& [code, text] : facts)
      if (std::any_of(other.begin(), other.end(), [&](const auto& o) { return o.first == code; })) all += (all.empty() ? "" : " ") + code;
    return all;
  };
  const std::string a = codes(before, after), b = codes(after, before);
  if (a != b) out.changes.push_back({Kind::changed, table, what, "次序", a, b});
}

}  // namespace

std::vector<Change> changes_between(const PackageText& old_package, const PackageText& new_package) {
  const PackageText before = canonical(old_package), after = canonical(new_package);
  Comparison out;
  out.compare(skin::kPackage, "表头", heads(before.package), heads(after.package));
  out.compare(skin::kPackage, "审核", items(before.package, "checks", "id"), items(after.package, "checks", "id"));
  for (const auto& [code, node] : before.tables)
    if (!after.table(code)) out.changes.push_back({Kind::removed, code, "表", "", node.find("table") ? node.find("table")->get("title") : "", ""});
  for (const auto& [code, now] : after.tables) {
    const Node* then = before.table(code);
    if (!then) {
      out.changes.push_back({Kind::added, code, "表", "", "", now.find("table") ? now.find("table")->get("title") : ""});
      continue;
    }
    out.compare(code, "表头", heads(*then), heads(now));
    out.compare(code, "行", lines(*then, "rows"), lines(now, "rows"));
    order(out, code, "行", lines(*then, "rows"), lines(now, "rows"));
    out.compare(code, "栏", lines(*then, "cols"), lines(now, "cols"));
    order(out, code, "栏", lines(*then, "cols"), lines(now, "cols"));
    out.compare(code, "不填", items(*then, "blocked", ""), items(now, "blocked", ""));
    out.compare(code, "公式", items(*then, "formulas", "at"), items(now, "formulas", "at"));
    out.compare(code, "填报", items(*then, "inputs", "at"), items(now, "inputs", "at"));
    out.compare(code, "审核", items(*then, "checks", "id"), items(now, "checks", "id"));
    // Whatever the lists say, these cells are empty from now on.
    const auto had = skin::marks_of(*then), has = skin::marks_of(now);
    const Facts rows = lines(now, "rows"), cols = lines(now, "cols");
    for (const auto& [row, name] : rows)
      for (const auto& [col, title] : cols) {
        const auto old = had.find({row, col});
        if (old != had.end() && old->second != skin::kBlockedMark && !has.count({row, col})) out.changes.push_back({Kind::removed, code, "无公式", "[" + row + "," + col + "]", old->second, ""});
      }
  }
  return out.changes;
}

std::string sentence(const Change& c) {
  const std::string where = c.table + " " + c.what + (c.place.empty() ? "" : " " + c.place) + "：";
  if (c.what == "无公式") return where + "原来是 “" + c.before + "”，现在既无公式也不填报";
  if (c.kind == Kind::added) return where + "新增 “" + c.after + "”";
  if (c.kind == Kind::removed) return where + "删去 “" + c.before + "”";
  return where + "“" + c.before + "” 改为 “" + c.after + "”";
}

}  // namespace mif::reporting
