// SPDX-License-Identifier: Apache-2.0
// A new year's tables from the old ones, and the map that leads a cell of the new layout to what it was before, so that
// {上年同期} and the comparison with last year work across a re-layout. docs/reporting/exchange-with-spreadsheets.md has the file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sheet/info_text.h"

namespace mif::reporting {

struct OldCell {
  std::string table, row, col;
  friend bool operator==(const OldCell& a, const OldCell& b) { return a.table == b.table && a.row == b.row && a.col == b.col; }
};

// migration.info of the new package. [any-thread] Immutable after loading.
class Migration {
 public:
  struct Lines {
    std::map<std::string, std::vector<std::string>> moved;  // new code -> old codes, added up; empty = there was none
    int line = 0;
  };
  struct TableMap {
    std::string from;  // the old table; empty = there was none
    Lines rows, cols;
    std::map<std::pair<std::string, std::string>, std::vector<OldCell>> cells;
    int line = 0;
  };
  std::string file, from, to;
  std::map<std::string, TableMap> tables;

  // The cells of `from` whose sum was what this cell is now; empty = the cell is new: blank. A table, row or column that the map
  // does not name has kept its number; whether the old table has it is the caller's look-up.
  std::vector<OldCell> before(const std::string& table, const std::string& row, const std::string& col) const;
};

// MIF_E_INVALID "FILE:LINE: ..."; every name is looked up in both packages.
Migration load_migration(const Node& root, std::string_view file, const PackageText& before, const PackageText& after);

// Matches rows and columns by name (and name on the right), then by number; what it could not match stands in `unmatched`.
struct Mapping {
  Node migration;  // the tree of migration.info
  std::vector<std::string> unmatched;  // one sentence each, for the person who finishes the map
};
Mapping map_packages(const PackageText& before, const PackageText& after);

// template clone: the old package under a new code, valid from `from`, in `folder`; the period in title and note stays for a
// person to change. Formulas, checks and explanations come along.
PackageText clone_package(const PackageText& old, const std::string& code, const std::string& folder, Period from);
// The old package, valid until the month before: two packages with the same table may not be valid at once.
PackageText ended_before(const PackageText& old, Period from);

}  // namespace mif::reporting
