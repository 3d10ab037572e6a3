// SPDX-License-Identifier: Apache-2.0
// What the heads of all ledgers have in common. Inside the room print.
#pragma once

#include "kernel/print/ledger_tables.h"

namespace mif::print {

sheet::Head head_of(const BookYear& year, const std::string& title);

}  // namespace mif::print
