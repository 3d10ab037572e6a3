// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "recon.h"

namespace mif::treasury {

namespace {

std::string month_text(Day day) { return day.iso().substr(0, 7); }

// A match whose lines all lie in frozen months would change a table somebody signed.
void refuse_frozen(Day frozen, const BankAccount& account, Day last) {
  if (frozen.valid() && last <= frozen)
    throw Error(MIF_E_CONFLICT, "reconcile.frozen", "账户 " + account.number + " 到 " + month_text(frozen) + " 的余额调节表已批准冻结，" + month_text(last) +
                                    " 的勾对不能再改；确需更正请先 reconcile reopen (that month's reconciliation is frozen: reopen it first)");
}

}  // namespace

std::int64_t changes_of(Txn& txn, const std::string& account) {
  std::int64_t changes = 0;
  txn.query("select changes from x_treasury_account where account = ?", {account}, [&](const Row& r) {
    changes = r.integer(0);
    return false;
  });
  return changes;
}

std::int64_t lock_account(Txn& txn, const std::string& account) {
  const auto take = [&] { return txn.execute("update x_treasury_account set changes = changes + 1 where account = ?", {account}) == 1; };
  if (!take()) {
    txn.execute("insert into x_treasury_account (account, changes) values (?, 0) on conflict (account) do nothing", {account});
    take();
  }
  return changes_of(txn, account);
}

std::vector<FrozenTable> frozen_tables(Txn& txn, const std::string& account) {
  std::vector<FrozenTable> all;
  txn.query("select id, month, revision, state, form, bank_fen, book_fen, artefact, instance, made_by, decided_by, reason from x_treasury_table where account = ? order by month, revision",
            {account}, [&](const Row& r) {
              FrozenTable t;
              t.id = r.integer(0);
              t.month = static_cast<int>(r.integer(1));
              t.revision = static_cast<int>(r.integer(2));
              t.state = r.text(3);
              t.form = r.text(4);
              t.bank = r.fen(5);
              t.booked = r.fen(6);
              t.artefact = r.text(7);
              t.instance = r.integer(8);
              t.made_by = r.text(9);
              t.decided_by = r.text(10);
              t.reason = r.text(11);
              all.push_back(std::move(t));
              return true;
            });
  return all;
}

Day frozen_until(Txn& txn, const std::string& account) {
  Day last;
  txn.query("select cast(max(month) as bigint) from x_treasury_table where account = ? and state = 'approved'", {account}, [&](const Row& r) {
    if (!r.null(0)) last = last_day_of(static_cast<int>(r.integer(0)));
    return false;
  });
  return last;
}

void insert_groups(Txn& txn, Desk& desk, const BankAccount& account, std::span<const NewGroup> groups, const std::function<void(const std::vector<std::int64_t>&)>& tell) {
  const Day frozen = frozen_until(txn, account.number);
  for (const auto& group : groups) {
    if (group.members.size() < 2) throw Error(MIF_E_INVALID, "reconcile.too-few", "勾对至少要两行 (a match needs two lines or more)");
    Fen bank, book;
    Day last;
    for (const auto* m : group.members) {
      if (m->group) throw Error(MIF_E_CONFLICT, "reconcile.matched", m->item + " 已在勾对 " + std::to_string(m->group) + " 中，先取消 (matched already: unmatch it first)");
      (m->bank ? bank : book) += m->fen;
      if (!last.valid() || last < m->day) last = m->day;
    }
    if (bank != book)
      throw Error(MIF_E_INVALID, "reconcile.sums-differ", "两边金额不等：对账单 " + bank.grouped() + "，日记账 " + book.grouped() + "，差 " + (bank - book).grouped() + "；不作部分勾对 (the sums differ: no partial match)");
    refuse_frozen(frozen, account, last);
  }
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i < groups.size(); ++i) ids.push_back(txn.next_id("x_treasury_group"));
  tell(ids);
  RowBatch heads("id, account, rule, rule_version, why, made_by, made_ms, undone_by, undone_ms, undone_why"), members("group_id, item, live_item, account, bank, day, fen");
  const std::int64_t now = desk.clock.now_unix_ms();
  for (std::size_t i = 0; i < groups.size(); ++i)
    heads.add(ids[i]).add(account.number).add(groups[i].rule).add(std::int64_t{kRulesVersion}).add(groups[i].why).add(txn.call().actor()).add(now).add("").add(std::int64_t{0}).add("");
  txn.insert("x_treasury_group", heads);
  for (std::size_t i = 0; i < groups.size(); ++i)
    for (const auto* m : groups[i].members) members.add(ids[i]).add(m->item).add(m->item).add(account.number).add(std::int64_t{m->bank ? 1 : 0}).add(m->day).add(m->fen);
  txn.insert("x_treasury_member", members);
}

std::int64_t insert_group(Txn& txn, Desk& desk, const BankAccount& account, const NewGroup& group) {
  std::int64_t id = 0;
  insert_groups(txn, desk, account, std::span(&group, 1), [&](const std::vector<std::int64_t>& ids) { id = ids.front(); });
  return id;
}

void undo_group(Txn& txn, Desk& desk, const BankAccount& account, std::int64_t group, const std::string& why) {
  Day last;
  txn.query("select cast(max(day) as bigint) from x_treasury_member where account = ? and group_id = ? and live_item is not null", {account.number, group}, [&](const Row& r) {
    if (!r.null(0)) last = r.day(0);
    return false;
  });
  if (!last.valid()) throw Error(MIF_E_NOT_FOUND, "reconcile.no-match", "账户 " + account.number + " 没有有效的勾对 (no such live match) " + std::to_string(group));
  refuse_frozen(frozen_until(txn, account.number), account, last);
  if (txn.execute("update x_treasury_group set undone_by = ?, undone_ms = ?, undone_why = ? where id = ? and undone_ms = 0", {txn.call().actor(), desk.clock.now_unix_ms(), why, group}) != 1)
    throw Error(MIF_E_CONFLICT, "reconcile.undone", "勾对 " + std::to_string(group) + " 刚被另一处取消 (undone meanwhile)");
  txn.execute("update x_treasury_member set live_item = null where group_id = ?", {group});
}

}  // namespace mif::treasury
