// SPDX-License-Identifier: Apache-2.0
// Terms: which questions to the ledger a number is the sum of, and how often each counts.
#pragma once

#include <utility>
#include <vector>

#include "facts.h"

namespace mif::reporting {

// [any-thread] A plain value; lives no longer than the Facts its questions are of.
class Terms {
 public:
  using Term = std::pair<const Question*, std::int64_t>;  // the times are never zero
  void add(const Question& question, std::int64_t times);
  // What comes to zero times falls out.
  void add(const Terms& other, std::int64_t times);
  // Those of the other that are not here yet.
  void mix(const Terms& other);
  void scale(std::int64_t times);
  void clear() { all_.clear(); }
  bool empty() const { return all_.empty(); }
  std::size_t size() const { return all_.size(); }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }
  // In the order of their predicates, whatever order they were asked in: that of stored rows.
  std::vector<Term> in_order() const;

 private:
  std::vector<Term> all_;  // by number of the question
};

}  // namespace mif::reporting
