// SPDX-License-Identifier: Apache-2.0
// Results on standard output: a table for people, JSON and CSV for programs. Nothing else ever goes to standard output.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mif::app {

enum class Format { table, json, csv };

struct Table {
  std::string kind;                            // "VoucherList"
  std::vector<std::string> keys, titles;       // field names for programs, column heads for people
  std::vector<std::vector<std::string>> rows;
  std::string summary;                         // one line below the table; "summary" in JSON
};

void print(const Table& table, Format format);
int display_width(std::string_view utf8);  // Han and full-width characters take two columns
std::string pad(std::string_view utf8, int width, bool right);

}  // namespace mif::app
