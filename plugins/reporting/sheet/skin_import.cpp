// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "lexer.h"
#include "sheet/skin.h"
#include "sheet/skin_form.h"
#include "sheet/skin_words.h"

namespace mif::reporting {
namespace {

using namespace skin;

class Import {
 public:
  Import(const SkinBook& book, std::string folder) : book_(book) { package_.folder = std::move(folder); }

  PackageText run() {
    code_ = "？";
    heads();
    for (const char* name : {kFormulas, kChecks, kExplanations}) (void)index_of(name);
    forms();
    items();
    checks();
    explanations();
    later();
    return canonical_keeping_lines();
  }

 private:
  [[noreturn]] void refuse(const char* rule, const std::string& sheet, int row, const std::string& what) const {
    throw Error(MIF_E_INVALID, rule, "工作簿（报表包 " + code_ + "）「" + sheet + "」" + (row > 0 ? "第 " + std::to_string(row) + " 行" : "") + "：" + what);
  }
  std::size_t index_of(std::string_view name) const {
    for (std::size_t i = 0; i < book_.size(); ++i)
      if (book_[i].name == name) return i;
    throw Error(MIF_E_INVALID, "report.skin-sheet", "工作簿（报表包 " + code_ + "）里没有「" + std::string(name) + "」页，请用 template export 导出的工作簿修改 (worksheet missing)");
  }
  static std::string at(const std::vector<std::string>& cells, std::size_t column) { return column < cells.size() ? trimmed(cells[column]) : std::string(); }

  // A list as (head of column -> text) per row; unknown columns with a name in letters are attributes.
  struct Line {
    int row;
    std::map<std::string, std::string> fields;
  };
  std::vector<Line> list(const char* name, std::initializer_list<const char*> needed) const {
    const SkinSheet& sheet = book_[index_of(name)];
    std::vector<std::string> columns;
    std::vector<Line> lines;
    for (const auto& [number, cells] : sheet.rows) {
      if (columns.empty()) {
        for (std::size_t c = 0; c < cells.size(); ++c) columns.push_back(at(cells, c));
        for (const char* one : needed)
          if (std::find(columns.begin(), columns.end(), one) == columns.end()) refuse("report.skin-column", name, number, "缺少列 “" + std::string(one) + "” (a column is missing)");
        continue;
      }
      Line line{number, {}};
      for (std::size_t c = 0; c < cells.size(); ++c) {
        const std::string text = at(cells, c);
        if (text.empty()) continue;
        if (c >= columns.size() || columns[c].empty()) refuse("report.skin-column", name, number, "第 " + std::to_string(c + 1) + " 列有内容却没有列名，请补列名或清空：“" + text.substr(0, 60) + "” (a column without a head)");
        line.fields[columns[c]] = text;
      }
      if (!line.fields.empty()) lines.push_back(std::move(line));
    }
    if (columns.empty()) refuse("report.skin-column", name, 0, "是空的，第 1 行应是列名 (no heads)");
    return lines;
  }
  static std::string take(Line& line, const char* column) {
    const auto found = line.fields.find(column);
    if (found == line.fields.end()) return {};
    std::string text = std::move(found->second);
    line.fields.erase(found);
    return text;
  }
  std::string needed(Line& line, const char* sheet, const char* column) const {
    std::string text = take(line, column);
    if (text.empty()) refuse("report.skin-blank", sheet, line.row, "“" + std::string(column) + "” 是空的 (is blank)");
    return text;
  }
  // The tree of the table a line belongs to.
  Node& root_of(const std::string& table, const char* sheet, int row) {
    if (table == kPackage) return package_.package;
    for (auto& [code, node] : package_.tables)
      if (code == table) return node;
    std::string known;
    for (const auto& [code, node] : package_.tables) known += (known.empty() ? "" : "、") + code;
    refuse("report.skin-table", sheet, row, "没有表 “" + table + "”，本包有: " + known + " (no such table)");
  }
  static Node& section(Node& root, std::string_view key, int line) {
    for (auto& child : root.children)
      if (child.key == key) return child;
    root.children.push_back({std::string(key), "", line, {}});
    return root.children.back();
  }

