// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "kernel/base/text.h"
#include "kernel/sheet/decimal.h"
#include "kernel/sheet/package.h"
#include "mif/error.hpp"

namespace mif::sheet {
namespace {

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, sentence); }

std::string get(const Attributes& attributes, const std::string& name, std::string_view otherwise = {}) {
  const auto found = attributes.find(name);
  return found == attributes.end() ? std::string(otherwise) : found->second;
}

std::size_t number(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), n);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) refuse("workbook.broken", "xlsx 文件里的" + std::string(what) + "不是数字 (not a number): \"" + std::string(text.substr(0, 40)) + "\"");
  return n;
}

struct Sheet {
  std::string name, relation, part;
  bool hidden = false;
};

// A format shows a day when its code has y, m, d or h, s outside quotes, brackets and escapes.
bool shows_a_day(std::string_view code) {
  bool quoted = false, bracket = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '"') quoted = !quoted;
    else if (quoted) continue;
    else if (c == '\\' || c == '_' || c == '*') ++i;
    else if (c == '[') bracket = true;
    else if (c == ']') bracket = false;
    else if (!bracket && std::string_view("yYmMdDhHsS").find(c) != std::string_view::npos) return true;
    else if (c == ';') return false;
  }
  return false;
}
bool built_in_day(std::size_t id) { return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58); }

class Workbook {
 public:
  Workbook(std::string_view bytes, const RowSink& sink, const ReadLimits& limits) : package_(bytes, limits), sink_(sink), limits_(limits) {}

  void read() {
    read_sheets();
    if (package_.has("xl/styles.xml")) read_styles();
    if (package_.has("xl/sharedStrings.xml")) read_strings();
    refuse_live_links();
    for (std::size_t i = 0; i < sheets_.size(); ++i) read_sheet(static_cast<int>(i));
  }

 private:
  void read_sheets() {
    package_.read("xl/workbook.xml", {[&](const std::string& name, const Attributes& a) {
                                        if (name == "workbookPr") since_1904_ = get(a, "date1904") == "1" || get(a, "date1904") == "true";
                                        if (name == "sheet") sheets_.push_back({get(a, "name"), get(a, "id"), "", get(a, "state", "visible") != "visible"});
                                      },
                                      {}, {}});
    std::map<std::string, std::string> targets;
    package_.read("xl/_rels/workbook.xml.rels", {[&](const std::string& name, const Attributes& a) {
                                                   if (name != "Relationship" || get(a, "TargetMode") == "External") return;
                                                   const std::string target = get(a, "Target");
                                                   targets[get(a, "Id")] = target.rfind('/', 0) == 0 ? target.substr(1) : "xl/" + target;
                                                 },
                                                 {}, {}});
    if (sheets_.empty()) refuse("workbook.broken", "工作簿里没有工作表 (no worksheet)");
    for (auto& sheet : sheets_) {
      sheet.part = targets[sheet.relation];
      if (sheet.part.find("/../") != std::string::npos || !package_.has(sheet.part)) refuse("workbook.broken", "工作簿缺工作表 " + sheet.name + " 的内容 (worksheet missing)");
    }
  }

  // A link to another workbook keeps the values last seen. One that starts a program when somebody opens the file has no business here.
  void refuse_live_links() {
    for (int i = 1; package_.has("xl/externalLinks/externalLink" + std::to_string(i) + ".xml"); ++i)
      package_.read("xl/externalLinks/externalLink" + std::to_string(i) + ".xml", {[](const std::string& name, const Attributes&) {
                                                                                    if (name == "ddeLink" || name == "oleLink") refuse_dde();
                                                                                  },
                                                                                  {}, {}});
  }
  [[noreturn]] static void refuse_dde() { refuse("workbook.protected", "工作簿里有会启动别的程序的 DDE 或 OLE 链接, 请去掉后再导入 (a DDE or OLE link)"); }
  // program|topic!item, outside of words and quoted names.
  void refuse_dde_formula() const {
    char quote = 0;
    for (const char c : formula_) {
      if (quote) quote = c == quote ? 0 : quote;
      else if (c == '"' || c == '\'') quote = c;
      else if (c == '|') refuse_dde();
    }
  }

