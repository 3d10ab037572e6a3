// SPDX-License-Identifier: Apache-2.0
// plugin { funds { ... } }: which accounts are ours, what each kind of application books, what a deposit books. docs/bank/funds.md.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mif/services.hpp"

namespace mif::funds {

struct OwnAccount {
  std::string number, book, name, bank_no;
};
// One side of an entry. {from} {to} {deposit} {account} in `aux` stand for account numbers.
struct Side {
  std::string account, aux;
};
struct Entry {
  Side debit, credit;
  std::string word, flow;
};
struct Kind {
  std::string name, book, title;  // book empty: for every book without a kind of its own
  Entry pay;
  std::map<std::string, Side> debit_of_item;  // a budget item with a debit of its own
  bool to_own = false;                        // the payee is one of our accounts
  bool between_books = false;                 // `receive` is what the other book posts
  Entry receive;
};
struct DepositRule {
  std::string book, flow, open_word, close_word;
  Side principal, cash, interest;  // the deposit itself, the account it comes from, the income
};
struct BudgetRule {
  std::vector<std::string> files;   // templates/budget/*.info
  bool over_flag = false;           // above the budget: false = refused, true = done and reported
  bool below_taken = false;         // a new version may lie below what is taken
  std::int64_t ahead_bp = 500;      // execution ahead of the year by more than this
  std::int64_t over_at_bp = 10000;  // from this share of the budget on the light is over
};
struct Settings {
  std::string flow, budget_flow, rates;
  BudgetRule budget;
  std::vector<OwnAccount> accounts;
  std::vector<Kind> kinds;
  std::vector<DepositRule> deposits;

  const OwnAccount* find(std::string_view number) const;
  const Kind& kind(std::string_view name, std::string_view book) const;  // MIF_E_NOT_FOUND fund.kind-unknown
  const DepositRule& deposit(std::string_view book) const;               // MIF_E_NOT_FOUND deposit.not-configured
};
Settings read_settings(const Node& own);

// `aux` with its {names} replaced.
std::string filled_aux(std::string aux, const std::map<std::string, std::string>& names);

}  // namespace mif::funds
