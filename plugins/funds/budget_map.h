// SPDX-License-Identifier: Apache-2.0
// Which accounts a budget item is executed in: templates/budget/*.info, one file per scheme. docs/budget.md.
#pragma once

#include <string>
#include <vector>

#include "mif/pattern.hpp"
#include "mif/services.hpp"

namespace mif::funds {

struct BudgetItem {
  std::string code, name, of;  // `of`: the item this one is a part of (其中)
  std::string accounts, aux;
  AccountPattern account_pattern;
  AuxFilter aux_filter;
  std::int64_t growth_bp = 0;
  bool income = false;
  int from = 0, to = 9999;  // years

  // What a balance row adds to it, in its own direction, closing vouchers left out.
  Fen of_row(const BalanceRow& row) const;
  bool holds(int year) const { return year >= from && year <= to; }
};

class BudgetMap {
 public:
  void read(const Node& file, const std::string& name);  // MIF_E_INVALID fund.budget-map, with file and line
  std::vector<const BudgetItem*> items(const std::string& scheme, int year) const;
  const BudgetItem* find(const std::string& scheme, const std::string& code, int year) const;

 private:
  struct Of {
    std::string scheme;
    BudgetItem item;
  };
  std::vector<Of> all_;
};

}  // namespace mif::funds