  void read_styles() {
    std::map<std::size_t, bool> custom;
    bool cells = false;
    package_.read("xl/styles.xml", {[&](const std::string& name, const Attributes& a) {
                                      if (name == "numFmt") custom[number(get(a, "numFmtId"), "格式号")] = shows_a_day(get(a, "formatCode"));
                                      if (name == "cellXfs") cells = true;
                                      if (name != "xf" || !cells) return;
                                      const std::size_t id = number(get(a, "numFmtId", "0"), "格式号");
                                      const auto known = custom.find(id);
                                      day_style_.push_back(known == custom.end() ? built_in_day(id) : known->second);
                                    },
                                    [&](const std::string& name) { cells = cells && name != "cellXfs"; }, {}});
  }

  // Text of <t>, without the phonetic guide of East Asian text.
  void read_strings() {
    bool text = false, guide = false;
    package_.read("xl/sharedStrings.xml", {[&](const std::string& name, const Attributes&) {
                                             if (name == "si") strings_.emplace_back();
                                             if (name == "rPh") guide = true;
                                             text = name == "t" && !guide && !strings_.empty();
                                           },
                                           [&](const std::string& name) {
                                             if (name == "rPh") guide = false;
                                             text = false;
                                           },
                                           [&](std::string_view t) {
                                             if (!text) return;
                                             if (strings_.back().size() + t.size() > limits_.cell_bytes) refuse("sheet.too-large", "第 " + std::to_string(strings_.size()) + " 个共享文字太长 (cell too long)");
                                             strings_.back() += t;
                                           }});
  }

  void read_sheet(int index) {
    row_ = {};
    row_.sheet = index;
    row_.sheet_name = sheets_[static_cast<std::size_t>(index)].name;
    row_.hidden = sheets_[static_cast<std::size_t>(index)].hidden;
    bool in_data = false, in_value = false, in_formula = false, guide = false;
    package_.read(sheets_[static_cast<std::size_t>(index)].part,
                  {[&](const std::string& name, const Attributes& a) {
                     if (name == "sheetData") in_data = true;
                     if (!in_data) return;
                     if (name == "row") begin_row(a);
                     if (name == "c") begin_cell(a);
                     if (name == "rPh") guide = true;
                     in_value = (name == "v" || name == "t") && !guide;
                     in_formula = name == "f";
                   },
                   [&](const std::string& name) {
                     if (name == "sheetData") in_data = false;
                     in_value = false;
                     if (in_formula) refuse_dde_formula();
                     in_formula = false;
                     if (!in_data) return;
                     if (name == "rPh") guide = false;
                     if (name == "c") end_cell();
                     if (name == "row") end_row();
                   },
                   [&](std::string_view t) {
                     if (in_formula && formula_.size() + t.size() <= limits_.cell_bytes) formula_ += t;
                     if (!in_value) return;
                     if (value_.size() + t.size() > limits_.cell_bytes) refuse("sheet.too-large", row_.place(column_) + "：单元格太长 (cell too long)");
                     value_ += t;
                   }});
  }

