// SPDX-License-Identifier: Apache-2.0
#include "ministries.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "params.h"
#include "results.h"

namespace mif::reporting {
namespace {

constexpr std::int64_t kDeadlineMs = 60000;

// The cells of a task by address, as the C interface of a ministry plugin asks for them.
class CellSource {
 public:
  explicit CellSource(const std::vector<StoredCell>& cells) : c_(sized<mif_cell_source>()) {
    for (const auto& cell : cells) by_place_[{cell.table, cell.row, cell.col}] = &cell;
    c_.impl = this;
    c_.get = [](mif_cell_source* self, mif_str table, mif_str row, mif_str col, mif_cell* out) -> std::int32_t {
      const auto& places = static_cast<CellSource*>(self->impl)->by_place_;
      const auto found = places.find({str(table), str(row), str(col)});
      if (found == places.end()) return 0;
      const StoredCell& cell = *found->second;
      out->kind = cell.kind;
      out->fen = cell.fen.value();
      out->table = s(cell.table);
      out->row = s(cell.row);
      out->col = s(cell.col);
      out->text = s(cell.kind == MIF_CELL_TEXT ? cell.value : cell.printed);
      out->formula = s(cell.formula);
      return 1;
    };
  }
  mif_cell_source* get() { return &c_; }

 private:
  mif_cell_source c_;
  std::map<std::tuple<std::string, std::string, std::string>, const StoredCell*> by_place_;
};

}  // namespace

std::vector<TemplateFolder> Ministries::folders(Call call) const {
  std::vector<TemplateFolder> all;
  for (const auto& [plugin, extension] : registry_.providers<mif_report_template>(call, MIF_REPORT_TEMPLATE_ID)) {
    TextSink sink;
    const auto* ext = extension;
    registry_.invoke(call, plugin, "describe", kDeadlineMs, [&](mif_call* c) { return ext->describe(ext->self, c, sink.get()); });
    const std::string ministry = json_string(sink.text(), "ministry");
    for (const auto& folder : json_strings(sink.text(), "folders")) all.push_back({ministry, plugin, folder});
  }
  return all;
}

const mif_report_template* Ministries::provider(Call call, const std::string& plugin) const {
  for (const auto& [id, extension] : registry_.providers<mif_report_template>(call, MIF_REPORT_TEMPLATE_ID))
    if (id == plugin) return extension;
  throw Error(MIF_E_UNAVAILABLE, "report.templates-inactive", "报表模板插件未启用 (report template plugin is not active): " + plugin);
}

void Ministries::present(Call call, const Package& package, std::vector<StoredCell>& cells) const {
  const Table* t = nullptr;
  for (auto& cell : cells) {
    if (!t || t->code != cell.table) {
      const auto found = std::find_if(package.tables.begin(), package.tables.end(), [&](const auto& one) { return one->code == cell.table; });
      t = found == package.tables.end() ? nullptr : found->get();
    }
    const auto row = t ? t->row_index.find(cell.row) : decltype(t->row_index.find(cell.row))(), col = t ? t->col_index.find(cell.col) : decltype(t->col_index.find(cell.col))();
    const bool there = t && row != t->row_index.end() && col != t->col_index.end();
    cell.printed = there ? t->shown(row->second, col->second, value_of(cell)) : cell.value;
  }
  if (package.provider.empty()) return;
  const auto* ext = provider(call, package.provider);
  // One bracket around all cells: presenting is pure arithmetic, the bracket is not free.
  registry_.invoke(call, package.provider, "present", kDeadlineMs, [&](mif_call* c) -> mif_status {
    for (auto& cell : cells) {
      if (cell.kind != MIF_CELL_MONEY) continue;
      TextSink sink;
      const mif_status status = ext->present(ext->self, c, s(cell.table), cell.fen.value(), sink.get());
      if (status == MIF_E_UNSUPPORTED) return MIF_OK;  // the tables say it
      if (status != MIF_OK) return status;
      cell.printed = sink.text();
    }
    return MIF_OK;
  });
}

std::string Ministries::upload(Call call, const Package& package, const std::string& task_json, const std::vector<StoredCell>& cells) const {
  if (package.provider.empty()) return {};
  const auto* ext = provider(call, package.provider);
  CellSource source(cells);
  TextSink sink;
  registry_.invoke(call, package.provider, "package", kDeadlineMs,
                   [&](mif_call* c) { return ext->package(ext->self, c, s(task_json), source.get(), sink.get()); });
  return sink.text();
}

Packager Ministries::packager(Call call, const Package& package) const {
  Packager p;
  if (package.provider.empty()) return p;
  const auto* ext = provider(call, package.provider);
  if (!MIF_HAS(ext, describe_package) || !ext->describe_package) return p;
  TextSink sink;
  registry_.invoke(call, package.provider, "describe_package", kDeadlineMs, [&](mif_call* c) { return ext->describe_package(ext->self, c, sink.get()); });
  if (sink.text().empty()) return p;
  p.name = json_string(sink.text(), "name");
  p.extension = json_string(sink.text(), "extension");
  const std::string signature = json_string(sink.text(), "signature");
  p.signs = signature == "detached";
  p.receipts = json_flag(sink.text(), "receipts");
  if (p.name.empty() || p.extension.empty() || p.extension.size() > 8 || p.extension.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") != std::string::npos || (!p.signs && signature != "none"))
    throw Error(MIF_E_INVALID, "report.packager", "插件 " + package.provider + " 对上报文件的说明不对，应有 name、extension（小写字母和数字，至多 8 位）和 signature（none 或 detached），请联系插件供应方 (its description of the ministry's file is wrong)");
  return p;
}

std::string Ministries::unpack(Call call, const Package& package, std::string_view bytes) const {
  if (!packager(call, package).receipts)
    throw Error(MIF_E_UNSUPPORTED, "report.no-receipts", package.title + " 没有能读的部门回执格式，请装读回执的报表插件 (no receipts of this ministry are read)");
  const auto* ext = provider(call, package.provider);
  TextSink sink;
  registry_.invoke(call, package.provider, "unpack", kDeadlineMs, [&](mif_call* c) { return ext->unpack(ext->self, c, s(bytes), sink.get()); });
  return sink.text();
}

}  // namespace mif::reporting
