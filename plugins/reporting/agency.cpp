// SPDX-License-Identifier: Apache-2.0
#include "agency.h"

#include <algorithm>

namespace mif::reporting {

const BookInfo* Agency::book_of(std::string_view scheme) const {
  const auto found = std::find_if(books.begin(), books.end(), [&](const BookInfo& b) { return b.scheme == scheme; });
  return found == books.end() ? nullptr : &*found;
}

Period Agency::start() const {
  Period first{9999, 13};
  for (const auto& b : books) first = std::min(first, b.start);
  return first;
}

Period Agency::start(const Table& table) const {
  const BookInfo* book = table.scheme.empty() ? nullptr : book_of(table.scheme);
  return book ? book->start : start();
}

Agency agency_of(const std::vector<BookInfo>& books, std::string_view code) {
  Agency unit;
  unit.code = code;
  for (const auto& b : books)
    if (b.unit == code) {
      unit.name = b.unit_name;
      unit.books.push_back(b);
    }
  if (unit.books.empty()) throw Error(MIF_E_NOT_FOUND, "report.unit-not-found", "没有单位 (no unit) \"" + unit.code + "\"，或它没有账套，或您无权查看");
  return unit;
}

}  // namespace mif::reporting
