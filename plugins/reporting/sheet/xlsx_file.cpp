// SPDX-License-Identifier: Apache-2.0
#include "sheet/xlsx_file.h"

#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "mif/error.hpp"

namespace mif::reporting {
namespace {

constexpr std::size_t kMostText = 32000;  // a spreadsheet's cell holds 32,767 characters

void check(lxw_error error) {
  if (error != LXW_NO_ERROR) throw Error(MIF_E_INVALID, "report.workbook", std::string("不能写入工作簿 (cannot write the workbook): ") + lxw_strerror(error));
}

std::string temporary_path() {
  std::string path = (std::filesystem::temp_directory_path() / "mif-report-XXXXXX").string();
  const int fd = mkstemp(path.data());
  if (fd < 0) throw Error(MIF_E_UNAVAILABLE, "report.workbook-file", "临时目录写不进，请检查磁盘空间和权限 (cannot write to the temporary folder): " + path);
  close(fd);
  return path;
}

// Control characters have no place in XML.
std::string clean(const std::string& words) {
  std::string out;
  for (const char c : words)
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
  if (out.size() <= kMostText) return out;
  std::size_t end = kMostText;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  return out.substr(0, end) + "…";
}

}  // namespace

struct XlsxFile::Impl {
  std::string path;
  lxw_workbook* book = nullptr;
  lxw_worksheet* sheet = nullptr;
  std::set<std::string> tabs;
  using Key = std::tuple<int, bool, bool, bool, std::uint32_t, int, std::string>;
  std::map<Key, lxw_format*> formats;

  lxw_format* format(const XlsxStyle& s) {
    lxw_format*& f = formats[Key(static_cast<int>(s.align), s.bold, s.boxed, s.wrap, s.color, s.points, s.format)];
    if (f) return f;
    f = workbook_add_format(book);
    if (s.bold) format_set_bold(f);
    format_set_align(f, s.align == XlsxStyle::Align::left ? LXW_ALIGN_LEFT : s.align == XlsxStyle::Align::right ? LXW_ALIGN_RIGHT : LXW_ALIGN_CENTER);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    if (s.boxed) format_set_border(f, LXW_BORDER_THIN);
    if (s.boxed) format_set_border_color(f, 0x9AA5B1);
    if (s.wrap) format_set_text_wrap(f);
    if (s.color) format_set_bg_color(f, s.color);
    format_set_font_name(f, "宋体");
    format_set_font_size(f, s.points);
    if (!s.format.empty()) format_set_num_format(f, s.format.c_str());
    return f;
  }
};

XlsxFile::XlsxFile(Day created) : impl_(std::make_unique<Impl>()) {
  impl_->path = temporary_path();
  impl_->book = workbook_new(impl_->path.c_str());
  if (!impl_->book) throw Error(MIF_E_UNAVAILABLE, "report.workbook-file", "不能新建工作簿 (cannot create the workbook): " + impl_->path);
  std::tm day = {};
  day.tm_year = created.year() - 1900;
  day.tm_mon = created.month() - 1;
  day.tm_mday = created.day();
  lxw_doc_properties properties = {};
  properties.created = timegm(&day);
  workbook_set_properties(impl_->book, &properties);
}

XlsxFile::~XlsxFile() {
  if (impl_->book) workbook_close(impl_->book);
  std::error_code ignored;
  std::filesystem::remove(impl_->path, ignored);
}

std::string XlsxFile::tab_name(const std::string& wanted) {
  std::string name;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < wanted.size() && characters < 26; ++characters) {
    std::size_t n = 1;
    while (i + n < wanted.size() && (static_cast<unsigned char>(wanted[i + n]) & 0xC0) == 0x80) ++n;
    const std::string one = wanted.substr(i, n);
    name += one.size() == 1 && (std::string("[]:*?/\\'").find(one) != std::string::npos || static_cast<unsigned char>(one[0]) < 0x20) ? "_" : one;
    i += n;
  }
  // Two tabs may not differ in the size of letters only.
  const auto folded = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
  };
  std::string unique = name.empty() ? "Sheet" : name;
  for (int i = 2; !impl_->tabs.insert(folded(unique)).second; ++i) unique = name + " " + std::to_string(i);
  return unique;
}

void XlsxFile::begin(const std::string& tab) {
  impl_->sheet = workbook_add_worksheet(impl_->book, tab.c_str());
  if (!impl_->sheet) throw Error(MIF_E_INTERNAL, "no worksheet \"" + tab + "\"");
}

