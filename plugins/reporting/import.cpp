// SPDX-License-Identifier: Apache-2.0
// 导入 and 批量导入: a file with cells of one or many units, as a list or as the ministry's forms. Every unit is taken whole or not
// at all; what is wrong with the file itself stops all of it.
#include <algorithm>
#include <map>

#include "import_file.h"

namespace mif::reporting {

std::vector<Flow::Imported> Flow::import(Call call, const ImportFile& file, Period period, bool apply) const {
  const auto catalog = r_.catalog(call, false);
  Brought brought = read_brought(r_.sheet_, call, file);
  for (auto& [unit, entries] : brought.lists) read_amounts(entries, *catalog, period);
  const auto forms = read_forms(brought.sheets, *catalog, period);
  if (forms.empty() && brought.lists.empty())
    throw Error(MIF_E_INVALID, "report.import-form", (file.name.empty() ? std::string("文件") : "文件 " + file.name) +
                                                         "里没有认得出的报表：可以是导出的表（有“行次”“项目”），也可以是清单（表头 单位 表号 行号 栏号 金额） (neither a form nor a list)");
  const UnitTree tree = units(call);
  std::vector<std::pair<std::string, std::vector<const Form*>>> by_unit;
  std::map<std::pair<std::string, const Table*>, std::string> seen;
  for (const auto& form : forms) {
    const std::string unit = unit_of_form(form, tree, file.unit);
    if (const auto [first, fresh] = seen.emplace(std::make_pair(unit, form.table), form.place); !fresh)
      throw Error(MIF_E_INVALID, "report.form-twice", form.place + "：单位 " + unit + " 的 " + form.table->code + " 在" + first->second + "已经有一份 (the same table of the same unit twice)");
    auto found = std::find_if(by_unit.begin(), by_unit.end(), [&](const auto& u) { return u.first == unit; });
    if (found == by_unit.end()) found = by_unit.insert(by_unit.end(), {unit, {}});
    found->second.push_back(&form);
  }
  for (const auto& [unit, entries] : brought.lists)
    if (std::any_of(by_unit.begin(), by_unit.end(), [&, &unit = unit](const auto& u) { return u.first == unit; }))
      throw Error(MIF_E_INVALID, "report.form-twice", "单位 " + unit + " 既有表又有清单，请只留一种 (both a form and a list for the unit)");
  std::vector<Imported> all;
  const auto take = [&](const std::string& unit, const std::function<void(Imported&)>& body) {
    all.push_back({});
    all.back().unit = unit;
    try {
      body(all.back());
    } catch (const Error& e) {
      all.back().complaint = e.what();
    }
  };
  for (const auto& [unit, entries] : brought.lists) take(unit, [&, &unit = unit, &entries = entries](Imported& one) { import_list(call, unit, period, entries, apply, one); });
  for (const auto& [unit, of] : by_unit) take(unit, [&, &unit = unit, &of = of](Imported& one) { import_forms(call, unit, period, of, apply, one); });
  return all;
}

// Applies what was judged, or says why nothing of the unit is taken.
void Flow::finish_import(Call call, const std::string& unit, Period period, const std::vector<Entry>& entries, bool apply, Imported& one) const {
  const auto bad = std::count_if(one.cells.begin(), one.cells.end(), [](const CellChange& c) { return !c.complaint.empty(); });
  if (bad) one.complaint = std::to_string(bad) + " 格不能导入，该单位全部没有导入 (cells refused, nothing of this unit was taken)";
  if (!apply || bad) return;
  if (!entries.empty()) (void)save(call, unit, period, {}, entries, "imported", false);
  one.applied = true;
}

void Flow::import_list(Call call, const std::string& unit, Period period, const std::vector<Entry>& entries, bool apply, Imported& one) const {
  one.cells = save(call, unit, period, {}, entries, "imported", true).cells;
  finish_import(call, unit, period, entries, apply, one);
}

}  // namespace mif::reporting
