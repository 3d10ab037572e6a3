// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "budget_line.h"

namespace mif::funds {

inline constexpr const char* kSubmitted = "submitted";
inline constexpr const char* kRefused = "refused";
inline constexpr const char* kWithdrawn = "withdrawn";
inline constexpr const char* kApproved = "approved";
inline constexpr const char* kFailed = "failed";      // the bank refused; the treasury may try again, so its budget stays held
inline constexpr const char* kPaid = "paid";
inline constexpr const char* kReturned = "returned";  // came back; its budget is free again
inline constexpr const char* kClosed = "closed";      // nothing more will be paid

struct Application {
  std::int64_t id = 0, version = 1, instance = 0, voucher = 0, receive_voucher = 0, receive_tries = 0, made_ms = 0, result_seq = 0;
  Day day;
  Fen fen;
  std::string book, unit, kind, from, to, to_book, payee_name, payee_bank_no, item, purpose, digest, state, taken, client_key, made_by, approved_by, bank_ref, reason;

  LineKey line() const { return {book, item, day.year()}; }
  std::string object() const { return "fund/" + std::to_string(id); }
  std::string obligation() const { return object() + "/" + std::to_string(version); }
};
std::vector<Application> applications(Txn& txn, std::string_view where, const std::vector<Value>& params);
void insert(Txn& txn, const Application& a);
// The row of a version; MIF_E_CONFLICT fund.changed-meanwhile when it is another one by now.
void update(Txn& txn, const Application& a, std::int64_t of_version, const std::string& of_state);
// What is approved is what is paid: book, kind, accounts, payee, amount, purpose, budget item and day.
std::string content_digest(const Application& a);

// The application, if the caller may do this to it, with its budget line held. MIF_E_NOT_FOUND fund.not-found also for others' units.
Application take(Desk& desk, Call call, Txn& txn, std::int64_t id, std::string_view permission);

// History, audit record: written with every change, in its transaction.
void note(Desk& desk, Txn& txn, const Application& a, const char* action, const std::string& detail);
void write(JsonWriter& json, const Application& a);
std::string answer(const Application& a, const std::string& summary);

}  // namespace mif::funds
