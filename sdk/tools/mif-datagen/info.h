// SPDX-License-Identifier: Apache-2.0
// INFO text (the format of Boost.PropertyTree) with the line of every node: figures are edited by people, so each complaint
// must name the line, and PropertyTree forgets it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mif::datagen {

struct Info {
  std::string key, value;
  int line = 0;
  std::vector<Info> children;

  const Info* find(std::string_view name) const;
  std::vector<const Info*> all(std::string_view name) const;
  std::string get(std::string_view name, std::string_view otherwise = {}) const;
};

// Throws MIF_E_INVALID "FILE:LINE: ...". The root has an empty key.
Info parse_info(std::string_view text, const std::string& file);
Info read_info(const std::string& file);

}  // namespace mif::datagen
