// SPDX-License-Identifier: Apache-2.0
// The maps between package versions: what a cell of now was in a period in which another version was in force.
#include <algorithm>

#include "catalog.h"
#include "digest.h"

namespace mif::reporting {
namespace {

constexpr const char* kFile = "migration.info";

Layout layout_of(const Package& package) {
  Layout layout;
  layout.code = package.code;
  for (const auto& t : package.tables) {
    auto& lines = layout.tables[t->code];
    for (const auto& row : t->rows) lines.rows.insert(row.code);
    for (const auto& col : t->cols) lines.cols.insert(col.code);
  }
  return layout;
}

const Table* table_in(const Package& package, const std::string& code) {
  const auto found = std::find_if(package.tables.begin(), package.tables.end(), [&](const auto& t) { return t->code == code; });
  return found == package.tables.end() ? nullptr : found->get();
}

bool has_map(const TemplateFiles& files, const std::string& folder) {
  try {
    const auto names = files.list(folder);
    return std::find(names.begin(), names.end(), kFile) != names.end();
  } catch (const Error&) {
    return false;  // a package that is not in a folder yet
  }
}

}  // namespace

void Catalog::load_migrations(const TemplateFiles& files) {
  for (auto& p : packages_) {
    if (!has_map(files, p.folder)) continue;
    const std::string path = p.folder + "/" + kFile;
    const Node root = files.info(path);
    const Node* head = root.find("migration");
    const std::string from = head ? head->get("from") : std::string();
    const Package* old = named(from);
    if (head && (!old || !(old->to < p.from)))
      throw Error(MIF_E_INVALID, "report.migration-package", path + ":" + std::to_string(head->line) + ": from 应为 " + p.code + " 生效前的报表包 (a package that ended before this one begins), 找到 “" + from + "”");
    p.migration = std::make_shared<const Migration>(load_migration(root, path, old ? layout_of(*old) : Layout(), layout_of(p)));
    p.digest = Digest().add(p.digest).add(files.bytes(path)).hex();
  }
}

const Package* Catalog::named(std::string_view code) const {
  const auto found = std::find_if(packages_.begin(), packages_.end(), [&](const Package& p) { return p.code == code; });
  return found == packages_.end() ? nullptr : &*found;
}

std::optional<Catalog::Before> Catalog::before(const Table& now, int row, int col, Period period) const {
  const Package& package = package_of(now);
  if (!package.migration || package.from <= period) return std::nullopt;
  Before was;
  const Package& old = *named(package.migration->from);
  for (const auto& cell : package.migration->before(now.code, now.rows[static_cast<std::size_t>(row)].code, now.cols[static_cast<std::size_t>(col)].code)) {
    const Table* t = table_in(old, cell.table);
    const auto place = [&](const auto& index, const std::string& code) {
      const auto found = index.find(code);
      return found == index.end() ? -1 : found->second;
    };
    const int r = t ? place(t->row_index, cell.row) : -1, c = t ? place(t->col_index, cell.col) : -1;
    if (r < 0 || c < 0) {
      was.lacks = cell.table + "[" + cell.row + "," + cell.col + "]";
      continue;
    }
    // Over several re-layouts the maps are asked one after the other.
    if (auto earlier = before(*t, r, c, period)) {
      was.cells.insert(was.cells.end(), earlier->cells.begin(), earlier->cells.end());
      if (!earlier->lacks.empty()) was.lacks = std::move(earlier->lacks);
    } else {
      was.cells.push_back({t, r, c});
    }
  }
  return was;
}

std::vector<CellId> Catalog::ancestors(const Table& now, int row, int col) const {
  std::vector<CellId> all;
  for (const Package* p = &package_of(now); p && p->migration; p = named(p->migration->from)) {
    const Package* const old = named(p->migration->from);
    if (auto was = before(now, row, col, old->to)) all.insert(all.end(), was->cells.begin(), was->cells.end());
  }
  return all;
}

}  // namespace mif::reporting
