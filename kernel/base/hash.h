// SPDX-License-Identifier: Apache-2.0
// Hashing with the algorithm as a parameter: SHA-256 by default, SM3 where commercial cryptography rules ask for it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mif {

enum class HashAlg { sha256, sm3 };

using Digest = std::array<std::uint8_t, 32>;

std::string_view name_of(HashAlg alg);              // "sha256", "sm3"
HashAlg hash_alg_of(std::string_view name);         // throws MIF_E_INVALID
Digest hash(HashAlg alg, std::string_view bytes);
std::string to_hex(const Digest& digest);
std::string to_hex(std::string_view bytes);
Digest digest_from_hex(std::string_view hex);       // throws MIF_E_INVALID

// Incremental hash. [any-thread] one object, one thread.
class Hasher {
 public:
  explicit Hasher(HashAlg alg);
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  Hasher& update(std::string_view bytes);
  Digest finish();  // and ready for the next message

 private:
  void* context_;
  HashAlg alg_;
};

// Canonical bytes of a record: every field length-prefixed, so no two different records give the same bytes.
class Canonical {
 public:
  Canonical& add(std::string_view text);
  Canonical& add(std::int64_t number);
  Canonical& add_null();
  const std::string& bytes() const { return bytes_; }
  void clear() { bytes_.clear(); }  // keeps its memory for the next record

 private:
  std::string bytes_;
};

}  // namespace mif
