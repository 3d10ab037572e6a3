// SPDX-License-Identifier: Apache-2.0
// What came of the documents taken in, counted.
#pragma once

#include <cstdint>
#include <string>

#include "mif/money.hpp"

namespace mif::exchange {

struct Tally {
  std::int64_t received = 0, drafted = 0, held = 0, rejected = 0, cancelled = 0, redelivered = 0;
  Fen amount, drafted_fen, held_fen, rejected_fen;
  void count(const std::string& state, Fen fen);
  Tally& operator+=(const Tally& other);
};

}  // namespace mif::exchange
