// SPDX-License-Identifier: Apache-2.0
// Digest: SHA-256 of a sequence of byte strings, each with its length, so that moving a boundary changes the digest.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace mif::reporting {

class Digest {
 public:
  Digest();
  ~Digest();
  Digest& add(std::string_view bytes);
  std::string hex();
  static std::string plain_hex(std::string_view bytes);  // of the bytes alone, as `sha256sum` prints it

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::reporting
