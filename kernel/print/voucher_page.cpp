// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "kernel/print/voucher_form.h"

namespace mif::print {
namespace {

constexpr int kThick = 35, kThin = 12, kPad = 80;

int lines_height(const VoucherForm& f) { return f.lines * f.line_height; }

// 十亿 … 元 over the cells, then 角 分.
std::string place_name(int from_right) {
  static const char* const names[] = {"分", "角", "元", "十", "百", "千", "万", "十", "百", "千", "亿", "十", "百", "千", "万"};
  return names[from_right];
}

Box inner(const Box& box) { return {box.x + kPad, box.y, box.w - 2 * kPad, box.h}; }

}  // namespace

// Page 1 takes all lines of the form, the others give their first to 承前页.
int voucher_pages(const VoucherForm& form, std::size_t lines) {
  const auto first = static_cast<std::size_t>(form.lines);
  return lines <= first ? 1 : 1 + static_cast<int>((lines - first + first - 2) / (first - 1));
}

void VoucherPrinter::next_place() {
  if (place_ == 0) canvas_.begin_page(form_.paper);
  canvas_.origin(form_.offset_x, form_.offset_y + place_ * (form_.paper.height / form_.per_page));
  place_ = (place_ + 1) % form_.per_page;
}

void VoucherPrinter::print(const VoucherSheet& sheet) {
  const int of = voucher_pages(form_, sheet.lines.size());
  Sums before, after;
  std::size_t at = 0;
  for (int number = 1; number <= of; ++number) {
    const std::size_t room = static_cast<std::size_t>(form_.lines) - (number > 1 ? 1 : 0);
    const std::size_t count = std::min(room, sheet.lines.size() - at);
    for (std::size_t i = at; i < at + count; ++i) (sheet.lines[i].side == MIF_DEBIT ? after.debit : after.credit) += sheet.lines[i].fen;
    page(sheet, at, count, number, of, before, after);
    at += count;
    before = after;
  }
}

void VoucherPrinter::page(const VoucherSheet& sheet, std::size_t first, std::size_t count, int number, int of, const Sums& before, const Sums& after) {
  next_place();
  const VoucherForm& f = form_;
  const Box area{f.left, f.top, f.paper.width - f.left - f.right, f.paper.height / f.per_page - f.top - f.bottom};
  heads(sheet, area, number, of);

  const Box table{area.x, area.y + f.title_height + f.head_height, area.w, f.heading_height + lines_height(f) + f.total_height};
  if (f.ruled) rules(table);
  Box row{table.x, table.y + f.heading_height, table.w, f.line_height};
  if (number > 1) {
    canvas_.text(inner({row.x, row.y, f.summary_width, row.h}), "承前页", {f.body_points, Align::centre, Color::black});
    amounts(row, before.debit, before.credit, false, true);
    row.y += row.h;
  }
  for (std::size_t i = first; i < first + count; ++i, row.y += row.h) entry(sheet.lines[i], row);

  const Box total{table.x, table.bottom() - f.total_height, table.w, f.total_height};
  const int words = f.summary_width + f.account_width;
  if (number < of) {
    canvas_.text(inner({total.x, total.y, words, total.h}), "过次页", {f.body_points, Align::centre, Color::black});
    amounts(total, after.debit, after.credit, false, true);
  } else {
    if (f.ruled) canvas_.text(inner({total.x, total.y, 1400, total.h}), "合计：", {f.body_points, Align::left, Color::black});
    canvas_.text(inner({total.x + 1200, total.y, words - 1200, total.h}), sheet.total_in_words, {f.body_points, Align::left, after.debit < Fen(0) ? Color::red : Color::black});
    amounts(total, after.debit, after.credit, true, false);
  }

  const Box foot{area.x, table.bottom(), area.w, f.signature_height};
  const std::pair<const char*, const std::string*> people[] = {
      {"会计主管：", &sheet.chief}, {"记账：", &sheet.bookkeeper}, {"审核：", &sheet.reviewer}, {"出纳：", &sheet.cashier}, {"制单：", &sheet.maker}};
  const int each = foot.w / 5;
  for (int i = 0; i < 5; ++i) {
    const Box place{foot.x + i * each, foot.y, each, foot.h};
    const int label = i == 0 ? 1800 : 1150;
    if (f.ruled) canvas_.text({place.x, place.y, label, place.h}, people[i].first, {f.body_points, Align::left, Color::black});
    canvas_.text({place.x + label, place.y, place.w - label, place.h}, *people[i].second, {f.body_points, Align::left, Color::black});
  }
  if (f.ruled && !sheet.trace.empty())
    canvas_.text({area.x, foot.bottom(), area.w, 350}, sheet.trace, {f.small_points, Align::left, Color::grey});
}

void VoucherPrinter::heads(const VoucherSheet& sheet, const Box& area, int number, int of) {
  const VoucherForm& f = form_;
  const Box title{area.x, area.y, area.w, f.title_height};
  if (f.ruled) {
    canvas_.text(title, sheet.title, {f.title_points, Align::centre, Color::black});
    const int half = static_cast<int>(f.title_points * 35.28 * 4.6), middle = area.x + area.w / 2;  // 35.28: a point in 1/100 mm
    for (const int y : {title.bottom() - 70, title.bottom()}) canvas_.line(middle - half, y, middle + half, y, kThin);
  }
  if (!sheet.mark.empty()) canvas_.text({area.x, area.y, area.w / 4, title.h}, sheet.mark, {f.body_points + 2, Align::left, Color::red});
  const std::string page = of > 1 ? fmt::format("第 {}/{} 页", number, of) : std::string();
  canvas_.text({area.right() - area.w / 4, area.y, area.w / 4, title.h}, page, {f.body_points, Align::right, Color::black});
  const int y = title.bottom(), third = area.w * 2 / 5;
  canvas_.text({area.x, y, third, f.head_height}, (f.ruled ? "核算单位：" + sheet.unit + "\n账套：" + sheet.book : sheet.unit + "\n" + sheet.book), {f.body_points - 0.5, Align::left, Color::black});
  canvas_.text({area.x + third, y, area.w - 2 * third, f.head_height}, fmt::format(fmt::runtime(f.ruled ? "{} 年 {:02} 月 {:02} 日" : "{}      {:02}      {:02}"), sheet.day.year(), sheet.day.month(), sheet.day.day()),
               {f.body_points + 0.5, Align::centre, Color::black});
  canvas_.text({area.right() - third, y, third, f.head_height}, fmt::format("{}    附单据 {} 张", sheet.number, sheet.attachments), {f.body_points, Align::right, Color::black});
}

void VoucherPrinter::entry(const VoucherEntry& line, const Box& row) {
  const VoucherForm& f = form_;
  const Color ink = line.fen < Fen(0) ? Color::red : Color::black;
  canvas_.text(inner({row.x, row.y, f.summary_width, row.h}), line.summary, {f.body_points, Align::left, ink});
  Box account = inner({row.x + f.summary_width, row.y, f.account_width, row.h});
  if (!line.aux.empty()) {
    const int part = row.h * 2 / 5;
    canvas_.text({account.x, row.bottom() - part, account.w, part - 30}, line.aux, {f.body_points - 1.5, Align::left, Color::grey});
    account.h -= part;
  }
  canvas_.text(account, line.account + " " + line.account_name, {f.body_points, Align::left, ink});
  amounts(row, line.side == MIF_DEBIT ? line.fen : Fen(), line.side == MIF_DEBIT ? Fen() : line.fen, false, true);
}

void VoucherPrinter::amounts(const Box& row, Fen debit, Fen credit, bool yuan, bool blank_zero) {
  const int left = row.x + form_.summary_width + form_.account_width, each = (row.right() - left) / 2;
  if (!blank_zero || debit != Fen()) amount({left, row.y, each, row.h}, debit, yuan);
  if (!blank_zero || credit != Fen()) amount({left + each, row.y, each, row.h}, credit, yuan);
}

void VoucherPrinter::amount(const Box& box, Fen fen, bool yuan) {
  const Color ink = fen < Fen(0) ? Color::red : Color::black;
  if (form_.digits > 0 && canvas_.digits(box, form_.digits, fen, {form_.digit_points, Align::right, ink}, yuan)) return;
  if (form_.digits > 0 && form_.ruled) canvas_.fill({box.x + kThin, box.y + kThin, box.w - 2 * kThin, box.h - 2 * kThin}, Color::pale);  // over the cells it does not fit
  canvas_.text(inner(box), !yuan ? fen.grouped() : fen < Fen(0) ? "-¥" + fen.grouped().substr(1) : "¥" + fen.grouped(), {form_.digit_points, Align::right, ink});
}

void VoucherPrinter::rules(const Box& table) {
  const VoucherForm& f = form_;
  const Style heading{f.body_points, Align::centre, Color::black};
  const int amounts_x = table.x + f.summary_width + f.account_width, each = (table.right() - amounts_x) / 2;
  const int total_y = table.bottom() - f.total_height, first_y = table.y + f.heading_height;
  canvas_.text({table.x, table.y, f.summary_width, f.heading_height}, "摘    要", heading);
  canvas_.text({table.x + f.summary_width, table.y, f.account_width, f.heading_height}, "会计科目及辅助核算", heading);
  for (int side = 0; side < 2; ++side) {
    const int x = amounts_x + side * each;
    const int label = f.digits > 0 ? f.heading_height / 2 : f.heading_height;
    canvas_.text({x, table.y, each, label}, side == 0 ? "借 方 金 额" : "贷 方 金 额", heading);
    if (f.digits == 0) continue;
    canvas_.line(x, table.y + label, x + each, table.y + label, kThin);
    for (int i = 0; i < f.digits; ++i) {
      const int cell_x = x + each * i / f.digits, cell_w = x + each * (i + 1) / f.digits - cell_x, from_right = f.digits - i;
      canvas_.text({cell_x, table.y + label, cell_w, f.heading_height - label}, place_name(from_right - 1), {f.small_points, Align::centre, Color::black});
      if (i == 0) continue;
      // Every third cell of the yuan is set off in blue, 角 and 分 in red: what the eye counts by.
      const bool cents = from_right == 2, thousands = from_right > 2 && (from_right - 2) % 3 == 0;
      canvas_.line(cell_x, table.y + label, cell_x, table.bottom(), cents || thousands ? kThin + 3 : 8, cents ? Color::red : thousands ? Color::blue : Color::grey);
    }
  }
  for (int i = 0; i <= f.lines; ++i) canvas_.line(table.x, first_y + i * f.line_height, table.right(), first_y + i * f.line_height, i == 0 || i == f.lines ? kThick - 10 : kThin);
  canvas_.line(table.x + f.summary_width, table.y, table.x + f.summary_width, total_y, kThin);
  canvas_.line(amounts_x, table.y, amounts_x, table.bottom(), kThick - 10);
  canvas_.line(amounts_x + each, table.y, amounts_x + each, table.bottom(), kThick - 10);
  canvas_.frame(table, kThick);
}

}  // namespace mif::print
