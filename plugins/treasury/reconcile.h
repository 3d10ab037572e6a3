// SPDX-License-Identifier: Apache-2.0
// The two sides of one account: what the bank shows and what the book holds.
#pragma once

#include "matcher.h"
#include "rows.h"

namespace mif::treasury {

struct StoredBankLine {
  std::int64_t id = 0, target = 0;
  Day day;
  Fen fen, balance;
  std::string bank_ref, client_ref, counter_account, counter_name, text, kind;  // kind empty = unmatched
};
std::vector<StoredBankLine> bank_lines(Txn& txn, const std::string& account, bool unmatched_only);

// What one voucher does on the account, signed as the bank sees it: + into the account.
struct BookMovement {
  std::int64_t voucher = 0;
  Day day;
  Fen fen;
  std::string word;
  int number = 0;
};
// Posted movements of the account, days from..to, by voucher.
std::vector<BookMovement> book_movements(Desk& desk, Call call, Txn& txn, const BankAccount& account, Day from, Day to);
Fen book_balance(Desk& desk, Call call, Txn& txn, const BankAccount& account, Day day);

struct Matching {
  std::int64_t matched = 0;
  std::vector<Stray> strays;
};
// Matches what is unmatched and stores it. Statement lines are bank evidence: they also settle a payment's doubt.
Matching match_account(Desk& desk, Call call, const Scoped& scoped);

}  // namespace mif::treasury
