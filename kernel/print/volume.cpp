// SPDX-License-Identifier: Apache-2.0
#include "kernel/print/volume.h"

#include <fmt/format.h>

namespace mif::print {
namespace {

std::string day_words(Day day) { return fmt::format("{} 年 {:02} 月 {:02} 日", day.year(), day.month(), day.day()); }

// 账簿启用及经管人员一览表
void opening_form(Canvas& canvas, const TableForm& f, const VolumeHead& head, int pages) {
  canvas.begin_page(f.paper);
  canvas.bookmark("启用表");
  const int left = f.left + 1500, width = f.paper.width - f.left - f.right - 3000, row = 1050;
  const Style words{f.body_points + 1.5, Align::centre, Color::black};
  int y = f.top + 500;
  canvas.text({left, y, width, 1400}, "账簿启用及经管人员一览表", {f.title_points + 2, Align::centre, Color::black});
  y += 1700;
  const int top = y, label = width / 8;
  const auto pair = [&](int column, const std::string& name, const std::string& value) {
    const int x = left + column * width / 2;
    canvas.fill({x, y, label, row}, Color::pale);
    canvas.text({x, y, label, row}, name, words);
    canvas.text({x + label + 80, y, width / 2 - label - 160, row}, value, words);
    canvas.line(x + label, y, x + label, y + row, 10);
    if (column == 1) canvas.line(x, y, x, y + row, 10);
    canvas.line(x, y, x + width / 2, y, 10);  // above the tint
  };
  const auto next = [&] {
    y += row;
    canvas.line(left, y, left + width, y, 10);
  };
  pair(0, "单位名称", head.unit), pair(1, "账簿名称", fmt::format("{} 年度 {}", head.year, head.title)), next();
  pair(0, "账    套", head.book), pair(1, "账簿编号", head.number), next();
  pair(0, "账簿册数", fmt::format("本年共 {} 册    第 {} 册", head.volumes, head.volume)), pair(1, "账簿页数", fmt::format("自第 1 页起至第 {} 页止    共 {} 页", pages, pages)), next();
  pair(0, "启用日期", day_words(head.opened)), pair(1, "会计主管", head.chief), next();
  pair(0, "单位负责人", ""), pair(1, "记    账", head.bookkeeper), next();
  canvas.fill({left, y, width, row}, Color::pale);
  canvas.line(left, y, left + width, y, 10);
  canvas.text({left, y, width, row}, "经 管 人 员 交 接 记 录", words), next();
  const char* const titles[] = {"职务", "姓名", "接管日期", "移交日期", "监交人", "签章"};
  constexpr int kPeople = 5;
  const int people_top = y;
  for (int line = 0; line <= kPeople; ++line) {
    for (int i = 0; i < 6 && line == 0; ++i) canvas.text({left + i * width / 6, y, width / 6, row}, titles[i], words);
    next();
  }
  for (int i = 1; i < 6; ++i) canvas.line(left + i * width / 6, people_top, left + i * width / 6, y, 10);
  canvas.text({left + 200, y, width - 400, row}, "备注：本账簿由计算机打印，启用时在单位公章处盖章。", {f.body_points, Align::left, Color::black});
  y += row;
  canvas.frame({left, top, width, y - top}, 35);
  canvas.text({left, f.paper.height - f.bottom - f.foot_height / 2, width, f.foot_height / 2}, head.trace, {f.small_points, Align::left, Color::grey});
}

Source contents_of(const VolumeHead& head, const std::vector<TablePlace>& plan) {
  return [&head, &plan](sheet::Receiver& to) {
    sheet::Head h;
    h.title = "目    录";
    h.left = "核算单位：" + head.unit;
    h.centre = fmt::format("{} 年度 {}", head.year, head.title);
    h.right = head.number;
    h.columns = {{"序号", sheet::Kind::integer, 6}, {"账户", sheet::Kind::text, 80}, {"页次", sheet::Kind::integer, 10}, {"页数", sheet::Kind::integer, 10}};
    to.begin(h);
    std::int64_t n = 0;
    for (const auto& place : plan) {
      sheet::Row row;
      row.cells = {++n, place.name, std::int64_t{place.first}, std::int64_t{place.pages}};
      to.row(row);
    }
    to.end();
  };
}

}  // namespace

VolumeSize print_volume(Canvas& canvas, const TableForm& form, const VolumeHead& head, const Source& source) {
  const std::vector<TablePlace> plan = plan_tables(form, source);
  const int pages = plan.empty() ? 0 : plan.back().first + plan.back().pages - 1;
  opening_form(canvas, form, head, pages);
  PageText text;
  text.left = head.trace;
  text.numbered = false;
  print_tables(canvas, form, contents_of(head, plan), text);
  text.left = head.unit;
  text.right = head.number;
  text.numbered = text.per_table = true;
  draw_tables(canvas, form, source, plan, text);
  return {pages, static_cast<int>(plan.size())};
}

}  // namespace mif::print
