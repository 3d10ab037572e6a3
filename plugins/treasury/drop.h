// SPDX-License-Identifier: Apache-2.0
// Payments given up for good. Their payables are closed as kDropped and told as resolved; nothing prepares them again.
#pragma once

#include <string>
#include <vector>

#include "rows.h"

namespace mif::treasury {

struct Drop {
  std::int64_t payment = 0, voucher = 0, red_voucher = 0, proposed_ms = 0, confirmed_ms = 0;
  std::string reason, proposed_by, confirmed_by;
};
// `where` is appended to "select ... from x_treasury_drop d ".
std::vector<Drop> drops(Txn& txn, std::string_view where, const std::vector<Value>& params);
// The voucher has posted with the parts that were paid: what was given up is taken back by a red draft, where the voucher says how.
void take_back_dropped(Desk& desk, Txn& txn, const Payment& of_voucher);

}  // namespace mif::treasury
