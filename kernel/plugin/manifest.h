// SPDX-License-Identifier: Apache-2.0
// plugin.json: read before any code of the plugin runs. Size cap 64 KiB, nesting cap, no duplicate keys, no unknown keys.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mif::plugin {

struct Manifest {
  std::string id, version, name, vendor, license, library, sdk_built, sdk_min, maturity, trust;
  std::string schema;            // tables are x_<schema>_*; empty = no tables
  std::string migrations;        // folder in the bundle, or empty
  std::string config_schema;
  std::vector<std::string> provides, needs, network, locale, requires_plugins;
  std::map<std::string, std::string> files;  // name -> "sm3:hex" or "sha256:hex"
};

// Throws MIF_E_INVALID "plugin.json:LINE: ...".
Manifest parse_manifest(std::string_view json);

}  // namespace mif::plugin
