// SPDX-License-Identifier: Apache-2.0
#include "split.h"

namespace mif::datagen {

std::vector<Fen> split(Fen total, const std::vector<std::uint64_t>& weights, Fen least) {
  std::uint64_t sum = 0, positive = 0;
  for (const auto w : weights) {
    sum += w;
    positive += w > 0;
  }
  if (sum == 0) throw Error(MIF_E_INVALID, "没有可分配的份额 (nothing to split " + total.plain() + " over)");
  Fen floor = least;
  if (total < floor * static_cast<std::int64_t>(positive)) floor = Fen(0);
  const Fen rest = total - floor * static_cast<std::int64_t>(positive);
  std::vector<Fen> parts;
  parts.reserve(weights.size());
  std::uint64_t reached = 0;
  Fen given;
  for (const auto w : weights) {
    reached += w;
    // cumulative rounding: the last part lands exactly on the total
    const Fen upto(static_cast<std::int64_t>(static_cast<__int128>(rest.value()) * static_cast<__int128>(reached) / static_cast<__int128>(sum)));
    parts.push_back(w ? upto - given + floor : Fen(0));
    given = upto;
  }
  return parts;
}

}  // namespace mif::datagen
