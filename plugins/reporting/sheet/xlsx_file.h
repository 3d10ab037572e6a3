// SPDX-License-Identifier: Apache-2.0
// A workbook under construction, by libxlsxwriter: cells in any order, styles by value, the same calls give the same bytes.
// Text is always text: what begins with = + - @ is no formula.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mif/day.hpp"

namespace mif::reporting {

struct XlsxStyle {
  enum class Align { left, centre, right };
  Align align = Align::left;
  bool bold = false, boxed = false, wrap = false;
  std::uint32_t color = 0;  // of the ground; 0 = none
  int points = 10;
  std::string format;       // of numbers; "@" = text whatever is typed
};

// [calling-thread] Lines and columns count from 0.
class XlsxFile {
 public:
  explicit XlsxFile(Day created);
  ~XlsxFile();
  // A name a spreadsheet takes and no other tab has; to be given to begin().
  std::string tab_name(const std::string& wanted);
  void begin(const std::string& tab);
  void width(int column, int characters);
  void height(int line, int points);
  void text(int line, int column, const std::string& words, const XlsxStyle& style);
  void number(int line, int column, const std::string& digits, const XlsxStyle& style);
  void formula(int line, int column, const std::string& formula, const std::string& digits, const XlsxStyle& style);
  void merge(int line, int column, int last_line, int last_column, const std::string& words, const XlsxStyle& style);
  void comment(int line, int column, const std::string& words);
  // Frozen above `body` and left of `columns`, printed on A4 with the lines above `body` on each page. `breaks`: columns that begin a further
  // page beside the first, the frozen ones on each; none = everything in the breadth of one page.
  void page(int body, int columns, bool landscape, const std::vector<int>& breaks = {});
  void filter(int line, int last_column);
  std::string finish();

  static std::string column_name(int column);  // 0 = "A"

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::reporting
