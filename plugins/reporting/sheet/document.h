// SPDX-License-Identifier: Apache-2.0
// 导出 Word: tables as WordprocessingML (ECMA-376), laid out after GB/T 9704: landscape A4, heads with merged cells that are
// repeated on every page. Fonts are named, not shipped.
#pragma once

#include <string>
#include <vector>

#include "mif/day.hpp"
#include "sheet/grid.h"

namespace mif::reporting {

// The same tables and day give the same bytes. A table broader than the paper goes over several, line names on each.
std::string write_document(const std::vector<FilledTable>& tables, const Occasion& occasion, Day created);

}  // namespace mif::reporting
