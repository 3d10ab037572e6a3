// SPDX-License-Identifier: Apache-2.0
// Exact splitting of money and the random numbers behind it. Own generator and no std:: distribution: the same seed must give
// the same rows with every compiler and library.
#pragma once

#include <cstdint>
#include <vector>

#include "mif/money.hpp"

namespace mif::datagen {

// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // 0 .. bound-1
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::uint64_t state_;
};

// Parts in proportion to the weights whose sum is exactly `total`. A weight of 0 gives 0; every other part is at least
// `least` when the total allows it.
std::vector<Fen> split(Fen total, const std::vector<std::uint64_t>& weights, Fen least = Fen(1));

}  // namespace mif::datagen
