// SPDX-License-Identifier: Apache-2.0
#include "exports.h"

#include <filesystem>
#include <fstream>

#include "flow.h"
#include "module-kit/result.h"
#include "sheet/document.h"
#include "sheet/text_files.h"
#include "sheet/workbook.h"

namespace mif::reporting {
namespace {

struct Format {
  const char *name, *extension, *type;
};
constexpr Format kFormats[] = {
    {"xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xlsx-formulas", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"docx", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"pdf", "pdf", "application/pdf"},
    {"csv", "csv", "text/csv; charset=utf-8"},
};

const Format& format_named(const std::string& name) {
  for (const auto& f : kFormats)
    if (name == f.name) return f;
  throw Error(MIF_E_INVALID, "report.export-format", "没有这种导出格式 (no such format) \"" + name + "\"，可用: xlsx、xlsx-formulas、docx、pdf、csv");
}

}  // namespace

ExportedFile export_report(const Reports& reports, Call call, const Params& params) {
  const Format& format = format_named(params.get("format", "xlsx"));
  const Period period = params.period();
  const auto catalog = reports.catalog(call, false);
  const std::string code = whose(reports, call, params).unit;
  const bool books = reports.has_books(call, code);
  // A unit that keeps no book exports what it summed.
  const Agency unit = books ? reports.unit(call, code, "report.read") : Agency{code, Flow(reports).units(call).name(code), {}};
  const std::string only = params.get("table");
  const Package* package = nullptr;
  if (!only.empty()) package = &catalog->package_of(catalog->table(only, period));
  else if (books) package = catalog->select(params.need("package"), period, unit).front();
  else package = &package_named(*catalog, params.need("package"), period);
  const Task task = reports.stored_as(call, *package, unit.code, period, params.get("layer", "own"), params.get("revision"));

  std::map<std::string, std::map<std::pair<std::string, std::string>, std::string>> remarks;
  for (const auto& o : reports.overridden(call, unit.code, period)) remarks[o.table][{o.row, o.col}] = "原值 " + (o.was.empty() ? "空" : o.was) + "，" + o.reason + "（" + o.written_by + "）";
  std::vector<FilledTable> filled;
  for (const auto& table : package->tables) {
    if ((books && !unit.has(*table)) || (!only.empty() && table->code != only)) continue;
    auto cells = reports.cells(call, task, table->code);
    if (!books && cells.empty()) continue;
    filled.push_back({table.get(), std::move(cells), remarks[table->code]});
  }
  const Occasion occasion{unit.name, period.iso(), params.get("revision").empty() ? "" : "r" + params.get("revision"), {}, {"单位负责人：", "财务负责人：", "制表："}};
  ExportedFile file;
  file.type = format.type;
  file.tables = static_cast<std::int64_t>(filled.size());
  file.name = export_file_name(occasion, only.empty() ? package->code : only, format.extension);
  const Day today = reports.today(call);
  const std::string_view kind = format.name;
  if (kind == "docx") file.bytes = write_document(filled, occasion, today);
  else if (kind == "csv") file.bytes = write_csv(filled, occasion);
  else if (kind == "pdf") file.bytes = reports.print().table(call, print_document(filled, occasion), "pdf", &file.notes);
  else file.bytes = write_workbook(filled, reports.checks(call, task), occasion, {kind == "xlsx-formulas", today});
  return file;
}

std::string report_export(const Reports& reports, Call call, const Params& params, const Progress&) {
  const ExportedFile file = export_report(reports, call, params);
  const std::string asked = params.get("out");
  const std::string path = asked.empty() ? file.name : std::filesystem::is_directory(asked) ? (std::filesystem::path(asked) / file.name).string() : asked;
  std::ofstream to(path, std::ios::binary | std::ios::trunc);
  to.write(file.bytes.data(), static_cast<std::streamsize>(file.bytes.size()));
  to.close();
  if (!to) throw Error(MIF_E_INVALID, "report.file-unwritable", "写不了文件 (cannot write the file): " + path);
  kit::Result answer("ExportedFile");
  answer.item().field("file", path).field("tables", file.tables).field("bytes", static_cast<std::int64_t>(file.bytes.size())).field("note", "").end_object();
  for (const auto& note : file.notes) {
    answer.finding();
    answer.item().field("file", path).field("note", note).end_object();
  }
  return answer.json("已导出 " + std::to_string(file.tables) + " 张表到 " + path);
}

}  // namespace mif::reporting
