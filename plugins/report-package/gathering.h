// SPDX-License-Identifier: Apache-2.0
// The manifest of a file of many units: who is in it by which digest, and the control sums over all.
#pragma once

#include <set>

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
// What units have in common, unit by unit.
class Common {
 public:
  // Throws report-package.mixed when the package, ministry or period differs, or the unit came before.
  void add(const Manifest& unit);
  bool empty() const { return seen_.empty(); }
  // Layer "all": own reports and sums side by side. Whose it was is in it as well: who writes it does not ask.
  const Manifest& manifest() const { return common_; }

 private:
  Manifest common_;
  std::set<std::string> seen_;
};

}  // namespace mif::report_package
