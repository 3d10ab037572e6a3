// SPDX-License-Identifier: Apache-2.0
#include "rule_text.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace mif::exchange {

namespace {

constexpr std::size_t kMostForTable = 2000;  // lines a side; beyond, the two are simply shown one after the other

// A block of plain values stands on one line: "line side debit account 540101 amount pool".
void print(const Node& node, std::size_t depth, std::vector<std::string>& lines) {
  std::string text(2 * depth, ' ');
  text += node.key;
  if (!node.value.empty()) text += " " + node.value;
  const bool flat = std::all_of(node.children.begin(), node.children.end(), [](const Node& c) { return c.children.empty(); });
  if (flat && depth > 0)
    for (const auto& c : node.children) text += " " + c.key + " " + c.value;
  lines.push_back(std::move(text));
  if (flat && depth > 0) return;
  for (const auto& c : node.children) print(c, depth + 1, lines);
}

void used_sets(const Node& node, std::set<std::string>& sets) {
  if (node.key == "aux") {
    std::string text = node.value;
    std::replace(text.begin(), text.end(), ';', ' ');
    std::istringstream words(text);
    for (std::string w; words >> w;)
      if (w.front() == '@') sets.insert(w.substr(1));
  }
  for (const auto& c : node.children) used_sets(c, sets);
}

}  // namespace

TypeTexts type_texts(const Node& root) {
  TypeTexts all;
  for (const Node* document : root.all("document")) {
    TypeText& text = all[document->value];
    text.line = document->line;
    print(*document, 0, text.lines);
    std::set<std::string> lists, sets;
    if (const Node* codes = document->find("code"))
      for (const auto& c : codes->children) lists.insert(c.value.empty() ? c.key : c.value);
    used_sets(*document, sets);
    for (const Node* list : root.all("list"))
      if (lists.count(list->value)) {
        print(*list, 1, text.lines);
      }
    for (const Node* block : root.all("aux-set"))
      for (const auto& c : block->children)
        if (sets.count(c.key)) text.lines.push_back("  aux-set " + c.key + " " + c.value);
  }
  return all;
}

std::vector<TextLine> differing(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  std::vector<TextLine> result;
  const std::size_t n = before.size(), m = after.size();
  if (n > kMostForTable || m > kMostForTable) {
    if (before == after) return result;
    for (const auto& l : before) result.push_back({'-', l});
    for (const auto& l : after) result.push_back({'+', l});
    return result;
  }
  // longest common part from i, j on
  std::vector<std::vector<int>> common(n + 1, std::vector<int>(m + 1, 0));
  for (std::size_t i = n; i-- > 0;)
    for (std::size_t j = m; j-- > 0;) common[i][j] = before[i] == after[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  std::size_t i = 0, j = 0;
  while (i < n || j < m) {
    if (i < n && j < m && before[i] == after[j]) {
      ++i;
      ++j;
    } else if (j == m || (i < n && common[i + 1][j] >= common[i][j + 1])) {
      result.push_back({'-', before[i++]});
    } else {
      result.push_back({'+', after[j++]});
    }
  }
  return result;
}

std::vector<TypeChange> compare_types(const TypeTexts& before, const TypeTexts& after) {
  std::set<std::string> types;
  for (const auto& [type, text] : before) types.insert(type);
  for (const auto& [type, text] : after) types.insert(type);
  std::vector<TypeChange> all;
  for (const auto& type : types) {
    const auto old = before.find(type), now = after.find(type);
    TypeChange change;
    change.type = type;
    change.what = old == before.end() ? "added" : now == after.end() ? "retired" : "changed";
    if (old != before.end()) change.line_before = old->second.line;
    if (now != after.end()) change.line_after = now->second.line;
    static const std::vector<std::string> none;
    change.lines = differing(old == before.end() ? none : old->second.lines, now == after.end() ? none : now->second.lines);
    if (!change.lines.empty()) all.push_back(std::move(change));
  }
  return all;
}

}  // namespace mif::exchange
