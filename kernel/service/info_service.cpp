// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/info.h"
#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

mif_status parse(void* impl, mif_call* call, mif_str content, mif_str name, mif_node_sink* sink) {
  return serve(impl, call, [&](PluginSide&, plugin::CallContext&) {
    given(sink, "sink");
    if (content.n && !content.p) throw Error(MIF_E_INVALID, "plugin.bad-call", "参数 text 是空指针 (null pointer)");
    // size and encoding are the parser's to refuse: with the text's name and a line, as for a file
    give_nodes(parse_info(view(content), filled(name, "name", 200)), 0, sink);
  });
}

}  // namespace

void fill_info(PluginSide& side) {
  side.info = sized<mif_info>();
  side.info.impl = &side;
  side.info.parse = &parse;
}

}  // namespace mif::service
