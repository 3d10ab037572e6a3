// SPDX-License-Identifier: Apache-2.0
#include "tally.h"

#include "tables.h"

namespace mif::exchange {

void Tally::count(const std::string& what, Fen fen) {
  ++received;
  amount += fen;
  if (what == state::kDrafted || what == state::kGathered || what == state::kPosted) {  // posted at once: a memo, which needs no review
    ++drafted;
    drafted_fen += fen;
  } else if (what == state::kHeld) {
    ++held;
    held_fen += fen;
  } else if (what == state::kRejected) {
    ++rejected;
    rejected_fen += fen;
  } else {
    ++cancelled;
  }
}

Tally& Tally::operator+=(const Tally& o) {
  received += o.received;
  drafted += o.drafted;
  held += o.held;
  rejected += o.rejected;
  cancelled += o.cancelled;
  redelivered += o.redelivered;
  amount += o.amount;
  drafted_fen += o.drafted_fen;
  held_fen += o.held_fen;
  rejected_fen += o.rejected_fen;
  return *this;
}

}  // namespace mif::exchange
