// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/resolver.h"

#include <algorithm>
#include <set>

namespace mif::plugin {

Resolution resolve(const std::vector<Manifest>& manifests) {
  Resolution result;
  std::map<std::string, const Manifest*> open;
  for (const auto& m : manifests) open[m.id] = &m;
  std::map<std::string, std::string> schemas;
  for (const auto& [id, m] : open) {
    if (m->schema.empty()) continue;
    const auto [owner, fresh] = schemas.emplace(m->schema, id);
    if (!fresh) result.refused[id] = "表前缀 x_" + m->schema + "_ 已归插件 " + owner->second + " (the schema belongs to another plugin)";
  }
  for (const auto& [id, unused] : result.refused) open.erase(id);

  std::set<std::string> placed;
  for (bool moved = true; moved && !open.empty();) {
    moved = false;
    for (auto it = open.begin(); it != open.end();) {
      const auto& needs = it->second->requires_plugins;
      const auto missing = std::find_if(needs.begin(), needs.end(), [&](const std::string& n) { return !placed.count(n) && !open.count(n); });
      if (missing != needs.end()) {
        result.refused[it->first] = result.refused.count(*missing) ? "所依赖的插件被拒绝 (requires a refused plugin): " + *missing
                                                                   : "所依赖的插件没有安装 (requires a plugin that is not installed): " + *missing;
        it = open.erase(it);
        moved = true;
      } else if (std::all_of(needs.begin(), needs.end(), [&](const std::string& n) { return placed.count(n) != 0; })) {
        placed.insert(it->first);
        result.order.push_back(it->first);
        it = open.erase(it);
        moved = true;
      } else {
        ++it;
      }
    }
  }
  // What is left waits for itself: follow the first unplaced dependency from each until it comes round.
  for (const auto& [id, m] : open) {
    std::string path = id, at = id;
    std::set<std::string> seen{id};
    for (;;) {
      const auto& needs = open.at(at)->requires_plugins;
      at = *std::find_if(needs.begin(), needs.end(), [&](const std::string& n) { return open.count(n) != 0; });
      path += " -> " + at;
      if (!seen.insert(at).second) break;
    }
    result.refused[id] = "插件互相依赖成环 (dependency cycle): " + path;
  }
  return result;
}

}  // namespace mif::plugin
