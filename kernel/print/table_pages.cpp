// SPDX-License-Identifier: Apache-2.0
#include "kernel/print/table_pages.h"

#include <fmt/format.h>

#include <algorithm>

#include "mif/error.hpp"

namespace mif::print {
namespace {

using sheet::Cell;
using sheet::Column;
using sheet::Head;
using sheet::Kind;
using sheet::Row;
using sheet::RowKind;

constexpr int kThick = 30, kThin = 10, kPad = 60;

// Cuts a table into pages; whoever derives from it counts or draws them.
class Pager : public sheet::Receiver {
 public:
  explicit Pager(const TableForm& form) : form_(form) {
    room_ = (form.paper.height - form.top - form.bottom - form.title_height - form.note_height - form.heading_height - form.foot_height) / form.line_height;
  }
  void begin(const Head& head) override {
    head_ = head;
    sheets_ = split_columns(form_, head.columns);
    rows_.clear();
    in_table_ = 0;
    sums_.assign(head.columns.size(), Fen());
    last_.cells.assign(head.columns.size(), Cell());
    started();
  }
  // A row is held back until the next one shows whether the page needs its last line for 过次页.
  void row(const Row& row) override {
    if (row.cells.size() != head_.columns.size()) throw Error(MIF_E_INTERNAL, fmt::format("a row of {} cells under {} columns", row.cells.size(), head_.columns.size()));
    // Two more rows and one line left; or a month's total and the year's, which stay together, and two.
    const int left = room_ - static_cast<int>(rows_.size());
    if (head_.ledger_page && held_ && (left == 1 || (left == 2 && waiting_.kind == RowKind::month_total))) {
      rows_.push_back(carry("过次页"));
      flush();
      rows_.push_back(carry("承前页"));
    } else if (!head_.ledger_page && static_cast<int>(rows_.size()) == room_) {
      flush();
    }
    if (!head_.ledger_page) {
      rows_.push_back(row);
      return;
    }
    release();
    waiting_ = row;
    held_ = true;
  }
  void end() override {
    release();
    flush();
    ended();
  }

 protected:
  virtual void started() = 0;
  virtual void page(const std::vector<Row>& rows) = 0;
  virtual void ended() = 0;

  const TableForm& form_;
  Head head_;
  std::vector<SheetColumns> sheets_;
  int room_ = 0, in_table_ = 0;

 private:
  void release() {
    if (!held_) return;
    held_ = false;
    add(waiting_);
    rows_.push_back(std::move(waiting_));
  }
  // 规范 art. 63: what is carried are the sums since the beginning of the month, and the balance.
  void add(const Row& row) {
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      if (const auto* fen = std::get_if<Fen>(&row.cells[i]); fen && head_.columns[i].carried && row.kind == RowKind::detail) sums_[i] += *fen;
    if (row.kind == RowKind::month_total || row.kind == RowKind::year_end) sums_.assign(sums_.size(), Fen());
    last_ = row;
  }
  Row carry(const std::string& words) {
    Row row;
    row.kind = RowKind::opening;
    row.cells.resize(head_.columns.size());
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      if (head_.columns[i].carried && sums_[i] != Fen()) row.cells[i] = sums_[i];
    if (head_.balance >= 0) {
      const auto balance = static_cast<std::size_t>(head_.balance);
      row.cells[balance] = last_.cells[balance];
      if (balance > 0 && head_.columns[balance - 1].kind == Kind::centred) row.cells[balance - 1] = last_.cells[balance - 1];
    }
    const auto summary = std::find_if(head_.columns.begin(), head_.columns.end(), [](const Column& c) { return c.kind == Kind::text; });
    if (summary != head_.columns.end()) row.cells[static_cast<std::size_t>(summary - head_.columns.begin())] = words;
    return row;
  }
  void flush() {
    if (rows_.empty() && in_table_ > 0) return;
    in_table_ += static_cast<int>(sheets_.size());
    page(rows_);
    rows_.clear();
  }

  std::vector<Row> rows_;
  Row waiting_, last_;
  bool held_ = false;
  std::vector<Fen> sums_;
};

class Counter final : public Pager {
 public:
  Counter(const TableForm& form, int first) : Pager(form), next_(first) {}
  std::vector<TablePlace> places;

