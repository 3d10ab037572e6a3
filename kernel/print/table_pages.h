// SPDX-License-Identifier: Apache-2.0
// Tables on pages: heads repeated, 承前页 and 过次页, rules under totals, wide tables over several sheets, page numbers.
//
// A source is run twice over: first to count - so that "第 3 页 共 12 页" and a table of contents are right - and then to draw.
// Both runs see the same rows when they stand in one read transaction. Nothing but the page under way is kept in memory.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/base/info.h"
#include "kernel/print/canvas.h"
#include "kernel/sheet/table.h"

namespace mif::print {

// templates/print/table-*.info; see read_table_form for the keys.
struct TableForm {
  Paper paper;
  int left = 0, top = 0, right = 0, bottom = 0;
  int title_height = 0, note_height = 0, heading_height = 0, line_height = 0, foot_height = 0;
  double title_points = 16, body_points = 8.5, small_points = 7;
  int character = 150;  // the least breadth of a character of Column::width; where it does not hold, the table goes over sheets
};
TableForm table_form(const InfoNode& root, const std::string& file);  // MIF_E_INVALID "FILE:LINE: ..."
TableForm read_table_form(const std::string& path);

using Source = std::function<void(sheet::Receiver&)>;

struct TablePlace {
  std::string name;
  int first = 0, pages = 0;  // page numbers as printed
};

struct PageText {
  std::string left, right;  // at the foot of every page, beside its number
  int first_page = 1;       // continuous numbers over volumes
  bool per_table = false;   // number the pages of each table by themselves as well (第 i/n 页 of an account)
  bool numbered = true;
};

// What a source will take: the pages of every table. [calling-thread]
std::vector<TablePlace> plan_tables(const TableForm& form, const Source& source, int first_page = 1);
// Draws it; `plan` is what plan_tables said of the same source.
void draw_tables(Canvas& canvas, const TableForm& form, const Source& source, const std::vector<TablePlace>& plan, const PageText& text = {});
void print_tables(Canvas& canvas, const TableForm& form, const Source& source, const PageText& text = {});

// The columns of one sheet of paper, and where each begins.
struct SheetColumns {
  std::vector<std::size_t> columns;
  std::vector<int> x;  // one more than columns
};
std::vector<SheetColumns> split_columns(const TableForm& form, const std::vector<sheet::Column>& columns);

}  // namespace mif::print
