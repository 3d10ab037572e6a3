// SPDX-License-Identifier: Apache-2.0
// The ledger: books, periods, vouchers, postings, balances, holds, closing, correction. Knows nothing of who may do what.
//
// Invariant: a posted voucher and its postings never change or vanish (triggers + audit digest).
// Invariant: balance rows equal the sum of the posted postings; they are kept in the posting transaction.
// Invariant: voucher numbers are gapless per (book, period, word), given at posting.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/audit/log.h"
#include "kernel/audit/verify.h"
#include "kernel/base/clock.h"
#include "kernel/base/who.h"
#include "kernel/chart/chart.h"
#include "kernel/ledger/types.h"
#include "kernel/store/database.h"

namespace mif::ledger {

struct Located;  // one voucher with its book, see states.h

struct Proposal {
  std::int64_t id = 0;
  bool existed = false;  // the same source key with the same content came before
  std::vector<chart::Warning> warnings{};  // of control rules that do not refuse
};

// [any-thread]; every function works inside the caller's transaction and records itself in the audit log there.
class Ledger {
 public:
  Ledger(chart::Charts& charts, audit::Log& log, const Clock& clock);

  // --- books and periods -------------------------------------------------------------------------------------------
  // Idempotent for identical content; MIF_E_CONFLICT otherwise.
  void create_book(store::Txn& txn, const Who& who, const Book& book);
  std::vector<Book> books(store::Txn& txn) const;
  std::vector<Book> books(store::Txn& txn, std::string_view unit) const;  // of one unit
  Book book(store::Txn& txn, std::string_view code) const;                       // MIF_E_NOT_FOUND
  bool is_open(store::Txn& txn, std::string_view book, Period period) const;
  Period first_open(store::Txn& txn, std::string_view book) const;
  std::map<std::string, Period> first_open(store::Txn& txn) const;  // of every book that has one, in one question
  // What the opening balances would be and everything that is wrong with them; changes nothing.
  OpeningTrial try_opening(store::Txn& txn, std::string_view book, const std::vector<Line>& lines) const;
  // Opening balances of the book's first year; must balance; replaces earlier ones; refused after the first posting.
  void set_opening(store::Txn& txn, const Who& who, std::string_view book, const std::vector<Line>& lines);
  void make_read_only(store::Txn& txn, const Who& who, std::string_view book, std::string_view reason);  // P18

  // Soft locks of an open period: the areas it keeps out, as a sum of Area values; 0 unlocks. MIF_E_CONFLICT when it is closed.
  void set_locks(store::Txn& txn, const Who& who, std::string_view book, Period period, int areas, std::string_view reason);
  int locks(store::Txn& txn, std::string_view book, Period period) const;
  // Who grants exceptions says whether a voucher of this maker may pass a lock now. [control-thread]
  using Window = std::function<bool(store::Txn&, const Book&, Period, Area, std::string_view maker)>;
  void set_window(Window window) { window_ = std::move(window); }

  // --- vouchers ----------------------------------------------------------------------------------------------------
  // Checks balance, book, period, leaf accounts, auxiliary items, word and control rules; stores a draft. Errors: see svc/ledger.h.
  Proposal propose(store::Txn& txn, const Who& who, const Draft& draft);
  // Drafts and postings in bulk (imports): checks like propose, then posts all at once; numbers in order. One audit entry
  // per voucher. A part of a fraction number comes in a later call than its part 1. `cashier`: who signed them, if anybody did.
  // Returns the ids.
  std::vector<std::int64_t> import_posted(store::Txn& txn, const Who& who, std::span<const Draft> drafts, std::string_view reviewer, std::string_view cashier = {});
  void set_workflow(store::Txn& txn, std::int64_t voucher, std::int64_t instance);  // on behalf of "system"
  void set_workflow(store::Txn& txn, const Who& who, std::int64_t voucher, std::int64_t instance);
  // Replaces the content of a draft, by its maker. `expected_hash`: the content hash the maker read; MIF_E_CONFLICT when
  // somebody was faster. Source, maker and what it corrects stay.
  std::vector<chart::Warning> revise(store::Txn& txn, const Who& who, std::int64_t voucher, std::string_view expected_hash, const Draft& draft);
  void submit(store::Txn& txn, const Who& who, std::int64_t voucher);
  // 出纳签字: the cashier's name on a submitted or approved voucher; neither its maker nor its reviewer.
  void sign(store::Txn& txn, const Who& who, std::int64_t voucher, std::string_view cashier);
  void approve(store::Txn& txn, const Who& who, std::int64_t voucher, std::string_view reviewer);
  void reject(store::Txn& txn, const Who& who, std::int64_t voucher, std::string_view reason);    // back to draft
  void withdraw(store::Txn& txn, const Who& who, std::int64_t voucher, std::string_view reason);  // void, only before approval
  // Gives the number, writes postings and balances. Only an approved voucher whose maker is not its reviewer. Irreversible.
  void post(store::Txn& txn, const Who& who, std::int64_t voucher);
  // A draft that takes a posted voucher of the same year back (red, same side) or, of an earlier year, in blue.
  Draft correction_of(store::Txn& txn, std::int64_t voucher, Day day) const;
  // The same with what the voucher should have said: of the same year one adjusting voucher of the differences (more in blue, less
  // in red) when only amounts were wrong, otherwise the red 注销 and the blue 订正 voucher; of an earlier year one in blue.
  std::vector<Draft> corrections_of(store::Txn& txn, std::int64_t voucher, Day day, const std::vector<Line>& right) const;
  // Earlier vouchers the given one may repeat: same book, same total, a day at most `days` away, the same accounts and items.
  std::vector<Voucher> lookalikes(store::Txn& txn, const Voucher& voucher, int days = 7) const;
  // What a reviewer should know before a voucher is posted: what control rules say today, and what it looks like. Empty after.
  std::vector<chart::Warning> warnings(store::Txn& txn, const Voucher& voucher) const;
  Voucher voucher(store::Txn& txn, std::int64_t id) const;                        // MIF_E_NOT_FOUND
  std::vector<Voucher> vouchers(store::Txn& txn, const VoucherQuery& query) const;  // heads only, lines empty
  std::vector<LineRow> lines(store::Txn& txn, const LineQuery& query) const;
  // Line by line until `each` says false; as many as there are, the memory is that of a page.
  void each_line(store::Txn& txn, const LineQuery& query, const std::function<bool(const LineView&)>& each) const;

