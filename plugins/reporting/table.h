// SPDX-License-Identifier: Apache-2.0
// Table: one table of a ministry as its .info file defines it - rows, columns, formulas, inputs, checks - with every formula
// parsed and put into its cell.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "expression.h"
#include "parser.h"

namespace mif::reporting {

struct Line {  // a row or a column
  std::string code, name, name_right, group;
  std::string explanation;  // 指标解释
  std::string unit{};       // what its cells count in when it is not the table's unit: %, 人, 人次, 户, 个, 件, 天
  int decimals = -1;        // of its cells that are no money; -1 = none of a count, two of the rest
  int section = -1;         // of which variable section it is a row; index into Table::sections
};

// Rows whose number a unit chooses: the template lays out as many as there may ever be, a unit uses the first n of them.
struct Section {
  std::string name;
  int first = 0, last = 0;  // indices into Table::rows
  int open = 1;             // how many are in use before anybody said otherwise
  int key = -1;             // the column of words by which a sum adds rows of several units; -1 = it sets them below each other
  int most() const { return last - first + 1; }
};

struct Formula {
  int line = 0;
  std::string text, note;
  ExpressionPtr root;
};

struct CellRule {
  enum class Kind { empty, formula, input, blocked };
  Kind kind = Kind::empty;
  int formula = -1;      // index into Table::formulas
  int specificity = -1;  // 2 = [1,7], 1 = one wildcard or range, 0 = more
  bool text = false;     // an input of words
  bool carry = false;    // an input that holds until it is typed anew
  int most = 0;          // characters an input of words takes
};

struct Check {
  int line = 0;
  std::string id, level, kind, text, when_text, message;
  std::string digest;  // of everything that decides: changes when the rule does
  bool rounded = false;         // on the printed values
  bool automatic_tolerance = false;  // unit x addends / 2
  Value tolerance;
  ExpressionPtr root, when;
};

// [any-thread] Immutable after loading.
struct Table {
  std::string file, code, title, scheme, note, printed_unit = "元", period = "month";
  int span = 1;  // months of its period: 1, 3, 12
  Wide step = Value::kPerFen;  // what is printed is a multiple of it: its unit, or a decimal of it
  bool zero_blank = false, two_sided = false;
  std::vector<Line> rows, cols;
  std::vector<Section> sections;
  std::map<std::string, int, std::less<>> row_index, col_index;
  std::vector<Formula> formulas;
  std::vector<CellRule> grid;  // rows x cols
  std::vector<bool> not_summed;  // as grid: `sum { no "[*,7]" }`, recomputed when reports of units are summed
  std::vector<Check> checks;
  std::map<std::string, std::string, std::less<>> parameters;

  const CellRule& rule(int row, int col) const { return grid[static_cast<std::size_t>(row) * cols.size() + static_cast<std::size_t>(col)]; }
  const Section* section_of(int row) const {
    const int at = rows[static_cast<std::size_t>(row)].section;
    return at < 0 ? nullptr : &sections[static_cast<std::size_t>(at)];
  }
  // Index or MIF_E_INVALID in the words of an accountant.
  int row(std::string_view code) const;
  int col(std::string_view code) const;
  // What a cell counts in: as its column says, or its row, or the table (quantity.cpp).
  const std::string& unit(int row, int col) const;
  bool counts(int row, int col) const;                 // people, visits, institutions: whole numbers, and no money
  Value typed(int row, int col, Fen fen) const;        // what was typed and is kept in hundredths
  void refuse_fraction(int row, int col, const std::string& amount) const;  // throws MIF_E_INVALID for half a person
  std::string shown(int row, int col, const Value& value) const;            // "1,290,212.39": as it is printed; words as they are
  static void check_unit(const std::string& unit);
  // Value rounded as the ministry prints it (half up), still in yuan.
  Value printed(const Value& value) const { return value.kind() == Value::Kind::money ? value.rounded(step) : value; }
};

// Months of "month", "quarter", "year"; 0 = no such period.
int months_of(std::string_view period);
// The first month of the span that `month` ends or lies in; the year-end adjustments (13) belong to the last one.
int first_month(int span, int month);

// Throws MIF_E_INVALID "FILE:LINE: sentence".
Table load_table(const Node& root, std::string_view file, const Dimensions& dimensions);
// error, warn, info for those words or 基本性, 核实性, 提示; throws MIF_E_INVALID.
// check_reader.cpp
std::string level_of(const std::string& text);
Check load_check(const Node& node, std::string_view file, const Dimensions& dimensions);
// Runs `body` and puts "FILE:LINE: " before what it complains about.
void located(std::string_view file, int line, const std::function<void()>& body);
// MIF_E_INVALID: the node has a key that is none of these.
void refuse_unknown(const Node& node, std::string_view file, std::initializer_list<std::string_view> keys);

}  // namespace mif::reporting
