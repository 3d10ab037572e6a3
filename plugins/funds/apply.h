// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rows.h"

namespace mif::funds {

// What is asked for is possible at all: kind, accounts, payee. Fills in the name and bank number of an own account.
void check_content(const Desk& desk, Application& a);

}  // namespace mif::funds
