// SPDX-License-Identifier: Apache-2.0
// Agency: who reports. It keeps one book per insurance scheme; a table of a scheme is computed from the unit's book of
// that scheme, a table without a scheme speaks for the whole unit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "table.h"
#include "mif/services.hpp"

namespace mif::reporting {

struct Agency {
  std::string code, name;
  std::vector<BookInfo> books;  // those the caller may see

  const BookInfo* book_of(std::string_view scheme) const;
  bool has(const Table& table) const { return table.scheme.empty() ? !books.empty() : book_of(table.scheme) != nullptr; }
  // From when on the table can say anything: its book's first month, or the first of all books.
  Period start(const Table& table) const;
  Period start() const;
};

// Throws MIF_E_NOT_FOUND when no book of the unit is among `books`.
Agency agency_of(const std::vector<BookInfo>& books, std::string_view unit);

}  // namespace mif::reporting
