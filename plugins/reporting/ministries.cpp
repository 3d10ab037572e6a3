// SPDX-License-Identifier: Apache-2.0
#include "ministries.h"

#include <map>
#include <tuple>

#include "leaf/printed_units.h"
#include "params.h"

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
  if (package.provider.empty()) return present_local(package, cells);
  const auto* ext = provider(call, package.provider);
  // One bracket around all cells: presenting is pure arithmetic, the bracket is not free.
  registry_.invoke(call, package.provider, "present", kDeadlineMs, [&](mif_call* c) -> mif_status {
    for (auto& cell : cells) {
      if (cell.kind != MIF_CELL_MONEY) {
        cell.printed = cell.value;
        continue;
      }
      TextSink sink;
      const mif_status status = ext->present(ext->self, c, s(cell.table), cell.fen.value(), sink.get());
      if (status != MIF_OK) return status;
      cell.printed = sink.text();
    }
    return MIF_OK;
  });
}

// As the table itself says: its unit and decimals.
void Ministries::present_local(const Package& package, std::vector<StoredCell>& cells) {
  for (auto& cell : cells) {
    cell.printed = cell.value;
    if (cell.kind != MIF_CELL_MONEY) continue;
    for (const auto& t : package.tables) {
      if (t->code != cell.table) continue;
      const std::int64_t unit = t->printed_unit == "亿元" ? 10000000000 : t->printed_unit == "万元" ? 1000000 : 100;
      int decimals = 0;
      for (Wide step = t->step; decimals < 2 && step < static_cast<Wide>(unit) * Value::kPerFen; step *= 10) ++decimals;
      cell.printed = report_leaf::in_units(cell.fen.value(), unit, decimals);
    }
  }
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

}  // namespace mif::reporting
