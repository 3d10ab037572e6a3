// SPDX-License-Identifier: Apache-2.0
// INFO files (Boost.PropertyTree) with the line of every node, so that each complaint can name file and line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mif {

struct InfoNode {
  std::string key, value;
  int line = 0;
  std::vector<InfoNode> children;

  const InfoNode* find(std::string_view key) const;              // first child of that name, or nullptr
  std::vector<const InfoNode*> all(std::string_view key) const;
  std::string get(std::string_view key, std::string_view otherwise = {}) const;
};

// Throws MIF_E_INVALID "FILE:LINE: what was expected, what was found". The root has an empty key.
InfoNode parse_info(std::string_view text, std::string_view file_name);
InfoNode read_info_file(const std::string& path);

// Throws MIF_E_INVALID for a child of `node` whose key is not in `known`, naming the nearest one.
void refuse_unknown_keys(const InfoNode& node, std::string_view file_name, std::initializer_list<std::string_view> known);

}  // namespace mif
