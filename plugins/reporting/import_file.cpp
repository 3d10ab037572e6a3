// SPDX-License-Identifier: Apache-2.0
#include "import_file.h"

#include <algorithm>

namespace mif::reporting {
namespace {

constexpr std::size_t kMostRows = 500000, kMostCells = 2000000;

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

bool takes_words(const Catalog& catalog, Period period, const Entry& e) {
  const Table* t = catalog.find(e.table, period);
  if (!t) return false;
  const auto r = t->row_index.find(e.row), c = t->col_index.find(e.col);
  return r != t->row_index.end() && c != t->col_index.end() && t->rule(r->second, c->second).text;
}

bool heads_a_list(const mif_sheet_row& row) {
  int known = 0;
  for (std::uint64_t i = 0; i < row.n; ++i)
    for (const auto& column : kColumns) known += trimmed(view(row.cells[i].text)) == column.name || trimmed(view(row.cells[i].text)) == column.chinese;
  return known >= 2;
}

// One file: a list when its first row is the heading of one, else worksheets.
class FileReader {
 public:
  // counted: over all files of an archive, or many small ones would be one large one.
  FileReader(Brought& into, std::string name, const std::string& only, std::size_t (&counted)[2]) : into_(into), name_(std::move(name)), only_(only), rows_(counted[0]), cells_(counted[1]) {}

  bool row(const mif_sheet_row& row) {
    if (!begun_) list_ = heads_a_list(row);
    const bool heading = list_ && !begun_;
    begun_ = true;
    if (heading) return head(row), true;
    if (list_) return row.sheet == 0 && (cells(row), true);
    keep(row);
    return true;
  }

 private:
  std::string where(int number) const { return (name_.empty() ? std::string("导入文件") : "文件 " + name_ + " ") + "第 " + std::to_string(number) + " 行"; }

  void head(const mif_sheet_row& row) {
    for (std::size_t k = 0; k < 6; ++k) {
      for (std::uint64_t i = 0; i < row.n; ++i)
        if (const std::string text = trimmed(view(row.cells[i].text)); text == kColumns[k].name || text == kColumns[k].chinese) at_[k] = static_cast<int>(i);
      if (at_[k] < 0 && kColumns[k].needed && (k > 0 || only_.empty()))
        throw Error(MIF_E_INVALID, "report.import-columns", where(row.number) + "应为表头 unit table row col value（单位 表号 行号 栏号 金额），缺 " + kColumns[k].name + " (the heading lacks a column)");
    }
  }

  void cells(const mif_sheet_row& row) {
    const auto cell = [&](std::size_t k) { return at_[k] >= 0 && static_cast<std::uint64_t>(at_[k]) < row.n ? trimmed(view(row.cells[at_[k]].text)) : std::string(); };
    count(rows_, 1, kMostRows);
    const std::string unit = cell(0).empty() ? only_ : cell(0);
    if (unit.empty()) throw Error(MIF_E_INVALID, "report.import-unit", where(row.number) + "没有单位 (the row names no unit)");
    if (!only_.empty() && unit != only_) throw Error(MIF_E_INVALID, "report.other-unit", where(row.number) + "是别的单位 " + unit + " 的，要的是 " + only_ + " 的；多个单位请用批量导入 (the file speaks of another unit)");
    auto found = std::find_if(into_.lists.begin(), into_.lists.end(), [&](const auto& f) { return f.first == unit; });
    if (found == into_.lists.end()) found = into_.lists.insert(into_.lists.end(), {unit, {}});
    found->second.push_back({cell(1), cell(2), cell(3), cell(4), cell(5), false});
  }

