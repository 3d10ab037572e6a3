// SPDX-License-Identifier: Apache-2.0
// mif.objects: files kept by their digest.
#ifndef MIF_SERVICES_OBJECTS_HPP
#define MIF_SERVICES_OBJECTS_HPP

#include <exception>

#include "mif/sdk.hpp"
#include "mif/svc/host.h"

namespace mif {

class Objects {
 public:
  explicit Objects(const Plugin& plugin) : service_(plugin.need<mif_objects>(MIF_OBJECTS_ID)) {}
  std::string put(Call call, std::string_view bytes) const {
    TextSink digest;
    ask(call.get(), service_->put, service_->impl, s(bytes), digest.get());
    return digest.text();
  }
  // Bytes piece by piece: read(room, most) says how many there were, 0 at the end.
  template <class F>
  std::string put_from(Call call, F&& read) const {
    if (!MIF_HAS(service_, put_from) || !service_->put_from) throw Error(MIF_E_UNSUPPORTED, "plugin.service-absent", "host takes objects in one piece only");
    struct From {
      F& read;
      std::exception_ptr thrown;
    } from{read, nullptr};
    TextSink digest;
    const auto piece = [](void* p, std::uint8_t* room, std::uint64_t most) -> std::int64_t {
      auto& mine = *static_cast<From*>(p);
      try {
        return static_cast<std::int64_t>(mine.read(room, most));
      } catch (...) {
        mine.thrown = std::current_exception();
        return -1;
      }
    };
    try {
      ask(call.get(), service_->put_from, service_->impl, static_cast<std::int64_t (*)(void*, std::uint8_t*, std::uint64_t)>(piece), static_cast<void*>(&from), digest.get());
    } catch (const HostRefused&) {
      if (from.thrown) std::rethrow_exception(from.thrown);
      throw;
    }
    return digest.text();
  }
  std::string get(Call call, std::string_view digest) const {
    TextSink bytes;
    ask(call.get(), service_->get, service_->impl, s(digest), bytes.get());
    return bytes.text();
  }

 private:
  const mif_objects* service_;
};

}  // namespace mif
#endif
