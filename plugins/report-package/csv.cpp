// SPDX-License-Identifier: Apache-2.0
#include "csv.h"

#include <algorithm>
#include <charconv>

#include "ferry/json_reader.h"
#include "mif/error.hpp"
#include "report-package/names.h"

namespace mif::report_package {
namespace {

// "-1,290.00", "12%": what spreadsheets read as a number and not as a formula.
bool is_number(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  if (!text.empty() && text.back() == '%') text.remove_suffix(1);
  return !text.empty() && text[0] >= '0' && text[0] <= '9' && text.find_first_not_of("0123456789,.") == std::string_view::npos && std::count(text.begin(), text.end(), '.') < 2;
}

// Behind any apostrophes stands what begins a formula, also in full width.
bool is_formula(std::string_view text) {
  const auto first = text.find_first_not_of('\'');
  if (first == std::string_view::npos) return false;
  const std::string_view rest = text.substr(first), wide = rest.substr(0, 3);
  return std::string_view("=+-@\t\r\n").find(rest[0]) != std::string_view::npos || wide == "＝" || wide == "＋" || wide == "－" || wide == "＠";
}

}  // namespace

std::string guarded(std::string_view text) { return is_formula(text) && !is_number(text) ? "'" + std::string(text) : std::string(text); }
std::string unguarded(std::string_view text) { return std::string(!text.empty() && text.front() == '\'' && is_formula(text) ? text.substr(1) : text); }

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

CsvWriter& CsvWriter::exact(std::string_view value) {
  if (!first_) text_ += ',';
  first_ = false;
  text_ += csv_field(value);
  return *this;
}

void CsvWriter::end() {
  text_ += '\n';
  first_ = true;
}

CsvReader::CsvReader(std::string_view text, std::string where, std::string_view head)
    : text_(text), where_(std::move(where)), columns_(static_cast<std::size_t>(std::count(head.begin(), head.end(), ',')) + 1) {
  if (!ferry::valid_utf8(text)) refuse("不是 UTF-8 文本 (not UTF-8)");
  if (text.substr(0, head.size()) != head || text.substr(head.size(), 1) != "\n") refuse("表头应为 (expects the head) " + std::string(head));
  at_ = head.size() + 1;
}

std::string CsvReader::here() const { return where_ + " 第 " + std::to_string(line_) + " 行"; }

void CsvReader::refuse(const std::string& what) const { throw Error(MIF_E_INVALID, "report-package.csv", one_line(here() + "：" + what)); }

bool CsvReader::next() {
  if (at_ == text_.size()) return false;
  ++line_;
  fields_.clear();
  field_ = 0;
  for (;;) {
    std::string field;
    if (at_ < text_.size() && text_[at_] == '"') {
      for (++at_;; ++at_) {
        if (at_ == text_.size()) refuse("缺右引号 (a quote is not closed)");
        if (text_[at_] == '"' && text_.substr(at_ + 1, 1) != "\"") break;
        if (text_[at_] == '"') ++at_;
        field += text_[at_];
      }
      ++at_;
    } else {
      const auto end = std::min(text_.find_first_of(",\n", at_), text_.size());
      field = text_.substr(at_, end - at_);
      at_ = end;
    }
    fields_.push_back(std::move(field));
    if (fields_.size() > columns_ || at_ == text_.size()) refuse("应有 " + std::to_string(columns_) + " 栏并以换行结束 (expects so many fields and a line end)");
    const char c = text_[at_++];
    if (c == '\n') break;
    if (c != ',') refuse("右引号后只能是逗号或换行 (text after a closing quote)");
  }
  if (fields_.size() != columns_) refuse("应有 " + std::to_string(columns_) + " 栏 (expects so many fields)");
  return true;
}

std::string CsvReader::exact() { return std::move(fields_.at(field_++)); }

std::int64_t CsvReader::number() {
  const std::string text = exact();
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) refuse("第 " + std::to_string(field_) + " 栏应为整数 (expects an integer)");
  return value;
}

bool CsvReader::flag() {
  const std::string text = exact();
  if (text != "yes" && text != "no") refuse("第 " + std::to_string(field_) + " 栏应为 yes 或 no (expects yes or no)");
  return text == "yes";
}

}  // namespace mif::report_package
