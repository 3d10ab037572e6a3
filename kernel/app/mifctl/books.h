// SPDX-License-Identifier: Apache-2.0
// The deployment's books and their opening balances, as files: books.info and opening CSV.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kernel/ledger/types.h"

namespace mif::app {

struct BooksFile {
  std::vector<std::string> charts;                             // names used by the books, each once
  std::vector<std::pair<ledger::Book, std::string>> books;     // book, opening file below config/ (may be empty)
};
// book 990000-310 { unit 990000 scheme 310 chart employee name "..." start 2023-06 opening opening/990000-310.csv }
BooksFile read_books_info(const std::string& path);
// account,aux,side,amount with side debit|credit
struct OpeningFile {
  std::vector<ledger::Line> lines;
  std::vector<int> numbers;                      // in the file, of each line
  std::vector<ledger::OpeningProblem> problems;  // of lines that could not be read
};
OpeningFile read_opening(const std::string& path);
std::vector<ledger::Line> read_opening_csv(const std::string& path);  // MIF_E_INVALID for the first problem

}  // namespace mif::app
