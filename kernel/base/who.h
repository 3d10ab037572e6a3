// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace mif {

// On whose behalf something happens: written into every audit entry, never taken from a plugin's arguments.
struct Who {
  std::string actor;   // login of a person, or "system"
  std::string origin;  // "mifctl", "web", or the id of the plugin that asked
  std::string trace;   // request id, may be empty
};

}  // namespace mif
