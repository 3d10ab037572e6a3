// SPDX-License-Identifier: Apache-2.0
#include "sheet/grid.h"

#include <algorithm>
#include <set>

#include "catalog.h"

namespace mif::reporting {
namespace {

// What a cell is, from its rule and its stored state; a state this code does not know reads like what the rule says.
Look look_of(const Table& table, const CellRule& rule, const StoredCell& cell) {
  if (rule.kind == CellRule::Kind::blocked || cell.state == "blocked") return Look::blocked;
  if (cell.state.rfind("overrid", 0) == 0) return Look::overridden;
  if (rule.kind == CellRule::Kind::input) return Look::input;
  if (rule.kind != CellRule::Kind::formula) return Look::blank;
  bool fetched = false;
  walk(*table.formulas[static_cast<std::size_t>(rule.formula)].root, [&](const Expression& e) { fetched = fetched || e.op == Expression::Op::ledger; });
  return fetched ? Look::fetched : Look::computed;
}

std::string words_of(const Occasion& occasion) {
  if (!occasion.period_words.empty()) return occasion.period_words;
  const std::string& p = occasion.period;
  if (p.size() != 7) return p;
  return p.substr(0, 4) + " 年 " + (p[5] == '0' ? p.substr(6) : p.substr(5)) + " 月";
}

}  // namespace

bool Grid::grouped() const {
  return std::any_of(columns.begin(), columns.end(), [](const auto& c) { return !c.group.empty(); });
}

Grid grid_of(const FilledTable& filled, const Occasion& occasion) {
  const Table& t = *filled.table;
  Grid grid;
  grid.table = &t;
  grid.title = t.title;
  grid.left = "编制单位：" + occasion.unit;
  grid.centre = words_of(occasion);
  grid.right = "单位：" + t.printed_unit;
  grid.signatures = occasion.signatures;
  grid.columns.push_back({GridColumn::Kind::number, "行次", "", "", false, -1});
  grid.columns.push_back({GridColumn::Kind::name, "项目", "", "", false, -1});
  bool second = false;
  for (std::size_t c = 0; c < t.cols.size(); ++c) {
    // The right side of a two-sided table begins where the columns' second group does.
    if (t.two_sided && !second && t.cols[c].group != t.cols.front().group) {
      second = true;
      grid.columns.push_back({GridColumn::Kind::name, "项目", "", "", true, -1});
    }
    grid.columns.push_back({GridColumn::Kind::amount, t.cols[c].name, t.cols[c].group, t.cols[c].code, false, static_cast<int>(c)});
  }
  std::map<std::pair<std::string, std::string>, const StoredCell*> cells;
  std::set<std::string> used;
  for (const auto& cell : filled.cells)
    if (cell.table == t.code) {
      cells[{cell.row, cell.col}] = &cell;
      used.insert(cell.row);
    }
  for (std::size_t r = 0; r < t.rows.size(); ++r) {
    if (t.rows[r].section >= 0 && !used.count(t.rows[r].code)) continue;
    std::vector<GridCell> row;
    for (const auto& column : grid.columns) {
      GridCell cell;
      if (column.kind == GridColumn::Kind::number) {
        cell.shown = t.rows[r].code;
      } else if (column.kind == GridColumn::Kind::name) {
        cell.shown = column.right ? t.rows[r].name_right : t.rows[r].name;
      } else {
        cell.row = static_cast<int>(r);
        cell.col = column.col;
        const auto& rule = t.rule(cell.row, cell.col);
        const auto key = std::make_pair(t.rows[r].code, column.code);
        if (const auto found = cells.find(key); found != cells.end()) {
          cell.stored = found->second;
          cell.shown = found->second->printed;
          cell.look = look_of(t, rule, *found->second);
          cell.words = rule.text;
        } else if (rule.kind == CellRule::Kind::blocked) {
          cell.shown = "×";
          cell.look = Look::blocked;
        }
        if (const auto remark = filled.remarks.find(key); remark != filled.remarks.end()) cell.remark = remark->second;
      }
      row.push_back(std::move(cell));
    }
    grid.rows.push_back(std::move(row));
  }
  if (!t.note.empty()) grid.notes.push_back("说明：" + t.note);
  return grid;
}

std::vector<std::size_t> all_columns(const Grid& grid) {
  std::vector<std::size_t> all(grid.columns.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

std::vector<HeadCell> heads_of(const Grid& grid, const std::vector<std::size_t>& columns) {
  std::vector<HeadCell> heads;
  const int lines = grid.head_lines();
  const auto at = [&](std::size_t i) -> const GridColumn& { return grid.columns[columns[i]]; };
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int x = static_cast<int>(i);
    if (at(i).kind != GridColumn::Kind::amount) {
      heads.push_back({0, x, lines, 1, at(i).title});
      continue;
    }
    heads.push_back({lines - 1, x, 1, 1, at(i).code});
    if (lines == 2 || at(i).group.empty()) {
      heads.push_back({0, x, lines - 1, 1, at(i).title});
      continue;
    }
    heads.push_back({1, x, 1, 1, at(i).title});
    const auto same = [&](std::size_t j) { return at(j).kind == GridColumn::Kind::amount && at(j).group == at(i).group; };
    if (i > 0 && same(i - 1)) continue;
    std::size_t last = i;
    while (last + 1 < columns.size() && same(last + 1)) ++last;
    heads.push_back({0, x, 1, static_cast<int>(last - i) + 1, at(i).group});
  }
  return heads;
}

int breadth_of(std::string_view text) {
  int n = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    n += byte < 0x80 || (byte >= 0xC0 && byte < 0xE0) ? 1 : byte >= 0xE0 ? 2 : 0;
  }
  return n;
}

int broadest_line(std::string_view text) {
  int widest = 0;
  for (std::size_t from = 0; from <= text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    widest = std::max(widest, breadth_of(text.substr(from, end - from)));
    from = end + 1;
  }
  return widest;
}

std::vector<std::string> wrapped(std::string_view text, int breadth) {
  std::vector<std::string> lines(1);
  int used = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t next = i + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    const auto character = text.substr(i, next - i);
    i = next;
    const int wide = breadth_of(character);
    if (character == "\n" || used + wide > std::max(breadth, 2)) {
      lines.emplace_back();
      used = 0;
    }
    if (character == "\n") continue;
    lines.back() += character;
    used += wide;
  }
  return lines;
}

