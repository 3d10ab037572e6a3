// SPDX-License-Identifier: Apache-2.0
// The number and the number format with which a spreadsheet shows exactly what a ministry prints.
#pragma once

#include <string>
#include <string_view>

#include "value.h"

namespace mif::reporting {

struct ShownNumber {
  bool number = false;         // false: `printed` is written as text
  std::string digits, format;  // "-1290212.39", "#,##0.00"
};

// `exact` is the cell's value in the printed unit; when given, it is written instead of the printed number as long as the
// format shows the same. `places`: of a zero that is left blank.
ShownNumber shown_number(std::string_view printed, std::string_view exact = {}, int places = 2);
// The plain decimal `digits` moved by a unit of 10^places: yuan to 万元 with 4.
std::string moved_point(std::string_view digits, int places);
// What a spreadsheet shows: for the formats of shown_number only. Half up, away from zero.
std::string displayed(std::string_view digits, std::string_view format);

}  // namespace mif::reporting
