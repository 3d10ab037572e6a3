// SPDX-License-Identifier: Apache-2.0
// For whoever decides something on what he reads of a voucher: it stays as it is until his transaction ends.
#pragma once

#include "kernel/ledger/ledger.h"

namespace mif::ledger {

Voucher locked_voucher(store::Txn& txn, std::int64_t id);

}  // namespace mif::ledger
