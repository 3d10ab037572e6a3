// SPDX-License-Identifier: Apache-2.0
// The append-only log: one entry per state change, in the same transaction. Entries of one chain (a unit, or "system") are
// linked by hash; a Merkle tree (RFC 6962/9162) over each chain gives the root that checkpoints sign.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/hash.h"
#include "kernel/base/who.h"
#include "kernel/store/database.h"

namespace mif::audit {

// The digest of an object whose rows were deleted by this change.
inline constexpr std::string_view kGone = "gone";

// `object` names what changed ("voucher:42"); `object_digest` is the hex digest of that object's rows after the change, so
// that any later edit of those rows contradicts the log. Empty digest: no stored row of the object changed. kGone: its rows
// are deleted. All entries of one object belong to one chain.
struct Event {
  std::string chain;   // unit code, or "system"
  std::string action;  // "voucher.post"
  std::string object;
  std::string object_digest;
  std::string body;    // JSON with all fields of the change
};

struct Entry {
  std::string chain;
  std::int64_t seq = 0, at_ms = 0;
  std::string actor, origin, trace, action, object, object_digest, body, hash;
};

// Where a chain's next entry goes, when it was asked for ahead of the entry.
struct Place {
  std::string chain;
  std::int64_t seq = 0;  // of the entry before; 0 = not known
  std::string hash;
};

// [any-thread]
class Log {
 public:
  Log(const Clock& clock, HashAlg alg);
  HashAlg alg() const { return alg_; }
  // Locks the chain's head row, so appends to one chain are serialized until the transaction ends.
  // A text that is not UTF-8, or too long for its column, is MIF_E_INVALID: an unauditable change must not happen.
  void append(store::Txn& txn, const Who& who, const Event& event);
  // The same in two steps, so that the head is locked in the round trip of another query: the query fills `place`, which must
  // outlive it.
  void append(store::Txn& txn, const Who& who, const Event& event, const Place& place);
  static store::Query lock(const store::Txn& txn, Place& place);
  // The same for many changes, in order, by bulk load: one locked head per chain instead of one per event.
  void append_all(store::Txn& txn, const Who& who, std::span<const Event> events);

 private:
  const Clock& clock_;
  HashAlg alg_;
};

std::span<const store::Migration> migrations();
void entries(store::Txn& txn, std::string_view chain, std::int64_t after_seq, std::int64_t limit, const std::function<void(const Entry&)>& each);
// Hash of an entry given its predecessor's: H(previous || H(0x00 || canonical fields)).
std::string entry_hash(HashAlg alg, std::string_view previous_hash_hex, const Entry& entry);

}  // namespace mif::audit
