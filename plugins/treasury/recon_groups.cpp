// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

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

GroupRows::GroupRows(const BankAccount& account, std::string actor, std::int64_t now_ms, Day frozen)
    : account_(account), actor_(std::move(actor)), now_ms_(now_ms), frozen_(frozen), heads_("account, id, rule, rule_version, why, book_from, book_to, bank_from, bank_to, made_by, made_ms"),
      rows_("account, kind, id, n, group_id, day, fen") {}

void GroupRows::check(const std::vector<GroupLine>& members) const {
  if (members.size() < 2) throw Error(MIF_E_INVALID, "reconcile.too-few", "勾对至少要两行 (a match needs two lines or more)");
  Fen bank, book;
  Day last;
  for (const auto& m : members) {
    (m.name.of_bank() ? bank : book) += m.fen;
    if (!last.valid() || last < m.day) last = m.day;
  }
  if (bank != book)
    throw Error(MIF_E_INVALID, "reconcile.sums-differ", "两边金额不等：对账单 " + bank.grouped() + "，日记账 " + book.grouped() + "，差 " + (bank - book).grouped() + "；不作部分勾对 (the sums differ: no partial match)");
  refuse_frozen(frozen_, account_, last);
}

void GroupRows::add(std::int64_t id, std::string_view rule, std::string_view why, const std::vector<GroupLine>& members) {
  check(members);
  std::int64_t from[2] = {0, 0}, to[2] = {0, 0};
  for (const auto& m : members) {
    const std::size_t side = m.name.of_bank() ? 1 : 0;
    members_[side].push_back({m, id});
    if (m.name.kind > LineName::bank) continue;
    if (from[side] == 0 || m.name.id < from[side]) from[side] = m.name.id;
    to[side] = std::max(to[side], m.name.id);
  }
  heads_.add(account_.number).add(id).add(rule).add(std::int64_t{kRulesVersion}).add(why).add(from[0]).add(to[0]).add(from[1]).add(to[1]).add(actor_).add(now_ms_);
}

// In the order of the table, so that each page is met once.
void GroupRows::finish() {
  const auto by_name = [](const Member& a, const Member& b) { return a.line.name < b.line.name; };
  for (auto& side : members_) {
    if (!std::is_sorted(side.begin(), side.end(), by_name)) std::sort(side.begin(), side.end(), by_name);
    for (const auto& m : side) rows_.add(account_.number).add(std::int64_t{m.line.name.kind}).add(m.line.name.id).add(std::int64_t{m.line.name.n}).add(m.group).add(m.line.day).add(m.line.fen);
    side.clear();
  }
}

void GroupRows::write(Txn& txn) {
  txn.insert("x_treasury_group", heads_);
  txn.insert("x_treasury_member", rows_);
}

void undo_group(Txn& txn, Desk& desk, const BankAccount& account, std::int64_t group, const std::string& why) {
  std::int64_t from[2] = {0, 0}, to[2] = {0, 0}, undone = -1;
  txn.query("select book_from, book_to, bank_from, bank_to, undone_ms from x_treasury_group where account = ? and id = ?", {account.number, group}, [&](const Row& r) {
    for (const std::uint32_t side : {0u, 1u}) {
      from[side] = r.integer(side * 2);
      to[side] = r.integer(side * 2 + 1);
    }
    undone = r.integer(4);
    return false;
  });
  if (undone != 0) throw Error(MIF_E_NOT_FOUND, "reconcile.no-match", "账户 " + account.number + " 没有有效的勾对 (no such live match) " + std::to_string(group));
  constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
  const std::string where = " where account = ? and kind = ? and id >= ? and id <= ? and undone = 0 and group_id = ?";
  const auto each_kind = [&](auto&& act) {
    for (const std::int64_t kind : {LineName::book, LineName::bank, LineName::opening_book, LineName::opening_bank}) act(kind, kind < 2 ? from[kind] : 0, kind < 2 ? to[kind] : kAny);
  };
  Day last;
  each_kind([&](std::int64_t kind, std::int64_t first, std::int64_t end) {
    txn.query("select cast(max(day) as bigint) from x_treasury_member" + where, {account.number, kind, first, end, group}, [&](const Row& r) {
      if (!r.null(0) && (!last.valid() || last < r.day(0))) last = r.day(0);
      return false;
    });
  });
  if (last.valid()) refuse_frozen(frozen_until(txn, account.number), account, last);
  if (txn.execute("update x_treasury_group set undone_by = ?, undone_ms = ?, undone_why = ? where account = ? and id = ? and undone_ms = 0", {txn.call().actor(), desk.clock.now_unix_ms(), why, account.number, group}) != 1)
    throw Error(MIF_E_CONFLICT, "reconcile.undone", "勾对 " + std::to_string(group) + " 刚被另一处取消 (undone meanwhile)");
  each_kind([&](std::int64_t kind, std::int64_t first, std::int64_t end) {
    txn.execute("update x_treasury_member set undone = group_id" + where, {account.number, kind, first, end, group});
  });
}

std::string LineName::text() const {
  if (kind == book) return "book/" + std::to_string(id) + "/" + std::to_string(n);
  return (kind == bank ? "bank/" : "open/") + std::to_string(id);
}

LiveMembers::LiveMembers(Txn& txn, const std::string& account) {
  txn.query("select kind, id, n, group_id from x_treasury_member where account = ? and undone = 0 order by kind, id, n", {account}, [&](const Row& r) {
    all_.push_back({{r.integer(1), static_cast<std::int32_t>(r.integer(2)), static_cast<LineName::Kind>(r.integer(0))}, r.integer(3)});
    return true;
  });
}

LiveMembers::LiveMembers(Txn& txn, const std::string& account, LineName::Kind kind, std::int64_t from, std::int64_t to) {
  txn.query("select id, n, group_id from x_treasury_member where account = ? and kind = ? and id >= ? and id <= ? and undone = 0 order by id, n", {account, std::int64_t{kind}, from, to}, [&](const Row& r) {
    all_.push_back({{r.integer(0), static_cast<std::int32_t>(r.integer(1)), kind}, r.integer(2)});
    return true;
  });
}

std::int64_t LiveMembers::group_of(const LineName& name) const {
  const auto found = std::lower_bound(all_.begin(), all_.end(), name, [](const Member& m, const LineName& wanted) { return m.name < wanted; });
  return found != all_.end() && found->name == name ? found->group : 0;
}

}  // namespace mif::treasury
