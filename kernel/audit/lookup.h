// SPDX-License-Identifier: Apache-2.0
// Cheap questions to the log, for those who show it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "kernel/audit/log.h"

namespace mif::audit {

// Entries a chain has so far, by one key read: a number that changes exactly when something of that chain was recorded.
std::int64_t chain_size(store::Txn& txn, std::string_view chain);

// The newest `limit` entries about one object, oldest first. Reads the whole chain: a unit's chain is short enough for a
// person's click, and an index on the object would slow every posting.
void entries_about(store::Txn& txn, std::string_view chain, std::string_view object, std::int64_t limit, const std::function<void(const Entry&)>& each);

}  // namespace mif::audit
