// SPDX-License-Identifier: Apache-2.0
#include "sheet/form_read.h"

#include <algorithm>
#include <optional>

#include "sheet/form_heading.h"
#include "sheet/grid.h"
#include "sheet/number_format.h"
#include "sheet/xlsx_file.h"

namespace mif::reporting {
namespace {

using Kind = FormInput::Kind;

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, sentence); }

std::string quoted(std::string_view text) { return text.empty() ? "空" : "“" + std::string(text.substr(0, 90)) + "”"; }

const FormInput& at(const FormLine* line, std::size_t column) {
  static const FormInput nothing;
  return line && column < line->cells.size() ? line->cells[column] : nothing;
}

// "1,234.50" typed as text is a number all the same.
bool plain_amount(const FormInput& input, std::string& digits) {
  if (input.kind == Kind::number) {
    digits = input.text;
    return true;
  }
  if (input.kind != Kind::text) return false;
  digits = compared_name(input.text);
  digits.erase(std::remove(digits.begin(), digits.end(), ','), digits.end());
  return !moved_point(digits, 0).empty();
}

// What people write into a cell that stays empty.
bool means_nothing(const FormInput& input) {
  if (input.kind == Kind::blank) return true;
  const std::string text = compared_name(input.text);
  return input.kind == Kind::text && (text.empty() || text == "×" || text == "-" || text == "—" || text == "/");
}

// Spreadsheets end a line within a cell their own way, and our CSV sets ' before words that read like a formula.
std::string words_of(const FormInput& input) {
  std::string words = input.text;
  words.erase(std::remove(words.begin(), words.end(), '\r'), words.end());
  const auto first = words.find_first_not_of('\'');
  return first != std::string::npos && first > 0 && std::string_view("=+-@").find(words[first]) != std::string_view::npos ? words.substr(1) : words;
}

// People, visits and per cent are not money and keep their point.
int places_of(const Table& table, int row, int col) {
  const std::string& unit = table.unit(row, col);
  return unit == "亿元" ? 8 : unit == "万元" ? 4 : 0;
}

std::string without_sign_of_zero(std::string digits) { return digits == "-0" ? "0" : digits; }
bool same_number(const std::string& a, const std::string& b) {
  const std::string x = without_sign_of_zero(moved_point(a, 0)), y = without_sign_of_zero(moved_point(b, 0));
  return !x.empty() && x == y;
}

// One table on one worksheet, its columns where the form has them.
class FormReader {
 public:
  FormReader(const FormSheet& sheet, const Table& table, const FormHead& head) : sheet_(sheet), table_(table), head_(head), grid_(grid_of({&table, {}, {}}, {})) {}

  Form read(const std::string& unit) {
    Form form{&table_, unit, sheet_.place(), {}};
    const int codes = code_line();
    heads(codes);
    int number = codes + 1;
    for (std::size_t r = 0; r < table_.rows.size(); ++r) {
      const Line& own = table_.rows[r];
      if (own.section >= 0 && text(number, 0) != compared_name(own.code)) continue;  // a form has the lines of a variable section that are in use
      row(static_cast<int>(r), number++, form);
    }
    beyond(number);
    return form;
  }

 private:
  const FormLine* line(int number) const {
    const auto found = std::lower_bound(sheet_.lines.begin(), sheet_.lines.end(), number, [](const FormLine& l, int n) { return l.number < n; });
    return found == sheet_.lines.end() || found->number != number ? nullptr : &*found;
  }
  // 行次 and 项目 may have changed places; everything else stands as it is printed.
  std::size_t x(std::size_t column) const { return head_.column + (head_.name_first && column < 2 ? 1 - column : column); }
  std::string text(int number, std::size_t column) const { return compared_name(at(line(number), x(column)).text); }

  // Below the names, and the names below their groups; a CSV has 行次 and 项目 beside the names.
  int code_line() const {
    const int last = head_.line + grid_.head_lines() - 1;
    for (int n = head_.line + 1; n < last; ++n) {
      bool all = true;
      for (std::size_t c = 0; c < grid_.columns.size(); ++c) all = all && (grid_.columns[c].kind != GridColumn::Kind::amount || text(n, c) == compared_name(grid_.columns[c].code));
      if (all) return n;
    }
    return last;
  }

  void heads(int codes) const {
    for (std::size_t c = 0; c < grid_.columns.size(); ++c) {
      const GridColumn& column = grid_.columns[c];
      if (column.kind != GridColumn::Kind::amount) continue;
      if (text(codes, c) != compared_name(column.code))
        refuse("report.form-column", sheet_.place(codes, x(c)) + "：栏次应为 " + quoted(column.code) + "，写的是 " + quoted(at(line(codes), x(c)).text) + "，请按 " + table_.code + " 的栏次填 (another column's number)");
      bool named = false;
      std::string seen;
      int where = head_.line;
      for (int n = head_.line; n < codes; ++n) {
        named = named || text(n, c) == compared_name(column.title);
        if (text(n, c).empty()) continue;
        seen = at(line(n), x(c)).text;
        where = n;
      }
      if (!named) refuse("report.form-column", sheet_.place(where, x(c)) + "：第 " + column.code + " 栏应为 " + quoted(column.title) + "，写的是 " + quoted(seen) + " (another column's name)");
    }
    if (!compared_name(at(line(codes), x(grid_.columns.size())).text).empty())
      refuse("report.form-column", sheet_.place(codes, x(grid_.columns.size())) + "：" + table_.code + " 没有这一栏 (the table has no such column)");
  }

