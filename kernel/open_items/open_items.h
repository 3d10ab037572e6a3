// SPDX-License-Identifier: Apache-2.0
// 往来核销: which entry of an account of receivables or payables settles which. Postings are never touched.
//
// Invariant: the parts of a match are of one account and one counterparty and add up to zero, so the open items of an account
// add up to its balance on every day.
// Invariant: a match is never changed or erased; it is undone once, and that is recorded with it.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/audit/log.h"
#include "kernel/base/clock.h"
#include "kernel/chart/chart.h"
#include "kernel/ledger/ledger.h"
#include "kernel/store/database.h"

namespace mif::open_items {

// A posted line, or the opening balance of an account and its auxiliary items (voucher 0).
struct Item {
  std::int64_t voucher = 0;
  int line = 0;
  Day day;
  std::string label, account, aux, party, summary;  // label: "记-12", "期初"
  Fen amount, open;                                 // debit-positive; open: what no match has taken
  std::string id() const;                           // "8123.2"; "o/200101/counterparty=H1" for an opening balance
};

struct Part {
  std::string item;  // Item::id
  Fen fen;           // debit-positive, of the item's sign
};
struct Match {
  std::int64_t id = 0;
  std::string book, account, party;
  Day day;                 // of its latest item: from then on the items are settled
  std::string method;      // "manual", "auto"
  std::string rule;        // of an automatic match
  int rule_version = 0;
  std::string made_by, undone_by, undo_reason;
  std::int64_t made_ms = 0, undone_ms = 0;  // undone_ms 0 = it stands
  std::vector<Part> parts;
};

// What the automatic rules do, in the order in which they are tried. A changed rule gets a new version.
struct Rule {
  std::string_view name, title;
  int version;
  bool unless_asked;  // left out unless named
};
std::span<const Rule> rules();

struct Query {
  std::string book, accounts = {}, aux = {};  // of the accounts that are kept open; patterns narrow them
  Day as_of;                                  // 0 = all there is
  bool settled = false;                       // those that are settled as well
};

struct AgeRow {
  std::string account, name, party;
  std::vector<Fen> buckets;  // one more than the bounds
  Fen total;
};

// [any-thread]; every function works inside the caller's transaction; changes record themselves in the log there.
class OpenItems {
 public:
  OpenItems(const ledger::Ledger& ledger, const chart::Charts& charts, audit::Log& log, const Clock& clock) : ledger_(ledger), charts_(charts), log_(log), clock_(clock) {}

  // 1101 and 2001 with everything below them, and what was flagged for the book.
  std::vector<std::string> accounts(store::Txn& txn, std::string_view book) const;
  void flag(store::Txn& txn, const Who& who, std::string_view book, std::string_view account);
  void unflag(store::Txn& txn, const Who& who, std::string_view book, std::string_view account);  // refused while a match stands

  std::vector<Item> items(store::Txn& txn, const Query& query) const;  // by account, party, day
  // Parts without an amount (0) take what is open. MIF_E_INVALID, MIF_E_NOT_FOUND; MIF_E_CONFLICT when another match was faster.
  Match match(store::Txn& txn, const Who& who, std::string_view book, const std::vector<Part>& parts);
  // What the rules would match, nothing recorded. `wanted` names rules; empty = those that need not be asked for.
  std::vector<Match> propose(store::Txn& txn, const Query& query, const std::vector<std::string>& wanted = {}) const;
  std::vector<Match> match_automatically(store::Txn& txn, const Who& who, const Query& query, const std::vector<std::string>& wanted = {});
  void undo(store::Txn& txn, const Who& who, std::int64_t match, std::string_view reason);
  std::vector<Match> matches(store::Txn& txn, std::string_view book, bool undone_too) const;
  std::string book_of(store::Txn& txn, std::int64_t match) const;  // MIF_E_NOT_FOUND

  // Days since the item's day, as of query.as_of: up to bounds[0], up to bounds[1], ..., more.
  std::vector<AgeRow> ageing(store::Txn& txn, const Query& query, const std::vector<int>& bounds) const;
  // Accounts whose open items do not add up to their balance at the end of the period; empty when all is well.
  std::vector<std::string> check(store::Txn& txn, std::string_view book, Period period) const;

 private:
  using Amounts = std::map<std::string, Fen>;  // of the items by their id
  Match record(store::Txn& txn, const Who& who, const ledger::Book& book, Match match, const Amounts& amounts);

  const ledger::Ledger& ledger_;
  const chart::Charts& charts_;
  audit::Log& log_;
  const Clock& clock_;
};

std::span<const store::Migration> migrations();
std::vector<audit::DigestSource> digest_sources(HashAlg alg);

}  // namespace mif::open_items
