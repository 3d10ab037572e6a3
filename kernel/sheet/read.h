// SPDX-License-Identifier: Apache-2.0
// Reading tables that others wrote: CSV and xlsx, row by row, each cell with its place. The file is hostile until read to its
// end: what is wrong with it is one sentence (MIF_E_INVALID), and the caller applies nothing before read_rows has returned.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mif/day.hpp"

namespace mif::sheet {

enum class InputKind { blank, text, number, day, boolean, error };

struct InputCell {
  InputKind kind = InputKind::blank;
  std::string text;  // number: plain decimal digits as written; day: 2023-06-30, and the time when there is one
  Day day;           // of kind day
};

struct InputRow {
  int sheet = 0;           // 0 = the first worksheet; a CSV file is one sheet
  std::string sheet_name;  // empty for CSV
  bool hidden = false;     // of the worksheet
  int number = 0;          // as the spreadsheet counts; for CSV the record's first line in the file
  std::vector<InputCell> cells;  // up to the last one that holds something; of merged cells the first holds the value

  std::string place(std::size_t column) const;  // "工作表 凭证 第 3 行 C 列"
};

struct ReadLimits {
  std::size_t file_bytes = 64u << 20, unpacked_bytes = 512u << 20, ratio = 200, cell_bytes = 128u << 10;
  int rows = 1'048'576, columns = 256;
};

using RowSink = std::function<void(const InputRow&)>;
// CSV after RFC 4180 in UTF-8 (with or without mark) or GB 18030; xlsx of one or more worksheets. Rows without content are
// not delivered. A formula counts as the value last saved with it.
void read_rows(std::string_view bytes, const RowSink& sink, const ReadLimits& limits = {});
void read_csv(std::string_view bytes, const RowSink& sink, const ReadLimits& limits = {});
void read_xlsx(std::string_view bytes, const RowSink& sink, const ReadLimits& limits = {});

std::string column_name(std::size_t column);  // 0 = "A", 26 = "AA"

}  // namespace mif::sheet
