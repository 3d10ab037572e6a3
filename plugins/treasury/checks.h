// SPDX-License-Identifier: Apache-2.0
// What is looked at before a payment is prepared and again before it is approved. Refusals throw with one sentence; what only looks
// wrong is a warning, and needs a reason.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "rows.h"

namespace mif::treasury {

// A line of the blacklist file: payee ACCOUNT { name "..." reason "..." }; an account or a name, or both.
struct Barred {
  std::string account, name, reason;
};
std::vector<Barred> read_blacklist(Desk& desk, Call call);

// The payee can be paid at all: name, account and bank number are such, and nobody barred it.
void check_payee(const Payable& payable, const std::vector<Barred>& barred);
// The account is open on this day, and its limit of one payment.
void check_single(const BankAccount& account, Day day, const std::string& obligation, Fen fen);
// The limit of a day: what was approved on it, this payment included. Inside the approving transaction, after the hold.
void check_day(Txn& txn, const BankAccount& account, Day day);
// What live and done payments take of the payable's budget, with or without those that are only prepared; 0 without a budget.
Fen spent_of_budget(Txn& txn, const Payable& payable, bool prepared_too);
inline constexpr const char *kLookAlike = "look-alike", *kAboveBudget = "budget", *kFlaggedOnly = "来源按它的配置只标记，照付 (its source flags it only)";  // kinds of warnings kept with a payment, one of each
// MIF_E_CONFLICT payment.budget above its budget; where its source only flags that, what is to be kept with the payment.
std::string check_budget(const Payable& payable, Fen spent);
// Why nothing may be sent from the account now; empty when it may.
std::string outside_hours(const BankAccount& account, Day day, std::int64_t now_ms);

// A payment of the last days to the same account with the same amount, for another obligation: "CODE OBLIGATION", or empty. One of
// a book the caller does not see is not named.
std::string look_alike(Txn& txn, const Payable& payable, std::int64_t days, std::int64_t now_ms, const std::set<std::string>& books);
void keep_warning(Txn& txn, const Payment& payment, const char* kind, const std::string& what, const std::string& reason, const std::string& who);

}  // namespace mif::treasury
