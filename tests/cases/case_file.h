// SPDX-License-Identifier: Apache-2.0
// The form of a .case file: records separated by blank lines. A record is a command line, indented lines that belong to it,
// and, after "----", the exact answer wanted ("ok" when left out). '#' starts a comment line.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace mif::cases {

struct Record {
  int line = 0;
  std::string command;
  std::vector<std::string> words;              // after the command, without name=value
  std::map<std::string, std::string> options;  // name=value
  std::vector<std::string> body, expected;

  std::string option(const std::string& name, const std::string& otherwise = {}) const {
    const auto found = options.find(name);
    return found == options.end() ? otherwise : found->second;
  }
};

std::vector<Record> read_case_file(const std::string& path);

}  // namespace mif::cases
