// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "csv.h"
#include "digests.h"
#include "names.h"
#include "render.h"
#include "rules.h"
#include "seal.h"

namespace mif::report_package {
namespace {

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, "数据包 " + one_line(sentence)); }

Kind kind_named(CsvReader& csv, const std::string& name) {
  if (name == "number") return Kind::number;
  if (name == "text") return Kind::text;
  if (name != "blank") csv.refuse("kind 应为 number、text 或 blank (expects number, text or blank)");
  return Kind::blank;
}

void read_data(const std::string& where, std::string_view text, const Manifest& manifest, Table& table) {
  CsvReader csv(text, where, heads_of(manifest).data);
  while (csv.next()) {
    if (csv.text() != manifest.unit) csv.refuse("单位不是清单上的单位 (another unit than the manifest's)");
    Cell c;
    c.row = csv.text();
    c.col = csv.text();
    c.state = csv.exact();
    c.kind = kind_named(csv, csv.exact());
    c.value = c.kind == Kind::text ? csv.text() : csv.exact();
    c.printed = csv.text();
    c.formula = csv.text();
    if (!is_first_form(manifest)) {
      c.source = csv.text();
      c.linear = csv.flag();
    }
    table.cells.push_back(std::move(c));
  }
}

void read_lineage(const std::string& where, std::string_view text, const Manifest& manifest, Table& table) {
  CsvReader csv(text, where, heads_of(manifest).lineage);
  while (csv.next()) {
    Lineage l;
    l.row = csv.text();
    l.col = csv.text();
    l.times = csv.number();
    l.book = csv.text();
    l.year = csv.number();
    l.month_from = csv.number();
    l.month_to = csv.number();
    l.opening = csv.flag();
    l.accounts = csv.text();
    l.aux = csv.text();
    l.measure = csv.exact();
    l.side = csv.exact();
    l.closing = csv.flag();
    l.fen = csv.number();
    if (!is_first_form(manifest)) {
      l.opposite = csv.text();
      l.opening_fen = csv.number();
    }
    table.lineage.push_back(std::move(l));
  }
}

void read_checks(const std::string& where, std::string_view text, ReportSet& set) {
  CsvReader csv(text, where, heads_of(set.manifest).checks);
  while (csv.next()) {
    Check c;
    for (auto* field : {&c.id, &c.table, &c.place, &c.level, &c.state, &c.left, &c.right, &c.difference, &c.tolerance, &c.message}) *field = csv.text();
    if (!is_first_form(set.manifest)) {
      for (auto* field : {&c.kind, &c.expression}) *field = csv.text();
      c.rule = csv.exact();
      c.reason = csv.text();
    }
    set.checks.push_back(std::move(c));
  }
}

void read_explanations(const std::string& where, std::string_view text, ReportSet& set) {
  CsvReader csv(text, where, kExplanationsHead);
  while (csv.next()) {
    Explanation e;
    e.check = csv.text();
    e.place = csv.text();
    e.values = csv.exact();
    for (auto* field : {&e.text, &e.who, &e.when}) *field = csv.text();
    set.explanations.push_back(std::move(e));
  }
}

void read_cover(const std::string& where, std::string_view json, ReportSet& set) {
  read_json(where, json, [&](ferry::JsonReader& r) { r.object([&](std::string_view name) { set.cover.emplace(name, r.text(8000)); }); });
}

}  // namespace

void check_listed(const std::string& where, const std::vector<FileEntry>& listed, const std::vector<FileEntry>& found) {
  auto file = found.begin();
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const FileEntry& told = listed[i];
    const std::string name = is_plain_path(told.name) ? told.name : "(文件名不可用)";
    if (i > 0 && told.name <= listed[i - 1].name) refuse("report-package.file", where + "：清单里的 " + name + " 重复或次序不对 (listed twice or out of order)");
    if (file == found.end() || file->name > told.name) refuse("report-package.file", where + "：清单上的 " + name + " 不在数据包里 (a listed file is missing)");
    if (file->name < told.name) refuse("report-package.file", where + "：清单上没有 " + file->name + " (a file that is not listed)");
    if (!(*file == told)) refuse("report-package.digest", where + "：" + name + " 的长度或摘要与清单不符，文件被改 (changed after the manifest was made)");
    ++file;
  }
  if (file != found.end()) refuse("report-package.file", where + "：清单上没有 " + file->name + " (a file that is not listed)");
}

ReportSet parse(const std::string& folder, const Files& files) {
  ReportSet set;
  const auto found = files.find(kManifestName);
  if (found == files.end()) refuse("report-package.file", folder + "里没有 manifest.json (the manifest is missing)");
  if (kind_of(folder, found->second) != "unit") refuse("report-package.manifest", folder + "：这里应是一个单位的清单 (expects the manifest of one unit)");
  const Listing told = read_manifest(folder + kManifestName, found->second, set);
  const std::string where = name_of(set.manifest);
  std::vector<FileEntry> there;
  for (const auto& [name, bytes] : files)
    if (name != kManifestName && name != kSealName) there.push_back(listed(name, bytes));
  check_listed(where, told.files, there);

  const auto content = [&](const std::string& name) {
    const auto file = files.find(name);
    if (file == files.end()) refuse("report-package.file", where + "：缺 " + (is_plain_path(name) ? name : "表文件") + " (a file is missing)");
    return file->second;
  };
  for (auto& table : set.tables) {
    read_data(where + " data/" + table.code + ".csv", content("data/" + table.code + ".csv"), set.manifest, table);
    read_lineage(where + " lineage/" + table.code + ".csv", content("lineage/" + table.code + ".csv"), set.manifest, table);
  }
  read_checks(where + " check/result.csv", content("check/result.csv"), set);
  read_explanations(where + " check/explanations.csv", content("check/explanations.csv"), set);
  read_cover(where + " cover.json", content("cover.json"), set);
  for (const auto& [name, bytes] : files)
    if (name.substr(0, 7) == "attach/") set.attachments.push_back({name.substr(7), std::string(bytes)});
  check_set(set);

  const std::vector<Entry> again = render(set);
  for (const auto& f : again)
    if (const auto file = files.find(f.name); file == files.end() || file->second != f.bytes)
      refuse("report-package.form", where + "：" + f.name + " 的内容能读，但不是规定的写法，请按格式重新生成 (readable, but not written the one way)");
  if (again.size() != told.files.size()) {
    const auto strange = std::find_if(told.files.begin(), told.files.end(), [&](const FileEntry& f) { return std::none_of(again.begin(), again.end(), [&](const Entry& e) { return e.name == f.name; }); });
    refuse("report-package.file", where + "：" + strange->name + " 不是数据包里该有的文件 (a file packages do not have)");
  }
  check_totals(where, told.totals, totals_of(set));
  if (manifest_json(set, told) != found->second) refuse("report-package.form", where + "：manifest.json 能读，但不是规定的写法，请按格式重新生成 (readable, but not written the one way)");
  set.digest = sha256(found->second);
  return set;
}

}  // namespace mif::report_package
