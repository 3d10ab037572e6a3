// SPDX-License-Identifier: Apache-2.0
// Opening balances as a table: CSV or the first worksheet of an xlsx, with the head account,aux,side,amount; side debit or credit.
#pragma once

#include <string>
#include <vector>

#include "kernel/ledger/types.h"

namespace mif::ledger {

struct OpeningFile {
  std::vector<Line> lines;
  std::vector<int> numbers;              // in the file, of each line
  std::vector<OpeningProblem> problems;  // of lines that could not be read
};
OpeningFile read_opening(const std::string& path);  // MIF_E_INVALID for what is no table at all
std::vector<Line> read_opening_lines(const std::string& path);  // MIF_E_INVALID for the first problem

}  // namespace mif::ledger
