// SPDX-License-Identifier: Apache-2.0
// The words of the skin's lists and how trees lie flat in them; shared by writing and reading.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sheet/info_text.h"

namespace mif::reporting::skin {

constexpr const char* kHeads = "表";
constexpr const char* kFormulas = "公式";
constexpr const char* kChecks = "审核";
constexpr const char* kExplanations = "指标解释";
constexpr const char* kPackage = "（包）";  // in the column 表: the package itself
constexpr int kGroupLine = 3, kTitleLine = 4, kCodeLine = 5, kFirstColumn = 3;  // of a form's sheet, counted as a spreadsheet does; columns from 0

struct Word {
  const char *key, *word;
};
// Attribute <-> head of a column.
extern const std::vector<Word> kFormulaColumns, kCheckColumns, kLevels, kBases;
std::string word_of(const std::vector<Word>& words, std::string_view key);
std::string key_of(const std::vector<Word>& words, std::string_view word);

// "valid/from" -> "2023-01"; a second sibling of the same name is "x#2".
std::vector<std::pair<std::string, std::string>> flattened(const Node& node);
// Puts a value at its path, making what is missing; `line` becomes the line of what is made. False: "x#3" without a second.
bool put(Node& node, std::string_view path, const std::string& value, int line);

// A line that knows its sheet.
constexpr int kRowsOfSheet = 1 << 20;
inline int line_at(std::size_t sheet, int row) { return static_cast<int>(sheet) * kRowsOfSheet + row; }

}  // namespace mif::reporting::skin