  void begin_row(const Attributes& a) {
    const std::string given = get(a, "r");
    const std::size_t n = given.empty() ? static_cast<std::size_t>(row_.number) + 1 : number(given, "行号");
    if (n > static_cast<std::size_t>(limits_.rows)) refuse("sheet.too-large", "工作表 " + row_.sheet_name + " 超过 " + std::to_string(limits_.rows) + " 行, 请拆成几个文件 (too many rows)");
    if (n <= static_cast<std::size_t>(row_.number)) refuse("workbook.broken", "工作表 " + row_.sheet_name + " 的行号 " + std::to_string(n) + " 不是递增的 (rows out of order)");
    row_.number = static_cast<int>(n);
    row_.cells.clear();
    next_column_ = 0;
  }
  void begin_cell(const Attributes& a) {
    const std::string place = get(a, "r");
    column_ = next_column_;
    if (!place.empty()) {
      std::size_t n = 0;
      std::size_t letters = 0;
      for (; letters < place.size() && letters < 4 && place[letters] >= 'A' && place[letters] <= 'Z'; ++letters) n = n * 26 + static_cast<std::size_t>(place[letters] - 'A' + 1);
      if (letters == 0 || place.substr(letters) != std::to_string(row_.number)) refuse("workbook.broken", "工作表 " + row_.sheet_name + " 第 " + std::to_string(row_.number) + " 行的单元格位置不对 (bad cell reference): " + place.substr(0, 20));
      column_ = n - 1;
    }
    if (column_ >= static_cast<std::size_t>(limits_.columns)) refuse("sheet.too-large", "工作表 " + row_.sheet_name + " 第 " + std::to_string(row_.number) + " 行超过 " + std::to_string(limits_.columns) + " 列 (too many columns)");
    if (column_ < next_column_) refuse("workbook.broken", row_.place(column_) + "：单元格重复 (cells out of order)");
    next_column_ = column_ + 1;
    type_ = get(a, "t", "n");
    style_ = number(get(a, "s", "0"), "样式号");
    value_.clear();
    formula_.clear();
  }
  void end_cell() {
    InputCell cell;
    if (type_ == "s") {
      if (!value_.empty()) {
        const std::size_t at = number(value_, "共享文字号");
        if (at >= strings_.size()) refuse("workbook.broken", row_.place(column_) + "：共享文字不存在 (no such shared string)");
        cell = {InputKind::text, strings_[at], {}};
      }
    } else if (type_ == "b") {
      cell = {InputKind::boolean, value_ == "1" ? "TRUE" : "FALSE", {}};
    } else if (type_ == "e") {
      cell = {InputKind::error, value_, {}};
    } else if (type_ == "d") {
      const std::string_view day = std::string_view(value_).substr(0, 10);
      cell = {InputKind::day, value_, Day::parse(day)};
    } else if (type_ == "n") {
      if (!value_.empty()) cell = numeric();
    } else {
      cell = {InputKind::text, value_, {}};
    }
    if (cell.text.empty()) cell.kind = InputKind::blank;
    if (cell.kind == InputKind::text && !valid_utf8(cell.text)) refuse("workbook.broken", row_.place(column_) + "：文字编码不对 (invalid text)");
    if (cell.kind == InputKind::blank) return;
    row_.cells.resize(column_);
    row_.cells.push_back(std::move(cell));
  }
  InputCell numeric() const {
    const auto decimal = plain_decimal(value_);
    if (!decimal) refuse("workbook.broken", row_.place(column_) + "：不是数字 (not a number): \"" + value_.substr(0, 40) + "\"");
    if (style_ < day_style_.size() && day_style_[style_]) {
      if (const auto moment = moment_of_serial(*decimal, since_1904_)) {
        std::string text = moment->day.iso();
        if (moment->seconds != 0) text += fmt::format(" {:02}:{:02}:{:02}", moment->seconds / 3600, moment->seconds / 60 % 60, moment->seconds % 60);
        return {InputKind::day, text, moment->day};
      }
    }
    return {InputKind::number, *decimal, {}};
  }
  void end_row() {
    if (!row_.cells.empty()) sink_(row_);
  }

  Package package_;
  const RowSink& sink_;
  const ReadLimits& limits_;
  bool since_1904_ = false;
  std::vector<Sheet> sheets_;
  std::vector<bool> day_style_;
  std::vector<std::string> strings_;
  InputRow row_;
  std::size_t column_ = 0, next_column_ = 0, style_ = 0;
  std::string type_, value_, formula_;
};

}  // namespace

void read_xlsx(std::string_view bytes, const RowSink& sink, const ReadLimits& limits) { Workbook(bytes, sink, limits).read(); }

}  // namespace mif::sheet