 private:
  void started() override { places.push_back({head_.name.empty() ? head_.title : head_.name, next_, 0}); }
  void page(const std::vector<Row>&) override {
    places.back().pages += static_cast<int>(sheets_.size());
    next_ += static_cast<int>(sheets_.size());
  }
  void ended() override {}
  int next_;
};

class Drawer final : public Pager {
 public:
  Drawer(Canvas& canvas, const TableForm& form, const std::vector<TablePlace>& plan, const PageText& text) : Pager(form), canvas_(canvas), plan_(plan), text_(text), number_(text.first_page) {
    for (const auto& place : plan) last_page_ = std::max(last_page_, place.first + place.pages - 1);
  }

 private:
  void started() override {
    if (table_ >= plan_.size() || plan_[table_].first != number_) throw Error(MIF_E_INTERNAL, "the source gave other tables than it was planned with: " + head_.title);
    part_ = 0;
  }
  void ended() override {
    if (part_ != plan_[table_].pages) throw Error(MIF_E_INTERNAL, "the source gave other rows than it was planned with: " + head_.title);
    ++table_;
  }
  void page(const std::vector<Row>& rows) override {
    for (std::size_t s = 0; s < sheets_.size(); ++s) sheet(rows, sheets_[s], s);
  }
  void sheet(const std::vector<Row>& rows, const SheetColumns& columns, std::size_t which);
  void headings(const SheetColumns& columns, int y);
  void cell(const Box& box, const Column& column, const Cell& cell, bool strong);

