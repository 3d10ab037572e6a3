// SPDX-License-Identifier: Apache-2.0
// RFC 4180, with either line end, row by row out of a stream of bytes of any of the three character sets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mif/ext/draft/statement_format.h"

namespace mif::bank_csv {

// What stops a file: said once, with its place.
struct Damage {
  std::int64_t byte = 0, line = 0;
  const char* rule = "";
  std::string what;
};
[[noreturn]] void malformed(const char* rule, std::int64_t byte, std::int64_t line, const std::string& what);

// A row of a table and where it stands. n of the cells are the row's.
struct TableRow {
  const std::vector<std::string>* cells = nullptr;
  std::size_t n = 0;
  std::int64_t byte = 0, line = 1;
};

class CsvRows {
 public:
  CsvRows(std::string charset, std::string separator, mif_byte_source& source) : charset_(std::move(charset)), separator_(std::move(separator)), source_(source) {}
  // The next row that is not blank; false at the end. Throws Damage.
  bool next();
  TableRow row() const { return {&cells_, n_, byte(), row_line_}; }

 private:
  std::int64_t byte() const;  // where the row begins in the file
  bool fill();  // more text, decoded; false at the end
  std::string& cell();
  void end_cell();
  std::string charset_, separator_;
  mif_byte_source& source_;
  std::string raw_, block_, text_;  // bytes not yet decoded; the last that were; what they say
  std::size_t at_ = 0;      // in text_
  std::vector<std::string> cells_;
  std::size_t n_ = 0;
  std::int64_t line_ = 1, row_line_ = 1;
  std::int64_t raw_line_ = 1, raw_byte_ = 0, block_line_ = 1, block_byte_ = 0;  // where raw_ and block_ begin in the file
  mutable std::int64_t counted_block_ = -1, counted_line_ = 1;                    // how far byte() has counted, in which block
  mutable std::size_t counted_at_ = 0;
  bool ended_ = false, first_ = true, was_quoted_ = false;
};

}  // namespace mif::bank_csv
