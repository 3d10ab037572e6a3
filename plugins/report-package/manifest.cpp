// SPDX-License-Identifier: Apache-2.0
#include "manifest.h"

#include <algorithm>
#include <array>

#include "digests.h"
#include "report-package/names.h"

namespace mif::report_package {
namespace {

constexpr std::size_t kText = 8000, kMost = 40000;
constexpr std::array<std::string_view, 22> kFields = {"format", "version", "kind", "package", "title", "template", "ministry", "unit", "unitName", "period", "layer",
                                                      "revision", "parent", "tool", "created", "ledger", "tables", "files", "totals", "units", "digest", "seal"};

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, "数据包 " + one_line(sentence)); }

// What follows `"name":"` up to the quote, or nothing; moves `text` behind it.
std::string_view take(std::string_view& text, std::string_view lead) {
  if (text.substr(0, lead.size()) != lead) return {};
  const auto quote = text.find('"', lead.size());
  if (quote == std::string_view::npos) return {};
  const std::string_view found = text.substr(lead.size(), quote - lead.size());
  text.remove_prefix(quote + 1);
  return found;
}

void write_axis(JsonWriter& w, const char* name, const std::vector<Axis>& axis) {
  w.key(name).begin_array();
  for (const auto& a : axis) w.begin_object().field("code", a.code).field("name", a.name).end_object();
  w.end_array();
}

std::vector<Axis> read_axis(ferry::JsonReader& r) {
  std::vector<Axis> axis;
  r.array(kMost, [&] {
    Axis a;
    r.object([&](std::string_view name) {
      if (name == "code") a.code = r.text(kText);
      else if (name == "name") a.name = r.text(kText);
      else r.refuse("不认识的字段 (unknown field) " + std::string(name));
    });
    axis.push_back(std::move(a));
  });
  return axis;
}

Table read_outline(ferry::JsonReader& r) {
  Table t;
  r.object([&](std::string_view name) {
    if (name == "code") t.code = r.text(kText);
    else if (name == "title") t.title = r.text(kText);
    else if (name == "unit") t.unit = r.text(kText);
    else if (name == "rows") t.rows = read_axis(r);
    else if (name == "cols") t.cols = read_axis(r);
    else r.refuse("不认识的字段 (unknown field) " + std::string(name));
  });
  return t;
}

}  // namespace

FileEntry listed(const std::string& name, std::string_view bytes) { return {name, static_cast<std::int64_t>(bytes.size()), sha256(bytes), sm3(bytes)}; }

void TotalsSum::add(const ReportSet& set) {
  for (const auto& table : set.tables) {
    std::map<std::string_view, Total*> columns;  // looked up once a column, not once a cell
    for (const auto& cell : table.cells) {
      ++cells_;
      if (cell.kind != Kind::number) continue;
      Total*& column = columns[cell.col];
      if (!column) column = &columns_[{table.code, cell.col}];
      column->add(cell.value);
    }
  }
}

Totals TotalsSum::totals() const {
  Totals totals;
  totals.cells = cells_;
  for (const auto& [place, total] : columns_) totals.columns.push_back({place.first, place.second, total.count(), total.text()});
  return totals;
}

Totals totals_of(const ReportSet& set) {
  TotalsSum sum;
  sum.add(set);
  return sum.totals();
}

void check_totals(const std::string& where, const Totals& told, const Totals& found) {
  if (told.cells != found.cells)
    refuse("report-package.totals", where + "：清单写有 " + std::to_string(told.cells) + " 格，数据有 " + std::to_string(found.cells) + " 格 (the number of cells differs)");
  if (told.columns.size() != found.columns.size()) refuse("report-package.totals", where + "：清单与数据的合计栏数不同 (the number of control sums differs)");
  for (std::size_t i = 0; i < told.columns.size(); ++i)
    if (!(told.columns[i] == found.columns[i]))
      refuse("report-package.totals", where + " 表 " + found.columns[i].table + " 第 " + found.columns[i].col + " 栏：数据合计 " + found.columns[i].sum + "，清单写的不是它 (the control sum differs)");
}

void check_version(const std::string& where, std::string_view version) {
  const bool ours = version.size() > 2 && version.size() <= 6 && version.substr(0, 2) == "1." && version.find_first_not_of("0123456789", 2) == std::string_view::npos && (version.size() == 3 || version[2] != '0');
  if (!ours) refuse("report-package.version", where + "：数据包版本 " + std::string(version.substr(0, 20)) + " 本程序不能读，可读 1.x，请升级程序或请对方按 1.x 生成 (this version is not read)");
}

std::string kind_of(const std::string& where, std::string_view json) {
  if (take(json, "{\"format\":\"") != kFormat) refuse("report-package.manifest", where + "：manifest.json 不是数据包的清单 (not the manifest of a package)");
  check_version(where, take(json, ",\"version\":\""));
  const std::string_view kind = take(json, ",\"kind\":\"");
  if (kind != "unit" && kind != "units") refuse("report-package.manifest", where + "：清单的 kind 应为 unit 或 units (expects unit or units)");
  return std::string(kind);
}

bool is_known_field(std::string_view name) { return std::find(kFields.begin(), kFields.end(), name) != kFields.end(); }

