// SPDX-License-Identifier: Apache-2.0
#include "sheet/workbook.h"

#include <algorithm>
#include <optional>

#include "sheet/excel_formula.h"
#include "sheet/number_format.h"
#include "sheet/replay.h"
#include "sheet/xlsx_file.h"

namespace mif::reporting {
namespace {

constexpr int kPageCharacters = 145;  // on A4 across, still readable
constexpr std::uint32_t kHeadColor = 0xE7EEF7, kInputColor = 0xFFF8D6, kFetchedColor = 0xEDF5FC, kOverriddenColor = 0xFCE1CC, kBlockedColor = 0xE3E3E3;

std::uint32_t color_of(Look look) {
  switch (look) {
    case Look::fetched: return kFetchedColor;
    case Look::input: return kInputColor;
    case Look::overridden: return kOverriddenColor;
    case Look::blocked: return kBlockedColor;
    default: return 0;
  }
}

// One table's place in the workbook, and each of its cells as a spreadsheet will hold it.
struct Placed {
  const FilledTable* filled;
  Grid grid;
  std::string tab;
  int first_row = 0;
  std::map<std::pair<int, int>, std::pair<int, int>> at;  // row and column of the table -> line and column of the grid
  std::map<std::pair<int, int>, ShownNumber> numbers;
};

class Book {
 public:
  Book(const std::vector<FilledTable>& tables, const Occasion& occasion, const WorkbookOptions& options) : options_(options), file_(options.created) {
    for (const auto& filled : tables) {
      Placed p{&filled, grid_of(filled, occasion), file_.tab_name(filled.table->code), 0, {}, {}};
      p.first_row = 2 + p.grid.head_lines();
      for (std::size_t r = 0; r < p.grid.rows.size(); ++r)
        for (std::size_t c = 0; c < p.grid.rows[r].size(); ++c) {
          const GridCell& cell = p.grid.rows[r][c];
          if (cell.row < 0) continue;
          p.at[{cell.row, cell.col}] = {static_cast<int>(r), static_cast<int>(c)};
          p.numbers[{cell.row, cell.col}] = number_of(*filled.table, cell);
        }
      placed_.push_back(std::move(p));
    }
  }

  std::string write(const std::vector<StoredCheck>& checks) {
    for (const auto& p : placed_) sheet(p);
    if (!checks.empty()) check_sheet(checks);
    return file_.finish();
  }

 private:
  static bool in_ten_thousands(const Table& t) { return t.printed_unit == "万元"; }

  // The exact amount is written where formulas will add it up; otherwise the number that is printed.
  ShownNumber number_of(const Table& t, const GridCell& cell) const {
    if (!cell.stored || cell.look == Look::blocked || cell.words) return {};  // words that read like a number or a formula stay words
    if (cell.stored->kind != MIF_CELL_MONEY && cell.stored->kind != MIF_CELL_TEXT) return {};
    if (!options_.formulas) return cell.shown.empty() ? ShownNumber() : shown_number(cell.shown);
    const std::string exact = cell.stored->kind != MIF_CELL_MONEY ? cell.stored->value : moved_point(cell.stored->value, in_ten_thousands(t) ? 4 : 0);
    return shown_number(cell.shown, exact, in_ten_thousands(t) ? 0 : 2);
  }

  const Placed* find(const std::string& code) const {
    for (const auto& p : placed_)
      if (p.filled->table->code == code) return &p;
    return nullptr;
  }
  std::string address(const Placed& p, int row, int col) const {
    const auto [r, c] = p.at.at({row, col});
    return XlsxFile::column_name(c) + std::to_string(p.first_row + r + 1);
  }
  static bool an_amount(const std::string& shown) { return !shown.empty() && shown.find_first_not_of("-0123456789,.%") == std::string::npos && shown.find_first_of("0123456789") != std::string::npos; }

