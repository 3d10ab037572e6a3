// SPDX-License-Identifier: Apache-2.0
// A strict look over JSON text before a tree is built of it: PropertyTree recurses without a limit, keeps duplicate keys and
// forgets lines and kinds. After this scan it can be trusted with the text.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace mif::plugin {

struct JsonFact {
  enum class Kind { object, array, string, scalar } kind = Kind::scalar;
  int line = 0;
};
// Path ("files/a.so", array items as "provides/0") -> what stands there.
using JsonFacts = std::map<std::string, JsonFact, std::less<>>;

struct JsonLimits {
  std::size_t bytes = 64 * 1024;
  int depth = 8;
  bool collect = true;  // false: only check, return nothing
};
// Throws MIF_E_INVALID "FILE:LINE: ..." for a wrong byte, a duplicate key or a broken limit.
JsonFacts scan_json(std::string_view text, std::string_view file_name, const JsonLimits& limits = {});

}  // namespace mif::plugin
