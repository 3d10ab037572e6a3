// SPDX-License-Identifier: Apache-2.0
// What a file for 导入 or 代报 holds: a list of cells, one line each, or the ministry's forms; alone or many in one archive.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "flow.h"
#include "sheet/form_read.h"

namespace mif::reporting {

// The rows of lists by unit, in the order met, and the worksheets that are no list.
struct Brought {
  std::vector<std::pair<std::string, std::vector<Entry>>> lists;
  std::vector<FormSheet> sheets;
  bool empty() const { return lists.empty() && sheets.empty(); }
};
// A list of one unit need not name it when file.unit does. MIF_E_INVALID: a list without its columns, nothing at all, too much.
Brought read_brought(const Sheet& reader, Call call, const ImportFile& file);

// Amounts of lists as people write them, "1,234.50", as numbers; the commas of a cell of words are its own.
void read_amounts(std::vector<Entry>& entries, const Catalog& catalog, Period period);

// The unit a form speaks of: a code, a name, or both; the one asked for when the form names none.
std::string unit_of_form(const Form& form, const UnitTree& tree, const std::string& asked);

}  // namespace mif::reporting
