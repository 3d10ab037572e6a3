// SPDX-License-Identifier: Apache-2.0
// What a workbook says proved against the whole catalog; a complaint about a file becomes one about sheet and row.
#include <algorithm>

#include "lexer.h"
#include "sheet/skin.h"
#include "sheet/skin_form.h"
#include "sheet/skin_words.h"

namespace mif::reporting {
namespace {

// "FILE:LINE: sentence" -> "工作簿（报表包 …）「公式」第 12 行：sentence".
[[noreturn]] void explain(const Error& e, const ImportedSkin& imported) {
  const std::string what = e.what();
  for (const auto& [path, text] : files_of(imported.package)) {
    if (what.rfind(path + ":", 0) != 0) continue;
    const auto from = path.size() + 1, to = what.find(": ", from);
    if (to == std::string::npos) break;
    int line = 0;
    for (std::size_t i = from; i < to; ++i) line = what[i] >= '0' && what[i] <= '9' ? line * 10 + (what[i] - '0') : 0;
    const auto sheet = static_cast<std::size_t>(line / skin::kRowsOfSheet);
    const std::string file = path.substr(path.rfind('/') + 1);
    std::string place = "工作簿（报表包 " + imported.package.code() + "，" + (file == "package.info" ? "全包" : "表 " + file.substr(0, file.size() - 5)) + "）";
    if (sheet < imported.book.size() && line % skin::kRowsOfSheet > 0) place += "「" + imported.book[sheet].name + "」第 " + std::to_string(line % skin::kRowsOfSheet) + " 行";
    const std::string sentence = what.substr(to + 2);
    throw Error(e.code(), place + "：" + sentence);
  }
  throw Error(e.code(), "工作簿（报表包 " + imported.package.code() + "）导入后：" + what);
}

// A formula typed into a form's cell would be lost: the list is what counts.
void nothing_in_cells(const ImportedSkin& imported, const PackageText* before) {
  for (const auto& sheet : imported.book) {
    std::string code;
    std::vector<std::string> codes;
    std::map<std::pair<std::string, std::string>, std::string> now, then;
    for (const auto& [number, cells] : sheet.rows) {
      if (number == 2 && !cells.empty() && trimmed(cells[0]) == "表号" && cells.size() > 1) {
        code = trimmed(cells[1]);
        if (const Node* table = imported.package.table(code)) now = skin::marks_of(*table);
        if (const Node* table = before ? before->table(code) : nullptr) then = skin::marks_of(canonical({"", Node(), {{code, *table}}}).tables[0].second);
      }
      if (code.empty()) continue;
      if (number == skin::kCodeLine) codes = cells;
      if (number <= skin::kCodeLine) continue;
      for (std::size_t c = skin::kFirstColumn; c < cells.size(); ++c) {
        const std::string shown = trimmed(cells[c]);
        if (shown.empty()) continue;
        const std::pair key(trimmed(cells[0]), c < codes.size() ? trimmed(codes[c]) : std::string());
        const auto same = [&](const auto& marks) {
          const auto found = marks.find(key);
          return found != marks.end() && fold_width(found->second) == fold_width(shown);
        };
        if (same(now) || same(then)) continue;
        throw Error(MIF_E_INVALID, "report.skin-cell", "工作簿（报表包 " + imported.package.code() + "，表 " + code + "）「" + sheet.name + "」第 " + std::to_string(number) + " 行、栏 " + key.second + "：格里写的 “" + shown.substr(0, 80) +
                                                           "” 不在「公式」页，请写到「公式」页 (a formula in a form's cell; write it into the list)");
      }
    }
  }
}

}  // namespace

std::shared_ptr<const Catalog> prove_skin(const ImportedSkin& imported, const TemplateFiles& files, const std::string& root, std::vector<TemplateFolder> folders, const TemplateFolder& own) {
  std::map<std::string, Node> trees;
  const PackageText& p = imported.package;
  trees[p.folder + "/package.info"] = p.package;
  for (const auto& [code, node] : p.tables) trees[p.folder + "/" + code + ".info"] = node;
  const auto texts = files_of(p);
  TemplateFiles overlay = files;
  overlay.info = [&](const std::string& path) { return trees.count(path) ? trees.at(path) : files.info(path); };
  overlay.bytes = [&](const std::string& path) { return texts.count(path) ? texts.at(path) : files.bytes(path); };
  const bool known = std::any_of(folders.begin(), folders.end(), [&](const TemplateFolder& f) { return f.folder == p.folder; });
  if (!known) folders.push_back(own);
  std::shared_ptr<const Catalog> catalog;
  try {
    catalog = Catalog::load(overlay, root, folders);
  } catch (const Error& e) {
    explain(e, imported);
  }
  std::unique_ptr<PackageText> before;
  if (known) before = std::make_unique<PackageText>(read_package(files, p.folder));
  nothing_in_cells(imported, before.get());
  return catalog;
}

}  // namespace mif::reporting