  Canvas& canvas_;
  const std::vector<TablePlace>& plan_;
  const PageText& text_;
  int number_, part_ = 0, last_page_ = 0;
  std::size_t table_ = 0;
};

void Drawer::sheet(const std::vector<Row>& rows, const SheetColumns& columns, std::size_t which) {
  const TableForm& f = form_;
  canvas_.begin_page(f.paper);
  const int left = f.left, width = f.paper.width - f.left - f.right, right = left + width;
  int y = f.top;
  if (part_++ == 0) canvas_.bookmark(plan_[table_].name);

  const Box title{left, y, width, f.title_height};
  canvas_.text({left + width / 5, y, width * 3 / 5, f.title_height - 100}, head_.title, {f.title_points, Align::centre, Color::black});
  std::string of = plan_[table_].pages > 1 && text_.per_table && head_.ledger_page ? fmt::format("本户第 {}/{} 页", part_, plan_[table_].pages) : std::string();
  if (sheets_.size() > 1) of += fmt::format("{}右续 {}/{}", of.empty() ? "" : "  ", which + 1, sheets_.size());
  canvas_.text({right - width / 5, y, width / 5, f.title_height - 100}, of, {f.body_points, Align::right, Color::black});
  y = title.bottom();
  const int side = width * 3 / 10, note = f.note_height - 60;  // not down to the table's own line
  canvas_.text({left, y, side, note}, head_.left, {f.body_points, Align::left, Color::black});
  canvas_.text({left + side, y, width - 2 * side, note}, head_.centre, {f.body_points, Align::centre, Color::black});
  canvas_.text({right - side, y, side, note}, head_.right, {f.body_points, Align::right, Color::black});
  y += f.note_height;

  headings(columns, y);
  const int top = y;
  y += f.heading_height;
  for (std::size_t r = 0; r < rows.size(); ++r, y += f.line_height) {
    const Row& row = rows[r];
    const bool strong = row.kind != RowKind::detail && row.kind != RowKind::opening;
    for (std::size_t i = 0; i < columns.columns.size(); ++i)
      cell({left + columns.x[i], y, columns.x[i + 1] - columns.x[i], f.line_height}, head_.columns[columns.columns[i]], row.cells[columns.columns[i]], strong);
    if (r > 0) canvas_.line(left, y, right, y, kThin, Color::grey);
  }
  for (std::size_t i = 1; i + 1 < columns.x.size(); ++i) canvas_.line(left + columns.x[i], top + f.heading_height, left + columns.x[i], y, kThin, Color::grey);
  // 规范 art. 63: a red line through all columns under a month's total, two under the year's.
  int rule = top + f.heading_height;
  for (const Row& row : rows) {
    rule += f.line_height;
    if (!head_.ledger_page) continue;
    if (row.kind == RowKind::month_total) canvas_.line(left, rule - f.line_height, right, rule - f.line_height, 18, Color::red);
    if (row.kind == RowKind::month_total || row.kind == RowKind::year_to_date) canvas_.line(left, rule, right, rule, 18, Color::red);
    if (row.kind == RowKind::year_end)
      for (const int at : {rule - 40, rule}) canvas_.line(left, at, right, at, 18, Color::red);
  }
  canvas_.frame({left, top, width, y - top}, kThick);

  const int foot = f.paper.height - f.bottom - f.foot_height;
  // Remark, signatures, page number, one below the other.
  const int half = f.foot_height / (head_.remark.empty() ? 2 : 4), below = f.foot_height - half;
  if (!head_.remark.empty()) {
    const int room = f.foot_height - 2 * half;
    const int at = std::min(y + 50, foot);
    canvas_.text({left, at, width, room}, head_.remark, {f.body_points, Align::left, Color::black});
    y = at + room;
  }
  if (!head_.signatures.empty()) {
    const int each = width / static_cast<int>(head_.signatures.size());
    // Below the rows where they end early, as on a form filled by hand.
    const int at = std::min(y + 50, foot + below - half);
    for (std::size_t i = 0; i < head_.signatures.size(); ++i) canvas_.text({left + static_cast<int>(i) * each, at, each, half}, head_.signatures[i], {f.body_points, Align::left, Color::black});
  }
  canvas_.text({left, foot + below, width * 2 / 5, half}, text_.left, {f.small_points, Align::left, Color::grey});
  canvas_.text({right - width * 2 / 5, foot + below, width * 2 / 5, half}, text_.right, {f.small_points, Align::right, Color::grey});
  if (text_.numbered)
    canvas_.text({left + width * 2 / 5, foot + below, width / 5, half}, fmt::format("第 {} 页 共 {} 页", number_, last_page_), {f.small_points, Align::centre, Color::black});
  ++number_;
}

void Drawer::headings(const SheetColumns& columns, int y) {
  const TableForm& f = form_;
  const Style style{f.body_points, Align::centre, Color::black};
  const int left = f.left, right = left + columns.x.back();
  canvas_.fill({left, y, columns.x.back(), f.heading_height}, Color::pale);
  const auto column = [&](std::size_t i) -> const Column& { return head_.columns[columns.columns[i]]; };
  for (std::size_t i = 0; i < columns.columns.size(); ++i) {
    const int x = left + columns.x[i], w = columns.x[i + 1] - columns.x[i];
    if (column(i).group.empty()) {
      canvas_.text({x + kPad / 2, y, w - kPad, f.heading_height}, column(i).title, style);
      if (i > 0) canvas_.line(x, y, x, y + f.heading_height, kThin);
      continue;
    }
    const int half = f.heading_height / 2;
    canvas_.text({x + kPad / 2, y + half, w - kPad, f.heading_height - half}, column(i).title, style);
    const bool first = i == 0 || column(i - 1).group != column(i).group;
    if (i > 0) canvas_.line(x, first ? y : y + half, x, y + f.heading_height, kThin);
    if (!first) continue;
    std::size_t last = i;
    while (last + 1 < columns.columns.size() && column(last + 1).group == column(i).group) ++last;
    canvas_.text({x + kPad / 2, y, columns.x[last + 1] - columns.x[i] - kPad, half}, column(i).group, style);
    canvas_.line(x, y + half, left + columns.x[last + 1], y + half, kThin);
  }
  canvas_.line(left, y + f.heading_height, right, y + f.heading_height, kThick - 12);
}

void Drawer::cell(const Box& box, const Column& column, const Cell& cell, bool strong) {
  const Box inner{box.x + kPad, box.y, box.w - 2 * kPad, box.h};
  if (const auto* fen = std::get_if<Fen>(&cell)) return canvas_.text(inner, fen->grouped(), {form_.body_points, Align::right, *fen < Fen() ? Color::red : Color::black});
  if (column.kind == Kind::figure) {
    const std::string words = sheet::shown(cell);
    const bool amount = words.find_first_of("0123456789") != std::string::npos;
    return canvas_.text(inner, words, {form_.body_points, amount ? Align::right : Align::centre, words.rfind('-', 0) == 0 ? Color::red : Color::black});
  }
  const bool centred = column.kind == Kind::centred || column.kind == Kind::day || column.kind == Kind::integer || (strong && column.kind == Kind::text && !column.carried);
  canvas_.text(inner, sheet::shown(cell), {form_.body_points, centred ? Align::centre : Align::left, Color::black});
}

}  // namespace

std::vector<TablePlace> plan_tables(const TableForm& form, const Source& source, int first_page) {
  Counter counter(form, first_page);
  source(counter);
  return std::move(counter.places);
}

void draw_tables(Canvas& canvas, const TableForm& form, const Source& source, const std::vector<TablePlace>& plan, const PageText& text) {
  Drawer drawer(canvas, form, plan, text);
  source(drawer);
}

void print_tables(Canvas& canvas, const TableForm& form, const Source& source, const PageText& text) {
  draw_tables(canvas, form, source, plan_tables(form, source, text.first_page), text);
}

}  // namespace mif::print
