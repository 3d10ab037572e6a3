// SPDX-License-Identifier: Apache-2.0
// Grid: one filled table as it stands on paper - title, heads, numbered lines, cells, notes. Workbook, Word, PDF and CSV all take
// their strings from here, so no export can say something else than the screen.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ministries.h"
#include "table.h"

namespace mif::reporting {

// Whose table it is and when; everything as it is to be read.
struct Occasion {
  std::string unit;          // "某某市医疗保障局"
  std::string period;        // "2023-06"
  std::string version;       // "v1"; part of the file's name only
  std::string period_words;  // "2023 年 6 月"; empty = from `period`
  std::vector<std::string> signatures = {"单位负责人：", "财务负责人：", "制表："};
};

// A table of a report with what was computed for it.
struct FilledTable {
  const Table* table = nullptr;
  std::vector<StoredCell> cells;  // those of other tables are skipped
  std::map<std::pair<std::string, std::string>, std::string> remarks;  // by row and column: why a cell was overridden, 批注
};

enum class Look { blank, fetched, computed, input, overridden, blocked };

struct GridCell {
  std::string shown;             // what every export says
  Look look = Look::blank;
  int row = -1, col = -1;        // of the table; -1 = a name or a line's number
  const StoredCell* stored = nullptr;
  std::string remark;
  bool words = false;            // typed words: they wrap and have line breaks of their own
};
struct GridColumn {
  enum class Kind { number, name, amount };
  Kind kind = Kind::amount;
  std::string title, group, code;
  bool right = false;            // the names of the right side
  int col = -1;
};
// A head of several columns or lines: the paper's merged cells.
struct HeadCell {
  int line = 0, column = 0, lines = 1, columns = 1;
  std::string text;
};
struct Grid {
  const Table* table = nullptr;
  std::string title, left, centre, right;
  std::vector<GridColumn> columns;
  std::vector<std::vector<GridCell>> rows;
  std::vector<std::string> notes, signatures;
  bool grouped() const;
  int head_lines() const { return grouped() ? 3 : 2; }  // groups, names, 栏次
};

Grid grid_of(const FilledTable& filled, const Occasion& occasion);
// Of these columns of the grid, which stand side by side on one sheet of paper.
std::vector<HeadCell> heads_of(const Grid& grid, const std::vector<std::size_t>& columns);
std::vector<std::size_t> all_columns(const Grid& grid);
// How broad a column is, in half-width characters.
int breadth_of(const Grid& grid, std::size_t column);
int breadth_of(std::string_view text);
// Of text with line breaks: its broadest line, and the lines it takes in a column of that breadth.
int broadest_line(std::string_view text);
std::vector<std::string> wrapped(std::string_view text, int breadth);
// Cuts the columns into sheets of at most `most` characters; line numbers and names are on each.
std::vector<std::vector<std::size_t>> split_columns(const Grid& grid, int most);

// 机构_表号_期间_版本.xlsx, without what a file system refuses; several tables go by `what` instead of a table's code.
std::string export_file_name(const Occasion& occasion, std::string_view what, std::string_view extension);

}  // namespace mif::reporting
