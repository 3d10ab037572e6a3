// SPDX-License-Identifier: Apache-2.0
// Private to the closing room: stored rows and their digests.
#pragma once

#include <string>
#include <string_view>

#include "kernel/base/hash.h"
#include "kernel/store/database.h"

namespace mif::closing {

inline constexpr std::string_view kExceptionColumns =
    "id, book, year, month, area, person, reason, minutes, state, requested_by, requested_ms, decided_by, decided_ms, until_ms";
inline constexpr std::string_view kRatioColumns = "id, book, year, name, numerator, denominator, source, state, entered_by, entered_ms, decided_by, decided_ms";
std::string row_digest(store::Txn& txn, HashAlg alg, std::string_view columns, std::string_view table, std::int64_t id);

}  // namespace mif::closing