  void heads() {
    const std::size_t sheet = index_of(kHeads);
    auto lines = list(kHeads, {"表", "项目", "值"});
    for (auto& line : lines)
      if (line.fields.count("项目") && line.fields["项目"] == "package/code" && line.fields.count("值")) code_ = line.fields["值"];
    std::set<std::pair<std::string, std::string>> seen;
    for (auto& line : lines) {
      const std::string table = needed(line, kHeads, "表"), path = needed(line, kHeads, "项目");
      std::string value = take(line, "值");
      // A month that the spreadsheet took for a day.
      if (path.rfind("package/valid/", 0) == 0 && value.size() == 10 && value[4] == '-' && value[7] == '-') value.resize(7);
      if (!seen.emplace(table, path).second) refuse("report.skin-twice", kHeads, line.row, table + " 的 " + path + " 写了两次 (given twice)");
      if (!line.fields.empty()) refuse("report.skin-column", kHeads, line.row, "不认识的列 “" + line.fields.begin()->first + "” (unknown column)");
      const bool axis = path.rfind("rows/", 0) == 0 || path.rfind("cols/", 0) == 0;
      if (table == kPackage) {
        if (!put(package_.package, path, value, line_at(sheet, line.row))) refuse("report.skin-path", kHeads, line.row, "“" + path + "” 的写法不对 (a bad path)");
        if (path.rfind("tables/", 0) == 0 && path.find('/', 7) == std::string::npos) package_.tables.emplace_back(package_.package.find("tables")->children.back().key, Node());
      } else {
        Node& root = root_of(table, kHeads, line.row);
        if (axis) after_.push_back({kHeads, table, path, value, line.row});
        else if (!put(root, path, value, line_at(sheet, line.row))) refuse("report.skin-path", kHeads, line.row, "“" + path + "” 的写法不对 (a bad path)");
      }
    }
    if (package_.code().empty()) refuse("report.skin-blank", kHeads, 0, "缺少 " + std::string(kPackage) + " 的 package/code (the package's code is missing)");
    if (package_.tables.empty()) refuse("report.skin-blank", kHeads, 0, "缺少 " + std::string(kPackage) + " 的 tables/表号 (the package lists no table)");
  }

  void forms() {
    std::set<std::string> done;
    for (std::size_t s = 0; s < book_.size(); ++s) {
      const SkinSheet& sheet = book_[s];
      if (sheet.name == kHeads || sheet.name == kFormulas || sheet.name == kChecks || sheet.name == kExplanations || sheet.rows.empty()) continue;
      std::string code;
      for (const auto& [number, cells] : sheet.rows)
        if (number == 2 && at(cells, 0) == "表号") code = at(cells, 1);
      if (code.empty()) refuse("report.skin-sheet", sheet.name, 0, "不是表样（A2 应为“表号”），请删去本页或移到别的工作簿 (not a form; remove this sheet)");
      Node& root = root_of(code, sheet.name.c_str(), 2);
      if (!done.insert(code).second) refuse("report.skin-twice", sheet.name, 2, "表号 " + code + " 在两页上 (two sheets of one table)");
      form(root, sheet, s);
    }
    for (const auto& [code, root] : package_.tables)
      if (!done.count(code)) refuse("report.skin-sheet", kHeads, 0, "表 " + code + " 没有它的表样页 (the form of a table is missing)");
  }

