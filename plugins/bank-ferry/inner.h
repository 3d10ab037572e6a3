// SPDX-License-Identifier: Apache-2.0
// The side of the ledger: orders leave with an expiry, what became of them comes back by their codes.
//
// Invariant: an order is "unsent" only when nothing of it is in the database; REFUSED for expiry only on the outer journal's word.
#pragma once

#include "line.h"

namespace mif::bank_ferry {

struct Deps {
  const Store& store;
  const Clock& clock;
  const Log& log;
  const Audit& audit;
  const Registry& registry;
};

// [worker, serialized]
class Inner {
 public:
  Inner(ferry::Disk& disk, LineSettings settings, Deps deps) : line(disk, std::move(settings)), deps_(deps) {}
  void submit(Call call, const mif_payment* payments, std::uint32_t n, mif_pay_sink& out);
  void query(Call call, const mif_str* refs, std::uint32_t n, mif_pay_sink& out);
  void statement(Call call, std::string_view account, Day from, Day to, mif_statement_sink& out);
  Fen balance(Call call, std::string_view account);
  // In, out and what the other side misses.
  Seen exchange(Call call);

  Line line;

 private:
  void apply(Txn& txn, const ferry::Entry& entry);
  std::vector<std::string> told(Call call, const Ask& wanted);
  Deps deps_;
};

// What the treasury hears about an order now. Overdue: expired, past the grace, and the other side has not said what became of it.
struct Heard {
  int outcome = MIF_PAY_PROCESSING;
  std::string bank_ref, code, text;
  Fen held;
  bool overdue = false;
};
struct OrderRow {
  Answer last;
  std::int64_t expires_ms = 0, heard_ms = 0;
};
Heard heard_of(const OrderRow& order, std::int64_t grace_ms, std::int64_t now_ms);

}  // namespace mif::bank_ferry