  std::optional<ExcelCell> excel_cell(const Placed& own, const std::string& table, int row, int col) const {
    const Placed* p = table.empty() ? &own : find(table);
    if (!p) return std::nullopt;
    if (!p->at.count({row, col})) return std::nullopt;  // a row that is not used
    const auto [r, c] = p->at.at({row, col});
    const GridCell& cell = p->grid.rows[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)];
    const bool number = p->numbers.at({row, col}).number || cell.shown.empty();
    if (!number && an_amount(cell.shown)) return std::nullopt;
    std::string at = address(*p, row, col);
    if (p != &own) at = "'" + p->tab + "'!" + at;
    return ExcelCell{at, number};
  }
  std::optional<Value> value_of(const Table& t, int row, int col) const {
    const Placed* p = find(t.code);
    if (!p) return std::nullopt;
    if (!p->at.count({row, col})) return Value();
    const auto [r, c] = p->at.at({row, col});
    const GridCell& cell = p->grid.rows[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)];
    if (cell.words) return Value::text(cell.shown);
    if (!cell.stored || cell.look == Look::blocked || cell.stored->value.empty()) return Value();
    if (cell.stored->kind == MIF_CELL_MONEY) return Value::money(cell.stored->fen);
    try {
      return Value::parse_number(cell.stored->value);
    } catch (const Error&) {
      return Value();
    }
  }

  std::optional<std::string> formula_of(const Placed& p, const GridCell& cell) const {
    if (!options_.formulas || cell.look != Look::computed || !cell.stored) return std::nullopt;
    const Table& t = *p.filled->table;
    if (!p.numbers.at({cell.row, cell.col}).number) return std::nullopt;
    const Expression& e = *t.formulas[static_cast<std::size_t>(t.rule(cell.row, cell.col).formula)].root;
    const TableByCode tables = [&](const std::string& code) { return find(code) ? find(code)->filled->table : nullptr; };
    // An overridden cell, a rounding of its own: the formula would show another amount than the ministry prints.
    const auto again = replayed(e, t, cell.row, cell.col, [&](const Table& table, int r, int c) { return value_of(table, r, c); }, tables);
    const bool money = cell.stored->kind == MIF_CELL_MONEY;
    if (!again || (money ? again->fen() != cell.stored->fen : again->plain() != cell.stored->value)) return std::nullopt;
    const ExcelContext context{[&](const std::string& table, int r, int c) { return excel_cell(p, table, r, c); }, tables,
                               [&](const std::string& name) { return t.parameters.at(name); }};
    const auto text = excel_formula(e, t, cell.row, cell.col, context);
    if (!text) return std::nullopt;
    // Binary fractions leave 0.0000000001 where nothing should be; what is stored is whole fen.
    return "=ROUND(" + *text + "," + (money && !in_ten_thousands(t) ? "2" : "6") + ")";
  }

