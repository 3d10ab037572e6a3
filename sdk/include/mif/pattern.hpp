// SPDX-License-Identifier: Apache-2.0
// Account patterns and auxiliary-item filters: one reading of them for the ledger, the reports and the mapping rules.
#ifndef MIF_PATTERN_HPP
#define MIF_PATTERN_HPP

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mif/error.hpp"

namespace mif {

// "5001*,5101,4001:4999,-500199*": comma-separated codes, prefixes, inclusive ranges; a leading '-' takes away. Empty = all.
// A bare code means the account and everything below it, as accountants expect of a level-1 code.
class AccountPattern {
 public:
  AccountPattern() = default;
  explicit AccountPattern(std::string_view text) {
    while (!text.empty()) {
      const auto comma = text.find(',');
      std::string_view part = text.substr(0, comma);
      text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
      while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
      while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
      Term term;
      if (!part.empty() && part.front() == '-') {
        term.minus = true;
        part.remove_prefix(1);
      }
      const auto colon = part.find(':');
      if (colon != std::string_view::npos) {
        term.from = part.substr(0, colon);
        term.to = part.substr(colon + 1);
        check(term.to);
      } else {
        if (!part.empty() && part.back() == '*') part.remove_suffix(1);
        term.from = part;
      }
      check(term.from);
      terms_.push_back(std::move(term));
    }
  }
  bool matches(std::string_view code) const {
    bool in = terms_.empty() || terms_.front().minus;
    for (const auto& t : terms_) {
      const bool hit = t.to.empty() ? code.substr(0, t.from.size()) == t.from
                                    : code >= t.from && (code <= t.to || code.substr(0, t.to.size()) == t.to);
      if (hit) in = !t.minus;
    }
    return in;
  }
  bool all() const { return terms_.empty(); }

 private:
  struct Term {
    std::string from, to;
    bool minus = false;
  };
  static void check(std::string_view code) {
    if (code.empty() || !std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; }))
      throw Error(MIF_E_INVALID, "pattern.account", "科目写法不对 (write codes like 5001*, 4001:4999, -500199): \"" + std::string(code) + "\"");
  }
  std::vector<Term> terms_;
};

// "dimension=item" pairs, sorted by dimension: the canonical form of auxiliary items.
using AuxItems = std::map<std::string, std::string, std::less<>>;

inline AuxItems parse_aux(std::string_view text) {
  AuxItems items;
  while (!text.empty()) {
    const auto semicolon = text.find(';');
    const std::string_view pair = text.substr(0, semicolon);
    text = semicolon == std::string_view::npos ? std::string_view() : text.substr(semicolon + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == pair.size())
      throw Error(MIF_E_INVALID, "pattern.aux", "辅助核算写法不对 (write dimension=item;...): \"" + std::string(pair) + "\"");
    if (!items.emplace(pair.substr(0, equals), pair.substr(equals + 1)).second)
      throw Error(MIF_E_INVALID, "pattern.aux-twice", "辅助核算重复 (dimension given twice): \"" + std::string(pair) + "\"");
  }
  return items;
}

inline std::string format_aux(const AuxItems& items) {
  std::string text;
  for (const auto& [dimension, item] : items) {
    if (!text.empty()) text += ';';
    text += dimension + '=' + item;
  }
  return text;
}

// "insutype=510;mode=1|3": every dimension named must hold one of its alternatives; "mode=-" = the dimension is absent;
// "mode=!2" = anything but 2, absent included. Empty = all.
class AuxFilter {
 public:
  AuxFilter() = default;
  explicit AuxFilter(std::string_view text) : wanted_(parse_aux(text)) {}
  bool matches(const AuxItems& items) const {
    for (const auto& [dimension, alternatives] : wanted_) {
      const auto found = items.find(dimension);
      const std::string_view have = found == items.end() ? std::string_view("-") : std::string_view(found->second);
      std::string_view rest = alternatives;
      const bool negated = rest.front() == '!';
      if (negated) rest.remove_prefix(1);
      bool hit = false;
      while (!hit) {
        const auto bar = rest.find('|');
        hit = rest.substr(0, bar) == have;
        if (bar == std::string_view::npos) break;
        rest.remove_prefix(bar + 1);
      }
      if (hit == negated) return false;
    }
    return true;
  }
  bool matches(std::string_view aux) const { return wanted_.empty() || matches(parse_aux(aux)); }
  bool all() const { return wanted_.empty(); }

 private:
  AuxItems wanted_;
};

}  // namespace mif
#endif
