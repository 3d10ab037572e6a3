// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/plugin_side.h"
#include "kernel/sheet/archive.h"
#include "kernel/sheet/read.h"

namespace mif::service {
namespace {

static_assert(MIF_INPUT_BLANK == static_cast<int>(sheet::InputKind::blank) && MIF_INPUT_TEXT == static_cast<int>(sheet::InputKind::text) &&
              MIF_INPUT_NUMBER == static_cast<int>(sheet::InputKind::number) && MIF_INPUT_DAY == static_cast<int>(sheet::InputKind::day) &&
              MIF_INPUT_BOOLEAN == static_cast<int>(sheet::InputKind::boolean) && MIF_INPUT_ERROR == static_cast<int>(sheet::InputKind::error));

struct Enough {};

mif_status rows(void* impl, mif_call* call, const std::uint8_t* bytes, std::uint64_t n, mif_sheet_sink* sink) {
  return serve(impl, call, [&](PluginSide&, plugin::CallContext&) {
    given(bytes, "bytes");
    given(sink, "sink");
    std::vector<mif_sheet_cell> cells;
    try {
      sheet::read_rows({reinterpret_cast<const char*>(bytes), n}, [&](const sheet::InputRow& row) {
        cells.clear();
        for (const auto& cell : row.cells) cells.push_back({static_cast<std::int32_t>(cell.kind), cell.day.value(), s(cell.text)});
        auto told = sized<mif_sheet_row>();
        told.sheet = row.sheet;
        told.hidden = row.hidden ? 1 : 0;
        told.number = row.number;
        told.sheet_name = s(row.sheet_name);
        told.cells = cells.data();
        told.n = cells.size();
        if (sink->on(sink, &told)) throw Enough();
      });
    } catch (const Enough&) {
    }
  });
}

mif_status files(void* impl, mif_call* call, const std::uint8_t* bytes, std::uint64_t n, mif_sheet_file_sink* sink) {
  return serve(impl, call, [&](PluginSide&, plugin::CallContext&) {
    given(bytes, "bytes");
    given(sink, "sink");
    try {
      sheet::read_files({reinterpret_cast<const char*>(bytes), n}, [&](const std::string& name, std::string_view file) {
        if (sink->on(sink, s(name), reinterpret_cast<const std::uint8_t*>(file.data()), file.size())) throw Enough();
      });
    } catch (const Enough&) {
    }
  });
}

}  // namespace

void fill_sheet(PluginSide& side) {
  side.sheet = sized<mif_sheet>();
  side.sheet.impl = &side;
  side.sheet.rows = &rows;
  side.sheet.files = &files;
}

}  // namespace mif::service
