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

mif_status put_from(void* impl, mif_call* call, std::int64_t (*read)(void*, std::uint8_t*, std::uint64_t), void* from, mif_text_sink* digest_hex) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext&) {
    given(digest_hex, "digest_hex");
    if (!read) throw Error(MIF_E_INVALID, "plugin.bad-call", "参数 read 是空指针 (null pointer)");
    const std::string digest = side.deployment.objects().put_from([&](char* room, std::size_t most) {
      const std::int64_t n = read(from, reinterpret_cast<std::uint8_t*>(room), most);
      if (n < 0 || static_cast<std::uint64_t>(n) > most) throw Error(MIF_E_UNAVAILABLE, "object.unreadable", "要保存的内容读不出来 (the bytes to keep cannot be read)");
      return static_cast<std::size_t>(n);
    });
    digest_hex->on(digest_hex, s(digest));
  });
}

}  // namespace

void fill_objects(PluginSide& side) {
  side.objects = sized<mif_objects>();
  side.objects.impl = &side;
  side.objects.put = &put;
  side.objects.get = &get;
  side.objects.put_from = &put_from;
}

}  // namespace mif::service
