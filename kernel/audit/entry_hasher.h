// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "kernel/base/hash.h"

namespace mif::audit {

// The two hashes of an entry, with buffers kept from entry to entry: the leaf H(0x00 || canonical fields) that the Merkle
// tree takes, and the link H(previous || leaf) that the chain takes. One thread.
class EntryHasher {
 public:
  explicit EntryHasher(HashAlg alg) : hasher_(alg) {}
  // texts: actor, origin, trace, action, object, object_digest, body
  Digest leaf(std::string_view chain, std::int64_t seq, std::int64_t at_ms, std::initializer_list<std::string_view> texts) {
    canonical_.clear();
    canonical_.add("mif.audit/1").add(chain).add(seq).add(at_ms);
    for (const auto text : texts) canonical_.add(text);
    return hasher_.update(std::string_view("\0", 1)).update(canonical_.bytes()).finish();
  }
  Digest link(const Digest& previous, const Digest& leaf) { return hasher_.update(bytes(previous)).update(bytes(leaf)).finish(); }

 private:
  static std::string_view bytes(const Digest& d) { return {reinterpret_cast<const char*>(d.data()), d.size()}; }
  Hasher hasher_;
  Canonical canonical_;
};

}  // namespace mif::audit
