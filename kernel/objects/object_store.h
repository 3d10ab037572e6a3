// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "kernel/base/hash.h"

namespace mif::objects {

// Content-addressed files below a folder: <folder>/ab/cdef.... Written once, fsynced, verified when read. [any-thread]
class ObjectStore {
 public:
  ObjectStore(std::string folder, HashAlg alg);
  std::string put(std::string_view bytes);          // digest hex
  // The same for bytes of any length: read(room, most) returns how many it gave, 0 at the end.
  std::string put_from(const std::function<std::size_t(char* room, std::size_t most)>& read);
  std::string get(std::string_view digest_hex) const;  // MIF_E_NOT_FOUND; MIF_E_INTERNAL when the bytes do not match
  bool has(std::string_view digest_hex) const;

 private:
  std::string folder_;
  HashAlg alg_;
};

}  // namespace mif::objects
