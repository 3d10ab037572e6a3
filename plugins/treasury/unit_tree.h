// SPDX-License-Identifier: Apache-2.0
// The units the caller sees, as a tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "desk.h"

namespace mif::treasury {

struct UnitNode {
  std::string code, name, level, parent;
};
class UnitTree {
 public:
  explicit UnitTree(std::vector<UnitNode> units) : units_(std::move(units)) {}
  static UnitTree of(Desk& desk, Call call);
  const UnitNode* find(std::string_view code) const;
  bool is_within(const std::string& unit, const std::string& ancestor) const;  // also when they are the same
  // Each unit with its depth, a parent right before its children; a unit whose parent the caller does not see is a root.
  std::vector<std::pair<const UnitNode*, int>> in_order() const;

 private:
  std::vector<UnitNode> units_;
};

}  // namespace mif::treasury
