// SPDX-License-Identifier: Apache-2.0
#include "rules.h"

#include <algorithm>
#include <map>
#include <set>

#include "decimal.h"
#include "digests.h"
#include "ferry/json_reader.h"
#include "manifest.h"
#include "mif/error.hpp"
#include "names.h"

namespace mif::report_package {
namespace {

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, "数据包 " + one_line(sentence)); }

bool matches(std::string_view text, std::string_view form) {  // 9 = a digit
  return text.size() == form.size() && std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) { return f == '9' ? c >= '0' && c <= '9' : c == f; });
}
bool is_period(std::string_view text) {
  const std::string_view part = text.substr(std::min<std::size_t>(text.size(), 5));
  if (matches(text, "9999-99")) return part >= "01" && part <= "13";
  return matches(text, "9999") || (matches(text, "9999-Q9") && part >= "Q1" && part <= "Q4");
}
bool is_word(std::string_view text) { return text.size() <= 40 && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos; }

void check_text(const std::string& where, const char* what, std::string_view text, std::size_t most = 8000) {
  const auto control = std::find_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F; });
  if (text.size() > most || control != text.end() || !ferry::valid_utf8(text)) refuse("report-package.text", where + "：" + what + " 太长、不是 UTF-8 或含控制字符 (a text that cannot travel)");
}

class Checking {
 public:
  explicit Checking(const ReportSet& set) : set_(set), where_(name_of(set.manifest)) {}

  void all() {
    manifest();
    if (set_.tables.size() > 500) refuse("report-package.table", where_ + "：表超过 500 张 (too many tables)");
    std::set<std::string> seen;
    for (const auto& table : set_.tables) {
      if (!is_plain_name(table.code) || table.code.size() > 80) refuse("report-package.table", where_ + "：表号不能用作文件名 (not usable as the name of a file)");
      if (!seen.insert(folded(table.code)).second) refuse("report-package.table", where_ + "：表 " + table.code + " 出现两次，或只有大小写不同 (a table comes twice)");
      tables(table);
    }
    for (const auto& c : set_.checks)
      texts("审核结果 " + c.id, {c.id, c.table, c.place, c.level, c.state, c.left, c.right, c.difference, c.tolerance, c.message, c.kind, c.expression, c.reason});
    for (const auto& c : set_.checks)
      if (!c.rule.empty() && !is_digest(c.rule)) refuse("report-package.manifest", where_ + "：审核结果 " + c.id + " 的 rule 应为规则的摘要或空 (the digest of the rule, or nothing)");
    for (const auto& e : set_.explanations) {
      texts("审核说明 " + e.check, {e.check, e.place, e.text, e.who, e.when});
      if (!is_digest(e.values)) refuse("report-package.manifest", where_ + "：审核说明 " + e.check + " 没有所说明数值的摘要 (an explanation lacks the digest of its values)");
    }
    seen.clear();
    for (const auto& a : set_.attachments) {
      check_attachment("数据包 " + where_ + "：", a.name, a.bytes);
      if (!seen.insert(folded(a.name)).second) refuse("report-package.manifest", where_ + "：附件 " + a.name + " 出现两次，或只有大小写不同 (an attachment comes twice)");
    }
  }

 private:
  void texts(const std::string& what, std::initializer_list<std::string_view> all) {
    for (const auto text : all) check_text(where_, what.c_str(), text);
  }
  [[noreturn]] void field(const char* name, const char* expected) { refuse("report-package.manifest", where_ + "：清单的 " + name + " 应为 " + expected); }

  void manifest() {
    const Manifest& m = set_.manifest;
    check_head(where_, m.version, m.tool, m.created, m.unknown);
    texts("清单", {m.title, m.unit_name, m.ledger.state, m.ledger.recorded_until});
    if (!is_plain_name(m.package) || m.package.size() > 80) field("package", "报表包代码 (the code of a report package)");
    if (!is_plain_name(m.unit) || m.unit.size() > 60) field("unit", "单位代码 (the code of a unit)");
    if (!is_word(m.ministry) || m.ministry.empty()) field("ministry", "小写字母、数字和连字符 (lower-case letters, digits, hyphens)");
    if (!is_digest(m.template_digest)) field("template", "64 位十六进制摘要 (a digest)");
    if (!is_period(m.period)) field("period", "2023、2023-06 或 2023-Q2 (a year, month or quarter)");
    if (m.layer != "own" && m.layer != "sum") field("layer", "own 或 sum (own or sum)");
    if (m.revision < 1 || m.revision > 100000) field("revision", "从 1 起的序号 (a number from 1 on)");
    if (m.revision == 1 ? !m.parent.empty() : !is_digest(m.parent)) field("parent", "所更正的数据包的摘要，第 1 版没有 (the digest of the package it corrects, none in revision 1)");
    if (set_.cover.size() > 200) field("cover", "至多 200 项 (at most 200 items)");
    for (const auto& [name, text] : set_.cover) {
      check_text(where_, "封面", name, 100);
      check_text(where_, "封面", text);
    }
  }

