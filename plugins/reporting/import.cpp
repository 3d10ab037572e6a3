// SPDX-License-Identifier: Apache-2.0
// 导入 and 批量导入: one CSV file or workbook with cells of many units. Every unit is taken whole or not at all.
#include <algorithm>
#include <functional>

#include "digest.h"
#include "adding.h"
#include "typed.h"

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

// The rows of a file by unit, in the order met. A file of one unit need not name it.
std::vector<std::pair<std::string, std::vector<Entry>>> read_cells(const Sheet& sheet, Call call, std::string_view bytes, const std::string& only, const std::function<bool(const Entry&)>& words) {
  std::vector<std::pair<std::string, std::vector<Entry>>> files;
  int at[6] = {-1, -1, -1, -1, -1, -1};
  bool headed = false;
  std::size_t rows = 0;
  sheet.rows(call, bytes, [&](const mif_sheet_row& row) {
    if (row.sheet != 0) return false;
    std::vector<std::string> cells;
    for (std::uint64_t i = 0; i < row.n; ++i) cells.push_back(trimmed(view(row.cells[i].text)));
    if (!headed) {
      for (std::size_t k = 0; k < 6; ++k) {
        for (std::size_t i = 0; i < cells.size(); ++i)
          if (cells[i] == kColumns[k].name || cells[i] == kColumns[k].chinese) at[k] = static_cast<int>(i);
        if (at[k] < 0 && kColumns[k].needed && (k > 0 || only.empty()))
          throw Error(MIF_E_INVALID, "report.import-columns", "导入文件第 " + std::to_string(row.number) + " 行应为表头 unit table row col value（单位 表号 行号 栏号 金额），缺 " +
                                                                  kColumns[k].name + " (the heading lacks a column)");
      }
      headed = true;
      return true;
    }
    const auto cell = [&](std::size_t k) { return at[k] >= 0 && static_cast<std::size_t>(at[k]) < cells.size() ? cells[static_cast<std::size_t>(at[k])] : std::string(); };
    if (++rows > kMostRows) throw Error(MIF_E_INVALID, "report.import-large", "导入文件超过 500000 行，请分几个文件 (too many rows)");
    const std::string unit = cell(0).empty() ? only : cell(0);
    if (unit.empty()) throw Error(MIF_E_INVALID, "report.import-unit", "导入文件第 " + std::to_string(row.number) + " 行没有单位 (the row names no unit)");
    auto found = std::find_if(files.begin(), files.end(), [&](const auto& f) { return f.first == unit; });
    if (found == files.end()) found = files.insert(files.end(), {unit, {}});
    Entry entry{cell(1), cell(2), cell(3), cell(4), cell(5), false};
    if (!words(entry)) entry.value = amount_text(entry.value);
    found->second.push_back(std::move(entry));
    return true;
  });
  if (files.empty()) throw Error(MIF_E_INVALID, "report.import-empty", "导入文件没有数据行 (no rows of data)");
  return files;
}

// Whether the cell takes words: its commas and blanks are its own.
std::function<bool(const Entry&)> words_in(const Catalog& catalog, Period period) {
  return [&catalog, period](const Entry& e) {
    const Table* t = catalog.find(e.table, period);
    if (!t) return false;
    const auto r = t->row_index.find(e.row), c = t->col_index.find(e.col);
    return r != t->row_index.end() && c != t->col_index.end() && t->rule(r->second, c->second).text;
  };
}

}  // namespace

std::vector<Flow::Imported> Flow::import(Call call, std::string_view bytes, Period period, bool apply) const {
  std::vector<Imported> all;
  const auto catalog = r_.catalog(call, false);
  const auto files = read_cells(r_.sheet_, call, bytes, {}, words_in(*catalog, period));
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

Submission Flow::submit_for(Call call, std::string_view bytes, const std::string& code, const std::string& unit, Period period, const std::string& words) const {
  r_.identity_.require(call, "report.manage", unit);
  for (const auto& b : r_.ledger_.books(call))
    if (b.unit == unit) throw Error(MIF_E_CONFLICT, "report.has-books", "单位 " + unit + " 在本系统有账套，应由它自己上报，不能代报 (the unit keeps books here and submits itself)");
  const auto catalog = r_.catalog(call, false);
  const Package& package = package_of(*catalog, code, period);
  const auto files = read_cells(r_.sheet_, call, bytes, unit, words_in(*catalog, period));
  Cells cells;
  for (const auto& [of, entries] : files)
    for (const auto& e : entries) {
      if (of != unit) throw Error(MIF_E_INVALID, "report.other-unit", "代报的文件里有别的单位 " + of + " (the file speaks of another unit)");
      const Table& t = catalog->table(e.table, period);
      if (&catalog->package_of(t) != &package) throw Error(MIF_E_INVALID, "report.two-packages", "一次只能保存一个报表包的格 (cells of two packages): " + e.table);
      const auto& rule = t.rule(t.row(e.row), t.col(e.col));
      StoredCell c;
      c.table = e.table;
      c.row = e.row;
      c.col = e.col;
      if (rule.text) c.state = "text";
      put(c, typed_value(t, t.row(e.row), t.col(e.col), e.value, false));
      if (!cells.emplace(CellKey{c.table, c.row, c.col}, c).second)
        throw Error(MIF_E_INVALID, "report.cell-twice", "文件里 " + e.table + "[" + e.row + "," + e.col + "] 写了两次 (the cell is given twice)");
    }
  Summed ignored;
  Totals totals;
  for (const auto& [key, cell] : cells) totals.add(cell);
  Result result = add_up(call, *catalog, package, unit, period, totals, nullptr, ignored);
  Gate gate;
  Reports::Foreign report;
  for (const auto& c : result.checks) {
    if (c.state == "fail" && c.level == "error") gate.against.push_back({"basic", c.id, c.table, c.place, "基本性审核未通过 " + c.id + " " + c.place + " " + c.message});
    if (c.state != "fail" || c.level != "warn") continue;
    if (words.empty()) gate.against.push_back({"unexplained", c.id, c.table, c.place, "核实性审核未通过且没有说明 " + c.id + " " + c.place + " " + c.message});
    else report.explanations.push_back({c.id, c.table, c.place, words, call.actor()});
  }
  if (!gate.against.empty()) throw Error(MIF_E_CONFLICT, "report.not-ready", not_ready(gate, package.title));
  report.unit = unit;
  report.package = code;
  report.period = period;
  report.package_digest = Digest::plain_hex(bytes);
  for (auto& c : result.cells) {
    if (c.state == "sum") c.state = c.formula.empty() ? "input" : "formula";
    report.cells.push_back(std::move(c));
  }
  report.checks = std::move(result.checks);
  if (const auto last = latest(call, code, unit, period)) report.revision = last->package_digest == report.package_digest ? last->revision : last->revision + 1;
  return take(call, report);
}

}  // namespace mif::reporting
