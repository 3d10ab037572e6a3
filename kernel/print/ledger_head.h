// SPDX-License-Identifier: Apache-2.0
// What the heads and rows of all ledgers have in common. Inside the room print.
#pragma once

#include "kernel/print/ledger_tables.h"

namespace mif::print {

sheet::Head head_of(const BookYear& year, const std::string& title);
std::string dimension_name(const BookYear& year, const std::string& dimension);  // MIF_E_NOT_FOUND
std::string number_of(const books::Line& line);  // "记-0012", "记-0012 1/3"

}  // namespace mif::print
