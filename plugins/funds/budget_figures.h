// SPDX-License-Identifier: Apache-2.0
// What a budget item is executed by: the ledger where the map knows its accounts, what was paid of its applications otherwise.
#pragma once

#include <memory>
#include <optional>

#include "budget_line.h"

namespace mif::funds {

// The balance rows of a book and year, read once.
class BookYear {
 public:
  BookYear(Desk& desk, Call call, Txn& txn, const BookInfo& book, int year, int month_to);
  Fen net(const BudgetItem& item, int month_from, int month_to) const;

 private:
  std::vector<BalanceRow> rows_;
};

struct TakenBy {  // an application that holds or has paid
  std::int64_t id = 0, voucher = 0;
  Day day;
  Fen fen;
  std::string item, purpose;
  bool held = false, posted = false;  // posted: its voucher is in the ledger already, and counted there
};
std::vector<TakenBy> taken_by(Desk& desk, Call call, Txn& txn, const std::string& book, std::int64_t year, const std::string& item = {});

// What is taken of the items of one book and year, by ledger and applications together.
class Taken {
 public:
  Taken(Desk& desk, Call call, Txn& txn, const std::string& book, int year) : desk_(desk), call_(call), txn_(txn), code_(book), year_(year) {}
  Fen of(const Line& line);
  // MIF_E_CONFLICT fund.budget-below-taken, when an expense is above the new amount and the configuration does not allow that.
  void check_new_amount(const LineKey& key, Fen fen);
  // How far `more` goes above the budget by the ledger; MIF_E_CONFLICT fund.over-budget when that is refused. The line is held already.
  Fen check_more(const LineKey& key, Fen more);

 private:
  const BudgetItem* item(const std::string& code);
  std::optional<Fen> ledger(const LineKey& key);  // none for an income, or where the map does not know the item
  Desk& desk_;
  Call call_;
  Txn& txn_;
  std::string code_;
  int year_;
  std::optional<BookInfo> book_;
  BudgetMap map_;
  std::unique_ptr<BookYear> rows_;
};

struct Execution {
  LineKey key;
  std::string unit, name, of;
  const BudgetItem* item = nullptr;  // null: executed by applications
  bool budgeted = false;
  Fen opening, adjusted, month, so_far, last_so_far, last_whole, held, paid;

  bool income() const { return item && item->income; }
  Fen taken() const { return income() ? so_far : so_far + held; }
  Fen remaining() const { return adjusted - taken(); }
  Fen over() const { return budgeted && !income() && remaining() < Fen(0) ? -remaining() : Fen(0); }
  bool empty() const { return !budgeted && so_far == Fen(0) && held == Fen(0) && last_whole == Fen(0); }
};
// In the order of the map, then what the map does not know. month 13: with the year-end adjustments.
std::vector<Execution> executions(Desk& desk, Call call, Txn& txn, const BookInfo& book, const BudgetMap& map, int year, int month);

// The books of a unit, one book, or all the caller sees. MIF_E_NOT_FOUND fund.unit-unknown, fund.book-unknown.
std::vector<BookInfo> books_of(Desk& desk, Call call, Txn& txn, const Params& params);

}  // namespace mif::funds
