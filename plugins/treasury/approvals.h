// SPDX-License-Identifier: Apache-2.0
// How many people a batch needs and who they were. An approval is of a digest: content that changed has no approvals.
#pragma once

#include <set>
#include <string>

#include "rows.h"

namespace mif::treasury {

// Everybody who approved the batch as it stands.
std::set<std::string> approvers_of(Txn& txn, const Batch& batch);
// One more, once. Locks the batch, so that two who come together are counted one after the other.
std::set<std::string> add_approval(Txn& txn, const Batch& batch, const std::string& approver, std::int64_t needed, std::int64_t now_ms);

}  // namespace mif::treasury