  void row(int r, int number, Form& form) const {
    const Line& own = table_.rows[static_cast<std::size_t>(r)];
    const FormLine* l = line(number);
    if (text(number, 0) != compared_name(own.code))
      refuse("report.form-row", sheet_.place(number, x(0)) + "：应为行次 " + own.code + " " + quoted(own.name) + "，写的是 " + quoted(at(l, x(0)).text) + " " + quoted(at(l, x(1)).text) + "，行不能增删或错位 (a line is missing, added or shifted)");
    for (std::size_t c = 0; c < grid_.columns.size(); ++c) {
      const GridColumn& column = grid_.columns[c];
      if (column.kind == GridColumn::Kind::name) {
        const std::string& name = column.right ? own.name_right : own.name;
        if (text(number, c) != compared_name(name))
          refuse("report.form-name", sheet_.place(number, x(c)) + "：行次 " + own.code + " 的项目应为 " + quoted(name) + "，写的是 " + quoted(at(l, x(c)).text) + " (the line has another name)");
      }
      if (column.kind == GridColumn::Kind::amount) form.values.push_back({r, column.col, at(l, x(c)), sheet_.place(number, x(c))});
    }
    for (std::size_t c = x(grid_.columns.size()); l && c < l->cells.size(); ++c) outside(number, c);
  }

  // A line added below, a column added beside: whoever wrote it meant it to count.
  void beyond(int number) const {
    for (const auto& l : sheet_.lines)
      for (std::size_t c = x(0); l.number >= number && c < l.cells.size(); ++c) outside(l.number, c);
  }
  void outside(int number, std::size_t column) const {
    std::string digits;
    if (plain_amount(at(line(number), column), digits)) refuse("report.form-outside", sheet_.place(number, column) + "：这里不是 " + table_.code + " 的格，却有数 " + digits + " (a number outside the table)");
  }

  const FormSheet& sheet_;
  const Table& table_;
  const FormHead& head_;
  const Grid grid_;
};

}  // namespace

std::string FormSheet::place() const {
  std::string text = file.empty() ? "" : "文件 " + file;
  if (!name.empty()) text += (text.empty() ? "" : " 的") + ("工作表 " + name);
  return text.empty() ? "文件" : text;
}
std::string FormSheet::place(int line, std::size_t column) const { return place() + " 的 " + XlsxFile::column_name(static_cast<int>(column)) + std::to_string(line); }

std::vector<Form> read_forms(const std::vector<FormSheet>& sheets, const Catalog& catalog, Period period) {
  std::vector<Form> forms;
  for (const auto& whole : sheets)
    for (const auto& sheet : parts_of(whole, catalog, period)) {
      const auto heading = heading_of(sheet, catalog, period);
      if (heading) forms.push_back(FormReader(sheet, *heading->table, heading->head).read(heading->unit));
    }
  return forms;
}

bool says_the_same(const FormValue& value, const StoredCell& stored, const Table& table) {
  if (table.rule(value.row, value.col).text) return value.input.text == stored.printed || words_of(value.input) == stored.printed;
  const bool money = stored.kind == MIF_CELL_MONEY;
  std::string digits;
  if (!plain_amount(value.input, digits)) {
    if (means_nothing(value.input)) return stored.printed.empty() || stored.printed == "×";
    return value.input.kind == Kind::text && compared_name(value.input.text) == compared_name(stored.printed);
  }
  if (stored.value.empty()) return false;
  if (same_number(digits, money ? moved_point(stored.value, places_of(table, value.row, value.col)) : stored.value)) return true;
  const ShownNumber shown = shown_number(stored.printed);
  if (shown.number) return same_number(digits, shown.digits);
  return value.input.kind == Kind::text && compared_name(value.input.text) == compared_name(stored.printed);
}

std::string typed_text(const FormValue& value, const Table& table) { return table.rule(value.row, value.col).text ? words_of(value.input) : yuan_of(value, table); }

std::string yuan_of(const FormValue& value, const Table& table) {
  std::string digits;
  if (!plain_amount(value.input, digits)) {
    if (means_nothing(value.input)) return {};
    refuse("report.form-number", value.place + "：" + quoted(value.input.text) + " 不是数，这一格的单位是 " + table.unit(value.row, value.col) + "，格里只写数 (not a number)");
  }
  Wide factor = 1;
  for (int i = places_of(table, value.row, value.col); i > 0; --i) factor *= 10;
  Wide scaled = 0;
  const bool negative = digits.front() == '-';
  const Wide size = Value::parse_number(digits.substr(negative ? 1 : 0)).scaled(), read = negative ? -size : size;
  if (__builtin_mul_overflow(read, factor, &scaled) || scaled % Value::kPerFen != 0 || scaled / Value::kPerFen > INT64_MAX || scaled / Value::kPerFen < -INT64_MAX)
    refuse("report.form-number", value.place + "：" + digits + " " + table.unit(value.row, value.col) + " 细于分或太大，不能保存 (finer than a fen, or too large)");
  const std::string amount = Fen(static_cast<std::int64_t>(scaled / Value::kPerFen)).plain();
  table.refuse_fraction(value.row, value.col, amount);
  return amount;
}

}  // namespace mif::reporting
