// SPDX-License-Identifier: Apache-2.0
// The tree of a parsed formula.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mif/day.hpp"
#include "value.h"

namespace mif::reporting {

// "{上年同期}{本年累计}": which period, and whether one month or the year so far. "{单位:990100}": whose stored result.
struct Shift {
  enum class Whose { here, own, below, unit };  // 本级, 下级汇总, 单位:code
  Whose whose = Whose::here;
  std::string unit;
  int years_back = 0, months_back = 0;
  int spans_back = 0;         // {上期}: as long as the table's own period
  bool quarter_to_date = false;
  bool year_start = false;    // balances: as the year opened; cells: the year end before
  bool year_to_date = false;  // turnover and cells: January up to the month
  int fixed_year = 0, fixed_month = 0;  // "{2023-06}"
  Period apply(Period period, int span) const;  // span: months of the table's period
  bool past() const { return years_back || months_back || spans_back || year_start || fixed_year; }
  bool none() const { return !past() && !year_to_date && !quarter_to_date && whose == Whose::here; }
};

enum class Measure { debit, credit, net, opening, closing };  // 借发生 贷发生 净额 期初 期末

// 借发生('5001*', 参保方式=统账结合, 账套=居民){本年累计}
struct LedgerCall {
  Measure measure = Measure::net;
  int side = 0;  // MIF_DEBIT, MIF_CREDIT: the positive side of net, opening and closing
  bool year_to_date = false, with_closing = false;
  std::string accounts, aux;  // as in mif/pattern.hpp
  std::string opposite;       // 对方借('5001', '1004'): only what vouchers set against these accounts
  std::vector<std::string> books;  // empty = the book being reported
};

// 业务("参保人数"), 预算("待遇支出", 年初): a figure that another module keeps.
struct FigureCall {
  std::string family, name;
  std::vector<std::string> arguments;
  std::vector<std::string> books;  // empty = of the table's scheme, or of the whole unit
};
enum class Keyword { year, month, unit_name, period };  // 本年 本月 单位名 期间

// One end of a reference: "" = the current one, "*" = each (checks only), "1:4" = a range.
struct Axis {
  std::string from, to;
  bool each = false;
  int own_from = -1, own_to = -1;  // the lines from..to of the table the formula is written in, in that order; -1 = another table's
  bool current() const { return from.empty(); }
};
struct CellRef {
  std::string table;  // empty = this table
  Axis row, col;
};

struct Expression {
  enum class Op { literal, parameter, keyword, cell, ledger, figure, negate, no, add, subtract, multiply, divide, equal, unequal, less,
                  less_equal, greater, greater_equal, both, either, choose, sum, average, count, absolute, round, floor, largest,
                  smallest, is_blank };
  Op op = Op::literal;
  Value literal;
  std::string parameter;
  CellRef cell;
  LedgerCall ledger;
  FigureCall figure;
  Keyword keyword = Keyword::year;
  Shift shift;
  std::vector<std::unique_ptr<Expression>> args;
};

using ExpressionPtr = std::unique_ptr<Expression>;

// Visits every node of a formula, outermost first.
template <class F>
void walk(const Expression& e, F&& visit) {
  visit(e);
  for (const auto& arg : e.args) walk(*arg, visit);
}

}  // namespace mif::reporting
