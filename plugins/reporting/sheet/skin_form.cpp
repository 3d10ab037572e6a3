// SPDX-License-Identifier: Apache-2.0
#include "sheet/skin_form.h"

#include <algorithm>

#include "places.h"

namespace mif::reporting::skin {

std::map<std::pair<std::string, std::string>, std::string> marks_of(const Node& table) {
  std::map<std::pair<std::string, std::string>, std::string> marks;
  std::map<std::pair<std::string, std::string>, int> how_exact;
  const Node* rows = table.find("rows");
  const Node* cols = table.find("cols");
  if (!rows || !cols) return marks;
  const auto span = [](const Node& lines, const Axis& axis, int& first, int& last) {
    const int n = static_cast<int>(lines.children.size());
    first = 0, last = n - 1;
    if (axis.each) return true;
    const auto at = [&](const std::string& code) {
      const auto found = std::find_if(lines.children.begin(), lines.children.end(), [&](const Node& l) { return l.key == code; });
      return found == lines.children.end() ? -1 : static_cast<int>(found - lines.children.begin());
    };
    first = at(axis.from);
    last = axis.to.empty() ? first : at(axis.to);
    if (first > last) std::swap(first, last);
    return first >= 0;
  };
  const auto place = [&](const std::string& target, const std::string& mark) {
    CellRef at;
    try {
      at = parse_target(target);
    } catch (const Error&) {
      return;
    }
    int r0, r1, c0, c1;
    if (!span(*rows, at.row, r0, r1) || !span(*cols, at.col, c0, c1)) return;
    const int exact = (at.row.each || !at.row.to.empty() ? 0 : 1) + (at.col.each || !at.col.to.empty() ? 0 : 1);
    for (int r = r0; r <= r1; ++r)
      for (int c = c0; c <= c1; ++c) {
        const std::pair key(rows->children[static_cast<std::size_t>(r)].key, cols->children[static_cast<std::size_t>(c)].key);
        const auto known = how_exact.find(key);
        // As the loader has it: the more exact wins, × only gives way to one that names the very cell.
        if (known != how_exact.end() && (known->second >= exact || (marks[key] == kBlockedMark && exact < 2))) continue;
        how_exact[key] = exact;
        marks[key] = mark;
      }
  };
  if (const Node* blocked = table.find("blocked"))
    for (const auto& x : blocked->children) place(x.value, kBlockedMark);
  if (const Node* formulas = table.find("formulas"))
    for (const auto& f : formulas->children) place(f.get("at"), f.get("expr"));
  if (const Node* inputs = table.find("inputs"))
    for (const auto& i : inputs->children) place(i.get("at"), kInputMark);
  return marks;
}

}  // namespace mif::reporting::skin
