// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mapping.h"

namespace mif::exchange {

// Of texts, so that a shape is found without making a string.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

// A document type made ready: its fields numbered in the order of their names.
struct Evaluator::Type {
  struct Place {
    std::string name;
    std::size_t money = npos;                               // which money field
    const std::map<std::string, std::string>* list = nullptr;  // the code's list
    std::string list_name;
    bool required = false, in_key = false, explains = false;
  };
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  const DocumentType* type = nullptr;
  std::vector<Place> places;
  std::vector<std::size_t> required, coded, keys, moneys;  // places
  std::vector<std::vector<std::size_t>> groups;  // money fields that add up to amount
  std::vector<std::string> money_names;
  std::size_t scheme = npos, book = npos, amount = npos;
  bool gathers = false;
  std::unordered_map<std::string, Shape, TextHash, std::equal_to<>> shapes;

  std::size_t place(std::string_view name) const {
    const auto found = std::lower_bound(places.begin(), places.end(), name, [](const Place& p, std::string_view n) { return p.name < n; });
    return found != places.end() && found->name == name ? static_cast<std::size_t>(found - places.begin()) : npos;
  }
  std::size_t money(const std::string& name) const { return static_cast<std::size_t>(std::find(money_names.begin(), money_names.end(), name) - money_names.begin()); }

  Type(const RuleSet& rules, const DocumentType& of);
};

}  // namespace mif::exchange
