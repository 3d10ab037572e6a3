// SPDX-License-Identifier: Apache-2.0
// plugin { bank-ferry { inner NAME { ... } outer NAME { ... } } }: docs/bank/ferry-orders.md. Keys come from secrets, once, at activation.
#pragma once

#include "ferry/incoming.h"
#include "ferry/outgoing.h"
#include "mif/services.hpp"

namespace mif::bank_ferry {

// One side of a pair of flows. An inner line is a link of the bank adapter; an outer line hands on to another adapter.
struct LineSettings {
  std::string name;
  bool inner = true;
  ferry::IncomingSettings in;
  ferry::OutgoingSettings out;
  std::int64_t expires_ms = 0, grace_ms = 0, fresh_ms = 0;  // inner
  std::string adapter, link, unit;                          // outer
  std::int64_t rows = 30, timeout_ms = 60000, returns_ms = 0;
};

// Throws MIF_E_INVALID with the line in mif.info.
std::vector<LineSettings> read_settings(const Config& config, Call call);

}  // namespace mif::bank_ferry
