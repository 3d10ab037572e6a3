// SPDX-License-Identifier: Apache-2.0
#include "kernel/sheet/csv_writer.h"

#include <utility>

#include "mif/error.hpp"

namespace mif::sheet {
namespace {

std::string quoted(std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

// Apostrophes, none included, before what a spreadsheet takes for a formula.
bool guarded(std::string_view text) {
  const auto first = text.find_first_not_of('\'');
  return first != std::string_view::npos && std::string_view("=+-@\t\r").find(text[first]) != std::string_view::npos;
}

std::string plain(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return csv_text(*text);
  if (const auto* fen = std::get_if<Fen>(&cell)) return fen->plain();
  return shown(cell);
}

}  // namespace

std::string csv_text(std::string_view text) { return quoted(guarded(text) ? "'" + std::string(text) : std::string(text)); }

std::string free_of_guard(std::string_view text) { return std::string(!text.empty() && text.front() == '\'' && guarded(text) ? text.substr(1) : text); }

CsvWriter::CsvWriter(Sink sink, CsvOptions options) : sink_(std::move(sink)), options_(options) {}

// Tables of the same columns (the accounts of a ledger) follow each other under one line of titles; the name of each stands
// in its rows only when the source gives it a column. Other columns begin a new part after an empty line.
void CsvWriter::begin(const Head& head) {
  std::string titles;
  for (const auto& column : head.columns) {
    if (!titles.empty()) titles += ',';
    titles += csv_text(column.group.empty() ? column.title : column.group + " " + column.title);
  }
  if (first_ && options_.bom) buffer_ += "\xEF\xBB\xBF";
  columns_ = head.columns.size();
  if (titles == titles_) return;
  if (!first_) line();
  first_ = false;
  titles_ = titles;
  buffer_ += titles;
  line();
}

void CsvWriter::row(const Row& row) {
  if (row.cells.size() != columns_) throw Error(MIF_E_INTERNAL, "a row of " + std::to_string(row.cells.size()) + " cells under " + std::to_string(columns_) + " columns");
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (i > 0) buffer_ += ',';
    buffer_ += plain(row.cells[i]);
  }
  line();
}

void CsvWriter::end() {
  if (!buffer_.empty()) sink_(buffer_);
  buffer_.clear();
}

void CsvWriter::line() {
  buffer_ += "\r\n";
  if (buffer_.size() < 64 * 1024) return;
  sink_(buffer_);
  buffer_.clear();
}

}  // namespace mif::sheet
