// SPDX-License-Identifier: Apache-2.0
// A table's formula as a spreadsheet writes it, where a spreadsheet can say it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "table.h"

namespace mif::reporting {

// Where a cell stands in the workbook; none when it is not there as a number.
struct ExcelCell {
  std::string at;        // "C7", or 'MOF_06'!C7 of another table
  bool number = true;    // false: the sheet holds words or nothing that could be added (×, an amount beyond 15 digits is `absent`)
};
struct ExcelContext {
  // `table` empty = the formula's own.
  std::function<std::optional<ExcelCell>(const std::string& table, int row, int col)> cell;
  // The table by code, nullptr when it is not in the workbook.
  std::function<const Table*(const std::string& code)> table;
  std::function<std::string(const std::string& name)> parameter;
};

// Without the leading "="; none when it asks the ledger, another period, or anything else that stays a value.
std::optional<std::string> excel_formula(const Expression& e, const Table& here, int row, int col, const ExcelContext& context);

}  // namespace mif::reporting
