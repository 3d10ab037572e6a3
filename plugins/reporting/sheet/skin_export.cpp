// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "sheet/skin.h"
#include "sheet/skin_form.h"
#include "sheet/skin_words.h"
#include "sheet/xlsx_file.h"

namespace mif::reporting {
namespace {

using namespace skin;

XlsxStyle plain() {
  XlsxStyle style;
  style.boxed = true;
  style.format = "@";
  return style;
}
XlsxStyle wrapped() {
  XlsxStyle style = plain();
  style.wrap = true;
  return style;
}
XlsxStyle head() {
  XlsxStyle style = wrapped();
  style.bold = true;
  style.align = XlsxStyle::Align::centre;
  style.color = 0xE7EEF7;
  return style;
}
XlsxStyle quiet(std::uint32_t color) {
  XlsxStyle style = plain();
  style.color = color;
  style.points = 9;
  return style;
}

// The whole of a template must come back: what a cell cannot hold is refused, not cut.
void fits(const PackageText& package, const std::string& table, const std::string& words) {
  if (words.size() > 30000) throw Error(MIF_E_INVALID, "report.skin-long", "报表包 " + package.code() + " 表 " + table + "：一段文字超过 30000 字节，放不进一个单元格，请缩短 (too long for a cell): " + words.substr(0, 60));
}

// A list: heads, then lines; a column for every attribute any line has.
class List {
 public:
  List(XlsxFile& file, const PackageText& package, const std::string& tab, std::vector<std::pair<std::string, int>> heads) : file_(file), package_(package) {
    file_.begin(file_.tab_name(tab));
    for (const auto& [words, width] : heads) add(words, width);
  }
  int column(const std::string& words) {
    const auto found = std::find(heads_.begin(), heads_.end(), words);
    if (found != heads_.end()) return static_cast<int>(found - heads_.begin());
    add(words, 16);
    return static_cast<int>(heads_.size()) - 1;
  }
  void put(const std::string& table, int column, const std::string& words) {
    fits(package_, table, words);
    file_.text(line_, column, words, wrapped());
    filled_.insert(column);
  }
  void next() {
    for (int c = 0; c < static_cast<int>(heads_.size()); ++c)
      if (!filled_.count(c)) file_.text(line_, c, "", wrapped());
    filled_.clear();
    ++line_;
  }
  void close() {
    file_.filter(0, static_cast<int>(heads_.size()) - 1);
    file_.page(1, 0, true);
  }

