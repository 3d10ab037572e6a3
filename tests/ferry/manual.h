// SPDX-License-Identifier: Apache-2.0
// What docs/exchange says, for the tests that hold it to the code.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace mif::ferry::testing {

inline std::string page(const char* name) {
  std::ostringstream text;
  text << std::ifstream(std::string(MIF_SOURCE_DIR) + "/docs/exchange/" + name).rdbuf();
  return text.str();
}

// Lines of the blocks ```jsonl KIND.
inline std::vector<std::string> examples(const std::string& kind) {
  std::vector<std::string> lines;
  std::istringstream in(page("json.md"));
  std::string line;
  bool inside = false;
  while (std::getline(in, line)) {
    if (line.rfind("```", 0) == 0) inside = line == "```jsonl " + kind;
    else if (inside) lines.push_back(line);
  }
  return lines;
}

}  // namespace mif::ferry::testing
