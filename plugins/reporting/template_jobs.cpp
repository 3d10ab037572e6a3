// SPDX-License-Identifier: Apache-2.0
// report template-export, -import, -clone, -map: packages of templates as workbooks and back, and into a new year. What is written goes
// into a folder of the caller's choice: templates are reviewed as text before a deployment takes them.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "exports.h"
#include "module-kit/result.h"
#include "sheet/migration.h"
#include "sheet/skin.h"

namespace mif::reporting {
namespace {

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code ignored;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  std::ofstream to(path, std::ios::binary | std::ios::trunc);
  to.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  to.close();
  if (!to) throw Error(MIF_E_INVALID, "report.file-unwritable", "写不了文件 (cannot write the file): " + path.string());
}

const Package& package_named(const Catalog& catalog, const std::string& code) {
  std::string known;
  for (const auto& p : catalog.packages()) {
    if (p.code == code) return p;
    known += (known.empty() ? "" : "、") + p.code;
  }
  throw Error(MIF_E_NOT_FOUND, "report.package-not-found", "没有报表包 (no report package) \"" + code + "\"，现有: " + known);
}

PackageText text_of(const Reports& reports, Call call, const std::string& code) {
  return read_package(reports.template_files(call), package_named(*reports.catalog(call, true), code).folder);
}

// Below `out` as the deployment has them: templates/report/… ; nothing is written without a folder.
void write_files(kit::Result& answer, const std::string& out, const std::map<std::string, std::string>& files) {
  for (const auto& [path, text] : files) {
    if (!out.empty()) write_file(std::filesystem::path(out) / path, text);
    answer.item().field("what", out.empty() ? "would-write" : "written").field("file", path).field("sentence", "").end_object();
  }
}

}  // namespace

std::string template_export(const Reports& reports, Call call, const Params& params, const Progress&) {
  const std::string code = params.need("package"), path = params.get("out", code + ".xlsx");
  const std::string bytes = export_skin(text_of(reports, call, code), reports.today(call));
  write_file(path, bytes);
  kit::Result answer("ExportedFile");
  answer.item().field("file", path).field("bytes", static_cast<std::int64_t>(bytes.size())).end_object();
  return answer.json("报表包 " + code + " 已导出为工作簿 " + path);
}

std::string template_import(const Reports& reports, Call call, const Params& params, const Progress&) {
  const std::string path = params.need("file");
  std::ifstream from(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(from)), std::istreambuf_iterator<char>());
  if (!from || bytes.empty()) throw Error(MIF_E_INVALID, "report.file-unreadable", "读不了文件，或文件是空的 (cannot read the file): " + path);
  SkinBook book;
  reports.sheet().rows(call, bytes, [&](const mif_sheet_row& row) {
    std::vector<std::string> cells;
    for (std::uint64_t i = 0; i < row.n; ++i) cells.push_back(str(row.cells[i].text));
    add_row(book, view(row.sheet_name), row.number, std::move(cells));
    return true;
  });
  const Package& old = package_named(*reports.catalog(call, true), params.need("package"));
  const auto files = reports.template_files(call);
  const ImportedSkin imported = import_skin(std::move(book), old.folder);
  (void)prove_skin(imported, files, reports.root(), reports.folders(call), {old.ministry, old.provider, old.folder});
  kit::Result answer("TemplateChangeList");
  const auto changes = changes_between(read_package(files, old.folder), imported.package);
  for (const auto& change : changes)
    answer.item().field("what", change.kind == Change::Kind::added ? "added" : change.kind == Change::Kind::removed ? "removed" : "changed").field("file", change.table)
        .field("sentence", sentence(change)).end_object();
  if (!changes.empty()) write_files(answer, params.get("out"), files_of(imported.package));
  return answer.json(changes.empty() ? "工作簿与报表包 " + old.code + " 相同"
                                     : std::to_string(changes.size()) + " 处改动" + (params.get("out").empty() ? "，没有写文件（写明 out 才写）" : "，文件已写到 " + params.get("out")));
}

std::string template_clone(const Reports& reports, Call call, const Params& params, const Progress&) {
  const PackageText old = text_of(reports, call, params.need("package"));
  const Period from = Period::parse(params.need("from"));
  const std::string folder = params.get("folder", std::filesystem::path(old.folder).parent_path().string() + "/" + params.need("code"));
  auto files = files_of(clone_package(old, params.need("code"), folder, from));
  for (auto& [path, text] : files_of(ended_before(old, from))) files[path] = text;
  kit::Result answer("TemplateFileList");
  write_files(answer, params.get("out"), files);
  return answer.json("报表包 " + params.get("package") + " 复制为 " + params.get("code") + "，自 " + from.iso() + " 起有效；原包到前一个月为止");
}

std::string template_map(const Reports& reports, Call call, const Params& params, const Progress&) {
  const PackageText before = text_of(reports, call, params.need("from")), after = text_of(reports, call, params.need("package"));
  const Mapping mapping = map_packages(before, after);
  kit::Result answer("TemplateFileList");
  write_files(answer, params.get("out"), {{after.folder + "/migration.info", write_info(mapping.migration)}});
  for (const auto& unmatched : mapping.unmatched) {
    answer.finding();
    answer.item().field("what", "unmatched").field("file", after.folder + "/migration.info").field("sentence", unmatched).end_object();
  }
  return answer.json(mapping.unmatched.empty() ? "行、栏全部对上" : std::to_string(mapping.unmatched.size()) + " 处没有对上，请在 migration.info 里补全");
}

}  // namespace mif::reporting
