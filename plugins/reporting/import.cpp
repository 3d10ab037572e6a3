// SPDX-License-Identifier: Apache-2.0
// 导入 and 批量导入: one CSV file or workbook with cells of many units. Every unit is taken whole or not at all.
#include <algorithm>

#include "flow.h"

namespace mif::reporting {
namespace {

constexpr std::size_t kMostRows = 500000;

struct Column {
  const char *name, *chinese;
  bool needed;
};
constexpr Column kColumns[] = {{"unit", "单位", true}, {"table", "表号", true}, {"row", "行号", true}, {"col", "栏号", true}, {"value", "金额", true}, {"reason", "理由", false}};

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return std::string(text);
}

// "1,234.50" as people write it.
std::string amount_text(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ','), text.end());
  return text;
}

}  // namespace

std::vector<Flow::Imported> Flow::import(Call call, std::string_view bytes, Period period, bool apply) const {
  std::vector<std::pair<std::string, std::vector<Entry>>> files;  // by unit, in the order met
  int at[6] = {-1, -1, -1, -1, -1, -1};
  bool headed = false;
  std::size_t rows = 0;
  r_.sheet_.rows(call, bytes, [&](const mif_sheet_row& row) {
    if (row.sheet != 0) return false;
    std::vector<std::string> cells;
    for (std::uint64_t i = 0; i < row.n; ++i) cells.push_back(trimmed(view(row.cells[i].text)));
    if (!headed) {
      for (std::size_t k = 0; k < 6; ++k) {
        for (std::size_t i = 0; i < cells.size(); ++i)
          if (cells[i] == kColumns[k].name || cells[i] == kColumns[k].chinese) at[k] = static_cast<int>(i);
        if (at[k] < 0 && kColumns[k].needed)
          throw Error(MIF_E_INVALID, "report.import-columns", "导入文件第 " + std::to_string(row.number) + " 行应为表头 unit table row col value（单位 表号 行号 栏号 金额），缺 " +
                                                                  kColumns[k].name + " (the heading lacks a column)");
      }
      headed = true;
      return true;
    }
    const auto cell = [&](std::size_t k) { return at[k] >= 0 && static_cast<std::size_t>(at[k]) < cells.size() ? cells[static_cast<std::size_t>(at[k])] : std::string(); };
    if (++rows > kMostRows) throw Error(MIF_E_INVALID, "report.import-large", "导入文件超过 500000 行，请分几个文件 (too many rows)");
    const std::string unit = cell(0);
    if (unit.empty()) throw Error(MIF_E_INVALID, "report.import-unit", "导入文件第 " + std::to_string(row.number) + " 行没有单位 (the row names no unit)");
    auto found = std::find_if(files.begin(), files.end(), [&](const auto& f) { return f.first == unit; });
    if (found == files.end()) found = files.insert(files.end(), {unit, {}});
    found->second.push_back({cell(1), cell(2), cell(3), amount_text(cell(4)), cell(5), false});
    return true;
  });
  if (files.empty()) throw Error(MIF_E_INVALID, "report.import-empty", "导入文件没有数据行 (no rows of data)");
  std::vector<Imported> all;
  for (const auto& [unit, entries] : files) {
    Imported one;
    one.unit = unit;
    try {
      one.cells = save(call, unit, period, {}, entries, "imported", true).cells;
      const auto bad = std::count_if(one.cells.begin(), one.cells.end(), [](const CellChange& c) { return !c.complaint.empty(); });
      if (bad) one.complaint = std::to_string(bad) + " 格不能导入，该单位全部没有导入 (cells refused, nothing of this unit was taken)";
      if (apply && !bad) {
        (void)save(call, unit, period, {}, entries, "imported", false);
        one.applied = true;
      }
    } catch (const Error& e) {
      one.complaint = e.what();
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace mif::reporting