  void keep(const mif_sheet_row& row) {
    count(cells_, row.n, kMostCells);
    if (row.sheet != sheet_) into_.sheets.push_back({name_, str(row.sheet_name), row.hidden != 0, {}});
    sheet_ = row.sheet;
    FormLine line{row.number - lines_within_, {}};
    for (std::uint64_t i = 0; i < row.n; ++i) {
      const auto& c = row.cells[i];
      const auto kind = c.kind == MIF_INPUT_BLANK ? FormInput::Kind::blank : c.kind == MIF_INPUT_TEXT ? FormInput::Kind::text : c.kind == MIF_INPUT_NUMBER ? FormInput::Kind::number : FormInput::Kind::other;
      line.cells.push_back({kind, str(c.text)});
      if (row.sheet_name.n == 0) lines_within_ += static_cast<int>(std::count(line.cells.back().text.begin(), line.cells.back().text.end(), '\n'));
    }
    into_.sheets.back().lines.push_back(std::move(line));
  }

  void count(std::size_t& counted, std::size_t n, std::size_t most) const {
    if ((counted += n) > most) throw Error(MIF_E_INVALID, "report.import-large", "导入文件超过 " + std::to_string(most) + (list_ ? " 行" : " 格") + "，请分几个文件 (too many rows or cells)");
  }

  Brought& into_;
  const std::string name_, only_;
  bool begun_ = false, list_ = false;
  int at_[6] = {-1, -1, -1, -1, -1, -1};
  int sheet_ = -1;
  int lines_within_ = 0;  // of a CSV file, line breaks within fields so far: a spreadsheet counts records, the reader lines of the file
  std::size_t &rows_, &cells_;
};

}  // namespace

Brought read_brought(const Sheet& reader, Call call, const ImportFile& file) {
  Brought brought;
  std::vector<std::pair<std::string, std::string>> files;
  reader.files(call, file.bytes, [&](std::string_view name, std::string_view bytes) {
    files.emplace_back(name.empty() ? file.name : std::string(name), bytes);
    return true;
  });
  std::size_t counted[2] = {0, 0};
  for (const auto& [name, bytes] : files) {
    FileReader one(brought, name, file.unit, counted);
    try {
      reader.rows(call, bytes, [&](const mif_sheet_row& row) { return one.row(row); });
    } catch (const Error& e) {
      // What the host's reader says does not know which file of an archive it was.
      if (name.empty() || std::string_view(e.what()).find(name) != std::string_view::npos) throw;
      throw Error(e.code(), "文件 " + name + "：" + e.what());  // with its code at the end
    }
  }
  if (brought.empty()) throw Error(MIF_E_INVALID, "report.import-empty", "导入文件没有数据行 (no rows of data)");
  return brought;
}

void read_amounts(std::vector<Entry>& entries, const Catalog& catalog, Period period) {
  for (auto& e : entries)
    if (!takes_words(catalog, period, e)) e.value.erase(std::remove(e.value.begin(), e.value.end(), ','), e.value.end());
}

std::string unit_of_form(const Form& form, const UnitTree& tree, const std::string& asked) {
  const std::string written = compared_name(form.unit);
  if (written.empty()) {
    if (asked.empty()) throw Error(MIF_E_INVALID, "report.form-unit", form.place + "：没有写编制单位 (the form names no unit)");
    return asked;
  }
  std::vector<std::string> found;
  for (const auto& u : tree.all()) {
    const std::string code = compared_name(u.code), name = compared_name(u.name);
    if (written == code || written == name || written == code + name || written == name + "(" + code + ")") found.push_back(u.code);
  }
  if (!asked.empty() && std::find(found.begin(), found.end(), asked) == found.end())
    throw Error(MIF_E_INVALID, "report.other-unit", form.place + "：编制单位是 " + form.unit + "，不是 " + asked + " " + tree.name(asked) + "；多个单位请用批量导入 (the file speaks of another unit)");
  if (!asked.empty()) return asked;
  if (found.size() != 1)
    throw Error(MIF_E_INVALID, "report.form-unit", form.place + "：编制单位 " + form.unit + (found.empty() ? " 不是这里的单位，或您无权查看" : " 有几个单位同名，请写单位代码") + " (no such unit, or several)");
  return found.front();
}

}  // namespace mif::reporting