  // --- balances ----------------------------------------------------------------------------------------------------
  // The one balance function: rows of a book and year, months 0..month_to, by (month, account, aux).
  void balances(store::Txn& txn, std::string_view book, int year, int month_to, const std::function<void(const Balance&)>& each) const;
  // The same without a copy of each row, until `each` says false.
  void each_balance(store::Txn& txn, std::string_view book, int year, int month_to, const std::function<bool(const BalanceView&)>& each) const;
  // Accounts with movement or balance over the months from..to, leaf accounts by code (roll-up is the caller's).
  std::vector<TrialLine> trial_balance(store::Txn& txn, std::string_view book, int year, int month_from, int month_to) const;

  // --- holds -------------------------------------------------------------------------------------------------------
  void hold(store::Txn& txn, const Who& who, std::string_view book, std::string_view account, std::string_view aux, Fen fen, std::string_view key);
  // A posting leaves every open hold whole: what is spent is released first, in the same transaction.
  void release(store::Txn& txn, const Who& who, std::string_view book, std::string_view key, bool spent);

  // --- closing -----------------------------------------------------------------------------------------------------
  // 期末结转 by each account's closes_to: the drafts that close() would want posted. Empty when nothing is left to carry.
  std::vector<Draft> closing_drafts(store::Txn& txn, std::string_view book, Period period) const;
  std::vector<CheckItem> closing_checklist(store::Txn& txn, std::string_view book, Period period) const;
  // MIF_E_CONFLICT with the failing items; opens the next period (and carries balances at year end).
  void close(store::Txn& txn, const Who& who, std::string_view book, Period period);

 private:
  void add_year(store::Txn& txn, const Book& book, int year, int from_month);
  void log_periods(store::Txn& txn, const Who& who, const Book& book, std::string_view action, std::optional<Period> period);
  void require_unlocked(store::Txn& txn, const Book& book, Period period, int locks, Area area, std::string_view maker) const;
  void change_state(store::Txn& txn, const Who& who, const Located& found, std::string_view action, std::string_view reason);
  void import_chunk(store::Txn& txn, const Who& who, std::span<const Draft> drafts, std::string_view reviewer, std::string_view cashier, std::vector<std::int64_t>& ids);

  chart::Charts& charts_;
  audit::Log& log_;
  const Clock& clock_;
  Window window_;
};

// --- verification ----------------------------------------------------------------------------------------------------
// P1, P4, P9, P10: recomputes every balance from the postings, every voucher's sums, numbers and period.
struct Totals {
  std::int64_t vouchers = 0, postings = 0, books = 0, balances = 0;
};
std::vector<audit::Finding> verify(store::Txn& txn, HashAlg alg, Totals* totals, const std::function<void(std::int64_t done)>& progress = {});
// Hash over posted content, open periods and balances, without ids and times: equal after the same operations anywhere.
std::string state_hash(store::Txn& txn, HashAlg alg);

std::span<const store::Migration> migrations();
std::vector<audit::DigestSource> digest_sources(HashAlg alg);

}  // namespace mif::ledger
