// SPDX-License-Identifier: Apache-2.0
// The CSV files of a package: UTF-8, LF, quotes only where needed. A text that a spreadsheet would take for a formula gets an
// apostrophe in front, which the reader takes away again; what is a number stays as it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mif::report_package {

std::string guarded(std::string_view text);
std::string unguarded(std::string_view text);
// One field: quoted where needed, not guarded.
std::string csv_field(std::string_view text);

class CsvWriter {
 public:
  explicit CsvWriter(std::string_view head) : text_(std::string(head) + "\n") {}
  CsvWriter& text(std::string_view value) { return exact(guarded(value)); }
  CsvWriter& exact(std::string_view value);
  CsvWriter& number(std::int64_t value) { return exact(std::to_string(value)); }
  void end();
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  bool first_ = true;
};

// Reads what CsvWriter wrote; `where` names the file. Throws report-package.csv with the line.
class CsvReader {
 public:
  CsvReader(std::string_view text, std::string where, std::string_view head);
  bool next();  // the next line, false at the end
  std::string text() { return unguarded(exact()); }
  std::string exact();
  std::int64_t number();
  bool flag();
  [[noreturn]] void refuse(const std::string& what) const;
  std::string here() const;  // "data/T.csv 第 3 行"

 private:
  std::string_view text_;
  std::string where_;
  std::size_t at_ = 0, line_ = 1, columns_, field_ = 0;
  std::vector<std::string> fields_;
};

}  // namespace mif::report_package
