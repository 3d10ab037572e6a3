// SPDX-License-Identifier: Apache-2.0
// 导出 CSV, and the document that the host's print service makes pages of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sheet/grid.h"

namespace mif::reporting {

// RFC 4180 in UTF-8 with its mark: title, unit line, heads, 栏次, then the lines as printed; tables follow each other after an
// empty line. Words that a spreadsheet would take for a formula get an apostrophe in front; amounts are what they are.
std::string write_csv(const std::vector<FilledTable>& tables, const Occasion& occasion);

// For mif.print/1: all tables in one document. `form` is one of templates/print.
std::string print_document(const std::vector<FilledTable>& tables, const Occasion& occasion, std::string_view form = "report-a4");

}  // namespace mif::reporting
