// SPDX-License-Identifier: Apache-2.0
// The plugin's tables as structs. All functions work inside the caller's transaction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "desk.h"
#include "payment_state.h"

namespace mif::treasury {

struct Payable {
  std::int64_t id = 0, source_id = 0, voucher = 0;
  std::int64_t version = 1;        // grows when a return made it payable again, with another payee or voucher
  std::int64_t retry_payment = 0;  // the returned payment a person decided to repeat
  Day day;
  Fen fen, budget_fen;
  bool budget_flagged = false;  // above it is paid, and told
  std::string source, obligation, book, payer_account, payee_account, payee_name, payee_bank_no, purpose, budget;
};
struct Payment {
  std::int64_t payable_version = 1;
  std::int64_t id = 0, batch = 0, payable = 0, voucher = 0, retry_of = 0, sends = 0, packet = 0, sent_ms = 0, queries = 0, not_found = 0, next_query_ms = 0, changed_ms = 0;
  State state = State::prepared;
  Day day;
  Fen fen;
  bool settled = false;
  std::string obligation, code, book, account, content_hash, payee_account, payee_name, payee_bank_no, purpose, approved_by, bank_ref, bank_code, bank_text;
};
// x_treasury_payable.closed: 0 = owed; paid, or its voucher void; given up for good.
inline constexpr std::int64_t kClosed = 1, kDropped = 2;

struct Batch {
  std::int64_t id = 0, payments = 0, prepared_ms = 0, approved_ms = 0;
  Fen fen;
  std::string book, account, digest, prepared_by, approved_by;
};
struct Heard {
  int outcome = MIF_PAY_UNKNOWN;
  Fen fen;
  std::string bank_ref, code, text;
};

// `where` is appended to "select ... from x_treasury_payment "; e.g. "where state = ? order by id".
std::vector<Payment> payments(Txn& txn, std::string_view where, const std::vector<Value>& params);
std::vector<Payable> payables(Txn& txn, std::string_view where, const std::vector<Value>& params);
// Whoever reopens or drops a part of the voucher begins with this: they meet here, one after the other, before either holds anything else.
void hold_payables(Txn& txn, std::int64_t voucher);
std::vector<Batch> batches(Txn& txn, std::string_view where, const std::vector<Value>& params);
void insert(Txn& txn, const Payable& payable);
void insert(Txn& txn, const Batch& batch);
// Refuses, in the database, what would make the live attempts of an obligation more than is owed.
void insert(Txn& txn, const Payment& payment);

// What was owed under a version of a payable.
struct PayableVersion {
  std::int64_t payable = 0, version = 1, voucher = 0;
  Day day;
  std::string payee_account, payee_name, payee_bank_no;
};
std::vector<PayableVersion> payable_versions(Txn& txn, std::string_view where, const std::vector<Value>& params);

// What is approved is what is paid: payee, account, amount, purpose, day and voucher content of every row.
std::string batch_digest(const std::vector<Payment>& rows);
std::string hold_key(const Payment& payment);
inline std::string bank_aux(std::string_view account) { return "bank_account=" + std::string(account); }

// Moves one payment from a state it must be in; false when it was not there (somebody else moved it).
bool move(Txn& txn, const Payment& payment, State from, State to, std::int64_t now_ms);
// Writes an answer down and what it makes of the payment. Returns the new state.
State record_answer(Txn& txn, Desk& desk, Payment& payment, bool from_query, const Heard& heard);
// A refused payment, or one that came back before its voucher posted, gives its money back. In the same transaction as the state.
void after_failure(Txn& txn, Desk& desk, const Payment& payment, const std::string& reason);
void after_return(Txn& txn, Desk& desk, const Payment& payment, const std::string& reason);

}  // namespace mif::treasury