void read_json(const std::string& where, std::string_view json, const std::function<void(ferry::JsonReader&)>& read) {
  try {
    ferry::JsonReader reader(json, where);
    read(reader);
    reader.end();
  } catch (const Error& e) {
    if (e.rule() != "ferry.json") throw;
    const std::string sentence = e.what();
    refuse("report-package.json", sentence.substr(0, sentence.rfind(" [")));
  }
}

void write_head(JsonWriter& w, const std::string& version, const char* kind) {
  w.begin_object().field("format", std::string(kFormat)).field("version", version).field("kind", kind);
}

void write_listing(JsonWriter& w, const Listing& listing) {
  w.key("files").begin_array();
  for (const auto& f : listing.files) w.begin_object().field("name", f.name).field("bytes", f.bytes).field("sha256", f.sha256).field("sm3", f.sm3).end_object();
  w.end_array().key("totals").begin_object().field("cells", listing.totals.cells).key("columns").begin_array();
  for (const auto& c : listing.totals.columns) w.begin_object().field("table", c.table).field("col", c.col).field("numbers", c.numbers).field("sum", c.sum).end_object();
  w.end_array().end_object();
}

void write_unknown(JsonWriter& w, const std::map<std::string, std::string>& unknown) {
  for (const auto& [name, json] : unknown) w.key(name).raw(json);
}

std::vector<FileEntry> read_files(ferry::JsonReader& r) {
  std::vector<FileEntry> files;
  r.array(kMost, [&] {
    FileEntry f;
    r.object([&](std::string_view name) {
      if (name == "name") f.name = r.text(kText);
      else if (name == "bytes") f.bytes = r.integer();
      else if (name == "sha256") f.sha256 = r.text(kText);
      else if (name == "sm3") f.sm3 = r.text(kText);
      else r.refuse("不认识的字段 (unknown field) " + std::string(name));
    });
    files.push_back(std::move(f));
  });
  return files;
}

Totals read_totals(ferry::JsonReader& r) {
  Totals totals;
  r.object([&](std::string_view name) {
    if (name == "cells") totals.cells = r.integer();
    else if (name == "columns") r.array(1000000, [&] {
      ColumnTotal c;
      r.object([&](std::string_view field) {
        if (field == "table") c.table = r.text(kText);
        else if (field == "col") c.col = r.text(kText);
        else if (field == "numbers") c.numbers = r.integer();
        else if (field == "sum") c.sum = r.text(kText);
        else r.refuse("不认识的字段 (unknown field) " + std::string(field));
      });
      totals.columns.push_back(std::move(c));
    });
    else r.refuse("不认识的字段 (unknown field) " + std::string(name));
  });
  return totals;
}

std::string manifest_json(const ReportSet& set, const Listing& listing) {
  const Manifest& m = set.manifest;
  JsonWriter w;
  write_head(w, m.version, "unit");
  w.field("package", m.package).field("title", m.title).field("template", m.template_digest).field("ministry", m.ministry).field("unit", m.unit).field("unitName", m.unit_name);
  w.field("period", m.period).field("layer", m.layer).field("revision", m.revision).field("parent", m.parent).field("tool", m.tool).field("created", m.created);
  w.key("ledger").begin_object().field("state", m.ledger.state).field("recordedUntil", m.ledger.recorded_until).end_object();
  w.key("tables").begin_array();
  for (const auto& t : set.tables) {
    w.begin_object().field("code", t.code).field("title", t.title).field("unit", t.unit);
    write_axis(w, "rows", t.rows);
    write_axis(w, "cols", t.cols);
    w.end_object();
  }
  w.end_array();
  write_listing(w, listing);
  write_unknown(w, m.unknown);
  return w.end_object().take() + "\n";
}

Listing read_manifest(const std::string& where, std::string_view json, ReportSet& set) {
  Listing listing;
  Manifest& m = set.manifest;
  const std::map<std::string_view, std::string*> texts = {{"version", &m.version}, {"package", &m.package}, {"title", &m.title}, {"template", &m.template_digest}, {"ministry", &m.ministry},
                                                          {"unit", &m.unit}, {"unitName", &m.unit_name}, {"period", &m.period}, {"layer", &m.layer}, {"parent", &m.parent}, {"tool", &m.tool}, {"created", &m.created}};
  read_json(where, json, [&](ferry::JsonReader& r) {
    r.object([&](std::string_view name) {
      if (const auto text = texts.find(name); text != texts.end()) *text->second = r.text(kText);
      else if (name == "format" || name == "kind") r.text(kText);
      else if (name == "revision") m.revision = r.integer();
      else if (name == "ledger") r.object([&](std::string_view field) {
        if (field == "state") m.ledger.state = r.text(kText);
        else if (field == "recordedUntil") m.ledger.recorded_until = r.text(kText);
        else r.refuse("不认识的字段 (unknown field) " + std::string(field));
      });
      else if (name == "tables") r.array(500, [&] { set.tables.push_back(read_outline(r)); });
      else if (name == "files") listing.files = read_files(r);
      else if (name == "totals") listing.totals = read_totals(r);
      else m.unknown.emplace(name, r.value(kUnknownDepth));
    });
  });
  return listing;
}

}  // namespace mif::report_package
