// SPDX-License-Identifier: Apache-2.0
// Numbers of a workbook as decimal text. Never through floating point: what was written is what is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mif/day.hpp"

namespace mif::sheet {

// "1.2341E3" -> "1234.1"; nullopt for what is no number. Spreadsheets keep 15 digits and some write down 17, the last two of
// which are noise of their binary form ("1234.0999999999999"): such a tail, and only such, is taken for the 15 digits meant.
std::optional<std::string> plain_decimal(std::string_view written);

struct Moment {
  Day day;
  int seconds = 0;
};
// A day as spreadsheets count them, from plain decimal text; nullopt for what is no day.
std::optional<Moment> moment_of_serial(std::string_view decimal, bool since_1904);

}  // namespace mif::sheet
