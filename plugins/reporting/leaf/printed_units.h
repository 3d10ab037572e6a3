// SPDX-License-Identifier: Apache-2.0
// Amounts as ministries print them: half up, away from zero.
#pragma once

#include <cstdint>
#include <string>

#include "mif/abi.h"

namespace mif::report_leaf {

// "1,290,212.39"
std::string in_yuan(mif_fen fen);
// In units of so many fen with 0 to 2 decimals: "33,501.36" with 10 000 000 000 (亿元) and 2
std::string in_units(mif_fen fen, std::int64_t unit, int decimals);
// "27,362": whole 万元
std::string in_ten_thousand_yuan(mif_fen fen);

}  // namespace mif::report_leaf
