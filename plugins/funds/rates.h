// SPDX-License-Identifier: Apache-2.0
// The bank's posted rates as dated configuration: rates { from 2022-09-15 demand 0.25% 3m 1.25% ... }, newest by day.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "interest.h"
#include "mif/services.hpp"

namespace mif::funds {

struct DatedRates {
  Day from;
  std::map<int, Rate> of_term;  // months -> rate; 0 = demand, always there
};
class RateTable {
 public:
  static RateTable read(const Node& file, const std::string& name);
  const std::vector<DatedRates>& all() const { return all_; }
  // MIF_E_NOT_FOUND deposit.no-rate when the table does not say.
  Rate on(Day day, int months) const;
  // The demand rates from one day to the other, real days each.
  std::vector<Stretch> demand_between(Day from, Day to) const;

 private:
  std::string name_;
  std::vector<DatedRates> all_;  // by day
};

// What a deposit bears, by the rules of interest.h.
struct Terms {
  Fen principal;
  Rate rate;
  int months = 0;  // 0 = demand
  Day open, maturity;
};
// Taken out on `day`: before maturity the demand rate of that day for all its days; from maturity on the whole term, and the demand
// rate of `day` for the days after it. A demand deposit: each day at that day's rate.
Fen interest_when_taken(const Terms& t, Day day, const RateTable& rates);
// What has grown up to `day` if it stays to its term.
Fen accrued(const Terms& t, Day day, const RateTable& rates);

}  // namespace mif::funds
