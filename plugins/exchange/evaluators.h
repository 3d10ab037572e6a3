// SPDX-License-Identifier: Apache-2.0
// The books a job meets and the rules they go by, found by a document's book code.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "mapping.h"
#include "settings.h"

namespace mif::exchange {

// As one transaction sees them. [one thread]
class Books {
 public:
  explicit Books(std::vector<BookInfo> all) : all_(std::move(all)) {
    for (const auto& b : all_) by_code_.emplace(b.code, &b);
  }
  Books(const Books&) = delete;
  const BookInfo* find(std::string_view code) const {
    const auto found = by_code_.find(code);
    return found == by_code_.end() ? nullptr : found->second;
  }
  bool any_of(std::string_view unit) const { return std::any_of(all_.begin(), all_.end(), [&](const BookInfo& b) { return b.unit == unit; }); }
  // Whose audit chain takes a document: its book's unit; otherwise the configured one, or the first book's.
  const std::string& unit_of(std::string_view code, const std::string& otherwise) const {
    if (const BookInfo* book = find(code)) return book->unit;
    return otherwise.empty() && !all_.empty() ? all_.front().unit : otherwise;
  }

 private:
  std::vector<BookInfo> all_;
  std::unordered_map<std::string_view, const BookInfo*> by_code_;
};

// One evaluator per rule set, made when it is first needed. [one thread]
class Evaluators {
 public:
  explicit Evaluators(const Settings& settings) : settings_(settings) {}
  // nullptr when the book's scheme has no rules.
  Evaluator* of(const BookInfo& book, Day day) {
    const RuleSet* rules = settings_.rules_for(book, day);
    return rules ? &of(*rules) : nullptr;
  }
  // Of the rule set a stored rule name belongs to ("employee 2023.1 institution-settlement/1").
  Evaluator& by_rule(std::string_view name) {
    for (const auto& v : settings_.versions)
      if (name.rfind(v.rules.name + " " + v.rules.version + " ", 0) == 0) return of(v.rules);
    throw Error(MIF_E_NOT_FOUND, "document.rule-gone", "规则 " + std::string(name) + " 已不在规则里 (the rule is not known any more)");
  }
  std::size_t remembered() const {
    std::size_t n = 0;
    for (const auto& [rules, evaluator] : all_) n += evaluator.remembered();
    return n;
  }
  void forget() {
    for (auto& [rules, evaluator] : all_) evaluator.forget();
  }

 private:
  Evaluator& of(const RuleSet& rules) {
    const auto found = all_.find(&rules);
    return found != all_.end() ? found->second : all_.emplace(&rules, Evaluator(rules)).first->second;
  }
  const Settings& settings_;
  std::map<const RuleSet*, Evaluator> all_;
};

}  // namespace mif::exchange
