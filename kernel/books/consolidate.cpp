// SPDX-License-Identifier: Apache-2.0
// Many units as one: the sum of their books, less what they paid each other.
#include <algorithm>
#include <set>
#include <tuple>

#include "kernel/books/internal.h"

namespace mif::books {
namespace {

// Who books the income, and who the expense. The receiver of 4401 is below the payer, the receiver of 4402 above.
struct Pair {
  std::string_view income, expense;
};
constexpr Pair kPairs[] = {{"4401", "5302"}, {"4402", "5301"}};

}  // namespace

Fen Transfer::eliminated() const {
  const Fen none;
  if (!inside) return none;
  if (received >= none && paid >= none) return std::min(received, paid);
  return received <= none && paid <= none ? std::max(received, paid) : none;  // both taken back; or the one says so and the other not
}

Consolidation Books::consolidate(store::Txn& txn, const Filter& filter, int level) const {
  Consolidation result;
  result.table = trial(txn, filter, level);
  const Scope scope(txn, ledger_, charts_, filter);
  std::set<std::string> units;
  for (const auto& member : scope.members()) units.insert(member.book.unit);
  using Who = std::tuple<std::string_view, std::string, std::string, std::string>;  // income account, scheme, payer, receiver
  std::map<Who, Transfer> transfers;
  for (const Pair& pair : kPairs) {
    Filter transfer = filter;
    transfer.without_closing = true;
    for (const bool income : {true, false}) {
      const std::string_view account = income ? pair.income : pair.expense;
      each_balance(txn, ledger_, scope, transfer, account, [&](const Member& member, const ledger::Balance& b) {
        if (b.month == 0 && filter.year != member.book.start.year) return;  // only a book's first opening holds transfers of its year
        std::string other = item_of(b.aux, "counterparty");
        const bool unnamed = other == "-";
        const std::string payer = unnamed ? "?" : income ? other : member.book.unit, receiver = unnamed ? "?" : income ? member.book.unit : other;
        Transfer& t = transfers[{pair.income, member.book.scheme, payer, receiver}];
        t.income_account = pair.income;
        t.expense_account = pair.expense;
        t.scheme = member.book.scheme;
        t.payer = payer;
        t.receiver = receiver;
        t.inside = unnamed || units.count(other) != 0;
        if (income) t.received += b.credit - b.debit;
        else t.paid += b.debit - b.credit;
      });
    }
  }
  for (auto& [key, t] : transfers) {
    if (t.received == Fen() && t.paid == Fen()) continue;
    result.eliminated[t.income_account] += t.eliminated();
    result.eliminated[t.expense_account] += t.eliminated();
    result.in_transit += t.in_transit();
    result.transfers.push_back(std::move(t));
  }
  return result;
}

}  // namespace mif::books
