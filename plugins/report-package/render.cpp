// SPDX-License-Identifier: Apache-2.0
#include "render.h"

#include <algorithm>

#include "csv.h"

namespace mif::report_package {
namespace {

const char* flag(bool value) { return value ? "yes" : "no"; }

std::string data_csv(const ReportSet& set, const Table& table) {
  CsvWriter csv(heads_of(set.manifest).data);
  for (const auto& c : table.cells) {
    csv.text(set.manifest.unit).text(c.row).text(c.col).exact(c.state).exact(c.kind == Kind::number ? "number" : c.kind == Kind::text ? "text" : "blank");
    if (c.kind == Kind::text) csv.text(c.value);
    else csv.exact(c.value);
    csv.text(c.printed).text(c.formula);
    if (!is_first_form(set.manifest)) csv.text(c.source).exact(flag(c.linear));
    csv.end();
  }
  return csv.take();
}

std::string lineage_csv(const ReportSet& set, const Table& table) {
  CsvWriter csv(heads_of(set.manifest).lineage);
  for (const auto& l : table.lineage) {
    csv.text(l.row).text(l.col).number(l.times).text(l.book).number(l.year).number(l.month_from).number(l.month_to).exact(flag(l.opening));
    csv.text(l.accounts).text(l.aux).exact(l.measure).exact(l.side).exact(flag(l.closing)).number(l.fen);
    if (!is_first_form(set.manifest)) csv.text(l.opposite).number(l.opening_fen);
    csv.end();
  }
  return csv.take();
}

std::string checks_csv(const ReportSet& set) {
  CsvWriter csv(heads_of(set.manifest).checks);
  for (const auto& c : set.checks) {
    for (const auto* text : {&c.id, &c.table, &c.place, &c.level, &c.state, &c.left, &c.right, &c.difference, &c.tolerance, &c.message}) csv.text(*text);
    if (!is_first_form(set.manifest)) csv.text(c.kind).text(c.expression).exact(c.rule).text(c.reason);
    csv.end();
  }
  return csv.take();
}

std::string explanations_csv(const ReportSet& set) {
  CsvWriter csv(kExplanationsHead);
  for (const auto& e : set.explanations) csv.text(e.check).text(e.place).exact(e.values).text(e.text).text(e.who).text(e.when).end();
  return csv.take();
}

std::string cover_json(const ReportSet& set) {
  JsonWriter w;
  w.begin_object();
  for (const auto& [name, text] : set.cover) w.field(name, text);
  return w.end_object().take() + "\n";
}

}  // namespace

std::vector<Entry> render(const ReportSet& set) {
  std::vector<Entry> files;
  files.push_back({"cover.json", cover_json(set)});
  files.push_back({"check/result.csv", checks_csv(set)});
  files.push_back({"check/explanations.csv", explanations_csv(set)});
  for (const auto& table : set.tables) {
    files.push_back({"data/" + table.code + ".csv", data_csv(set, table)});
    files.push_back({"lineage/" + table.code + ".csv", lineage_csv(set, table)});
  }
  for (const auto& a : set.attachments) files.push_back({"attach/" + a.name, a.bytes});
  std::sort(files.begin(), files.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return files;
}

Listing listing_of(const ReportSet& set, const std::vector<Entry>& files) {
  Listing listing;
  for (const auto& f : files) listing.files.push_back(listed(f.name, f.bytes));
  listing.totals = totals_of(set);
  return listing;
}

}  // namespace mif::report_package
