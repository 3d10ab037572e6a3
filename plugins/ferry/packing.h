// SPDX-License-Identifier: Apache-2.0
// Documents into bundles: what the sending side does with rows of an exchange database or with lines of the JSON form.
#pragma once

#include "entry.h"
#include "outgoing.h"

namespace mif::ferry {

struct Packed {
  std::int64_t first = 0, last = 0;  // numbers of the bundles, 0 = none
  std::int64_t documents = 0, skipped = 0;
  Fen amount;
};

// Sends entries whose seq lies beyond their feed's position, in their order, at most `most` in a bundle. Entries of a feed must come with growing seq:
// MIF_E_INVALID ferry.order. What a crash leaves unsent is sent by the next call with the same entries; nothing is sent twice. [worker]
Packed pack(Outgoing& outgoing, const std::vector<Entry>& entries, std::size_t most, const Limits& limits, std::int64_t now_ms);

// A bundle without documents: it carries the totals, so that a receiver sees that the last ones before it are missing.
std::int64_t pack_control(Outgoing& outgoing, std::int64_t now_ms);

}  // namespace mif::ferry
