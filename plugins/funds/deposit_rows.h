// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "desk.h"

namespace mif::funds {

struct Deposit {
  std::int64_t id = 0, rolled_from = 0, open_voucher = 0, close_voucher = 0, tries = 0, made_ms = 0;
  Terms terms;
  Day close_day;
  Fen interest;
  std::string book, unit, account, certificate, state, closing, client_key, made_by, closed_by;
  bool open() const { return state == "open"; }
  std::string object() const { return "deposit/" + std::to_string(id); }
};
std::vector<Deposit> deposits(Txn& txn, std::string_view where, const std::vector<Value>& params);
void insert(Txn& txn, const Deposit& d);
// An open one ended, in the database too only once. MIF_E_CONFLICT deposit.closed-already.
void end(Txn& txn, const Deposit& d);
// The row held, whatever its state. MIF_E_NOT_FOUND deposit.not-found, MIF_E_DENIED.
Deposit hold_deposit(Desk& desk, Call call, Txn& txn, std::int64_t id);
// The deposit, if the caller may do this to it, its row held; what was closed by a voucher that was voided since is open again.
Deposit take_deposit(Desk& desk, Call call, Txn& txn, std::int64_t id);
bool void_voucher(Desk& desk, Call call, Txn& txn, std::int64_t voucher);
void note(Desk& desk, Txn& txn, const Deposit& d, const char* action);
void write(JsonWriter& json, const Deposit& d);
std::string answer(const Deposit& d, const std::string& summary);

// Principal and interest as voucher lines; `sides` by the configuration of the book.
std::int64_t propose_deposit(Desk& desk, Txn& txn, const Deposit& d, const std::string& source_key, Day day, const std::string& summary, bool opening, const std::vector<std::pair<const Side*, Fen>>& sides);

}  // namespace mif::funds