int breadth_of(const Grid& grid, std::size_t column) {
  const GridColumn& c = grid.columns[column];
  if (c.kind == GridColumn::Kind::number) return 6;
  int widest = 0;
  for (const auto& row : grid.rows) widest = std::max(widest, row[column].words ? broadest_line(row[column].shown) : breadth_of(row[column].shown));
  if (std::any_of(grid.rows.begin(), grid.rows.end(), [&](const auto& row) { return row[column].words; })) return std::clamp(widest + 2, 24, 60);
  if (c.kind == GridColumn::Kind::name) return std::clamp(widest + 2, 16, 44);
  return std::clamp(std::max(widest + 2, std::min(breadth_of(c.title) + 1, 14)), 8, 40);  // a long head goes over two lines
}

std::vector<std::vector<std::size_t>> split_columns(const Grid& grid, int most) {
  std::vector<std::size_t> always;
  int repeated = 0;
  for (std::size_t i = 0; i < grid.columns.size(); ++i)
    if (grid.columns[i].kind != GridColumn::Kind::amount && !grid.columns[i].right) {
      always.push_back(i);
      repeated += breadth_of(grid, i);
    }
  std::vector<std::vector<std::size_t>> sheets = {always};
  int used = repeated;
  for (std::size_t i = 0; i < grid.columns.size(); ++i) {
    if (std::find(always.begin(), always.end(), i) != always.end()) continue;
    // A two-sided table is read across and stays on one sheet.
    if (!grid.table->two_sided && used + breadth_of(grid, i) > most && sheets.back().size() > always.size()) {
      sheets.push_back(always);
      used = repeated;
    }
    sheets.back().push_back(i);
    used += breadth_of(grid, i);
  }
  for (auto& sheet : sheets) std::sort(sheet.begin(), sheet.end());
  return sheets;
}

std::string export_file_name(const Occasion& occasion, std::string_view what, std::string_view extension) {
  std::string name;
  for (const std::string_view part : {std::string_view(occasion.unit), what, std::string_view(occasion.period), std::string_view(occasion.version)}) {
    if (part.empty()) continue;
    if (!name.empty()) name += '_';
    for (const char c : part) name += static_cast<unsigned char>(c) < 0x20 || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos ? '-' : c;
  }
  if (name.empty()) name = "report";
  if (name.front() == '.') name.front() = '-';
  return name + "." + std::string(extension);
}

}  // namespace mif::reporting
