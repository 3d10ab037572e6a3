// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernel/plugin/manifest.h"

namespace mif::plugin {

struct Resolution {
  std::vector<std::string> order;              // dependencies first, otherwise by id
  std::map<std::string, std::string> refused;  // id -> one sentence: missing dependency, cycle, clashing schema
};
// Pure. A missing dependency or a cycle refuses only the plugins that need it.
Resolution resolve(const std::vector<Manifest>& manifests);

}  // namespace mif::plugin
