// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/plugin_side.h"
#include "kernel/service/printing.h"

namespace mif::service {
namespace {

constexpr std::size_t kMostDocument = 64u << 20;

mif_status table(void* impl, mif_call* call, mif_str document_json, mif_str format, mif_text_sink* bytes, mif_text_sink* notes) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    given(bytes, "bytes");
    Printing printing(side.deployment, context.caller ? context.caller->name : std::string());
    const TemporaryFile file;
    const Printed printed = printing.table(filled(document_json, "document_json", kMostDocument), file_kind_of(filled(format, "format", 10)), file.path());
    const std::string content = read_file(file.path());
    bytes->on(bytes, s(content));
    if (!notes) return;
    for (const auto& trouble : printed.troubles)
      if (notes->on(notes, s("第 " + std::to_string(trouble.page) + " 页: " + trouble.what))) return;
  });
}

}  // namespace

void fill_print(PluginSide& side) {
  side.print = sized<mif_print>();
  side.print.impl = &side;
  side.print.table = &table;
}

}  // namespace mif::service
