// SPDX-License-Identifier: Apache-2.0
// The deployment's books as a file: books.info.
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

}  // namespace mif::app