 private:
  void add(const std::string& words, int width) {
    file_.width(static_cast<int>(heads_.size()), width);
    file_.text(0, static_cast<int>(heads_.size()), words, head());
    heads_.push_back(words);
  }
  XlsxFile& file_;
  const PackageText& package_;
  std::vector<std::string> heads_;
  std::set<int> filled_;
  int line_ = 1;
};

bool listed(std::string_view section) { return section == "rows" || section == "cols" || section == "formulas" || section == "inputs" || section == "blocked" || section == "checks"; }

void write_heads(XlsxFile& file, const PackageText& package) {
  List list(file, package, kHeads, {{"表", 14}, {"项目", 30}, {"值", 90}});
  const auto rows = [&](const std::string& table, const Node& root) {
    Node rest;
    for (const auto& section : root.children)
      if (!listed(section.key)) rest.children.push_back(section);
    for (const char* axis : {"rows", "cols"})
      if (const Node* lines = root.find(axis))
        for (const auto& line : lines->children) {
          Node more{line.key, "", 0, {}};
          for (const auto& attribute : line.children)
            if ((attribute.key != "right" && attribute.key != "group" && attribute.key != "explain") || !attribute.children.empty()) more.children.push_back(attribute);
          if (more.children.empty()) continue;
          Node* into = nullptr;
          for (auto& r : rest.children)
            if (r.key == axis) into = &r;
          if (!into) into = &rest.children.emplace_back(Node{axis, "", 0, {}});
          into->children.push_back(more);
        }
    for (const auto& [path, value] : flattened(rest)) {
      list.put(table, 0, table);
      list.put(table, 1, path);
      list.put(table, 2, value);
      list.next();
    }
  };
  rows(kPackage, package.package);
  for (const auto& [code, root] : package.tables) rows(code, root);
  list.close();
}

void write_items(List& list, const std::string& table, const Node& root, std::string_view section, const std::vector<Word>& columns, const std::string& type) {
  const Node* items = root.find(section);
  if (!items) return;
  for (const auto& item : items->children) {
    list.put(table, list.column("表"), table);
    if (!type.empty()) list.put(table, list.column("类型"), type);
    if (!item.value.empty()) list.put(table, list.column("位置"), item.value);
    for (const auto& [path, value] : flattened(item)) {
      const std::string shown = path == "level" ? word_of(kLevels, value) : path == "on" ? word_of(kBases, value) : value;
      list.put(table, list.column(word_of(columns, path)), shown);
    }
    list.next();
  }
}

void write_form(XlsxFile& file, const PackageText& package, const std::string& code, const Node& root) {
  file.begin(file.tab_name(code));
  const Node none;
  const Node& rows = root.find("rows") ? *root.find("rows") : none;
  const Node& cols = root.find("cols") ? *root.find("cols") : none;
  const int last = kFirstColumn + static_cast<int>(cols.children.size()) - 1;
  if (last >= 256) throw Error(MIF_E_INVALID, "report.skin-long", "报表包 " + package.code() + " 表 " + code + "：栏数超过 253，放不进工作表 (too many columns for a worksheet)");
  XlsxStyle title = plain();
  title.boxed = false;
  title.bold = true;
  title.points = 14;
  const Node* table = root.find("table");
  file.text(0, 0, table ? table->get("title") : code, title);
  file.text(1, 0, "表号", head());
  file.text(1, 1, code, plain());
  file.text(1, 2, "格内只供查看，公式请改「公式」页；行、栏的编号和名称在本页改", quiet(0));
  file.text(kGroupLine - 1, 0, "栏组", head());
  file.text(kTitleLine - 1, 0, "栏名", head());
  file.text(kCodeLine - 1, 0, "行次", head());
  file.text(kCodeLine - 1, 1, "项目", head());
  file.text(kCodeLine - 1, 2, "右侧项目", head());
  for (const int line : {kGroupLine - 1, kTitleLine - 1})
    for (const int c : {1, 2}) file.text(line, c, "", head());
  file.width(0, 8);
  file.width(1, 34);
  bool right = false;
  for (const auto& row : rows.children) right = right || !row.get("right").empty();
  file.width(2, right ? 34 : 10);
  for (std::size_t c = 0; c < cols.children.size(); ++c) {
    const int x = kFirstColumn + static_cast<int>(c);
    const Node& col = cols.children[c];
    for (const std::string& words : {col.get("group"), col.value, col.key}) fits(package, code, words);
    file.width(x, 16);
    file.text(kGroupLine - 1, x, col.get("group"), head());
    file.text(kTitleLine - 1, x, col.value, head());
    file.text(kCodeLine - 1, x, col.key, head());
  }
  const auto marks = marks_of(root);
  for (std::size_t r = 0; r < rows.children.size(); ++r) {
    const int line = kCodeLine + static_cast<int>(r);
    const Node& row = rows.children[r];
    for (const std::string& words : {row.key, row.value, row.get("right")}) fits(package, code, words);
    XlsxStyle number = plain();
    number.align = XlsxStyle::Align::centre;
    file.text(line, 0, row.key, number);
    file.text(line, 1, row.value, plain());
    file.text(line, 2, row.get("right"), plain());
    for (std::size_t c = 0; c < cols.children.size(); ++c) {
      const auto found = marks.find({row.key, cols.children[c].key});
      const std::string mark = found == marks.end() ? std::string() : found->second;
      file.text(line, kFirstColumn + static_cast<int>(c), mark, quiet(mark == kBlockedMark ? 0xE3E3E3 : mark == kInputMark ? 0xFFF8D6 : 0));
    }
  }
  std::vector<int> breaks;
  for (int c = kFirstColumn + 6; c <= last; c += 6) breaks.push_back(c);
  file.page(kCodeLine, kFirstColumn, true, breaks);
}

}  // namespace

std::string export_skin(const PackageText& given, Day created) {
  const PackageText package = canonical(given);
  XlsxFile file(created);
  // The lists take their names first, so that no table is called 「公式」.
  write_heads(file, package);
  {
    List list(file, package, kFormulas, {{"表", 14}, {"位置", 16}, {"公式", 60}, {"类型", 8}, {"说明", 40}});
    for (const auto& [code, root] : package.tables) {
      write_items(list, code, root, "blocked", kFormulaColumns, "不填");
      write_items(list, code, root, "formulas", kFormulaColumns, "公式");
      write_items(list, code, root, "inputs", kFormulaColumns, "填报");
    }
    list.close();
  }
  {
    List list(file, package, kChecks, {{"表", 14}, {"编号", 8}, {"级别", 9}, {"类别", 9}, {"公式", 60}, {"条件", 30}, {"容差", 8}, {"口径", 9}, {"说明", 40}});
    for (const auto& [code, root] : package.tables) write_items(list, code, root, "checks", kCheckColumns, "");
    write_items(list, kPackage, package.package, "checks", kCheckColumns, "");
    list.close();
  }
  {
    List list(file, package, kExplanations, {{"表", 14}, {"行栏", 6}, {"编号", 8}, {"名称", 34}, {"解释", 80}});
    for (const auto& [code, root] : package.tables)
      for (const auto& [axis, word] : {std::pair{"rows", "行"}, std::pair{"cols", "栏"}})
        if (const Node* lines = root.find(axis))
          for (const auto& line : lines->children) {
            const std::string fields[] = {code, word, line.key, line.value, line.get("explain")};
            for (int i = 0; i < 5; ++i) list.put(code, i, fields[i]);
            list.next();
          }
    list.close();
  }
  for (const auto& [code, root] : package.tables) write_form(file, package, code, root);
  return file.finish();
}

}  // namespace mif::reporting
