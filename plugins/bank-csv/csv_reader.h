// SPDX-License-Identifier: Apache-2.0
// One CSV read by a column map and reported as a statement. The bank's balance column is what opening and closing are taken
// from unless somebody says them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "column_map.h"
#include "mif/ext/draft/statement_format.h"

namespace mif::bank_csv {

struct Totals {
  bool days_given = false;  // a file without lines is a statement only if somebody says of which days
  std::optional<Fen> opening, closing;
};
// Every complaint about the file is a trouble of level BROKEN; nothing follows it.
void read_csv(const ColumnMap& map, const Totals& totals, mif_byte_source& source, mif_statement_events& events);

// Whether a file that begins so has the map's head row: 0..100.
int sniff_csv(const ColumnMap& map, std::string_view head);

}  // namespace mif::bank_csv
