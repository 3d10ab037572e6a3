// SPDX-License-Identifier: Apache-2.0
// What the commands about vouchers share.
#pragma once

#include <string>

#include "kernel/app/mifctl/command.h"

namespace mif::app {

std::string state_name(ledger::State state);
std::int64_t id_of(const std::string& text);    // MIF_E_INVALID
std::int64_t id_of(const Context& context);     // of the command's only argument
// MIF_E_NOT_FOUND also for a voucher of a unit the caller does not see (P15).
ledger::Voucher visible_voucher(Context& context, store::Txn& txn, std::int64_t id);
void tell_warnings(Context& context, store::Txn& txn, const ledger::Voucher& voucher);

}  // namespace mif::app
