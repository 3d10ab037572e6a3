// SPDX-License-Identifier: Apache-2.0
// 导出 Excel: tables as a workbook, with values or with formulas.
#pragma once

#include <string>
#include <vector>

#include "mif/day.hpp"
#include "results.h"
#include "sheet/grid.h"

namespace mif::reporting {

struct WorkbookOptions {
  bool formulas = false;  // 带公式
  Day created;            // stands in the file: the same tables and day give the same bytes
};
// One worksheet per table; a last one with the results of the checks when there are any. Numbers are numbers whose format shows
// exactly the printed string; more than 15 digits are text. With formulas, sums, differences and ratios inside the workbook are
// a spreadsheet's own, and what the ledger or another period gave stays a value whose source stands in the cell's comment.
std::string write_workbook(const std::vector<FilledTable>& tables, const std::vector<StoredCheck>& checks, const Occasion& occasion, const WorkbookOptions& options);

}  // namespace mif::reporting
