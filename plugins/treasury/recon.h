// SPDX-License-Identifier: Apache-2.0
// Reconciliation on the plugin's tables: the lines of both sides, the groups made of them, the tables that were frozen.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "balance_table.h"
#include "rows.h"
#include "sides.h"

namespace mif::treasury {

// Which line of an account.
struct LineName {
  enum Kind : std::int32_t { book, bank, opening_book, opening_bank };  // as stored
  std::int64_t id = 0;                                                   // of the bank's line, the voucher, the opening item
  std::int32_t n = 0;                                                    // line of the voucher
  Kind kind = book;
  bool of_bank() const { return (kind & 1) != 0; }
  std::string text() const;  // "bank/12", "book/45/2", "open/7"
};
inline bool operator<(const LineName& a, const LineName& b) { return a.kind != b.kind ? a.kind < b.kind : a.id != b.id ? a.id < b.id : a.n < b.n; }
inline bool operator==(const LineName& a, const LineName& b) { return a.kind == b.kind && a.id == b.id && a.n == b.n; }

struct GroupLine {
  LineName name;
  Day day;
  Fen fen;
};

// Both sides of an account from its first proved statement on, with the opening unreached items before it, matched or not.
struct Sides {
  Day start;
  std::vector<SideLine> lines;
};
Day first_day(Desk& desk, Call call, Txn& txn, const BankAccount& account);  // MIF_E_NOT_FOUND: not even a book
Sides load_sides(Desk& desk, Call call, Txn& txn, const BankAccount& account);

// Of these the lines without a group, as the passes compare them.
struct OpenSides {
  std::vector<GroupLine> lines;
  std::vector<SideItem> bank_keys, book_keys;  // id = index into lines
  std::size_t earlier = 0;                     // keys at the end of bank_keys that are of no line: matched before, and may be what came back
  DayCount count;                              // by the account's calendar
};
// With `from`, only lines of that day and later, and no opening items.
OpenSides load_open(Desk& desk, Call call, Txn& txn, const BankAccount& account, Day from = {});
Reconciled run_passes(const OpenSides& sides, const Settings& settings);

// One line with its texts and its group. MIF_E_NOT_FOUND: the account has no such line, or not in the time that is reconciled.
SideLine line_named(Desk& desk, Call call, Txn& txn, const BankAccount& account, std::string_view text, LineName& name);

// The lines in live groups: all of an account, or those of one kind with ids from..to.
class LiveMembers {
 public:
  LiveMembers(Txn& txn, const std::string& account);
  LiveMembers(Txn& txn, const std::string& account, LineName::Kind kind, std::int64_t from, std::int64_t to);
  std::int64_t group_of(const LineName& name) const;  // 0: none
  bool empty() const { return all_.empty(); }

 private:
  struct Member {
    LineName name;
    std::int64_t group;
  };
  std::vector<Member> all_;  // by name
};

// The rows of new groups, made before or beside the transaction that writes them.
class GroupRows {
 public:
  GroupRows(const BankAccount& account, std::string actor, std::int64_t now_ms, Day frozen);
  // What every group must be: two lines or more, equal sums, not wholly in a frozen month. Throws MIF_E_CONFLICT or MIF_E_INVALID.
  void check(const std::vector<GroupLine>& members) const;
  // Checks too. A machine's rule says why; a person has a reason.
  void add(std::int64_t id, std::string_view rule, std::string_view why, const std::vector<GroupLine>& members);
  void finish();           // no more will be added
  void write(Txn& txn);    // the rows are written beside what comes next; whatever asks the database waits for them

 private:
  struct Member {
    GroupLine line;
    std::int64_t group;
  };
  const BankAccount& account_;
  std::string actor_;
  std::int64_t now_ms_;
  Day frozen_;
  RowBatch heads_, rows_;
  std::vector<Member> members_[2];  // of the book, of the bank
};
std::string why_of(std::string_view rule);
std::vector<GroupLine> members_of(const OpenSides& sides, const PairGroup& group);
void write_line(JsonWriter& json, const BankAccount& account, const SideLine& line);
void write_pairs(JsonWriter& body, std::int64_t id, std::string_view rule, const std::vector<GroupLine>& members);
void undo_group(Txn& txn, Desk& desk, const BankAccount& account, std::int64_t group, const std::string& why);

// One writer at a time of what a 余额调节表 stands on: statements, matches, opening items and the tables themselves. Held until
// the transaction ends; taken first, before anything is read. Returns how often the account's reconciliation has been changed.
std::int64_t lock_account(Txn& txn, const std::string& account);
std::int64_t changes_of(Txn& txn, const std::string& account);

struct FrozenTable {
  std::int64_t id = 0, instance = 0;
  int month = 0, revision = 0;
  std::string state, form, artefact, made_by, decided_by, reason;
  Fen bank, booked;
};
std::vector<FrozenTable> frozen_tables(Txn& txn, const std::string& account);
Day frozen_until(Txn& txn, const std::string& account);  // not valid when nothing is frozen

// Days between the first proved statement and `to` that no proved statement covers, as "from..to" texts.
std::vector<std::string> missing_days(Txn& txn, const std::string& account, Day to);
BalanceTable compute_table(Desk& desk, Call call, Txn& txn, const Scoped& scoped, const Sides& sides, Day day, const std::string& form, const std::string& maker);

// The account and calendar month a job about one table names. Throws what scope() throws, and MIF_E_INVALID.
struct AskedTable {
  Scoped scoped;
  int month = 0;
  Day day;
};
AskedTable asked_table(Desk& desk, Call call, const char* permission, const Params& params);
std::string name_of(const AskedTable& asked);
const FrozenTable* latest(const std::vector<FrozenTable>& all, int month, const char* state);  // of that month in that state, or none

}  // namespace mif::treasury
