// SPDX-License-Identifier: Apache-2.0
#include "recon.h"
#include "reconcile.h"

namespace mif::treasury {

std::vector<std::string> missing_days(Txn& txn, const std::string& account, Day to) {
  std::vector<std::string> gaps;
  Day covered;
  const auto next = [](Day day) {
    if (day.day() < Day::days_in(day.year(), day.month())) return Day(day.value() + 1);
    return day.month() == 12 ? Day(day.year() + 1, 1, 1) : Day(day.year(), day.month() + 1, 1);
  };
  const auto previous = [](Day day) {
    if (day.day() > 1) return Day(day.value() - 1);
    const int year = day.month() == 1 ? day.year() - 1 : day.year(), month = day.month() == 1 ? 12 : day.month() - 1;
    return Day(year, month, Day::days_in(year, month));
  };
  txn.query("select day_from, day_to from x_treasury_statement where account = ? and state = 'proved' and day_from <= ? order by day_from, day_to", {account, to}, [&](const Row& r) {
    if (covered.valid() && next(covered) < r.day(0)) gaps.push_back(next(covered).iso() + ".." + previous(r.day(0)).iso());
    if (!covered.valid() || covered < r.day(1)) covered = r.day(1);
    return true;
  });
  if (covered.valid() && covered < to) gaps.push_back(next(covered).iso() + ".." + to.iso());
  return gaps;
}

BalanceTable compute_table(Desk& desk, Call call, Txn& txn, const Scoped& scoped, const Sides& sides, Day day, const std::string& form, const std::string& maker) {
  const BankAccount& account = *scoped.account;
  BalanceTable table;
  table.form = form;
  table.account = account.number;
  table.book = account.book;
  table.unit = scoped.unit;
  table.maker = maker;
  table.day = day;
  table.booked = book_balance(desk, call, txn, account, day);
  bool stated = false;
  txn.query("select opening_fen from x_treasury_statement where account = ? and state = 'proved' order by day_from, ord limit 1", {account.number}, [&](const Row& r) {
    table.bank = r.fen(0);
    stated = true;
    return false;
  });
  if (!stated) throw Error(MIF_E_CONFLICT, "reconcile.no-statement", "账户 " + account.number + " 还没有成立的对账单，先导入 (no proved statement: import one first)");
  for (const auto& l : sides.lines)
    if (l.bank && l.item[0] == 'b' && l.day <= day) table.bank += l.fen;
  txn.query("select evidence from x_treasury_statement where account = ? and state = 'proved' and day_from <= ? order by day_from, ord", {account.number, day}, [&](const Row& r) {
    table.statements.push_back(r.text(0));
    return true;
  });
  fill_table(table, sides.lines);
  return table;
}

}  // namespace mif::treasury
