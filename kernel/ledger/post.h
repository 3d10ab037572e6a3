// SPDX-License-Identifier: Apache-2.0
// Private to the ledger room: what posting one and posting many share.
#pragma once

#include "kernel/ledger/internal.h"
#include "kernel/ledger/states.h"

namespace mif::ledger {

// The first of `count` new numbers of (book, period, word); the counter's row stays locked until the transaction ends. When
// `place` names a chain, its head is locked in the same round trip.
int next_number(store::Txn& txn, std::int64_t book, Period period, std::string_view word, int count, audit::Place* place = nullptr);
// All parts of a fraction number have the number of part 1, which is posted first. MIF_E_CONFLICT.
int number_of_lead(store::Txn& txn, const Stored& voucher);
void require_postable(const Stored& voucher);

}  // namespace mif::ledger
