// SPDX-License-Identifier: Apache-2.0
// manifest.json: whose figures, the outline of the tables, every file with length and digests, control sums. One line of JSON,
// fields in this order, fields of later versions after them by name.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "decimal.h"
#include "ferry/json_reader.h"
#include "mif/json.hpp"
#include "package.h"

namespace mif::report_package {

inline constexpr unsigned kUnknownDepth = 8;

struct FileEntry {
  std::string name;
  std::int64_t bytes = 0;
  std::string sha256, sm3;
  bool operator==(const FileEntry&) const = default;
};
FileEntry listed(const std::string& name, std::string_view bytes);

struct ColumnTotal {
  std::string table, col;
  std::int64_t numbers = 0;
  std::string sum;
  bool operator==(const ColumnTotal&) const = default;
};
struct Totals {
  std::int64_t cells = 0;
  std::vector<ColumnTotal> columns;  // with numbers in them, by table and column code
};
// Adds sets up without keeping them.
class TotalsSum {
 public:
  void add(const ReportSet& set);
  Totals totals() const;

 private:
  std::int64_t cells_ = 0;
  std::map<std::pair<std::string, std::string>, Total> columns_;  // by table and column code
};
Totals totals_of(const ReportSet& set);
// Throws report-package.totals naming table and column.
void check_totals(const std::string& where, const Totals& told, const Totals& found);

struct Listing {
  std::vector<FileEntry> files;  // by name
  Totals totals;
};

std::string manifest_json(const ReportSet& set, const Listing& listing);
// Fills the manifest and the outlines of the tables.
Listing read_manifest(const std::string& where, std::string_view json, ReportSet& set);

// Throws report-package.version for a format this program does not read.
void check_version(const std::string& where, std::string_view version);
// "unit" or "units", after the format and version were checked.
std::string kind_of(const std::string& where, std::string_view json);
bool is_known_field(std::string_view name);

// Reads one JSON text to its end; complaints become report-package.json.
void read_json(const std::string& where, std::string_view json, const std::function<void(ferry::JsonReader&)>& read);

// The pieces both manifests share.
void write_head(JsonWriter& w, const std::string& version, const char* kind);
void write_listing(JsonWriter& w, const Listing& listing);
void write_unknown(JsonWriter& w, const std::map<std::string, std::string>& unknown);
std::vector<FileEntry> read_files(ferry::JsonReader& r);
Totals read_totals(ferry::JsonReader& r);

}  // namespace mif::report_package
