// SPDX-License-Identifier: Apache-2.0
// RFC 9162 section 2.1: tree heads, inclusion and consistency proofs.
#include <bit>

#include "kernel/audit/verify.h"
#include "mif/error.hpp"

namespace mif::audit {
namespace {

std::string_view bytes(const Digest& d) { return {reinterpret_cast<const char*>(d.data()), d.size()}; }

Digest node(HashAlg alg, const Digest& left, const Digest& right) {
  char buffer[65];
  buffer[0] = 1;
  bytes(left).copy(buffer + 1, 32);
  bytes(right).copy(buffer + 33, 32);
  return hash(alg, std::string_view(buffer, sizeof buffer));
}

// Largest power of two smaller than n; n > 1.
std::size_t split(std::size_t n) { return std::bit_floor(n - 1); }

void prove_inclusion(HashAlg alg, std::span<const Digest> leaves, std::size_t index, std::vector<Digest>& proof) {
  if (leaves.size() <= 1) return;
  const std::size_t k = split(leaves.size());
  if (index < k) {
    prove_inclusion(alg, leaves.first(k), index, proof);
    proof.push_back(merkle_root(alg, leaves.subspan(k)));
  } else {
    prove_inclusion(alg, leaves.subspan(k), index - k, proof);
    proof.push_back(merkle_root(alg, leaves.first(k)));
  }
}

// `whole`: the old tree is a complete subtree whose root the verifier knows already.
void prove_consistency(HashAlg alg, std::span<const Digest> leaves, std::size_t old_size, bool whole, std::vector<Digest>& proof) {
  if (old_size == leaves.size()) {
    if (!whole) proof.push_back(merkle_root(alg, leaves));
    return;
  }
  const std::size_t k = split(leaves.size());
  if (old_size <= k) {
    prove_consistency(alg, leaves.first(k), old_size, whole, proof);
    proof.push_back(merkle_root(alg, leaves.subspan(k)));
  } else {
    prove_consistency(alg, leaves.subspan(k), old_size - k, false, proof);
    proof.push_back(merkle_root(alg, leaves.first(k)));
  }
}

}  // namespace

// Roots of the complete subtrees, largest first: one for every bit set in size.
struct MerkleTree::Impl {
  HashAlg alg;
  std::int64_t size = 0;
  std::vector<Digest> peaks;
};

MerkleTree::MerkleTree(HashAlg alg) : impl_(new Impl{alg, 0, {}}) {}
MerkleTree::~MerkleTree() = default;
std::int64_t MerkleTree::size() const { return impl_->size; }

void MerkleTree::add_leaf(const Digest& leaf_hash) {
  Digest peak = leaf_hash;
  for (std::int64_t n = impl_->size; n & 1; n >>= 1) {
    peak = node(impl_->alg, impl_->peaks.back(), peak);
    impl_->peaks.pop_back();
  }
  impl_->peaks.push_back(peak);
  ++impl_->size;
}

Digest MerkleTree::root() const {
  if (impl_->peaks.empty()) return hash(impl_->alg, "");
  Digest root = impl_->peaks.back();
  for (std::size_t i = impl_->peaks.size() - 1; i-- > 0;) root = node(impl_->alg, impl_->peaks[i], root);
  return root;
}

Digest merkle_leaf(HashAlg alg, std::string_view data) {
  Hasher hasher(alg);
  return hasher.update(std::string_view("\0", 1)).update(data).finish();
}

Digest merkle_root(HashAlg alg, std::span<const Digest> leaves) {
  MerkleTree tree(alg);
  for (const auto& leaf : leaves) tree.add_leaf(leaf);
  return tree.root();
}

std::vector<Digest> inclusion_proof(HashAlg alg, std::span<const Digest> leaves, std::size_t index) {
  if (index >= leaves.size())
    throw Error(MIF_E_INVALID, "audit.proof-range", "日志只有 " + std::to_string(leaves.size()) + " 条, 没有第 " + std::to_string(index) + " 条 (leaf index beyond the tree)");
  std::vector<Digest> proof;
  prove_inclusion(alg, leaves, index, proof);
  return proof;
}

bool check_inclusion(HashAlg alg, const Digest& leaf, std::size_t index, std::size_t size, std::span<const Digest> proof, const Digest& root) {
  if (index >= size) return false;
  std::size_t at = index, last = size - 1;
  Digest computed = leaf;
  for (const auto& sibling : proof) {
    if (last == 0) return false;
    if ((at & 1) || at == last) {
      computed = node(alg, sibling, computed);
      // The right edge of an incomplete tree has no sibling on some levels.
      while (!(at & 1) && at != 0) at >>= 1, last >>= 1;
    } else {
      computed = node(alg, computed, sibling);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && computed == root;
}

std::vector<Digest> consistency_proof(HashAlg alg, std::span<const Digest> leaves, std::size_t old_size) {
  if (old_size == 0 || old_size > leaves.size())
    throw Error(MIF_E_INVALID, "audit.proof-range", "一致性证明的旧大小要在 1 到 " + std::to_string(leaves.size()) + " 之间 (old size must be between 1 and the new size)");
  std::vector<Digest> proof;
  prove_consistency(alg, leaves, old_size, true, proof);
  return proof;
}

bool check_consistency(HashAlg alg, std::size_t old_size, const Digest& old_root, std::size_t new_size, const Digest& new_root, std::span<const Digest> proof) {
  if (old_size == 0 || old_size > new_size) return false;
  if (old_size == new_size) return proof.empty() && old_root == new_root;
  if (proof.empty()) return false;
  std::size_t at = old_size - 1, last = new_size - 1;
  while (at & 1) at >>= 1, last >>= 1;
  // A complete old tree is itself the first node of the path; its root is not repeated in the proof.
  const bool complete = std::has_single_bit(old_size);
  Digest old_computed = complete ? old_root : proof.front();
  Digest new_computed = old_computed;
  for (const auto& sibling : complete ? proof : proof.subspan(1)) {
    if (last == 0) return false;
    if ((at & 1) || at == last) {
      old_computed = node(alg, sibling, old_computed);
      new_computed = node(alg, sibling, new_computed);
      while (!(at & 1) && at != 0) at >>= 1, last >>= 1;
    } else {
      new_computed = node(alg, new_computed, sibling);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && old_computed == old_root && new_computed == new_root;
}

}  // namespace mif::audit
