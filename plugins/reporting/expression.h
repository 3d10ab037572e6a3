// SPDX-License-Identifier: Apache-2.0
// The tree of a parsed formula.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mif/day.hpp"
#include "value.h"

namespace mif::reporting {

// "{上年同期}{本年累计}": which period, and whether one month or the year so far.
struct Shift {
  int years_back = 0, months_back = 0;
  bool year_start = false;    // balances: as the year opened; cells: the year end before
  bool year_to_date = false;  // turnover and cells: January up to the month
  int fixed_year = 0, fixed_month = 0;  // "{2023-06}"
  Period apply(Period period) const;
  bool none() const { return !years_back && !months_back && !year_start && !year_to_date && !fixed_year; }
};

enum class Measure { debit, credit, net, opening, closing };  // 借发生 贷发生 净额 期初 期末

// 借发生('5001*', 参保方式=统账结合, 账套=居民){本年累计}
struct LedgerCall {
  Measure measure = Measure::net;
  int side = 0;  // MIF_DEBIT, MIF_CREDIT: the positive side of net, opening and closing
  bool year_to_date = false, with_closing = false;
  std::string accounts, aux;  // as in mif/pattern.hpp
  std::vector<std::string> books;  // empty = the book being reported
};

// One end of a reference: "" = the current one, "*" = each (checks only), "1:4" = a range.
struct Axis {
  std::string from, to;
  bool each = false;
  bool current() const { return from.empty(); }
};
struct CellRef {
  std::string table;  // empty = this table
  Axis row, col;
};

struct Expression {
  enum class Op { literal, parameter, cell, ledger, negate, no, add, subtract, multiply, divide, equal, unequal, less,
                  less_equal, greater, greater_equal, both, either, choose, sum, absolute, round, largest, smallest, is_blank };
  Op op = Op::literal;
  Value literal;
  std::string parameter;
  CellRef cell;
  LedgerCall ledger;
  Shift shift;
  std::vector<std::unique_ptr<Expression>> args;
};

using ExpressionPtr = std::unique_ptr<Expression>;

}  // namespace mif::reporting
