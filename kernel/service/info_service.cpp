// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/info.h"
#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

constexpr std::size_t kLongestText = 8u << 20;

mif_status parse(void* impl, mif_call* call, mif_str content, mif_str name, mif_node_sink* sink) {
  return serve(impl, call, [&](PluginSide&, plugin::CallContext&) {
    given(sink, "sink");
    give_nodes(parse_info(filled(content, "text", kLongestText), filled(name, "name", 200)), 0, sink);
  });
}

}  // namespace

void fill_info(PluginSide& side) {
  side.info = sized<mif_info>();
  side.info.impl = &side;
  side.info.parse = &parse;
}

}  // namespace mif::service
