// SPDX-License-Identifier: Apache-2.0
#include "terms.h"

#include <algorithm>

namespace mif::reporting {
namespace {

bool before(const Terms::Term& a, const Terms::Term& b) { return a.first->number < b.first->number; }

}  // namespace

void Terms::add(const Question& question, std::int64_t times) {
  if (times == 0) return;
  const Term term{&question, times};
  const auto at = std::lower_bound(all_.begin(), all_.end(), term, before);
  if (at == all_.end() || at->first != &question) all_.insert(at, term);
  else if ((at->second += times) == 0) all_.erase(at);
}

void Terms::add(const Terms& other, std::int64_t times) {
  if (other.empty() || times == 0) return;
  // Mostly what is added was asked later.
  if (all_.empty() || before(all_.back(), other.all_.front())) {
    const std::size_t mine = all_.size();
    all_.insert(all_.end(), other.all_.begin(), other.all_.end());
    if (times != 1)
      for (std::size_t i = mine; i < all_.size(); ++i) all_[i].second *= times;
    return;
  }
  std::vector<Term> both;
  both.reserve(all_.size() + other.all_.size());
  auto a = all_.begin();
  for (const auto& [question, n] : other.all_) {
    for (; a != all_.end() && a->first->number < question->number; ++a) both.push_back(*a);
    std::int64_t sum = times * n;
    if (a != all_.end() && a->first == question) sum += (a++)->second;
    if (sum != 0) both.emplace_back(question, sum);
  }
  both.insert(both.end(), a, all_.end());
  all_ = std::move(both);
}

void Terms::mix(const Terms& other) {
  for (const auto& term : other.all_) {
    const auto at = std::lower_bound(all_.begin(), all_.end(), term, before);
    if (at == all_.end() || at->first != term.first) all_.insert(at, term);
  }
}

void Terms::scale(std::int64_t times) {
  if (times == 0) all_.clear();
  for (auto& [question, n] : all_) n *= times;
}

std::vector<Terms::Term> Terms::in_order() const {
  auto sorted = all_;
  std::sort(sorted.begin(), sorted.end(), [](const Term& a, const Term& b) { return a.first->predicate < b.first->predicate; });
  return sorted;
}

}  // namespace mif::reporting
