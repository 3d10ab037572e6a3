// SPDX-License-Identifier: Apache-2.0
// What a formula gives from the cells as they stand in the file: only where that is the stored value may a spreadsheet compute it.
#pragma once

#include <functional>
#include <optional>

#include "table.h"

namespace mif::reporting {

// The value of a cell in yuan (blank = nothing, words); none when the cell is not in the file.
using CellValues = std::function<std::optional<Value>(const Table& table, int row, int col)>;
using TableByCode = std::function<const Table*(const std::string& code)>;

std::optional<Value> replayed(const Expression& e, const Table& here, int row, int col, const CellValues& values, const TableByCode& tables);

}  // namespace mif::reporting
