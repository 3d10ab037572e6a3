// SPDX-License-Identifier: Apache-2.0
#include "csv_rows.h"

#include <algorithm>

#include "charset.h"
#include "mif/error.hpp"

namespace mif::bank_csv {

namespace {

constexpr std::size_t kPiece = 256u << 10, kLongestRow = 4u << 20;

bool blank(char c) { return c == ' ' || c == '\t'; }

void trim(std::string& text) {
  std::size_t from = 0, to = text.size();
  while (from < to && blank(text[from])) ++from;
  while (to > from && blank(text[to - 1])) --to;
  text.resize(to);
  text.erase(0, from);
}

bool only_blank(const std::string& text) { return std::all_of(text.begin(), text.end(), blank); }

}  // namespace

void malformed(const char* rule, std::int64_t byte, std::int64_t line, const std::string& what) { throw Damage{byte, line, rule, what}; }

// Whole lines are decoded together: no character of the three sets has a line feed as a later byte.
bool CsvRows::fill() {
  text_.clear();
  at_ = 0;
  std::size_t end = raw_.rfind('\n');
  while (!ended_ && end == std::string::npos) {
    if (raw_.size() > kLongestRow) malformed("statement.line-too-long", raw_byte_, raw_line_, "一行超过 4 MiB，不是对账单 (a line of more than 4 MiB)");
    const std::size_t before = raw_.size();
    raw_.resize(before + kPiece);
    const std::int64_t got = source_.read(source_.impl, reinterpret_cast<std::uint8_t*>(raw_.data()) + before, kPiece);
    if (got < 0) throw Error(MIF_E_UNAVAILABLE, "statement.bytes-unavailable", "对账单文件读不下去 (the bytes cannot be read)");
    raw_.resize(before + static_cast<std::size_t>(got));
    ended_ = got == 0;
    end = raw_.rfind('\n');
  }
  const std::size_t n = end == std::string::npos ? raw_.size() : end + 1;
  if (n == 0) return false;
  std::string_view piece = std::string_view(raw_).substr(0, n);
  if (first_ && piece.substr(0, 3) == "\xEF\xBB\xBF") piece.remove_prefix(3);
  first_ = false;
  const std::size_t bad = charset::read_bytes(charset_, piece, text_);
  if (bad != std::string_view::npos) {
    const auto start = piece.substr(0, bad).rfind('\n');
    const std::size_t column = bad - (start == std::string_view::npos ? 0 : start + 1) + 1;
    malformed("statement.charset", raw_byte_ + static_cast<std::int64_t>(n - piece.size() + bad), raw_line_ + std::count(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(bad), '\n'),
                 "第 " + std::to_string(column) + " 字节不是 " + charset_ + " 编码，文件可能被截断或字符集写错，请重新下载或改列映射的 charset (byte not in the charset)");
  }
  block_line_ = raw_line_;
  block_byte_ = raw_byte_;
  raw_line_ += std::count(piece.begin(), piece.end(), '\n');
  raw_byte_ += static_cast<std::int64_t>(n);
  block_.assign(raw_, 0, n);
  raw_.erase(0, n);
  return true;
}

// Counted out only when somebody asks, which is when the file is refused.
// Counted on from the row before: from the beginning each time, a block costs the square of its rows.
std::int64_t CsvRows::byte() const {
  if (counted_block_ != block_byte_ || row_line_ < counted_line_) {
    counted_block_ = block_byte_;
    counted_line_ = block_line_;
    counted_at_ = 0;
  }
  for (; counted_line_ < row_line_; ++counted_line_) {
    const auto end = block_.find('\n', counted_at_);
    if (end == std::string::npos) break;
    counted_at_ = end + 1;
  }
  return block_byte_ + static_cast<std::int64_t>(counted_at_);
}

std::string& CsvRows::cell() {
  if (n_ == cells_.size()) cells_.emplace_back();
  return cells_[n_];
}

void CsvRows::end_cell() {
  if (!was_quoted_) trim(cell());
  was_quoted_ = false;
  ++n_;
  cell().clear();
}

bool CsvRows::next() {
  for (;;) {
    n_ = 0;
    cell().clear();
    was_quoted_ = false;
    row_line_ = line_;
    bool quoted = false, any = false;
    for (;;) {
      if (at_ == text_.size() && !fill()) {
        if (quoted) malformed("statement.open-quote", byte(), row_line_, "引号没有闭合，文件可能被截断 (an open quote: cut off?)");
        if (!any) return false;
        end_cell();
        break;
      }
      any = true;
      std::string& into = cell();
      if (quoted && into.size() > kLongestRow) malformed("statement.open-quote", byte(), row_line_, "引号没有闭合，文件可能被截断 (an open quote: cut off?)");
      // Most characters mean nothing: taken in runs.
      std::size_t run = at_;
      if (quoted) while (run < text_.size() && text_[run] != '"' && text_[run] != '\n') ++run;
      else while (run < text_.size() && text_[run] != '"' && text_[run] != '\n' && text_[run] != '\r' && text_[run] != separator_[0] && !(was_quoted_ && blank(text_[run]))) ++run;
      if (run > at_) {
        into.append(text_, at_, run - at_);
        at_ = run;
        continue;
      }
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (quoted) {
        if (c != '"') into += c;
        else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') into += text_[++at_];
        else quoted = false;
      } else if (c == '"' && !was_quoted_ && only_blank(into)) {
        into.clear();
        quoted = was_quoted_ = true;
      } else if (text_.compare(at_, separator_.size(), separator_) == 0) {
        at_ += separator_.size();
        end_cell();
        continue;
      } else if (c == '\n') {
        ++at_;
        end_cell();
        break;
      } else if (c != '\r' && !(was_quoted_ && blank(c))) {
        into += c;
      }
      ++at_;
    }
    if (n_ > 1 || !cells_[0].empty()) return true;  // blank lines are no rows
  }
}

}  // namespace mif::bank_csv