  static std::map<std::string_view, std::size_t> places(const std::vector<Axis>& axis) {
    std::map<std::string_view, std::size_t> found;
    for (const auto& a : axis) found.emplace(a.code, found.size());
    return found;
  }
  void axis(const Table& table, const std::vector<Axis>& axis, const char* what) {
    std::set<std::string_view> seen;
    if (axis.size() > 5000) refuse("report-package.table", where_ + "：表 " + table.code + " 的" + what + "超过 5000 个 (too many)");
    for (const auto& a : axis) {
      check_text(where_, "行号或栏号", a.code, 60);
      check_text(where_, "行名或栏名", a.name);
      if (a.code.empty() || !seen.insert(a.code).second) refuse("report-package.table", where_ + "：表 " + table.code + " 的" + what + " " + a.code + " 为空或出现两次 (a code is empty or comes twice)");
    }
  }

  void tables(const Table& table) {
    texts("表 " + table.code, {table.title, table.unit});
    axis(table, table.rows, "行号");
    axis(table, table.cols, "栏号");
    const auto rows = places(table.rows), cols = places(table.cols);
    const auto place = [&](const char* rule, const std::string& row, const std::string& col) {
      const auto r = rows.find(row), c = cols.find(col);
      if (r == rows.end() || c == cols.end()) refuse(rule, at(table, row, col) + "：表里没有这一格 (no such cell)");
      return std::pair(r->second, c->second);
    };
    std::pair<std::size_t, std::size_t> before;
    for (std::size_t i = 0; i < table.cells.size(); ++i) {
      const Cell& cell = table.cells[i];
      const auto here = place("report-package.cell", cell.row, cell.col);
      if (i > 0 && here <= before) refuse("report-package.cell", at(table, cell.row, cell.col) + "：单元格重复或次序不对 (a cell comes twice or out of order)");
      before = here;
      cell_value(table, cell);
    }
    for (std::size_t i = 0; i < table.lineage.size(); ++i) {
      const Lineage& l = table.lineage[i];
      const auto here = place("report-package.cell", l.row, l.col);
      if (i > 0 && here < before) refuse("report-package.cell", at(table, l.row, l.col) + "：取数来源的次序不对 (lineage out of order)");
      before = here;
      texts("取数来源", {l.book, l.accounts, l.aux, l.opposite});
      if (!is_word(l.measure) || !is_word(l.side) || l.year < 0 || l.year > 9999 || l.month_from < 0 || l.month_from > 14 || l.month_to < 0 || l.month_to > 14)
        refuse("report-package.cell", at(table, l.row, l.col) + "：取数来源的年月或口径不对 (years, months or words of the lineage)");
    }
  }
  void cell_value(const Table& table, const Cell& cell) {
    const auto bad = [&](const char* why) { refuse("report-package.cell", at(table, cell.row, cell.col) + "：" + why); };
    if (!is_word(cell.state) || cell.state.empty()) bad("状态应为一个小写单词 (the state is a word)");
    if (cell.kind == Kind::blank && !cell.value.empty()) bad("空格不能有值 (a blank cell has a value)");
    if (cell.kind == Kind::number && !is_decimal(cell.value)) bad("数值写法不对，至多 18 位整数 6 位小数 (not an exact decimal)");
    check_text(where_, "单元格", cell.value);
    check_text(where_, "单元格", cell.printed);
    check_text(where_, "单元格公式", cell.formula);
    check_text(where_, "单元格的数据来源", cell.source);
  }
  std::string at(const Table& table, const std::string& row, const std::string& col) const { return where_ + " 表 " + table.code + " 第 " + row + " 行 " + col + " 栏"; }

  const ReportSet& set_;
  const std::string where_;
};

}  // namespace

std::string name_of(const Manifest& m) {
  const auto part = [](const std::string& text) { return is_plain_name(text) ? text : std::string("?"); };
  return part(m.unit) + " " + part(m.package) + " " + part(m.period);
}

void check_head(const std::string& where, const std::string& version, const std::string& tool, const std::string& created, const std::map<std::string, std::string>& unknown) {
  check_version(where, version);
  check_text(where, "清单的 tool", tool, 200);
  if (!matches(created, "9999-99-99T99:99:99Z")) refuse("report-package.manifest", where + "：清单的 created 应为 2023-07-05T08:30:00Z 的写法 (an instant in UTC)");
  for (const auto& [name, json] : unknown) {
    if (is_known_field(name)) refuse("report-package.manifest", where + "：清单的 " + name + " 不是多出来的字段 (not an unknown field)");
    read_json(where + " 清单的未知字段", json, [](ferry::JsonReader& r) { r.value(kUnknownDepth); });
  }
}

void check_set(const ReportSet& set) { Checking(set).all(); }

void arrange(ReportSet& set) {
  const auto by_code = [](const auto& a, const auto& b) { return a.code < b.code; };
  std::stable_sort(set.tables.begin(), set.tables.end(), by_code);
  std::stable_sort(set.attachments.begin(), set.attachments.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (auto& table : set.tables) {
    std::map<std::string, std::size_t> rows, cols;
    for (const auto& r : table.rows) rows.emplace(r.code, rows.size());
    for (const auto& c : table.cols) cols.emplace(c.code, cols.size());
    const auto place = [&](const auto& x) {
      const auto r = rows.find(x.row), c = cols.find(x.col);  // what is in no row or column is refused later
      return std::pair(r == rows.end() ? rows.size() : r->second, c == cols.end() ? cols.size() : c->second);
    };
    const auto before = [&](const auto& a, const auto& b) { return place(a) < place(b); };
    std::stable_sort(table.cells.begin(), table.cells.end(), before);
    std::stable_sort(table.lineage.begin(), table.lineage.end(), before);
  }
}

}  // namespace mif::report_package
