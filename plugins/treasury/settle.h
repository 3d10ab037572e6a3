// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "desk.h"

namespace mif::treasury {

struct Settled {
  std::int64_t vouchers = 0, payments = 0, waiting = 0;
  Fen fen;
  std::map<std::string, std::int64_t> problems;  // reason -> vouchers
};

// Every voucher whose payments are all done: its money is released as spent, its "settle" node decided, so that it posts.
// The evidence is durable before; whatever is refused now is tried again next time.
Settled settle(Desk& desk, Call call, const std::vector<Scoped>& scope, Progress progress);

}  // namespace mif::treasury
