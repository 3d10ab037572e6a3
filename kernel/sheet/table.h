// SPDX-License-Identifier: Apache-2.0
// A table as every list, ledger and statement of mif is: a head, columns, rows that come one by one, signatures at the foot.
// One source fills it, and each receiver makes its own of the same rows - CSV and xlsx here, pages in the room `print` - so no
// figure is ever added up a second time for an export.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::sheet {

enum class Kind { text, centred, money, integer, day, figure };  // figure: an amount as its owner prints it, kept as it is

struct Column {
  std::string title;
  Kind kind = Kind::text;
  int width = 12;          // in characters; how pages and xlsx share their breadth
  std::string group = {};  // equal neighbours stand under one common head
  bool repeated = false;   // repeated at the left of every sheet when a table is wider than its paper
  bool carried = false;    // money of this column is added up per page: 过次页, 承前页
};

using Cell = std::variant<std::monostate, std::string, Fen, std::int64_t, Day>;

// What a row is, not how it looks: a receiver rules a month's total with one line and a year's end with two.
enum class RowKind { detail, opening, month_total, year_to_date, year_end, total };

struct Row {
  std::vector<Cell> cells;
  RowKind kind = RowKind::detail;
};

struct Head {
  std::string title;                 // "明细分类账"
  std::string left, centre, right;   // the line under the title: unit and book, period, currency
  std::string name;                  // what this table is among its sisters, for a table of contents and a sheet's tab; empty = title
  std::vector<Column> columns;
  std::string remark;                // under the table on each of its pages
  std::vector<std::string> signatures;  // "会计主管：蒋主管"
  bool ledger_page = false;          // 承前页 and 过次页 when it runs over pages
  int balance = -1;                  // of a ledger page: the column whose last balance is carried along; -1 = none
};

// [calling-thread] begin, rows, end - as often as there are tables.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void begin(const Head& head) = 0;
  virtual void row(const Row& row) = 0;
  virtual void end() = 0;
};

// What a person reads in a cell; money with thousands commas, nothing for an empty cell.
std::string shown(const Cell& cell);
Cell if_any(Fen fen);  // nothing where an accountant writes nothing: for zero

}  // namespace mif::sheet
