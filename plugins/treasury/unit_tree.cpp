// SPDX-License-Identifier: Apache-2.0
#include "unit_tree.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <functional>

namespace mif::treasury {

UnitTree UnitTree::of(Desk& desk, Call call) {
  std::vector<UnitNode> units;
  const std::string json = desk.identity.units(call);
  try {
    const auto all = Poco::JSON::Parser().parse(json).extract<Poco::JSON::Array::Ptr>();
    for (unsigned i = 0; i < all->size(); ++i) {
      const auto u = all->getObject(i);
      units.push_back({u->getValue<std::string>("code"), u->getValue<std::string>("name"), u->getValue<std::string>("level"), u->getValue<std::string>("parent")});
    }
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_INTERNAL, "payment.units", "主机给出的单位不是约定的写法 (the host's units are not what was agreed): " + e.displayText());
  }
  return UnitTree(std::move(units));
}

const UnitNode* UnitTree::find(std::string_view code) const {
  const auto found = std::find_if(units_.begin(), units_.end(), [&](const UnitNode& u) { return u.code == code; });
  return found == units_.end() ? nullptr : &*found;
}

bool UnitTree::is_within(const std::string& unit, const std::string& ancestor) const {
  const UnitNode* at = find(unit);
  for (std::size_t steps = 0; at && steps <= units_.size(); ++steps) {
    if (at->code == ancestor) return true;
    at = at->parent.empty() ? nullptr : find(at->parent);
  }
  return false;
}

std::vector<std::pair<const UnitNode*, int>> UnitTree::in_order() const {
  std::vector<std::pair<const UnitNode*, int>> all;
  const std::function<void(const UnitNode&, int)> visit = [&](const UnitNode& unit, int depth) {
    all.emplace_back(&unit, depth);
    for (const auto& u : units_)
      if (u.parent == unit.code) visit(u, depth + 1);
  };
  for (const auto& u : units_)
    if (u.parent.empty() || !find(u.parent)) visit(u, 0);
  return all;
}

}  // namespace mif::treasury
