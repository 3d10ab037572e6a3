// SPDX-License-Identifier: Apache-2.0
// Two rule files compared as text, document type by document type: whatever a rule may say one day is in it, so nothing that
// changed can be left out of a comparison by forgetting a field. Comments and blanks do not count.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mif/services.hpp"

namespace mif::exchange {

struct TypeText {
  std::vector<std::string> lines;  // the block, then the code lists and aux-sets it leans on
  int line = 0;                    // of the block in its file
};
using TypeTexts = std::map<std::string, TypeText>;

TypeTexts type_texts(const Node& root);

struct TextLine {
  char sign = ' ';  // '-' only before, '+' only after
  std::string text;
};
struct TypeChange {
  std::string type;
  std::string what;  // added, retired, changed
  int line_before = 0, line_after = 0;
  std::vector<TextLine> lines;  // those that differ, in order
};
// By type; types that say the same are left out.
std::vector<TypeChange> compare_types(const TypeTexts& before, const TypeTexts& after);

// The lines of `before` and `after` that are not in both, in order.
std::vector<TextLine> differing(const std::vector<std::string>& before, const std::vector<std::string>& after);

}  // namespace mif::exchange