  void sheet(const Placed& p) {
    const Grid& g = p.grid;
    file_.begin(p.tab);
    const int last = static_cast<int>(g.columns.size()) - 1;
    // What is broader than a readable page goes over several; title and notes stand on the first.
    const auto pages = split_columns(g, kPageCharacters);
    const int side = pages.size() == 1 ? last : static_cast<int>(pages.front().back());
    for (int c = 0; c <= last; ++c) file_.width(c, breadth_of(g, static_cast<std::size_t>(c)) + (g.columns[static_cast<std::size_t>(c)].kind == GridColumn::Kind::amount ? 1 : 0));
    file_.height(0, 30);
    file_.merge(0, 0, 0, side, g.title, {XlsxStyle::Align::centre, true, false, false, 0, 16, ""});
    const XlsxStyle plain{XlsxStyle::Align::left, false, false, false, 0, 10, ""};
    XlsxStyle centre = plain, right = plain;
    centre.align = XlsxStyle::Align::centre;
    right.align = XlsxStyle::Align::right;
    if (side >= 5) {
      const int a = side / 3, b = side - side / 3;
      file_.merge(1, 0, 1, std::max(a, 1), g.left, plain);
      file_.merge(1, std::max(a, 1) + 1, 1, b - 1, g.centre, centre);
      file_.merge(1, b, 1, side, g.right, right);
    } else {
      file_.merge(1, 0, 1, side, g.left + "　　" + g.centre + "　　" + g.right, plain);
    }
    const XlsxStyle head{XlsxStyle::Align::centre, true, true, true, kHeadColor, 10, ""};
    // A group's head ends with its page, or it would stand in the middle of another.
    std::vector<int> breaks;
    for (const auto& page : pages) {
      const bool first = &page == &pages.front();
      if (!first) {
        breaks.push_back(own_column(g, page));
        file_.merge(0, breaks.back(), 0, static_cast<int>(page.back()), g.title + "（续）", {XlsxStyle::Align::centre, true, false, false, 0, 16, ""});
      }
      for (const auto& h : heads_of(g, page)) {
        const int x = static_cast<int>(page[static_cast<std::size_t>(h.column)]);
        if (first || x >= breaks.back()) file_.merge(2 + h.line, x, 2 + h.line + h.lines - 1, x + h.columns - 1, h.text, head);
      }
    }
    file_.height(1 + g.head_lines() - 1, 30);
    for (std::size_t r = 0; r < g.rows.size(); ++r) {
      bool fits = true;  // a longer name takes the lines it needs
      for (std::size_t c = 0; c < g.rows[r].size(); ++c) fits = fits && breadth_of(g.rows[r][c].shown) <= breadth_of(g, c);
      int lines = 1;
      for (std::size_t c = 0; c < g.rows[r].size(); ++c)
        if (g.rows[r][c].words) lines = std::max(lines, static_cast<int>(wrapped(g.rows[r][c].shown, breadth_of(g, c)).size()));
      if (lines > 1) file_.height(p.first_row + static_cast<int>(r), std::min(15 * lines + 3, 400));  // a spreadsheet's row is 409 at most
      else if (fits) file_.height(p.first_row + static_cast<int>(r), 18);
    }
    for (std::size_t r = 0; r < g.rows.size(); ++r)
      for (std::size_t c = 0; c < g.rows[r].size(); ++c) body(p, g.rows[r][c], g.columns[c], p.first_row + static_cast<int>(r), static_cast<int>(c));
    int line = p.first_row + static_cast<int>(g.rows.size());
    const int left = pages.size() == 1 ? 0 : 2;  // what stands in repeated columns is on each page
    XlsxStyle note = plain;
    note.wrap = true;
    int total = 0;
    for (int c = 0; c <= side; ++c) total += breadth_of(g, static_cast<std::size_t>(c));
    for (const auto& text : g.notes) {
      file_.height(line, 15 * (1 + breadth_of(text) / std::max(total, 20)));
      file_.merge(line, left, line, side, text, note);
      ++line;
    }
    std::string signatures;
    for (const auto& one : g.signatures) signatures += (signatures.empty() ? "" : "　　　　　　") + one;
    if (!signatures.empty()) {
      file_.merge(line, left, line, side, signatures, plain);
      ++line;
    }
    legend(line);
    file_.page(p.first_row, g.table->two_sided ? 0 : 2, last > 6 || g.table->two_sided, breaks);
  }

  // The first column of a page that is not on the others too.
  static int own_column(const Grid& g, const std::vector<std::size_t>& page) {
    for (const auto c : page)
      if (g.columns[c].kind == GridColumn::Kind::amount) return static_cast<int>(c);
    return 0;
  }

