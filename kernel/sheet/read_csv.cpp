// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/text.h"
#include "kernel/sheet/read.h"
#include "mif/error.hpp"

namespace mif::sheet {
namespace {

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, sentence); }

class CsvReader {
 public:
  CsvReader(std::string_view text, const RowSink& sink, const ReadLimits& limits) : text_(text), sink_(sink), limits_(limits) {}

  void read() {
    while (at_ < text_.size()) {
      row_.number = line_;
      row_.cells.clear();
      while (field()) {
      }
      while (!row_.cells.empty() && row_.cells.back().kind == InputKind::blank) row_.cells.pop_back();
      if (row_.cells.empty()) continue;
      if (++rows_ > limits_.rows) refuse("sheet.too-large", "文件超过 " + std::to_string(limits_.rows) + " 行, 请拆成几个文件 (too many rows)");
      sink_(row_);
    }
  }

 private:
  std::string here() const { return row_.place(row_.cells.size()); }
  // Reads one field with the separator after it; false at the end of the record.
  bool field() {
    if (row_.cells.size() == static_cast<std::size_t>(limits_.columns))
      refuse("sheet.too-large", "第 " + std::to_string(row_.number) + " 行超过 " + std::to_string(limits_.columns) + " 列 (too many columns)");
    InputCell cell;
    if (at_ < text_.size() && text_[at_] == '"') {
      quoted(cell.text);
    } else {
      const auto end = text_.find_first_of(",\r\n\"", at_);
      cell.text = text_.substr(at_, end == std::string_view::npos ? end : end - at_);
      at_ += cell.text.size();
      if (at_ < text_.size() && text_[at_] == '"') refuse("csv.format", here() + "：引号只能从单元格开头写起, 里面的引号写两个 (a quote inside an unquoted field)");
    }
    if (cell.text.size() > limits_.cell_bytes) refuse("sheet.too-large", here() + "：单元格太长 (cell too long)");
    if (!cell.text.empty()) cell.kind = InputKind::text;
    row_.cells.push_back(std::move(cell));
    if (at_ == text_.size()) return false;
    if (text_[at_] == ',') {
      ++at_;
      if (at_ < text_.size()) return true;
      row_.cells.emplace_back();
      return false;
    }
    if (text_[at_] == '\r') {
      ++at_;
      if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    } else if (text_[at_] == '\n') {
      ++at_;
    } else {
      refuse("csv.format", row_.place(row_.cells.size() - 1) + "：右引号后只能是逗号或行尾 (text after the closing quote)");
    }
    ++line_;
    return false;
  }
  void quoted(std::string& out) {
    ++at_;
    while (true) {
      const auto end = text_.find('"', at_);
      if (end == std::string_view::npos) refuse("csv.format", here() + "：缺右引号, 文件可能不完整 (unterminated quote)");
      out += text_.substr(at_, end - at_);
      at_ = end + 1;
      if (out.size() > limits_.cell_bytes) refuse("sheet.too-large", here() + "：单元格太长, 可能缺右引号 (cell too long)");
      if (at_ == text_.size() || text_[at_] != '"') break;
      out += '"';
      ++at_;
    }
    for (std::size_t i = 0; i < out.size(); ++i)
      if (out[i] == '\n' || (out[i] == '\r' && (i + 1 == out.size() || out[i + 1] != '\n'))) ++line_;
  }

  std::string_view text_;
  const RowSink& sink_;
  const ReadLimits& limits_;
  std::size_t at_ = 0;
  int line_ = 1, rows_ = 0;
  InputRow row_;
};

}  // namespace

std::string column_name(std::size_t column) {
  std::string name;
  for (++column; column > 0; column = (column - 1) / 26) name.insert(name.begin(), static_cast<char>('A' + (column - 1) % 26));
  return name;
}

std::string InputRow::place(std::size_t column) const {
  return (sheet_name.empty() ? std::string() : "工作表 " + sheet_name + " ") + "第 " + std::to_string(number) + " 行 " + column_name(column) + " 列";
}

void read_csv(std::string_view bytes, const RowSink& sink, const ReadLimits& limits) {
  if (bytes.size() > limits.file_bytes) refuse("sheet.too-large", "文件超过 " + std::to_string(limits.file_bytes >> 20) + " MB, 请拆成几个文件 (file too large)");
  if (bytes.substr(0, 2) == "\xFF\xFE" || bytes.substr(0, 2) == "\xFE\xFF") refuse("csv.encoding", "文件是 UTF-16, 请另存为 CSV UTF-8 (UTF-16 is not read)");
  if (bytes.find('\0') != std::string_view::npos) refuse("csv.encoding", "文件里有空字符, 不是 CSV 文本 (NUL byte, not a CSV file)");
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  if (valid_utf8(bytes)) return CsvReader(bytes, sink, limits).read();
  std::string text;
  try {
    text = gb18030_to_utf8(bytes);
  } catch (const Error& e) {
    refuse("csv.encoding", std::string("文件既不是 UTF-8 也不是 GB 18030 (neither encoding): ") + e.what());
  }
  CsvReader(text, sink, limits).read();
}

void read_rows(std::string_view bytes, const RowSink& sink, const ReadLimits& limits) {
  if (bytes.substr(0, 4) == "\xD0\xCF\x11\xE0") refuse("workbook.protected", "文件加了密码或是旧的 xls 格式, 请去掉密码并另存为 xlsx (encrypted or old binary workbook)");
  if (bytes.substr(0, 2) == "PK") return read_xlsx(bytes, sink, limits);
  read_csv(bytes, sink, limits);
}

}  // namespace mif::sheet
