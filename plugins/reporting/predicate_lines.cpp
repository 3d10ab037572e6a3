// SPDX-License-Identifier: Apache-2.0
#include "predicate_lines.h"

namespace mif::reporting {
namespace {

constexpr std::uint32_t kPage = 500;

}  // namespace

LineQuery lines_of(const Predicate& p, std::int64_t recorded_until_ms, std::uint32_t page) {
  LineQuery query;
  query.book = p.book;
  query.year = p.year;
  query.month_from = p.month_from;
  query.month_to = p.month_to;
  query.without_closing = !p.with_closing;
  query.limit = page;
  query.recorded_until_ms = recorded_until_ms;
  return query;
}

PredicateLines::PredicateLines(const LedgerRead& ledger, Call call, Txn& txn, const Predicate& p, std::int64_t recorded_until_ms, LineCursor after, const Whole& whole)
    : ledger_(ledger), call_(call), txn_(txn), predicate_(p), query_(lines_of(p, recorded_until_ms, kPage)) {
  query_.accounts = p.accounts;
  query_.aux = p.aux;
  query_.after_voucher = after.first;
  query_.after_line = after.second;
  last_ = p.month_to < p.month_from || !p.opposite.empty();
  if (p.month_to >= p.month_from && !p.opposite.empty())
    for (auto& one : set_against(p, whole(p), nullptr))
      if (LineCursor(one.line.voucher_id, one.line.line) > after) held_.push_back(std::move(one));
  fetch();
}

void PredicateLines::fetch() {
  while (held_.empty() && !last_) {
    auto page = ledger_.lines(call_, query_, &txn_);
    last_ = page.size() < kPage;
    for (auto& line : page) {
      query_.after_voucher = line.voucher_id;
      query_.after_line = line.line;
      if (predicate_.measure != 0 && line.side != predicate_.measure) continue;
      const Fen amount = line.side == MIF_DEBIT ? predicate_.take(line.fen, Fen(0)) : predicate_.take(Fen(0), line.fen);
      held_.push_back({std::move(line), amount});
    }
  }
}

void PredicateLines::next() {
  held_.pop_front();
  fetch();
}

}  // namespace mif::reporting
