// SPDX-License-Identifier: Apache-2.0
// What stands above the lines of a form: which table it is, whose, of what period, in what money unit. Private to form_read.cpp.
#pragma once

#include <optional>

#include "sheet/form_read.h"

namespace mif::reporting {

// Where the head begins: the cells 行次 and 项目, side by side.
struct FormHead {
  int line = 0;            // as the spreadsheet counts
  std::size_t column = 0;  // of the first of the two
  bool name_first = false;
};
struct FormHeading {
  const Table* table = nullptr;
  std::string unit;
  FormHead head;
};

// Tables one below the other on one sheet - what a CSV of several tables is - as sheets of their own.
std::vector<FormSheet> parts_of(const FormSheet& sheet, const Catalog& catalog, Period period);
// none: not a form. MIF_E_INVALID: a form of no table, or of another period or money unit.
std::optional<FormHeading> heading_of(const FormSheet& sheet, const Catalog& catalog, Period period);

}  // namespace mif::reporting
