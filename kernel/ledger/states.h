// SPDX-License-Identifier: Apache-2.0
// Reading one voucher with its book for a change of state. Private to the ledger room.
#pragma once

#include "kernel/ledger/internal.h"

namespace mif::ledger {

struct Located {
  Stored voucher;  // without lines
  Context context;
};
Located stored(store::Txn& txn, std::int64_t id, Lock lock);  // MIF_E_NOT_FOUND
// `locks`, when asked for, are the period's soft locks as they stand now that the book is locked.
void read_lines(store::Txn& txn, Stored& voucher, int* locks = nullptr);
void insert_head(store::Txn& txn, const Stored& voucher);  // a source key that is there already is MIF_E_CONFLICT
void insert_lines(store::Txn& txn, const Stored& voucher);
void insert_files(store::Txn& txn, const Stored& voucher);

}  // namespace mif::ledger
