// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernel/print/form_file.h"
#include "kernel/print/table_pages.h"
#include "mif/error.hpp"

namespace mif::print {

TableForm table_form(const InfoNode& root, const std::string& file) {
  refuse_unknown_keys(root, file, {"name", "paper", "margin", "height", "font", "width"});
  const FormFile form(root, file);
  TableForm f;
  form.page(f);
  f.title_height = form.length("height", "title");
  f.note_height = form.length("height", "note");
  f.heading_height = form.length("height", "heading");
  f.line_height = form.length("height", "line");
  f.foot_height = form.length("height", "foot");
  f.title_points = form.points("title", 16);
  f.body_points = form.points("body", 8.5);
  f.small_points = form.points("small", 7);
  f.character = form.length("width", "character", 150);
  const int rows = f.paper.height - f.top - f.bottom - f.title_height - f.note_height - f.heading_height - f.foot_height;
  if (f.line_height < 250 || rows < 4 * f.line_height) form.complain("height", "一页放不下四行 (no room for four rows on a page)");
  if (f.character < 80 || f.paper.width - f.left - f.right < 80 * f.character / 2) form.complain("width", "版心太窄 (the page is too narrow)");
  return f;
}

TableForm read_table_form(const std::string& path) { return table_form(read_info_file(path), path); }

// As many columns as keep their least breadth go on a sheet; then the columns of a sheet share its whole breadth.
std::vector<SheetColumns> split_columns(const TableForm& form, const std::vector<sheet::Column>& columns) {
  const int breadth = form.paper.width - form.left - form.right;
  const auto least = [&](std::size_t i) { return columns[i].width * form.character; };
  int repeated = 0;
  std::vector<std::size_t> always;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].repeated) {
      always.push_back(i);
      repeated += least(i);
    }
  std::vector<std::vector<std::size_t>> sheets(1);
  int used = repeated;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].repeated) continue;
    if (used + least(i) > breadth && !sheets.back().empty()) {
      sheets.emplace_back();
      used = repeated;
    }
    sheets.back().push_back(i);
    used += least(i);
  }
  std::vector<SheetColumns> result;
  for (auto& own : sheets) {
    SheetColumns s;
    s.columns = always;
    s.columns.insert(s.columns.end(), own.begin(), own.end());
    std::sort(s.columns.begin(), s.columns.end());
    std::int64_t total = 0, so_far = 0;
    for (const std::size_t i : s.columns) total += columns[i].width;
    s.x.push_back(0);
    for (const std::size_t i : s.columns) {
      so_far += columns[i].width;
      s.x.push_back(static_cast<int>(breadth * so_far / total));
    }
    result.push_back(std::move(s));
  }
  return result;
}

}  // namespace mif::print
