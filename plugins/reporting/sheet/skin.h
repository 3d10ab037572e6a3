// SPDX-License-Identifier: Apache-2.0
// The spreadsheet skin of a package: one workbook with a sheet per form and the lists 「表」「公式」「审核」「指标解释」, edited by
// an accountant and read back. What a workbook says replaces nothing before it has been proved; docs/reporting/exchange-with-spreadsheets.md.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mif/day.hpp"
#include "sheet/info_text.h"

namespace mif::reporting {

std::string export_skin(const PackageText& package, Day created);

// A workbook as the host's reader gives it, row by row.
struct SkinSheet {
  std::string name;
  std::vector<std::pair<int, std::vector<std::string>>> rows;  // with the number the spreadsheet shows
};
using SkinBook = std::vector<SkinSheet>;
void add_row(SkinBook& book, std::string_view sheet, int number, std::vector<std::string> cells);

struct ImportedSkin {
  PackageText package;  // its nodes' lines know sheet and row
  SkinBook book;
};
// MIF_E_INVALID naming package, sheet and row. Proves the shape only; prove_skin proves the rest.
ImportedSkin import_skin(SkinBook book, const std::string& folder);

// Loads the whole catalog with these files in place of the package's own - or besides the others when it is new - so every
// formula parses, every reference exists, nothing turns in a circle, and what was typed into a form's cells is not lost.
// The sentence names package, sheet and row.
std::shared_ptr<const Catalog> prove_skin(const ImportedSkin& imported, const TemplateFiles& files, const std::string& root, std::vector<TemplateFolder> folders, const TemplateFolder& own);

struct Change {
  enum class Kind { added, changed, removed };
  Kind kind = Kind::changed;
  std::string table, what, place, before, after;  // what: 公式 填报 不填 审核 行 栏 表头 参数 无公式 …
};
// What an import would do, for the person who decides. `无公式`: cells that had a formula and have none now.
std::vector<Change> changes_between(const PackageText& before, const PackageText& after);
std::string sentence(const Change& change);

}  // namespace mif::reporting
