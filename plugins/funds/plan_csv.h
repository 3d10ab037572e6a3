// SPDX-License-Identifier: Apache-2.0
// A budget written in a spreadsheet: item,amount. Everything wrong with it is one sentence with its line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mif/money.hpp"

namespace mif::funds {

struct CsvAmount {
  std::string item;
  Fen fen;
  int line = 0;
};
std::vector<CsvAmount> read_plan_csv(std::string_view text, const std::string& name);  // MIF_E_INVALID fund.plan-csv

}  // namespace mif::funds
