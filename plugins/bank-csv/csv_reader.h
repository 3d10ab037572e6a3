// SPDX-License-Identifier: Apache-2.0
// One table, CSV or xlsx, read by a column map and reported as a statement. The bank's balance column is what opening and closing are taken
// from unless somebody says them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "column_map.h"
#include "mif/ext/draft/statement_format.h"
#include "mif/svc/sheet.h"

namespace mif::bank_csv {

struct Totals {
  bool days_given = false;  // a file without lines is a statement only if somebody says of which days
  std::optional<Fen> opening, closing;
};
// Every complaint about the file is a trouble of level BROKEN; nothing follows it.
void read_csv(const ColumnMap& map, const Totals& totals, mif_byte_source& source, mif_statement_events& events);

// The same of a workbook's first visible worksheet, whose rows `each` gives; of several maps, the first whose head row it has.
using EachSheetRow = std::function<void(const std::function<bool(const mif_sheet_row&)>&)>;
void read_sheet(const std::vector<const ColumnMap*>& maps, const Totals& totals, const EachSheetRow& each, mif_statement_events& events);

// Whether a file that begins so has the map's head row: 0..100.
int sniff_csv(const ColumnMap& map, std::string_view head);

}  // namespace mif::bank_csv
