// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "rules.h"

namespace mif::exchange {

Pattern::Pattern(std::string_view text) : text_(text) {
  while (!text.empty()) {
    const auto open = text.find('{');
    if (text.substr(0, open).find('}') != std::string_view::npos) throw Error(MIF_E_INVALID, "mapping.stray-brace", "多余的 } (stray closing brace): \"" + text_ + "\"");
    if (open > 0) pieces_.push_back({std::string(text.substr(0, open)), false});
    if (open == std::string_view::npos) break;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos || close == open + 1)
      throw Error(MIF_E_INVALID, "mapping.placeholder", "占位符写法不对 (write {field}): \"" + text_ + "\"");
    pieces_.push_back({std::string(text.substr(open + 1, close - open - 1)), true});
    text = text.substr(close + 1);
  }
}

std::vector<std::string> Pattern::fields() const {
  std::vector<std::string> all;
  for (const auto& p : pieces_)
    if (p.field) all.push_back(p.text);
  return all;
}

std::string Pattern::fill(const std::function<std::string(const std::string&)>& value) const {
  std::string result;
  for (const auto& p : pieces_) result += p.field ? value(p.text) : p.text;
  return result;
}

bool Condition::holds(std::string_view value) const {
  const bool in = std::find(values.begin(), values.end(), value) != values.end();
  return in != negated;
}

bool Condition::excludes(const Condition& other) const {
  if (field != other.field) return false;
  if (negated && other.negated) return false;  // there is always a third value
  if (negated) return other.excludes(*this);
  // every value allowed here is refused there
  return std::none_of(values.begin(), values.end(), [&](const auto& v) { return other.holds(v); });
}

}  // namespace mif::exchange
