// SPDX-License-Identifier: Apache-2.0
#include "kernel/sheet/xlsx_writer.h"

#include <xlsxwriter.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <set>
#include <utility>

#include "mif/error.hpp"

namespace mif::sheet {
namespace {

constexpr lxw_row_t kMostRows = 1048576;
constexpr std::int64_t kMostExact = 999'999'999'999'999;  // fen: 15 digits, all that Excel keeps

void check(lxw_error error, const std::string& what) {
  if (error == LXW_NO_ERROR) return;
  throw Error(MIF_E_INVALID, "workbook.write", "不能写入工作簿: " + what + ": " + lxw_strerror(error) + " (cannot write the workbook)");
}

// Excel wants at most 31 characters without []:*?/\ and no two alike.
std::string tab_name(const std::string& wanted, std::set<std::string>& taken) {
  std::string name;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < wanted.size() && characters < 26; ++characters) {
    std::size_t n = 1;
    while (i + n < wanted.size() && (static_cast<unsigned char>(wanted[i + n]) & 0xC0) == 0x80) ++n;
    const std::string one = wanted.substr(i, n);
    name += std::string("[]:*?/\\'").find(one) == std::string::npos ? one : "_";
    i += n;
  }
  std::string unique = name.empty() ? "Sheet" : name;
  for (int i = 2; !taken.insert(unique).second; ++i) unique = name + " " + std::to_string(i);
  return unique;
}

}  // namespace

struct XlsxWriter::Impl {
  std::string path;
  lxw_workbook* book = nullptr;
  lxw_worksheet* sheet = nullptr;
  lxw_format *title = nullptr, *note = nullptr, *heading = nullptr;
  lxw_format *cell[6][2] = {};  // by Kind; the second for totals
  Head head;
  std::set<std::string> tabs;
  lxw_row_t next = 0;

  lxw_format* format(bool bold, lxw_format_alignments align, const char* number = nullptr, bool boxed = true) {
    lxw_format* f = workbook_add_format(book);
    if (bold) format_set_bold(f);
    format_set_align(f, align);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    if (number) format_set_num_format(f, number);
    if (boxed) format_set_border(f, LXW_BORDER_HAIR);
    return f;
  }
  void text(lxw_col_t column, const std::string& words, lxw_format* f) {
    check(words.empty() ? worksheet_write_blank(sheet, next, column, f) : worksheet_write_string(sheet, next, column, words.c_str(), f), words.substr(0, 60));
  }
  void open();
};

void XlsxWriter::Impl::open() {
  const std::string tab = tab_name(head.name.empty() ? head.title : head.name, tabs);
  sheet = workbook_add_worksheet(book, tab.c_str());
  if (!sheet) throw Error(MIF_E_INTERNAL, "no worksheet \"" + tab + "\"");
  const auto last = static_cast<lxw_col_t>(head.columns.size() - 1);
  for (lxw_col_t i = 0; i <= last; ++i) {
    const Column& c = head.columns[i];
    const int least = c.kind == Kind::money || c.kind == Kind::figure ? 16 : c.kind == Kind::day ? 11 : 6;
    worksheet_set_column(sheet, i, i, std::max(least, c.width), nullptr);
  }
  next = 0;
  if (last > 0) check(worksheet_merge_range(sheet, next, 0, next, last, head.title.c_str(), title), head.title);
  else text(0, head.title, title);
  ++next;
  std::string line = head.left;
  for (const auto* part : {&head.centre, &head.right})
    if (!part->empty()) line += (line.empty() ? "" : "    ") + *part;
  if (!line.empty()) {
    if (last > 0) check(worksheet_merge_range(sheet, next, 0, next, last, line.c_str(), note), line);
    else text(0, line, note);
    ++next;
  }
  const lxw_row_t headings = next;
  for (lxw_col_t i = 0; i <= last; ++i) text(i, head.columns[i].group.empty() ? head.columns[i].title : head.columns[i].group + "\n" + head.columns[i].title, heading);
  ++next;
  worksheet_freeze_panes(sheet, next, 0);
  worksheet_autofilter(sheet, headings, 0, headings, last);
  worksheet_repeat_rows(sheet, 0, headings);
  worksheet_set_paper(sheet, 9);  // A4
  worksheet_set_landscape(sheet);
  worksheet_fit_to_pages(sheet, 1, 0);
  worksheet_set_footer(sheet, "&C第 &P 页 共 &N 页");
}

