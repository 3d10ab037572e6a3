// SPDX-License-Identifier: Apache-2.0
#include "dimensions.h"

#include <algorithm>

#include "mif/pattern.hpp"

namespace mif::reporting {

Dimensions::Dimensions(const Node& root, std::string_view file) {
  for (const auto& top : root.children) {
    if (top.key == "scheme") {
      for (const auto& s : top.children) schemes_[s.value] = s.key;
      continue;
    }
    if (top.key != "dimension")
      throw Error(MIF_E_INVALID, "report.dimension-key", std::string(file) + ":" + std::to_string(top.line) + ": 应为 dimension 或 scheme (expected), 找到 \"" + top.key + "\"");
    Dimension d;
    d.code = top.value;
    d.title = d.code;
    for (const auto& child : top.children) {
      if (child.key == "name") {
        if (names_.empty() || d.title == d.code) d.title = child.value;
        names_[child.value] = d.code;
      } else if (child.key == "open") {
        d.open = true;
      } else if (child.key == "item") {
        d.items[child.value] = child.value;
        for (const auto& name : child.children) {
          d.items[name.value] = child.value;
          d.titles.emplace(child.value, name.value);
        }
      } else {
        throw Error(MIF_E_INVALID, "report.dimension-key", std::string(file) + ":" + std::to_string(child.line) + ": 应为 name、open 或 item (expected), 找到 \"" + child.key + "\"");
      }
    }
    names_[d.code] = d.code;
    dimensions_[d.code] = std::move(d);
  }
}

const std::string& Dimensions::code(std::string_view name) const {
  const auto found = names_.find(name);
  if (found != names_.end()) return found->second;
  std::string known;
  for (const auto& [code, d] : dimensions_) known += (known.empty() ? "" : "、") + d.title;
  throw Error(MIF_E_INVALID, "formula.dimension-unknown", "没有辅助核算 (no auxiliary dimension) \"" + std::string(name) + "\"，可用: " + known);
}

std::string Dimensions::item(std::string_view dimension_code, std::string_view name) const {
  const auto found = dimensions_.find(dimension_code);
  if (found == dimensions_.end() || name == "-") return std::string(name);
  const auto& d = found->second;
  const auto item = d.items.find(name);
  if (item != d.items.end()) return item->second;
  if (d.open) return std::string(name);
  std::string known;
  for (const auto& [code, title] : d.titles) known += (known.empty() ? "" : "、") + title + "(" + code + ")";
  throw Error(MIF_E_INVALID, "formula.item-unknown", d.title + " 没有 (has no item) \"" + std::string(name) + "\"，可用: " + known);
}

std::string Dimensions::describe(std::string_view aux_filter) const {
  std::string text;
  for (const auto& [code, wanted] : parse_aux(aux_filter)) {
    const auto d = dimensions_.find(code);
    std::string_view rest = wanted;
    const bool negated = !rest.empty() && rest.front() == '!';
    if (negated) rest.remove_prefix(1);
    std::string items;
    while (true) {
      const auto bar = rest.find('|');
      const std::string one(rest.substr(0, bar));
      std::string shown = one == "-" ? "无" : one;
      if (d != dimensions_.end()) {
        const auto title = d->second.titles.find(one);
        if (title != d->second.titles.end()) shown = title->second;
      }
      items += (items.empty() ? "" : "|") + shown;
      if (bar == std::string_view::npos) break;
      rest.remove_prefix(bar + 1);
    }
    text += (text.empty() ? "" : ", ") + (d == dimensions_.end() ? code : d->second.title) + (negated ? "<>" : "=") + items;
  }
  return text;
}

std::string Dimensions::scheme(std::string_view name) const {
  const auto found = schemes_.find(name);
  return found == schemes_.end() ? std::string(name) : found->second;
}

bool Dimensions::is_scheme(std::string_view code) const {
  return std::any_of(schemes_.begin(), schemes_.end(), [&](const auto& one) { return one.second == code; });
}

}  // namespace mif::reporting
