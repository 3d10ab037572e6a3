// SPDX-License-Identifier: Apache-2.0
// The row at hand as its column map names it; every complaint says the place.
#pragma once

#include <string>
#include <vector>

#include "column_map.h"
#include "csv_rows.h"

namespace mif::bank_csv {

constexpr std::size_t kNoColumn = std::string::npos;

class Columns {
 public:
  explicit Columns(const ColumnMap& map) : map_(map) {}

  // True when the row is the head: banks write titles and account names above it.
  bool take_head(const TableRow& row);
  void at(const TableRow& row) { row_ = row; }
  const TableRow& row() const { return row_; }
  std::size_t width() const { return titles_.size(); }
  const std::string& cell(std::size_t column) const;
  [[noreturn]] void complain(const char* rule, const std::string& what) const { malformed(rule, row_.byte, row_.line, what); }
  [[noreturn]] void bad(const char* rule, std::size_t column, const std::string& what) const;
  Fen money(std::size_t column) const;
  const std::string& text_of(std::size_t column, std::size_t most) const;
  Day day_of() const;
  Fen amount_of() const;

  std::size_t day = kNoColumn, amount = kNoColumn, in = kNoColumn, out = kNoColumn, direction = kNoColumn, balance = kNoColumn, bank_ref = kNoColumn, client_ref = kNoColumn, counter_account = kNoColumn, counter_name = kNoColumn, text = kNoColumn;

 private:
  std::size_t index(const std::string& title) const;
  const ColumnMap& map_;
  TableRow row_;
  std::vector<std::string> titles_;
};

}  // namespace mif::bank_csv
