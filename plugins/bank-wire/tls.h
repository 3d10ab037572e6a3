// SPDX-License-Identifier: Apache-2.0
// TLS over any pair of byte functions. The peer is known by its public key alone: no list of authorities, no names, no dates.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "reader.h"

namespace mif::bank_wire {

// [one thread]
class Tls {
 public:
  using Put = std::function<void(const char*, std::size_t)>;  // all of it, or throws
  Tls(Put put, Source::More get);
  ~Tls();
  // Throws Unreadable when the handshake fails or the peer's key is not the pinned one: nothing of ours has left then.
  void greet(const std::string& host, const std::string& pin);
  void put(const char* bytes, std::size_t n);
  std::size_t get(char* bytes, std::size_t n);  // 0 = closed in order; a cut line throws Unreadable

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// 64 hexadecimal digits, lower case.
bool is_pin(std::string_view text);

}  // namespace mif::bank_wire
