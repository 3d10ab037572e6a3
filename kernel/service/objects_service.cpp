// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

constexpr std::uint32_t kMostBytes = 256u << 20;

mif_status put(void* impl, mif_call* call, mif_str bytes, mif_text_sink* digest_hex) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext&) {
    given(digest_hex, "digest_hex");
    if (bytes.n && !bytes.p) throw Error(MIF_E_INVALID, "plugin.bad-call", "参数 bytes 是空指针 (null pointer)");
    if (bytes.n > kMostBytes) throw Error(MIF_E_INVALID, "object.too-large", "文件超过 256 MiB (larger than 256 MiB)");
    const std::string digest = side.deployment.objects().put(view(bytes));
    digest_hex->on(digest_hex, s(digest));
  });
}

mif_status get(void* impl, mif_call* call, mif_str digest_hex, mif_text_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext&) {
    const std::string bytes = side.deployment.objects().get(filled(digest_hex, "digest_hex", 64));
    given(sink, "sink").on(sink, s(bytes));
  });
}

}  // namespace

void fill_objects(PluginSide& side) {
  side.objects = sized<mif_objects>();
  side.objects.impl = &side;
  side.objects.put = &put;
  side.objects.get = &get;
}

}  // namespace mif::service
