// SPDX-License-Identifier: Apache-2.0
// Migration: the map that leads a cell of a new layout to what it was in the package before, so that {上年同期}, 提取上期数 and the
// comparison with published figures work across a re-layout. docs/reporting/exchange-with-spreadsheets.md has the file.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mif/services.hpp"

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

// What a map may name: the tables of a package with their lines.
struct Layout {
  struct Lines {
    std::set<std::string, std::less<>> rows, cols;
  };
  std::string code;
  std::map<std::string, Lines, std::less<>> tables;
};

// MIF_E_INVALID "FILE:LINE: ..."; every name is looked up in both packages.
Migration load_migration(const Node& root, std::string_view file, const Layout& before, const Layout& after);

}  // namespace mif::reporting
