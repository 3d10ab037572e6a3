// SPDX-License-Identifier: Apache-2.0
// The manifest of a file of many units: who is in it by which digest, and the control sums over all.
#pragma once

#include "manifest.h"

namespace mif::report_package {

struct Member {
  std::string unit, name;
  std::int64_t revision = 1, cells = 0;
  std::string digest;
  bool operator==(const Member&) const = default;
};
struct Membership {
  std::vector<Member> units;  // by code
  Listing listing;
};

std::string gathering_json(const Gathering& top, const Manifest& common, const Membership& members);
// What the units have in common (package, ministry, period, layer) goes to `common`.
Membership read_gathering(const std::string& where, std::string_view json, Gathering& top, Manifest& common);
// Throws report-package.mixed when a unit's package, ministry, period or layer differs, or a unit comes twice.
void check_common(const std::vector<ReportSet>& sets);

}  // namespace mif::report_package
