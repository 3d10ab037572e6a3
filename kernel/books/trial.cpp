// SPDX-License-Identifier: Apache-2.0
// 科目余额表 and 总账.
#include <algorithm>

#include "kernel/books/internal.h"

namespace mif::books {

Fen Sums::of(Figure figure) const {
  switch (figure) {
    case Figure::year_opening: return year_opening;
    case Figure::opening: return opening;
    case Figure::debit: return debit;
    case Figure::credit: return credit;
    case Figure::year_debit: return year_debit;
    case Figure::year_credit: return year_credit;
    case Figure::closing: return closing;
  }
  return {};
}

bool Sums::zero() const {
  const Fen none;
  return year_opening == none && opening == none && debit == none && credit == none && year_debit == none && year_credit == none && closing == none;
}

void Sums::add(const Sums& other) {
  year_opening += other.year_opening;
  opening += other.opening;
  debit += other.debit;
  credit += other.credit;
  year_debit += other.year_debit;
  year_credit += other.year_credit;
  closing += other.closing;
  moved = moved || other.moved;
}

void Sums::add(const ledger::Balance& b, const Filter& filter) {
  const Fen net = b.debit - b.credit;
  closing += net;
  if (b.month < filter.month_from) opening += net;
  if (b.month == 0) {
    year_opening += net;
    return;
  }
  moved = true;
  year_debit += b.debit;
  year_credit += b.credit;
  if (b.month < filter.month_from) return;
  debit += b.debit;
  credit += b.credit;
}

TrialTable trial_of(const Reading& reading, const Filter& filter, int level) {
  const Scope& scope = reading.scope();
  std::unordered_map<std::string, Sums> leaves;
  reading.balances(filter, {}, [&](const Member&, const ledger::Balance& b) { leaves[b.account].add(b, filter); });
  for (auto& [account, sums] : leaves)
    if (sums.moved && sums.zero()) sums.moved = reading.moved(filter, account, 1, filter.month_to);
  const AccountPattern pattern(filter.accounts);
  std::map<std::string, Sums> all;
  for (const auto& [account, sums] : leaves)
    for (std::string code = account; !code.empty(); code = parent_of(code))
      if (code == account || (pattern.matches(code) && scope.find(code))) all[code].add(sums);
  TrialTable table;
  table.filter = filter;
  const Fen none;
  for (const auto& [code, sums] : all) {
    if (sums.empty()) continue;
    const chart::Account* account = scope.find(code);
    const std::string parent = parent_of(code);
    if (parent.empty() || all.count(parent) == 0) {
      (sums.opening > none ? table.opening_debit : table.opening_credit) += sums.opening > none ? sums.opening : -sums.opening;
      (sums.closing > none ? table.closing_debit : table.closing_credit) += sums.closing > none ? sums.closing : -sums.closing;
      table.debit += sums.debit;
      table.credit += sums.credit;
      table.year_debit += sums.year_debit;
      table.year_credit += sums.year_credit;
    }
    TrialRow row;
    row.account = code;
    row.name = account ? account->name : code;
    row.level = account ? account->level : 1;
    row.side = account ? account->side : MIF_DEBIT;
    row.leaf = !account || account->leaf;
    row.sums = sums;
    if (level == 0 || row.level <= level) table.rows.push_back(std::move(row));
  }
  return table;
}

Drill TrialTable::drill(const TrialRow& row, Figure figure) const {
  Drill drill = drill_of(filter, figure);
  drill.below = row.account;
  return drill;
}

GeneralLedger general_of(const Reading& reading, const Filter& filter, int level) {
  const Scope& scope = reading.scope();
  struct Months {
    Fen net[14], debit[14], credit[14];
    bool moved[14] = {};
  };
  std::map<std::string, Months> all;
  const AccountPattern pattern(filter.accounts);
  reading.balances(filter, {}, [&](const Member&, const ledger::Balance& b) {
    for (std::string code = b.account; !code.empty(); code = parent_of(code)) {
      const chart::Account* account = scope.find(code);
      if (code != b.account && (!account || !pattern.matches(code))) continue;
      if (account && account->level != level && !(account->leaf && account->level < level)) continue;
      Months& m = all[code];
      m.net[b.month] += b.debit - b.credit;
      if (b.month > 0) {
        m.debit[b.month] += b.debit;
        m.credit[b.month] += b.credit;
        m.moved[b.month] = true;
      }
    }
  });
  GeneralLedger ledger;
  ledger.filter = filter;
  const Fen none;
  for (const auto& [code, m] : all) {
    GeneralAccount general;
    general.account = code;
    general.name = scope.name(code);
    const chart::Account* account = scope.find(code);
    general.side = account ? account->side : MIF_DEBIT;
    Fen balance = m.net[0], year_debit, year_credit;
    bool any = false;
    for (int month = 1; month <= filter.month_to; ++month) {
      if (month == filter.month_from) general.opening = balance;
      balance += m.net[month];
      year_debit += m.debit[month];
      year_credit += m.credit[month];
      if (month < filter.month_from) continue;
      const bool moved = m.debit[month] != none || m.credit[month] != none || (m.moved[month] && reading.moved(filter, code, month, month));
      any = any || moved;
      // The year is ruled off in December; the adjustments have a line of their own only when there are any.
      const bool last = month == std::max(filter.month_from, std::min(filter.month_to, 12)) || (month == filter.month_to && moved);
      if (moved || last) general.months.push_back({month, m.debit[month], m.credit[month], year_debit, year_credit, balance});
    }
    if (any || general.opening != none || balance != none) ledger.accounts.push_back(std::move(general));
  }
  return ledger;
}

Drill GeneralLedger::drill(const GeneralAccount& account, int month, Figure figure) const {
  Filter of_month = filter;
  of_month.month_from = of_month.month_to = month;
  Drill drill = drill_of(of_month, figure);
  drill.below = account.account;
  return drill;
}

}  // namespace mif::books
