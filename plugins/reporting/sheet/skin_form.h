// SPDX-License-Identifier: Apache-2.0
// What stands in the cells of a form's sheet: the formula's text, 填报, ×. For looking at; the list 「公式」 is what counts.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "sheet/info_text.h"

namespace mif::reporting::skin {

constexpr const char* kInputMark = "填报";
constexpr const char* kBlockedMark = "×";

// By codes of row and column. A target that cannot be read or lies outside marks nothing: proving the package says so.
std::map<std::pair<std::string, std::string>, std::string> marks_of(const Node& table);

}  // namespace mif::reporting::skin
