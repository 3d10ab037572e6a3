// SPDX-License-Identifier: Apache-2.0
// The report of one unit as large as they come: tables of 40 rows and 12 columns, every cell fetched from the ledger by two terms.
#pragma once

#include <string>

#include "report-package/report_set.h"

namespace mif::report_package::testing {

// 480 cells and 960 terms a table, about 100 KB of it unpacked. Amounts differ by unit, table and cell.
ReportSet wide_set(const std::string& unit, int tables);

}  // namespace mif::report_package::testing
