// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

mif_status providers(void* impl, mif_call* call, mif_str extension_id, mif_provider_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext&) {
    given(sink, "sink");
    for (const auto& provider : side.deployment.plugins().providers(filled(extension_id, "extension_id", 100))) {
      auto p = sized<mif_provider>();
      p.plugin = s(provider.plugin);
      p.extension = provider.extension;
      if (sink->on(sink, &p)) return;
    }
  });
}

mif_status invoke(void* impl, mif_call* call, mif_str callee, mif_str function, std::int64_t deadline_ms,
                  mif_status (*body)(void* closure, mif_call*), void* closure) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    if (!body) throw Error(MIF_E_INVALID, "plugin.bad-call", "参数 body 是空指针 (null pointer)");
    if (!plugin::on_this_thread(context)) throw Error(MIF_E_INVALID, "plugin.bad-call", "只能在调用所在的线程里调用别的插件 (invoke from the thread of the call)");
    if (deadline_ms < 0) throw Error(MIF_E_INVALID, "plugin.bad-call", "期限不能为负 (negative deadline)");
    side.deployment.plugins().call(filled(callee, "plugin", 64), filled(function, "function", 100), context.who, context.caller, deadline_ms,
                                   [&](mif_call* inner) { return body(closure, inner); });
  });
}

}  // namespace

void fill_registry(PluginSide& side) {
  side.registry = sized<mif_registry>();
  side.registry.impl = &side;
  side.registry.providers = &providers;
  side.registry.invoke = &invoke;
}

}  // namespace mif::service
