// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "groups.h"

namespace mif::exchange {

// Carries the vouchers' states over to their documents: what is posted in the ledger is posted here. Returns how many moved.
std::int64_t follow_vouchers(const Host& host, Call call);

// The same for some documents, or groups, of one book that are drafted, in the order of their vouchers.
std::int64_t follow_documents(const Host& host, Call call, const std::vector<Stored>& page);
std::int64_t follow_groups(const Host& host, Call call, const std::vector<Group>& page);

// Sends what is in the outbox, oldest first. Repeatable: a batch that was sent but not marked is sent again.
std::int64_t acknowledge(const Host& host, Call call, const std::vector<SourceFeed>& feeds, const std::function<void(std::int64_t)>& progress);

std::int64_t waiting(Txn& txn);

}  // namespace mif::exchange