  void body(const Placed& p, const GridCell& cell, const GridColumn& column, int line, int c) {
    XlsxStyle style{XlsxStyle::Align::left, false, true, false, color_of(cell.look), 10, ""};
    if (cell.row < 0) {
      if (column.kind == GridColumn::Kind::number) style.align = XlsxStyle::Align::centre;
      else style.wrap = true;
      file_.text(line, c, cell.shown, style);
      return;
    }
    const ShownNumber& n = p.numbers.at({cell.row, cell.col});
    style.wrap = cell.words;
    style.align = cell.words ? XlsxStyle::Align::left : cell.look == Look::blocked ? XlsxStyle::Align::centre : n.number || an_amount(cell.shown) ? XlsxStyle::Align::right : XlsxStyle::Align::left;
    std::string comment = cell.remark;
    if (n.number) {
      style.format = n.format;
      const auto formula = formula_of(p, cell);
      if (formula) file_.formula(line, c, *formula, n.digits, style);
      else file_.number(line, c, n.digits, style);
      if (options_.formulas && !formula && !cell.stored->formula.empty()) comment = "公式：" + cell.stored->formula + (comment.empty() ? "" : "\n" + comment);
    } else {
      file_.text(line, c, cell.shown, style);
      if (options_.formulas && cell.stored && !cell.stored->formula.empty()) comment = "公式：" + cell.stored->formula + (comment.empty() ? "" : "\n" + comment);
    }
    if (!comment.empty()) file_.comment(line, c, comment);
  }

  void legend(int line) {
    const std::pair<const char*, std::uint32_t> looks[] = {{"取数", kFetchedColor}, {"本表计算", 0}, {"填报", kInputColor}, {"改数", kOverriddenColor}, {"不填", kBlockedColor}};
    file_.text(line, 1, "底色：", {XlsxStyle::Align::right, false, false, false, 0, 9, ""});
    int c = 2;
    for (const auto& [text, color] : looks) file_.text(line, c++, text, {XlsxStyle::Align::centre, false, true, false, color, 9, ""});
  }

  void check_sheet(const std::vector<StoredCheck>& checks) {
    file_.begin(file_.tab_name("审核结果"));
    const char* const heads[] = {"编号", "表", "位置", "级别", "结果", "左边", "右边", "差额", "容差", "公式", "说明"};
    const int widths[] = {8, 12, 12, 9, 9, 20, 20, 18, 10, 44, 44};
    const XlsxStyle head{XlsxStyle::Align::centre, true, true, true, kHeadColor, 10, ""};
    for (int c = 0; c < 11; ++c) {
      file_.width(c, widths[c]);
      file_.text(0, c, heads[c], head);
    }
    int line = 1;
    for (const auto& k : checks) {
      const std::string level = k.level == "error" ? "基本性" : k.level == "warn" ? "核实性" : k.level == "info" ? "提示" : k.level;
      const std::string state = k.state == "pass" ? "通过" : k.state == "fail" ? "不通过" : k.state == "empty" ? "未比较" : k.state;
      const std::string* const texts[] = {&k.id, &k.table, &k.place, &level, &state, &k.left, &k.right, &k.difference, &k.tolerance, &k.expression, &k.message};
      for (int c = 0; c < 11; ++c) {
        XlsxStyle style{c >= 5 && c <= 8 ? XlsxStyle::Align::right : XlsxStyle::Align::left, false, true, c >= 9, k.state == "fail" ? kOverriddenColor : 0, 10, ""};
        const ShownNumber n = c >= 5 && c <= 8 && !texts[c]->empty() ? shown_number(*texts[c]) : ShownNumber();
        style.format = n.format;
        if (n.number) file_.number(line, c, n.digits, style);
        else file_.text(line, c, *texts[c], style);
      }
      ++line;
    }
    file_.page(1, 0, true);
  }

  const WorkbookOptions& options_;
  XlsxFile file_;
  std::vector<Placed> placed_;
};

}  // namespace

std::string write_workbook(const std::vector<FilledTable>& tables, const std::vector<StoredCheck>& checks, const Occasion& occasion, const WorkbookOptions& options) {
  if (tables.empty()) throw Error(MIF_E_INVALID, "report.export-empty", "没有可导出的报表，请先计算 (no table to export; compute the report first)");
  return Book(tables, occasion, options).write(checks);
}

}  // namespace mif::reporting
