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

// Both sides of an account from its first proved statement on, with the opening unreached items before it.
struct Sides {
  Day start;
  std::vector<SideLine> lines;
  std::vector<SideItem> bank_keys, book_keys;  // id = index into lines; filled for lines without a group
  std::size_t earlier = 0;                     // keys at the end of bank_keys that are of no line: matched before, and may be what came back
  DayCount count;                              // by the account's calendar
};
// With `from`, only lines of that day and later, and no opening items.
Sides load_sides(Desk& desk, Call call, Txn& txn, const BankAccount& account, bool with_keys, Day from = {});
Reconciled run_passes(const Sides& sides, const Settings& settings);

struct NewGroup {
  std::string rule, why;
  std::vector<const SideLine*> members;
};
// Checks what every group must be: open lines, equal sums, not wholly in a frozen month. Throws MIF_E_CONFLICT or MIF_E_INVALID.
// `tell` hears the ids before the rows go: they are written beside what comes next, and whatever asks the database waits for them.
void insert_groups(Txn& txn, Desk& desk, const BankAccount& account, std::span<const NewGroup> groups, const std::function<void(const std::vector<std::int64_t>&)>& tell);
std::int64_t insert_group(Txn& txn, Desk& desk, const BankAccount& account, const NewGroup& group);
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