  void form(Node& root, const SkinSheet& sheet, std::size_t index) {
    std::vector<std::string> groups, titles, codes;
    const auto add = [](Node& line, const char* key, const std::string& value) {
      if (!value.empty()) line.children.push_back({key, value, line.line, {}});
    };
    Node rows{"rows", "", line_at(index, kCodeLine + 1), {}};
    std::set<std::string> seen;
    for (const auto& [number, cells] : sheet.rows) {
      if (number == kGroupLine) groups = cells;
      if (number == kTitleLine) titles = cells;
      if (number == kCodeLine) codes = cells;
      if (number <= kCodeLine) continue;
      const std::string code = at(cells, 0);
      if (code.empty()) {
        for (std::size_t c = 0; c < cells.size(); ++c)
          if (!at(cells, c).empty()) refuse("report.skin-blank", sheet.name, number, "行次是空的，该行却有内容 “" + at(cells, c).substr(0, 60) + "” (a line without a number)");
        continue;
      }
      if (!seen.insert(code).second) refuse("report.skin-twice", sheet.name, number, "行次 “" + code + "” 写了两次 (given twice)");
      Node row{code, at(cells, 1), line_at(index, number), {}};
      add(row, "right", at(cells, 2));
      rows.children.push_back(std::move(row));
    }
    Node cols{"cols", "", line_at(index, kCodeLine), {}};
    seen.clear();
    const std::size_t width = std::max({groups.size(), titles.size(), codes.size()});
    for (std::size_t c = kFirstColumn; c < width; ++c) {
      const std::string code = at(codes, c);
      if (code.empty()) {
        if (!at(titles, c).empty() || !at(groups, c).empty()) refuse("report.skin-blank", sheet.name, kCodeLine, "第 " + std::to_string(c + 1) + " 列有栏名 “" + at(titles, c) + "” 却没有栏号 (a column without a number)");
        continue;
      }
      if (!seen.insert(code).second) refuse("report.skin-twice", sheet.name, kCodeLine, "栏号 “" + code + "” 写了两次 (given twice)");
      Node col{code, at(titles, c), line_at(index, kCodeLine), {}};
      add(col, "group", at(groups, c));
      cols.children.push_back(std::move(col));
    }
    if (rows.children.empty() || cols.children.empty()) refuse("report.skin-blank", sheet.name, kCodeLine, rows.children.empty() ? "没有行 (no rows)" : "没有栏 (no columns)");
    root.children.push_back(std::move(rows));
    root.children.push_back(std::move(cols));
  }

  // What is left on a line goes into the item as attributes.
  void attributes(Node& item, Line& line, const char* sheet, const std::vector<Word>& columns) const {
    for (const auto& [column, text] : line.fields) {
      const std::string key = key_of(columns, column);
      const bool known = key != column || std::all_of(column.begin(), column.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F; });
      if (!known || !put(item, key, text, item.line)) refuse("report.skin-column", sheet, line.row, "不认识的列 “" + column + "”，请删去该列 (unknown column)");
    }
  }

  void items() {
    const std::size_t sheet = index_of(kFormulas);
    for (auto& line : list(kFormulas, {"表", "位置", "公式", "类型", "说明"})) {
      const std::string table = needed(line, kFormulas, "表");
      Node& root = root_of(table, kFormulas, line.row);
      if (table == kPackage) refuse("report.skin-table", kFormulas, line.row, "公式属于某张表，不属于整个包 (a formula belongs to a table)");
      const std::string type = take(line, "类型"), place = needed(line, kFormulas, "位置");
      const char* const key = type == "公式" ? "formulas" : type == "填报" ? "inputs" : type == "不填" ? "blocked" : nullptr;
      if (!key) refuse("report.skin-type", kFormulas, line.row, "表 " + table + " " + place + " 的类型应为 公式、填报 或 不填，却是 “" + type + "” (unknown type)");
      Node item{"x", "", line_at(sheet, line.row), {}};
      if (key == std::string_view("blocked")) item.value = place;
      else item.children.push_back({"at", place, item.line, {}});
      if (key == std::string_view("formulas") && !line.fields.count("公式")) refuse("report.skin-blank", kFormulas, line.row, "表 " + table + " " + place + " 的公式是空的 (the formula is blank)");
      attributes(item, line, kFormulas, kFormulaColumns);
      section(root, key, item.line).children.push_back(std::move(item));
    }
  }

