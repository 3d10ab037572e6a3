// SPDX-License-Identifier: Apache-2.0
// A deployment for the reporting bench: units with an employee and a resident book each, years of posted vouchers.
#pragma once

#include <filesystem>
#include <string>

namespace mif::bench {

constexpr int kFirstYear = 2014;
std::string report_unit(int i);
// The year of every book: posted, carried and closed month by month; December stays open in `last_year`. The first year also
// makes the home, its units and its books.
void fill_reports(const std::filesystem::path& home, int units, int year, int last_year);

}  // namespace mif::bench
