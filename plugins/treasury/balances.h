// SPDX-License-Identifier: Apache-2.0
// What is known of an account's money: what its bank told, what its statements proved, what the book says, and how these agree.
#pragma once

#include <string>

#include "recon.h"

namespace mif::treasury {

// The bank's own word. Not answering is a state with a beginning; what was told before stays known with its age, as history.
struct ToldBalance {
  enum class State { never, known, unknown };
  State state = State::never;
  Fen fen;                         // the last one told
  Day day;                         // the business day it was told on
  std::int64_t told_ms = 0;        // when; 0 = never
  std::int64_t asked_ms = 0;       // the last question
  std::int64_t unknown_since = 0;  // the first question since then that had no answer
  std::string error;
};
const char* name_of(ToldBalance::State state);  // never, known, unknown; "none" is an account without an adapter
ToldBalance told_balance(Txn& txn, const std::string& account);

struct ProvedBalance {
  Day day;  // not valid: no proved statement
  Fen fen;
};
ProvedBalance proved_balance(Txn& txn, const std::string& account);

// What is wrong with the stored history, one sentence each: verify asks.
std::vector<std::string> balance_faults(Txn& txn, const std::string& account);

// 三方核对: bank = proved statement = book with its unreached items.
struct BalanceCheck {
  std::string state;   // equal, adjusted-equal, unknown, no-statement, statement-behind, bank-behind, different
  std::string reason;  // why it is not equal
  ProvedBalance statement;
  Fen booked, difference;  // the book on the statement's day; what no item explains
  std::int64_t items = 0;
  bool good() const { return state == "equal" || state == "adjusted-equal"; }
};
BalanceCheck check_balance(Desk& desk, Call call, Txn& txn, const Scoped& scoped, const ToldBalance& told);

}  // namespace mif::treasury
