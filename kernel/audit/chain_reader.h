// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/audit/entry_hasher.h"
#include "kernel/base/hash.h"
#include "kernel/store/database.h"

namespace mif::audit {

// A row of audit_entry while it is being read; the texts die with the row.
struct EntryView {
  std::int64_t seq = 0, at_ms = 0;
  std::string_view actor, origin, trace, action, object, object_digest, body, hash;
  Digest leaf{};        // over the stored columns
  bool readable = true;  // false: a column has the wrong type, so nothing can be said of the row but that it was edited
};

struct ChainRows {
  std::string chain;
  std::int64_t count = 0;
};
std::vector<ChainRows> chains_of(store::Txn& txn);

// Reads one chain in order, page by page, whatever its numbers look like. Returns how many rows it saw.
std::int64_t read_chain(store::Txn& txn, HashAlg alg, std::string_view chain, const std::function<void(const EntryView&)>& each);

// Links entries one by one. A damaged row is reported for itself, not for all that follow.
class ChainWalker {
 public:
  enum class Verdict { good, gap, edited };
  explicit ChainWalker(HashAlg alg) : hasher_(alg) {}
  Verdict next(const EntryView& entry);
  std::int64_t seq() const { return seq_; }
  const std::string& hash() const { return stored_; }  // as stored in the last row

 private:
  EntryHasher hasher_;
  std::int64_t seq_ = 0;
  std::string stored_;
  Digest stored_digest_{}, computed_{};
  bool stored_valid_ = true;
};

}  // namespace mif::audit
