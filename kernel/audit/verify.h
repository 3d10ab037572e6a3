// SPDX-License-Identifier: Apache-2.0
// Offline verification: recompute every chain, compare every stored object with its last digest in the log, compare the
// heads with the last witnessed checkpoint.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/audit/log.h"

namespace mif::audit {

struct Finding {
  std::string promise;  // "P3", "P11", ...
  std::string object;   // "voucher:42", "audit:370000#17"
  std::string what;     // one sentence
};

// A room tells which objects it stores: calls emit(object, digest hex) for each of them, orphaned rows included.
// See row_digest.h for a digest that covers every column.
using Emit = std::function<void(const std::string& object, const std::string& digest_hex)>;
struct DigestSource {
  std::string kind;  // "voucher": prefix before ':'
  std::function<void(store::Txn&, const Emit&)> each;
};

// C2SP signed note: origin, size, root, one signature line. size = entries in all chains; root over the sorted chain heads.
struct ChainHead {
  std::string chain;
  std::int64_t size = 0;
  std::string merkle_root;  // hex, RFC 9162 over the chain's leaves
};
struct Checkpoint {
  std::string origin;
  std::int64_t at_ms = 0;
  HashAlg alg = HashAlg::sha256;
  std::vector<ChainHead> heads;
  std::string text;  // the signed note as written to the file
};

// Ed25519 key pair in the files checkpoint-key.pem (private, mode 0600) and checkpoint-key.pub.pem below `folder`; made when
// both are missing. A folder with the public file alone verifies but does not sign: that is what a witness keeps.
class Signer {
 public:
  explicit Signer(const std::string& folder);
  ~Signer();
  std::string sign(std::string_view bytes) const;                     // raw signature
  bool verify(std::string_view bytes, std::string_view signature) const;
  std::string public_key_pem() const;
  std::string public_key_raw() const;  // 32 bytes

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Recomputes every chain on the way: MIF_E_CONFLICT rather than a signature under a broken log.
Checkpoint make_checkpoint(store::Txn& txn, HashAlg alg, std::string_view origin, std::int64_t at_ms, const Signer& signer);
Checkpoint read_checkpoint(std::string_view text, const Signer& signer);  // throws MIF_E_INVALID when the signature is wrong

struct VerifyResult {
  std::vector<Finding> findings;
  std::int64_t entries = 0, objects = 0, chains = 0;
  bool checkpoint_checked = false;
};
VerifyResult verify(store::Txn& txn, HashAlg alg, std::span<const DigestSource> sources, const Checkpoint* witnessed,
                    const std::function<void(std::int64_t done)>& progress = {});

// RFC 9162 section 2.1. [any-thread] pure
class MerkleTree {
 public:
  explicit MerkleTree(HashAlg alg);
  ~MerkleTree();
  void add_leaf(const Digest& leaf_hash);  // already H(0x00 || data)
  Digest root() const;                     // H("") when empty
  std::int64_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};
Digest merkle_leaf(HashAlg alg, std::string_view data);
Digest merkle_root(HashAlg alg, std::span<const Digest> leaves);
std::vector<Digest> inclusion_proof(HashAlg alg, std::span<const Digest> leaves, std::size_t index);
bool check_inclusion(HashAlg alg, const Digest& leaf, std::size_t index, std::size_t size, std::span<const Digest> proof, const Digest& root);
std::vector<Digest> consistency_proof(HashAlg alg, std::span<const Digest> leaves, std::size_t old_size);
bool check_consistency(HashAlg alg, std::size_t old_size, const Digest& old_root, std::size_t new_size, const Digest& new_root, std::span<const Digest> proof);

}  // namespace mif::audit
