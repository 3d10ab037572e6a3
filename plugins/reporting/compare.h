// SPDX-License-Identifier: Apache-2.0
// Compares computed cells with published figures, digit by printed digit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::reporting {

// One line of a published-figures file.
struct Published {
  int line = 0;
  std::string package, table, book, row, col, value, unit, source, note;
  Period period;
};

// CSV with the header package,table,book,period,row,col,value,unit,source,note. Throws MIF_E_INVALID "FILE:LINE: ...".
std::vector<Published> read_published(std::string_view text, std::string_view file);

// "501828751.9?" = digits cut off after the mark: compared as far as printed. Unit 万元: whole, rounded half up. "" = printed blank.
bool equals_published(const Published& published, bool blank, Fen ours);

}  // namespace mif::reporting
