// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernel/audit/verify.h"
#include "mif/error.hpp"

namespace mif::audit {
namespace {

std::string unhex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

// The inputs and roots every Certificate Transparency implementation is tested with.
const std::vector<std::string> kInputs = {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> kRoots = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<Digest> leaves_of(HashAlg alg, std::size_t n) {
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < n; ++i) leaves.push_back(merkle_leaf(alg, "leaf " + std::to_string(i)));
  return leaves;
}

TEST(MerkleTree, of_the_public_inputs_has_the_public_roots) {
  MerkleTree tree(HashAlg::sha256);
  EXPECT_EQ(to_hex(tree.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") << "the empty tree hashes the empty string";
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < kInputs.size(); ++i) {
    leaves.push_back(merkle_leaf(HashAlg::sha256, unhex(kInputs[i])));
    tree.add_leaf(leaves.back());
    EXPECT_EQ(to_hex(tree.root()), kRoots[i]) << "size " << i + 1;
    EXPECT_EQ(to_hex(merkle_root(HashAlg::sha256, leaves)), kRoots[i]);
    EXPECT_EQ(tree.size(), static_cast<std::int64_t>(i) + 1);
  }
}

class MerkleProofs : public ::testing::TestWithParam<HashAlg> {};

TEST_P(MerkleProofs, of_every_leaf_of_every_size_hold_and_nothing_else_does) {
  const HashAlg alg = GetParam();
  const auto all = leaves_of(alg, 33);
  for (std::size_t n = 1; n <= all.size(); ++n) {
    const std::span<const Digest> leaves(all.data(), n);
    const Digest root = merkle_root(alg, leaves);
    for (std::size_t i = 0; i < n; ++i) {
      auto proof = inclusion_proof(alg, leaves, i);
      ASSERT_TRUE(check_inclusion(alg, all[i], i, n, proof, root)) << i << " of " << n;
      EXPECT_LE(proof.size(), 6u) << "a proof grows with the logarithm";
      EXPECT_FALSE(check_inclusion(alg, all[(i + 1) % n == i ? 32 : (i + 1) % n], i, n, proof, root) && n > 1);
      EXPECT_FALSE(check_inclusion(alg, all[i], i + 1, n, proof, root) && n > 1);
      EXPECT_FALSE(check_inclusion(alg, all[i], n, n, proof, root)) << "an index beyond the tree";
      for (auto& step : proof) {
        step[7] ^= 1;
        EXPECT_FALSE(check_inclusion(alg, all[i], i, n, proof, root));
        step[7] ^= 1;
      }
      proof.push_back(root);
      EXPECT_FALSE(check_inclusion(alg, all[i], i, n, proof, root)) << "a proof that is too long";
      proof.pop_back();
      if (!proof.empty()) {
        proof.pop_back();
        EXPECT_FALSE(check_inclusion(alg, all[i], i, n, proof, root)) << "a proof that is too short";
      }
    }
  }
}

TEST_P(MerkleProofs, of_growth_hold_between_any_two_sizes_and_not_for_a_rewritten_past) {
  const HashAlg alg = GetParam();
  const auto all = leaves_of(alg, 33);
  for (std::size_t n = 1; n <= all.size(); ++n) {
    const std::span<const Digest> leaves(all.data(), n);
    const Digest root = merkle_root(alg, leaves);
    for (std::size_t old = 1; old <= n; ++old) {
      const Digest old_root = merkle_root(alg, leaves.first(old));
      auto proof = consistency_proof(alg, leaves, old);
      ASSERT_TRUE(check_consistency(alg, old, old_root, n, root, proof)) << old << " to " << n;
      Digest rewritten = old_root;
      rewritten[0] ^= 1;
      EXPECT_FALSE(check_consistency(alg, old, rewritten, n, root, proof));
      EXPECT_FALSE(check_consistency(alg, old, old_root, n, rewritten, proof));
      for (auto& step : proof) {
        step[31] ^= 0x80;
        EXPECT_FALSE(check_consistency(alg, old, old_root, n, root, proof));
        step[31] ^= 0x80;
      }
      proof.push_back(root);
      EXPECT_FALSE(check_consistency(alg, old, old_root, n, root, proof));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, MerkleProofs, ::testing::Values(HashAlg::sha256, HashAlg::sm3), [](const auto& info) { return std::string(name_of(info.param)); });

TEST(MerkleProof, that_makes_no_sense_is_refused) {
  const auto leaves = leaves_of(HashAlg::sha256, 4);
  EXPECT_THROW(inclusion_proof(HashAlg::sha256, leaves, 4), Error);
  EXPECT_THROW(consistency_proof(HashAlg::sha256, leaves, 0), Error);
  EXPECT_THROW(consistency_proof(HashAlg::sha256, leaves, 5), Error);
  const Digest root = merkle_root(HashAlg::sha256, leaves);
  EXPECT_FALSE(check_consistency(HashAlg::sha256, 0, root, 4, root, {}));
  EXPECT_FALSE(check_consistency(HashAlg::sha256, 5, root, 4, root, {}));
  EXPECT_FALSE(check_inclusion(HashAlg::sha256, root, 0, 0, {}, root));
}

}  // namespace
}  // namespace mif::audit
