// SPDX-License-Identifier: Apache-2.0
// Asks hledger what the exported books amount to at every month's end, many books in one call.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/ledger/fixture.h"

namespace mif::model {

bool hledger_installed();

// book -> account -> "2023-07" -> fen, debit-positive. Throws when hledger objects.
using MonthEnds = std::map<std::string, std::map<std::string, std::map<std::string, long long>>>;
MonthEnds month_ends_by_hledger(testing::LedgerFixture& world, const std::vector<std::string>& books);

}  // namespace mif::model
