// SPDX-License-Identifier: Apache-2.0
// Gaps: documents of a type that no rule fits although rules on either side of them exist. For every combination of the codes a
// type's rules speak of, the periods of the rules that fit it must follow each other without a hole and last as long as the type.
#include <algorithm>
#include <set>

#include "rules_check.h"

namespace mif::exchange {

namespace {

constexpr std::size_t kMostCells = 100000;
const Day kForever(99991231);

Day end_of(const Rule& r) { return r.valid_to == Day() ? kForever : r.valid_to; }

Day day_after(Day d) {
  if (d.day() < Day::days_in(d.year(), d.month())) return {d.year(), d.month(), d.day() + 1};
  return d.month() == 12 ? Day(d.year() + 1, 1, 1) : Day(d.year(), d.month() + 1, 1);
}

using Cell = std::vector<std::pair<std::string, std::string>>;  // field, code

bool fits(const Rule& rule, const Cell& cell) {
  return std::all_of(rule.match.begin(), rule.match.end(), [&](const Condition& c) {
    const auto at = std::find_if(cell.begin(), cell.end(), [&](const auto& f) { return f.first == c.field; });
    return at != cell.end() && c.holds(at->second);
  });
}

// The codes some rule of the type takes for the field: a code nobody takes is not the type's.
std::vector<std::string> codes_of(const RuleSet& rules, const DocumentType& type, const CodeField& field) {
  std::vector<std::string> all;
  const auto taken = [&](const std::string& code) {
    return std::any_of(type.rules.begin(), type.rules.end(), [&](const Rule& r) {
      return std::all_of(r.match.begin(), r.match.end(), [&](const Condition& c) { return c.field != field.field || c.holds(code); });
    });
  };
  for (const auto& [code, name] : rules.lists.find(field.list)->second)
    if (taken(code)) all.push_back(code);
  if (type.is_optional(field.field) && taken("")) all.emplace_back();
  return all;
}

std::string name_of(const Cell& cell) {
  std::string text;
  for (const auto& [field, code] : cell) text += (text.empty() ? " " : ", ") + field + "=" + (code.empty() ? "-" : code);
  return text;
}

void check_cell(const RuleSet& rules, const DocumentType& type, const Cell& cell, Day last) {
  std::vector<const Rule*> fitting;
  for (const auto& r : type.rules)
    if (fits(r, cell)) fitting.push_back(&r);
  const std::string what = "单据 " + type.type + name_of(cell);
  if (fitting.empty()) complain("mapping.gap", rules.file, type.line, what + " 没有规则 (no rule for this combination), 请补一条规则");
  std::sort(fitting.begin(), fitting.end(), [](const Rule* a, const Rule* b) { return a->valid_from < b->valid_from; });
  for (std::size_t i = 0; i < fitting.size(); ++i) {
    const Day end = end_of(*fitting[i]);
    if (i + 1 == fitting.size()) {
      if (end < last) complain("mapping.gap", rules.file, fitting[i]->line, what + " 从 " + day_after(end).iso() + " 起没有规则 (no rule from that day on), 而该类型还有别的规则");
    } else if (day_after(end) < fitting[i + 1]->valid_from) {
      complain("mapping.gap", rules.file, fitting[i + 1]->line, what + " 从 " + day_after(end).iso() + " 到 " + fitting[i + 1]->valid_from.iso() + " 之前没有规则 (no rule between these days)");
    }
  }
}

void check_type(const RuleSet& rules, const DocumentType& type) {
  std::vector<Cell> cells{{}};
  for (const auto& field : type.codes) {
    const bool used = std::any_of(type.rules.begin(), type.rules.end(), [&](const Rule& r) { return std::any_of(r.match.begin(), r.match.end(), [&](const Condition& c) { return c.field == field.field; }); });
    if (!used) continue;
    std::vector<Cell> more;
    for (const auto& code : codes_of(rules, type, field))
      for (const auto& cell : cells) {
        more.push_back(cell);
        more.back().emplace_back(field.field, code);
      }
    cells = std::move(more);
    if (cells.size() > kMostCells) complain("mapping.gap", rules.file, type.line, "单据 " + type.type + " 的代码组合太多, 无法查空档 (too many combinations of codes)");
  }
  Day last;
  for (const auto& r : type.rules) last = std::max(last, end_of(r), [](Day a, Day b) { return a < b; });
  for (const auto& cell : cells) check_cell(rules, type, cell, last);
}

}  // namespace

void check_gaps(const RuleSet& rules) {
  for (const auto& [name, type] : rules.types)
    if (!type.memo) check_type(rules, type);  // a memo has no rules
}

}  // namespace mif::exchange
