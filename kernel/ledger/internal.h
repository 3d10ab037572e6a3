// SPDX-License-Identifier: Apache-2.0
// What the parts of the ledger share: stored rows, their hashes, the state of a book. Private to the ledger room.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/ledger/ledger.h"

namespace mif::ledger {

inline constexpr int kOpen = 1, kClosed = 2;                    // ledger_period.state
inline constexpr int kHeld = 1, kSpent = 2, kReleased = 3;      // ledger_hold.state

// --- stored vouchers -------------------------------------------------------------------------------------------------
struct Stored : Voucher {
  std::int64_t book_id = 0;
};

inline constexpr std::string_view kVoucherColumns =
    "v.book, v.year, v.month, v.id, v.day, v.word, v.number, v.state, v.closing, v.reverses, v.attachments, v.total, v.flow, v.source_plugin, "
    "v.source_key, v.summary, v.maker, v.reviewer, v.poster, v.content_hash, v.workflow_instance, v.created_ms, v.posted_ms, v.cashier, v.part, v.parts, v.lead";
inline constexpr std::size_t kVoucherWidth = 27;
extern const std::vector<std::string> kVoucherNames, kLineNames, kFileNames, kBalanceNames;

// Reads kVoucherColumns from the start of a row; `book` (the code) is the caller's to fill.
Stored voucher_of(const store::Row& row);
void append_values(std::vector<store::Param>& values, const Stored& voucher);            // in the order of kVoucherNames
void append_values(std::vector<store::Param>& values, const Stored& voucher, int line);  // in the order of kLineNames

// The digest of a voucher's stored columns. What came with schema 2 counts only where it is used, so that the digests of older
// vouchers stay what the log says.
void add_head(Canonical& canonical, const Stored& voucher);
// What the reviewer approves: everything but ids, times, people and the workflow.
std::string content_hash(HashAlg alg, const Voucher& voucher);
// Every stored column and, through the content hash computed anew, every column of the lines.
std::string voucher_digest(HashAlg alg, const Stored& voucher);
std::string object_of(const Voucher& voucher);  // "voucher:42"
std::string body_of(const Voucher& voucher, bool with_lines);
std::string name_of(const Voucher& voucher);    // "2023-06 记-3" or "2023-06-15 记 (编号 42)": for messages

// --- books -----------------------------------------------------------------------------------------------------------
enum class Lock { none, share, exclusive };  // of the book's row; means nothing on SQLite, where there is one writer
struct Context {
  Book book;
  int period_state = 0;  // kOpen, kClosed; 0 = the ledger has no such period
  std::int64_t chart_version = 0;
  int locks = 0;  // soft locks of the period, Area values
  bool may_hold = true;  // false: the book had no open hold, and none can have come since
};
// MIF_E_NOT_FOUND. What is asked `beside` is asked after the lock, in the same round trip.
Context context_of(store::Txn& txn, std::string_view book, Period period, Lock lock = Lock::none, std::span<const store::Query> beside = {});
// What follows the book's columns: kContextColumns, and the tables they come from.
inline constexpr std::string_view kContextColumns = "p.state, c.version, (select count(*) from ledger_held h where h.book = b.id), p.locks";
void read_context(const store::Txn& txn, const store::Row& row, std::size_t from, Context& context);
void require_writable(const Book& book);
void require_open(const Context& context, Period period, Day day);  // MIF_E_CONFLICT in words for an accountant
Area area_of(const Draft& draft);
Book book_of(const store::Row& row);                                // kBookColumns from the start of a row
inline constexpr std::string_view kBookColumns =
    "b.id, b.code, b.unit, b.scheme, b.chart, b.name, b.start_year, b.start_month, b.read_only, b.read_only_reason, b.yearly_closing";
inline constexpr std::size_t kBookWidth = 11;
std::string book_digest(HashAlg alg, const Book& book);
std::string periods_digest(store::Txn& txn, HashAlg alg, std::int64_t book);
std::string opening_digest(store::Txn& txn, HashAlg alg, const Book& book);  // "" when there is none

// --- drafts ----------------------------------------------------------------------------------------------------------
// Canonical form with total and content hash; MIF_E_INVALID for what needs no database to be wrong.
Stored canonical_of(const Draft& draft, const Who& who, HashAlg alg);
// MIF_E_INVALID / MIF_E_CONFLICT for what book, period and chart forbid; what its rules only warn of is returned.
std::vector<chart::Warning> check_draft(const Stored& voucher, const Context& context, const chart::Chart& chart);
// A part of a fraction number fits the voucher of part 1 and is not there yet. MIF_E_INVALID, MIF_E_CONFLICT.
void check_parts(store::Txn& txn, const Stored& voucher);
// 财会〔2024〕12号 art. 21(2): one electronic document enters the books once. MIF_E_CONFLICT.
void check_files(store::Txn& txn, const Stored& voucher);
chart::VoucherShape shape_of(const Voucher& voucher, std::string_view scheme);  // views into the voucher
// The audit entry's text of a new or changed draft, with what was warned of.
std::string body_of(const Voucher& voucher, const std::vector<chart::Warning>& warnings);

// --- balances --------------------------------------------------------------------------------------------------------
struct Movement {
  Fen debit, credit, closing_debit, closing_credit;
  Fen net() const { return debit - credit; }
  void add(int side, Fen fen, bool closing);
};
using AccountAux = std::pair<std::string, std::string>;
using Movements = std::map<AccountAux, Movement>;  // in the order in which rows are locked
void add_lines(Movements& movements, const Voucher& voucher);
void upsert_balances(store::Txn& txn, std::int64_t book, Period period, const Movements& movements);
// Closing nets of a year, provisional while the year before is open. Debit-positive.
std::map<AccountAux, Fen> closing_nets(store::Txn& txn, const Book& book, int year, int month_to);
void carry_forward(store::Txn& txn, const Book& book, int year);  // into month 0 of year + 1
bool carried(store::Txn& txn, const Book& book, int year);        // month 0 of `year` is stored

// P6: a posting that takes from money others hold. MIF_E_CONFLICT.
void check_holds(store::Txn& txn, const Context& context, const Movements& movements);
Fen balance_now(store::Txn& txn, const Book& book, std::string_view account, std::string_view aux);

}  // namespace mif::ledger