  void checks() {
    const std::size_t sheet = index_of(kChecks);
    for (auto& line : list(kChecks, {"表", "编号", "公式"})) {
      const std::string table = needed(line, kChecks, "表");
      Node& root = root_of(table, kChecks, line.row);
      Node item{"c", "", line_at(sheet, line.row), {}};
      if (auto level = line.fields.find("级别"); level != line.fields.end()) level->second = key_of(kLevels, level->second);
      if (auto basis = line.fields.find("口径"); basis != line.fields.end()) basis->second = key_of(kBases, basis->second);
      attributes(item, line, kChecks, kCheckColumns);
      section(root, "checks", item.line).children.push_back(std::move(item));
    }
  }

  void explanations() {
    for (auto& line : list(kExplanations, {"表", "行栏", "编号", "解释"})) {
      const std::string text = take(line, "解释");
      if (text.empty()) continue;
      const std::string table = needed(line, kExplanations, "表"), which = needed(line, kExplanations, "行栏"), number = needed(line, kExplanations, "编号");
      after_.push_back({kExplanations, table, (which == "行" ? "rows/" : "cols/") + number + "/explain", text, line.row});
    }
  }

  // What belongs to lines, once the forms have said which there are.
  void later() {
    for (const auto& one : after_) {
      Node& root = root_of(one.table, one.sheet, one.row);
      Node& axis = section(root, one.path.substr(0, 4), 0);
      const auto slash = one.path.find('/', 5);
      const std::string code = one.path.substr(5, slash == std::string::npos ? slash : slash - 5);
      const auto line = std::find_if(axis.children.begin(), axis.children.end(), [&](const Node& n) { return n.key == code; });
      if (line == axis.children.end()) refuse("report.skin-line", one.sheet, one.row, "表 " + one.table + (axis.key == "rows" ? " 没有行次 “" : " 没有栏号 “") + code + "” (no such line)");
      if (slash == std::string::npos || !put(*line, one.path.substr(slash + 1), one.value, line->line)) refuse("report.skin-path", one.sheet, one.row, "“" + one.path + "” 的写法不对 (a bad path)");
    }
  }

  // Sections in order; lines stay, so that what is wrong later still knows its sheet.
  PackageText canonical_keeping_lines() {
    PackageText neat = canonical(package_);
    const std::function<void(Node&, const Node&)> lines = [&](Node& to, const Node& from) {
      to.line = from.line;
      std::map<std::string, std::size_t> seen;
      const bool list = from.key == "formulas" || from.key == "inputs" || from.key == "blocked" || from.key == "checks";
      for (std::size_t i = 0; i < to.children.size(); ++i) {
        const Node* match = nullptr;
        if (list) match = i < from.children.size() ? &from.children[i] : nullptr;
        else
          for (const auto& c : from.children)
            if (c.key == to.children[i].key) match = &c;
        if (match) lines(to.children[i], *match);
      }
    };
    lines(neat.package, package_.package);
    for (std::size_t i = 0; i < neat.tables.size(); ++i) lines(neat.tables[i].second, package_.tables[i].second);
    return neat;
  }

  struct Later {
    const char* sheet;
    std::string table, path, value;
    int row;
  };
  const SkinBook& book_;
  std::string code_;
  PackageText package_;
  std::vector<Later> after_;
};

}  // namespace

void add_row(SkinBook& book, std::string_view sheet, int number, std::vector<std::string> cells) {
  if (book.empty() || book.back().name != sheet) book.push_back({std::string(sheet), {}});
  book.back().rows.emplace_back(number, std::move(cells));
}

ImportedSkin import_skin(SkinBook book, const std::string& folder) {
  PackageText package = Import(book, folder).run();
  return {std::move(package), std::move(book)};
}

}  // namespace mif::reporting
