// SPDX-License-Identifier: Apache-2.0
#include "printed_units.h"

#include "mif/money.hpp"

namespace mif::report_leaf {
namespace {

// half up, away from zero
std::int64_t rounded(std::int64_t value, std::int64_t unit) {
  const std::uint64_t absolute = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  const std::uint64_t u = static_cast<std::uint64_t>(unit);
  const auto result = static_cast<std::int64_t>(absolute / u + (absolute % u >= u - absolute % u ? 1 : 0));
  return value < 0 ? -result : result;
}

}  // namespace

std::string in_yuan(mif_fen fen) { return Fen(fen).grouped(); }

std::string in_units(mif_fen fen, std::int64_t unit, int decimals) {
  std::int64_t step = unit, shown = 100;  // one unit is written as one yuan, then without the decimals it has no room for
  for (int i = 0; i < decimals; ++i) {
    step /= 10;
    shown /= 10;
  }
  const std::string text = (Fen(rounded(fen, step)) * shown).grouped();
  return decimals == 2 ? text : text.substr(0, text.size() - (decimals == 0 ? 3 : 1));
}

std::string in_ten_thousand_yuan(mif_fen fen) { return in_units(fen, 1000000, 0); }

}  // namespace mif::report_leaf
