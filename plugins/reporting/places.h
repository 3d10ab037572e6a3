// SPDX-License-Identifier: Apache-2.0
// Where a formula reads and writes: cells in brackets, periods in braces.
#pragma once

#include <string>
#include <string_view>

#include "expression.h"

namespace mif::reporting {

CellRef parse_cell(const std::string& inside);  // "1,7", "5,*", "1:4,2": what stands between the brackets
void add_shift(Shift& shift, std::string_view text);  // "上年同期", "-3", "2023-06": what stands between the braces
// "[1,7]", "[5,*]", "[1:4,2]": where a formula goes.
CellRef parse_target(std::string_view text);

}  // namespace mif::reporting
