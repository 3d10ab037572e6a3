// SPDX-License-Identifier: Apache-2.0
// The module's own rows. Every function works in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "document.h"
#include "mapping.h"

namespace mif::exchange {

// drafted -> posted; held -> drafted | rejected | cancelled; drafted -> cancelled. Nothing leaves posted, rejected, cancelled
// except by a later version that takes a posted one back. A document that shares its voucher is stored as `gathered` and is in
// the state of its group, which is drafted, posted or cancelled.
namespace state {
inline constexpr const char* kDrafted = "drafted";
inline constexpr const char* kPosted = "posted";
inline constexpr const char* kHeld = "held";
inline constexpr const char* kRejected = "rejected";
inline constexpr const char* kCancelled = "cancelled";
inline constexpr const char* kGathered = "gathered";  // as stored, never as told
// Told of a document whose payment ended or came back; the document itself stays posted, or drafted after a failure.
inline constexpr const char *kPaid = "paid", *kReturned = "returned", *kPaymentFailed = "payment-failed";
}  // namespace state

// The voucher number of a document that is kept in the register and has no entry: posted at once, it may be withdrawn or replaced.
inline constexpr const char* kMemo = "备查";

struct Verdict {
  std::string state, reason, rule;
  std::int64_t voucher = 0, group = 0;
  std::string voucher_no{};
};

// A stored arrival, in the state people know.
struct Stored {
  std::int64_t id = 0, version = 1, arrival = 0, voucher = 0, received_ms = 0, group = 0;
  std::string source, feed, cursor, key, type, book, unit, batch, payload, digest, state, reason, rule, voucher_no;
  Day day;
  Fen amount;

  Document document() const;
  std::string source_key() const { return source + "/" + key + "#" + std::to_string(version); }
};

inline constexpr std::size_t kLongestReason = 600;  // bytes
inline constexpr std::size_t kKeysAtOnce = 200;      // asked for with one `in`

// For queries that join documents with groups: the state people know.
inline constexpr const char* kWithGroups = "x_exchange_document left join x_exchange_group on group_id = gathered_in";
inline constexpr const char* kStateOf = "case when state = 'gathered' then group_state else state end";
inline constexpr const char* kIsInState = "(state = ? or (state = 'gathered' and group_state = ?))";  // the same state twice

// `where_and_order` may name columns of x_exchange_document and x_exchange_group; the stored `state` is 'gathered' for members
// of a group.
std::vector<Stored> select_documents(Txn& txn, std::string_view where_and_order, const std::vector<Value>& params);

// Ids grow in the order of commits, because payables are read by "id after": the counter's row is locked until the end. Returns
// the first of n.
std::int64_t take_ids(Txn& txn, const char* counter, std::int64_t n = 1);
std::int64_t last_id(Txn& txn, const char* counter);  // the last that was taken

void update_document(Txn& txn, std::int64_t id, const Verdict& verdict, const std::string& voucher_no, std::int64_t now_ms);
void insert_payable(Txn& txn, std::int64_t document, std::int64_t voucher, const std::string& book, const std::string& obligation, Day day, const Payable& payable);
void cancel_payables(Txn& txn, std::int64_t document);
void cancel_payables_of_voucher(Txn& txn, std::int64_t voucher);
void insert_withdrawal(Txn& txn, const Document& withdrawal, const Verdict& verdict, std::int64_t now_ms);

// What the business side is to be told; sent by `exchange ack`.
void enqueue(Txn& txn, const std::string& source, const std::string& feed, const std::string& cursor, const std::string& key, std::int64_t version,
             const std::string& state, const std::string& reason, const std::string& voucher_no);
// The same of every document of a group.
void enqueue_group(Txn& txn, const std::string& source, const std::string& feed, const std::string& key, std::int64_t group, const std::string& state, const std::string& reason,
                   const std::string& voucher_no);

// Documents and what is told of them, written many at a time.
class DocumentRows {
 public:
  DocumentRows();
  void add(std::int64_t id, const Document& document, const std::string& digest, std::int64_t arrival, const std::string& unit, const Verdict& verdict, Fen amount, std::int64_t now_ms);
  void add_gathered(std::int64_t id, const Document& document, const std::string& digest, const std::string& unit, const std::string& rule, Fen amount, std::int64_t now_ms, std::int64_t group,
                    std::int64_t delivery);
  void tell(const Document& document, const Verdict& verdict);
  void write(Txn& txn);
  std::size_t size() const { return documents_.rows(); }

 private:
  void head(std::int64_t id, const Document& document, const std::string& digest, std::int64_t arrival, const std::string& unit, Fen amount);
  RowBatch documents_, outbox_;
  std::string room_;
  struct Told {
    std::string source, feed, cursor, key, state, reason, voucher;
    std::int64_t version;
  };
  std::vector<Told> told_;
};

// One gathered document in the text a delivery's digest is over.
void add_to_digest(std::string& said, std::int64_t id, std::string_view key, std::int64_t version, std::string_view digest);

// The feed's position; empty before the first pull.
std::string read_cursor(Txn& txn, const std::string& source, const std::string& feed);
std::int64_t read_changes(Txn& txn, const std::string& source, const std::string& feed);
// Throws MIF_E_CONFLICT when somebody else moved it meanwhile. Locks the feed until the end of the transaction. Returns how often the
// feed has been changed, this time included: what was known of its groups is stale when others have changed it since.
std::int64_t move_cursor(Txn& txn, const std::string& source, const std::string& feed, const std::string& from, const std::string& to, std::int64_t now_ms);

}  // namespace mif::exchange
