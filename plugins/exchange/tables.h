// SPDX-License-Identifier: Apache-2.0
// The module's own rows. Every function works in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "document.h"
#include "mapping.h"

namespace mif::exchange {

// drafted -> posted; held -> drafted | rejected | cancelled; drafted -> cancelled. Nothing leaves posted, rejected, cancelled,
// but a memo (posted without a voucher, its number is kMemo) may be withdrawn or replaced.
namespace state {
inline constexpr const char* kDrafted = "drafted";
inline constexpr const char* kPosted = "posted";
inline constexpr const char* kHeld = "held";
inline constexpr const char* kRejected = "rejected";
inline constexpr const char* kCancelled = "cancelled";
}  // namespace state

// The voucher number of a document that is kept in the register and has no entry.
inline constexpr const char* kMemo = "备查";

struct Verdict {
  std::string state, reason, rule;
  std::int64_t voucher = 0;
  std::string voucher_no{};
};

// A stored arrival.
struct Stored {
  std::int64_t id = 0, version = 1, arrival = 0, voucher = 0, received_ms = 0;
  std::string source, feed, cursor, key, type, book, unit, batch, payload, digest, state, reason, rule, voucher_no;
  Day day;
  Fen amount;

  Document document() const;
};

inline constexpr std::size_t kLongestReason = 600;  // bytes

std::vector<Stored> select_documents(Txn& txn, std::string_view where_and_order, const std::vector<Value>& params);

std::int64_t insert_document(Txn& txn, const Document& document, std::int64_t arrival, const std::string& unit, const Verdict& verdict, std::int64_t now_ms);
void update_document(Txn& txn, std::int64_t id, const Verdict& verdict, const std::string& voucher_no, std::int64_t now_ms);
void insert_payable(Txn& txn, std::int64_t document, std::int64_t voucher, const std::string& book, const std::string& obligation, Day day, const Payable& payable);
void cancel_payables(Txn& txn, std::int64_t document);
void insert_withdrawal(Txn& txn, const Document& withdrawal, const Verdict& verdict, std::int64_t now_ms);

// What the business side is to be told; sent by `exchange ack`.
void enqueue(Txn& txn, const std::string& source, const std::string& feed, const std::string& cursor, const std::string& key, std::int64_t version,
             const std::string& state, const std::string& reason, const std::string& voucher_no);

// The feed's position; empty before the first pull.
std::string read_cursor(Txn& txn, const std::string& source, const std::string& feed);
// Throws MIF_E_CONFLICT when somebody else moved it meanwhile.
void move_cursor(Txn& txn, const std::string& source, const std::string& feed, const std::string& from, const std::string& to, std::int64_t now_ms);

}  // namespace mif::exchange