void XlsxFile::width(int column, int characters) {
  check(worksheet_set_column(impl_->sheet, static_cast<lxw_col_t>(column), static_cast<lxw_col_t>(column), characters, nullptr));
}
void XlsxFile::height(int line, int points) { check(worksheet_set_row(impl_->sheet, static_cast<lxw_row_t>(line), std::min(points, 400), nullptr)); }

void XlsxFile::text(int line, int column, const std::string& words, const XlsxStyle& style) {
  const std::string good = clean(words);
  lxw_format* const f = impl_->format(style);
  check(good.empty() ? worksheet_write_blank(impl_->sheet, static_cast<lxw_row_t>(line), static_cast<lxw_col_t>(column), f)
                     : worksheet_write_string(impl_->sheet, static_cast<lxw_row_t>(line), static_cast<lxw_col_t>(column), good.c_str(), f));
}

// The double next to at most 15 digits: the spreadsheet reads the same digits back.
void XlsxFile::number(int line, int column, const std::string& digits, const XlsxStyle& style) {
  check(worksheet_write_number(impl_->sheet, static_cast<lxw_row_t>(line), static_cast<lxw_col_t>(column), std::strtod(digits.c_str(), nullptr), impl_->format(style)));
}

void XlsxFile::formula(int line, int column, const std::string& formula, const std::string& digits, const XlsxStyle& style) {
  check(worksheet_write_formula_num(impl_->sheet, static_cast<lxw_row_t>(line), static_cast<lxw_col_t>(column), formula.c_str(), impl_->format(style), std::strtod(digits.c_str(), nullptr)));
}

void XlsxFile::merge(int line, int column, int last_line, int last_column, const std::string& words, const XlsxStyle& style) {
  if (line == last_line && column == last_column) return text(line, column, words, style);
  check(worksheet_merge_range(impl_->sheet, static_cast<lxw_row_t>(line), static_cast<lxw_col_t>(column), static_cast<lxw_row_t>(last_line), static_cast<lxw_col_t>(last_column),
                              clean(words).c_str(), impl_->format(style)));
}

void XlsxFile::comment(int line, int column, const std::string& words) {
  lxw_comment_options options = {};
  options.author = const_cast<char*>("mif");
  options.x_scale = 2.4;
  options.y_scale = words.size() > 150 ? 1.8 : 1.0;
  check(worksheet_write_comment_opt(impl_->sheet, static_cast<lxw_row_t>(line), static_cast<lxw_col_t>(column), clean(words).c_str(), &options));
}

void XlsxFile::page(int body, int columns, bool landscape, const std::vector<int>& breaks) {
  worksheet_freeze_panes(impl_->sheet, static_cast<lxw_row_t>(body), static_cast<lxw_col_t>(columns));
  worksheet_set_paper(impl_->sheet, 9);  // A4
  if (landscape) worksheet_set_landscape(impl_->sheet);
  if (breaks.empty()) {
    worksheet_fit_to_pages(impl_->sheet, 1, 0);
  } else {
    std::vector<lxw_col_t> at(breaks.begin(), breaks.end());
    at.push_back(0);  // the end of the list
    check(worksheet_set_v_pagebreaks(impl_->sheet, at.data()));
    worksheet_set_print_scale(impl_->sheet, 66);
    if (columns > 0) check(worksheet_repeat_columns(impl_->sheet, 0, static_cast<lxw_col_t>(columns - 1)));
  }
  worksheet_set_margins(impl_->sheet, 0.5, 0.4, 0.6, 0.6);
  worksheet_repeat_rows(impl_->sheet, 0, static_cast<lxw_row_t>(std::max(body - 1, 0)));
  worksheet_set_footer(impl_->sheet, "&C第 &P 页 共 &N 页");
}

void XlsxFile::filter(int line, int last_column) { check(worksheet_autofilter(impl_->sheet, static_cast<lxw_row_t>(line), 0, static_cast<lxw_row_t>(line), static_cast<lxw_col_t>(last_column))); }

std::string XlsxFile::finish() {
  lxw_workbook* const book = std::exchange(impl_->book, nullptr);
  check(workbook_close(book));
  std::ifstream in(impl_->path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in || bytes.empty()) throw Error(MIF_E_UNAVAILABLE, "report.workbook-file", "工作簿没有写成，请检查磁盘空间 (the workbook was not written): " + impl_->path);
  return bytes;
}

std::string XlsxFile::column_name(int column) {
  std::string name;
  for (int n = column + 1; n > 0; n = (n - 1) / 26) name.insert(0, 1, static_cast<char>('A' + (n - 1) % 26));
  return name;
}

}  // namespace mif::reporting
