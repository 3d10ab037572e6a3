// SPDX-License-Identifier: Apache-2.0
// The ledger lines that one predicate counts, in the order of the ledger (voucher, then line), read a page at a time.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "facts.h"

namespace mif::reporting {

// Where a list of lines goes on: after this voucher and line.
using LineCursor = std::pair<std::int64_t, int>;

// Asks for the lines of the predicate's book, year and months, `page` at a time; accounts and items are the caller's to name.
LineQuery lines_of(const Predicate& predicate, std::int64_t recorded_until_ms, std::uint32_t page);

// [calling-thread] Lives no longer than the predicate and txn.
class PredicateLines {
 public:
  // Every line of the predicate's book, year and months; asked for only where vouchers have to be seen whole (an other side).
  using Whole = std::function<std::vector<LineRow>(const Predicate&)>;
  // recorded_until_ms: as the ledger stood then; 0 = as it stands.
  PredicateLines(const LedgerRead& ledger, Call call, Txn& txn, const Predicate& predicate, std::int64_t recorded_until_ms, LineCursor after, const Whole& whole);
  bool done() const { return held_.empty(); }
  LineCursor at() const { return {held_.front().line.voucher_id, held_.front().line.line}; }
  const std::string& book() const { return query_.book; }
  const LineRow& line() const { return held_.front().line; }
  // What the line adds to the predicate's sum.
  Fen amount() const { return held_.front().amount; }
  void next();

 private:
  void fetch();
  const LedgerRead& ledger_;
  Call call_;
  Txn& txn_;
  const Predicate& predicate_;
  LineQuery query_;
  bool last_ = false;
  std::deque<SetAgainst> held_;
};

}  // namespace mif::reporting
