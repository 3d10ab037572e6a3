// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace mif::plugin {

// What the host checks of an extension before anybody calls it: the size of its first published struct, and whether its
// contract is still a draft (host and plugin must then be built alike).
struct KnownExtension {
  std::string_view id;
  std::uint32_t least_size = 0;
  bool draft = false;
};
const KnownExtension* known_extension(std::string_view id);  // nullptr: a contract between plugins that the host does not know

}  // namespace mif::plugin