XlsxWriter::XlsxWriter(const std::string& path, Day created) : impl_(std::make_unique<Impl>()) {
  impl_->path = path;
  lxw_workbook_options options = {};
  options.constant_memory = LXW_TRUE;
  impl_->book = workbook_new_opt(path.c_str(), &options);
  if (!impl_->book) throw Error(MIF_E_UNAVAILABLE, "workbook.not-written", "不能新建工作簿 (cannot create the workbook): " + path);
  std::tm day = {};
  day.tm_year = created.year() - 1900;
  day.tm_mon = created.month() - 1;
  day.tm_mday = created.day();
  lxw_doc_properties properties = {};
  properties.created = timegm(&day);
  workbook_set_properties(impl_->book, &properties);
  Impl& b = *impl_;
  b.title = b.format(true, LXW_ALIGN_CENTER, nullptr, false);
  format_set_font_size(b.title, 16);
  b.note = b.format(false, LXW_ALIGN_LEFT, nullptr, false);
  b.heading = b.format(true, LXW_ALIGN_CENTER);
  format_set_text_wrap(b.heading);
  format_set_bg_color(b.heading, 0xE7EEF7);
  for (const bool bold : {false, true}) {
    b.cell[static_cast<int>(Kind::text)][bold] = b.format(bold, LXW_ALIGN_LEFT);
    b.cell[static_cast<int>(Kind::centred)][bold] = b.format(bold, LXW_ALIGN_CENTER);
    b.cell[static_cast<int>(Kind::money)][bold] = b.format(bold, LXW_ALIGN_RIGHT, "#,##0.00;[Red]-#,##0.00");
    b.cell[static_cast<int>(Kind::integer)][bold] = b.format(bold, LXW_ALIGN_CENTER, "0");
    b.cell[static_cast<int>(Kind::figure)][bold] = b.format(bold, LXW_ALIGN_RIGHT);
    b.cell[static_cast<int>(Kind::day)][bold] = b.format(bold, LXW_ALIGN_CENTER, "yyyy-mm-dd");
  }
}

XlsxWriter::~XlsxWriter() {
  if (!impl_->book) return;
  workbook_close(impl_->book);
  std::error_code ignored;
  std::filesystem::remove(impl_->path, ignored);
}

void XlsxWriter::begin(const Head& head) {
  if (head.columns.empty()) throw Error(MIF_E_INTERNAL, "a table without columns");
  impl_->head = head;
  impl_->open();
}

void XlsxWriter::row(const Row& row) {
  Impl& b = *impl_;
  if (row.cells.size() != b.head.columns.size())
    throw Error(MIF_E_INTERNAL, "a row of " + std::to_string(row.cells.size()) + " cells under " + std::to_string(b.head.columns.size()) + " columns");
  if (b.next == kMostRows) b.open();
  const bool bold = row.kind != RowKind::detail && row.kind != RowKind::opening;
  for (lxw_col_t i = 0; i < row.cells.size(); ++i) {
    lxw_format* const format = b.cell[static_cast<int>(b.head.columns[i].kind)][bold];
    const Cell& cell = row.cells[i];
    if (const auto* fen = std::get_if<Fen>(&cell)) {
      const std::int64_t value = fen->value();
      if (value > kMostExact || value < -kMostExact) b.text(i, fen->grouped(), format);
      else check(worksheet_write_number(b.sheet, b.next, i, static_cast<double>(value) / 100, format), fen->plain());  // the double next to it: the same 15 digits when read
    } else if (const auto* number = std::get_if<std::int64_t>(&cell)) {
      if (*number > kMostExact || *number < -kMostExact) b.text(i, std::to_string(*number), format);
      else check(worksheet_write_number(b.sheet, b.next, i, static_cast<double>(*number), format), std::to_string(*number));
    } else if (const auto* day = std::get_if<Day>(&cell)) {
      lxw_datetime at = {day->year(), day->month(), day->day(), 0, 0, 0};
      check(worksheet_write_datetime(b.sheet, b.next, i, &at, format), day->iso());
    } else {
      b.text(i, shown(cell), format);
    }
  }
  ++b.next;
}

void XlsxWriter::end() {
  Impl& b = *impl_;
  if (b.head.signatures.empty() || b.next == kMostRows) return;
  std::string line;
  for (const auto& one : b.head.signatures) line += (line.empty() ? "" : "    ") + one;
  b.text(0, line, b.note);
}

void XlsxWriter::finish() {
  lxw_workbook* const book = std::exchange(impl_->book, nullptr);
  if (const lxw_error error = workbook_close(book); error != LXW_NO_ERROR) {
    std::error_code ignored;
    std::filesystem::remove(impl_->path, ignored);
    throw Error(MIF_E_UNAVAILABLE, "workbook.not-written", std::string("工作簿没有写成: ") + lxw_strerror(error) + " (the workbook was not written): " + impl_->path);
  }
}

}  // namespace mif::sheet
