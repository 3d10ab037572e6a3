// SPDX-License-Identifier: Apache-2.0
// A new year's tables from the old ones, and a proposal for the map between them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migration_map.h"
#include "sheet/info_text.h"

namespace mif::reporting {

// Of packages as text, as they stand in no catalog yet.
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
