// SPDX-License-Identifier: Apache-2.0
// treasury verify: vouchers, statements, reconciliation.
#include "mif/pattern.hpp"
#include "recon.h"
#include "reconcile.h"
#include "verify.h"

namespace mif::treasury {

void Check::check_vouchers(const BankAccount& account) {
  std::map<std::int64_t, std::vector<const Payment*>> by_voucher;
  for (const auto& p : rows_)
    if (live(p.state) || (p.state == State::returned && p.settled)) by_voucher[p.voucher].push_back(&p);
  for (const auto& [id, parts] : by_voucher) {
    std::vector<LineRow> lines;
    const VoucherHead head = desk_.ledger.voucher(call_, id, &lines, &txn_);
    const std::string name = "voucher:" + std::to_string(id);
    Fen booked, paid;
    for (const auto& l : lines) {
      const auto aux = parse_aux(l.aux);
      const auto bank = aux.find("bank_account");
      if (bank != aux.end() && bank->second == account.number && l.account.rfind(account.ledger_account, 0) == 0) booked += l.side == MIF_CREDIT ? l.fen : -l.fen;
    }
    for (const Payment* p : parts) {
      paid += p->fen;
      if (p->content_hash != head.content_hash && head.state != MIF_VOUCHER_VOID) find(name, "付款批准之后凭证内容变了 (changed since its payment was prepared)");
      if (p->settled != (head.state == MIF_VOUCHER_POSTED)) find(name, p->settled ? "付款已了结而凭证未入账 (settled, not posted)" : "凭证已入账而付款未了结 (posted, not settled)");
    }
    if (paid > booked) find(name, "付出 " + paid.grouped() + " 多于凭证 " + booked.grouped() + " (more is paid than booked)");
  }
}

void Check::check_statements(const BankAccount& account) {
  std::vector<StoredBankLine> lines = bank_lines(txn_, account.number, false);
  lines_ += static_cast<std::int64_t>(lines.size());
  txn_.query("select id, day_from, day_to, opening_fen, closing_fen from x_treasury_statement s where s.account = ? and s.state = 'proved' and not exists"
             " (select 1 from x_treasury_statement t where t.account = s.account and t.state = 'proved' and t.ord > s.ord and t.day_from <= s.day_to and t.day_to >= s.day_from)",
             {account.number}, [&](const Row& r) {
               Fen running = r.fen(3);
               bool fits = true;
               for (const auto& l : lines) {
                 if (l.day < r.day(1) || r.day(2) < l.day) continue;
                 running += l.fen;
                 fits = fits && l.balance == running;
               }
               if (!fits || running != r.fen(4)) find("statement:" + std::to_string(r.integer(0)), "期初加各笔不等于期末或余额不连续 (does not add up any more)");
               return true;
             });
}

// Each line in one live group at most, each group equal on both sides and made of lines that still say the same, and what was
// signed still follows from what is stored.
void Check::check_reconciliation(const Scoped& scoped) {
  const BankAccount& account = *scoped.account;
  const Sides sides = load_sides(desk_, call_, txn_, account);
  std::map<std::string, const SideLine*> known;
  for (const auto& l : sides.lines) known[l.item] = &l;
  struct Group {
    std::int64_t undone_ms = 0, from[2] = {0, 0}, to[2] = {0, 0}, members = 0;
    Fen sums[2];
  };
  std::map<std::int64_t, Group> groups;
  txn_.query("select id, undone_ms, book_from, book_to, bank_from, bank_to from x_treasury_group where account = ?", {account.number}, [&](const Row& r) {
    groups[r.integer(0)] = {r.integer(1), {r.integer(2), r.integer(4)}, {r.integer(3), r.integer(5)}, 0, {}};
    return true;
  });
  const auto name_of = [](std::int64_t group) { return "reconciliation-group:" + std::to_string(group); };
  txn_.query("select kind, id, n, undone, group_id, day, fen from x_treasury_member where account = ?", {account.number}, [&](const Row& r) {
    const LineName line{r.integer(1), static_cast<std::int32_t>(r.integer(2)), static_cast<LineName::Kind>(r.integer(0))};
    const std::string name = name_of(r.integer(4)), item = line.text();
    const auto at = groups.find(r.integer(4));
    if (at == groups.end()) {
      find(name, "成员没有组 (a member without its group)");
      return true;
    }
    Group& group = at->second;
    ++group.members;
    if (r.integer(3) != (group.undone_ms > 0 ? at->first : 0)) find(name, item + " 的状态与组不符 (a member's state differs from its group's)");
    const std::size_t side = line.of_bank() ? 1 : 0;
    if (line.kind <= LineName::bank && (line.id < group.from[side] || group.to[side] < line.id)) find(name, item + " 不在组所记的范围内 (outside what its group says of its lines)");
    if (r.integer(3) != 0) return true;
    group.sums[side] += r.fen(6);
    const auto as_is = known.find(item);
    if (as_is == known.end()) find(name, "没有 " + item + " 这一行 (no such line)");
    else if (as_is->second->fen != r.fen(6) || as_is->second->day != r.day(5) || as_is->second->bank != line.of_bank()) find(name, item + " 与勾对时不同 (the line changed since it was matched)");
    ++grouped_;
    return true;
  });
  for (const auto& [id, group] : groups) {
    if (group.members == 0) find(name_of(id), "组没有成员 (a group without its members)");
    if (group.sums[0] != group.sums[1]) find(name_of(id), "两边合计 " + group.sums[1].grouped() + " 与 " + group.sums[0].grouped() + " 不等 (the sums differ)");
  }
  for (const auto& t : frozen_tables(txn_, account.number)) {
    const std::string name = "bank-reconciliation:" + std::to_string(t.id);
    std::string artefact;
    try {
      artefact = desk_.objects.get(call_, t.artefact);
    } catch (const Error& e) {
      find(name, std::string("冻结件读不出 (the artefact is not readable): ") + e.what());
      continue;
    }
    if (t.state != "approved") continue;
    ++tables_;
    const FlowState flow = desk_.workflow.state(txn_, t.instance);
    if (flow.state != MIF_FLOW_APPROVED || flow.digest != t.artefact) find(name, "没有经审批的记录 (not approved in its flow)");
    const BalanceTable now = compute_table(desk_, call_, txn_, scoped, sides, last_day_of(t.month), t.form, t.made_by);
    if (table_json(now) != artefact) find(name, "冻结之后对账单、账簿或勾对变了 (its inputs changed since it was frozen)");
    if (now.bank != t.bank || now.booked != t.booked) find(name, "余额与冻结时不同 (its balances changed)");
  }
}

}  // namespace mif::treasury
