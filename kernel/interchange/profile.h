// SPDX-License-Identifier: Apache-2.0
// A data interface as a file says it (templates/interchange/gbt24589.info): tables, elements, order, types. The program knows
// where the values come from; what they are called and how they follow each other is the file's.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mif::interchange {

struct Field {
  std::string name, from, type;  // type: C60, I4, N, D
};
struct ProfileTable {
  std::string name, group, rows, dimension, file;
  std::vector<Field> fields;
};
struct Profile {
  std::string title, standard, encoding, description, xml_file, xml_root;
  char separator = ',';
  std::vector<ProfileTable> tables;
  std::vector<std::pair<std::string, std::string>> left_out;  // what the standard has and the books have not; why
};

Profile read_profile(const std::string& path);  // MIF_E_INVALID "FILE:LINE: ..."

}  // namespace mif::interchange
