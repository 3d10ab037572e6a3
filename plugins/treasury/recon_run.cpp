// SPDX-License-Identifier: Apache-2.0
// reconcile run: load what is open, pair it, write it back. While the rows of one transaction are written, those of the next are made.
#include <algorithm>
#include <map>

#include "alarms.h"
#include "calendar.h"
#include "recon.h"
#include "reconcile.h"
#include "results.h"
#include "work.h"

namespace mif::treasury {

namespace {

constexpr std::size_t kPerTxn = 10000, kPerRecord = 500;  // groups written together; told in one record of the audit log

std::string name_of_rule(const std::string& rule) {
  for (const auto& [code, name] : std::initializer_list<std::pair<const char*, const char*>>{{"P1-code", "按编号"}, {"P2-reference", "按单据号"}, {"P2-reference-sum", "按单据合计"}, {"P3-red-blue", "红字冲销"}, {"P4-bank-reversal", "银行冲正"},
                                                                                               {"P5-counterparty", "按对方账号"}, {"P6-summary", "按摘要"}})
    if (rule == code) return name;
  return rule;
}

std::string doubt_text(const Doubt& d) {
  return d.amount ? "同一凭证两边金额不符 (same code, another amount)" : std::string("按 ") + d.rule + " 有多个候选，不作判断 (several candidates)";
}

// What a run found and did, over all accounts.
struct Sums {
  std::int64_t groups = 0, lines = 0, open = 0, frozen = 0;
  std::map<std::string, std::int64_t> by_rule;
};

// Groups on their way into one transaction.
struct Part {
  GroupRows rows;
  std::vector<std::string> records;  // for the audit log
};

class Writing {
 public:
  Writing(Desk& desk, Call call, const Scoped& scoped, const OpenSides& sides, Day frozen, std::vector<const PairGroup*> todo)
      : desk_(desk), call_(call), scoped_(scoped), account_(*scoped.account), sides_(sides), frozen_(frozen), todo_(std::move(todo)), parts_{{rows(), {}}, {rows(), {}}} {}

  void run(std::int64_t changes, Progress& progress, Sums& sums) {
    std::vector<std::int64_t> ids;
    for (std::size_t at = 0, turn = 0; at < todo_.size() && !call_.cancelled(); at += kPerTxn, ++turn) {
      progress("对账 " + account_.number, static_cast<std::int64_t>(at), static_cast<std::int64_t>(todo_.size()));
      Part &part = parts_[turn % 2], &next = parts_[(turn + 1) % 2];
      Txn txn = desk_.store.write(call_);
      if (lock_account(txn, account_.number) != ++changes)
        throw Error(MIF_E_CONFLICT, "reconcile.changed-meanwhile", "账户 " + account_.number + " 的对账单、勾对或余额调节表刚被另一处改动，已写入 " + std::to_string(sums.groups) + " 组，请再运行一次 (changed meanwhile: run it again)");
      if (at == 0) make(part, at, ids_for(txn, at));
      ids = ids_for(txn, at + kPerTxn);
      for (const auto& record : part.records) desk_.audit.append(txn, scoped_.unit, "reconcile.run", "account/" + account_.number, record);
      part.rows.write(txn);
      make(next, at + kPerTxn, ids);
      txn.commit();
      for (std::size_t i = at; i < end_of(at); ++i) {
        ++sums.groups;
        ++sums.by_rule[todo_[i]->rule];
        sums.lines += static_cast<std::int64_t>(todo_[i]->bank.size() + todo_[i]->book.size());
      }
    }
  }

 private:
  GroupRows rows() const { return GroupRows(account_, call_.actor(), desk_.clock.now_unix_ms(), frozen_); }
  std::size_t end_of(std::size_t at) const { return std::min(at + kPerTxn, todo_.size()); }
  std::vector<std::int64_t> ids_for(Txn& txn, std::size_t at) const {
    std::vector<std::int64_t> ids;
    for (std::size_t i = at; i < end_of(at); ++i) ids.push_back(txn.next_id("x_treasury_group"));
    return ids;
  }
  void make(Part& part, std::size_t at, const std::vector<std::int64_t>& ids) const {
    part.records.clear();
    for (std::size_t first = at; first < end_of(at); first += kPerRecord) {
      JsonWriter body;
      body.begin_object().field("account", account_.number).field("rules", kRulesVersion).key("groups").begin_array();
      for (std::size_t i = first; i < std::min(first + kPerRecord, end_of(at)); ++i) {
        const auto members = members_of(sides_, *todo_[i]);
        part.rows.add(ids[i - at], todo_[i]->rule, "", members);
        write_pairs(body, ids[i - at], todo_[i]->rule, members);
      }
      body.end_array().end_object();
      part.records.push_back(body.take());
    }
    part.rows.finish();
  }

  Desk& desk_;
  Call call_;
  const Scoped& scoped_;
  const BankAccount& account_;
  const OpenSides& sides_;
  const Day frozen_;
  const std::vector<const PairGroup*> todo_;
  Part parts_[2];
};

void run_account(Desk& desk, Call call, const Scoped& scoped, Day from, Progress& progress, Result& result, Sums& sums) {
  const BankAccount& account = *scoped.account;
  OpenSides sides;
  Day frozen;
  std::int64_t changes = 0;
  {
    Txn txn = desk.store.read(call);
    changes = changes_of(txn, account.number);
    sides = load_open(desk, call, txn, account, from);
    frozen = frozen_until(txn, account.number);
  }
  const auto line_of = [&](std::int64_t id) -> const GroupLine& { return sides.lines[static_cast<std::size_t>(id)]; };
  const Reconciled found = run_passes(sides, desk.settings);
  const auto in_frozen = [&](const PairGroup& g) {
    if (!frozen.valid()) return false;
    const auto early = [&](std::int64_t id) { return line_of(id).day <= frozen; };
    return std::all_of(g.bank.begin(), g.bank.end(), early) && std::all_of(g.book.begin(), g.book.end(), early);
  };
  std::vector<const PairGroup*> todo, skipped;
  todo.reserve(found.groups.size());
  std::size_t taken = 0;
  for (const auto& g : found.groups) {
    (in_frozen(g) ? skipped : todo).push_back(&g);
    taken += g.bank.size() + g.book.size();
  }
  sums.open += static_cast<std::int64_t>(sides.bank_keys.size() + sides.book_keys.size() - sides.earlier - taken);
  sums.frozen += static_cast<std::int64_t>(skipped.size());
  Writing(desk, call, scoped, sides, frozen, std::move(todo)).run(changes, progress, sums);

  std::map<std::int64_t, std::string> doubts;
  for (const auto& d : found.doubts) doubts[d.id] = doubt_text(d);
  if (skipped.empty() && doubts.empty()) return;
  Txn txn = desk.store.read(call);
  const auto tell = [&](std::int64_t id, const char* state, const char* rule, const std::string& reason) {
    LineName name;
    write_line(result.item(), account, line_named(desk, call, txn, account, line_of(id).name.text(), name));
    result.last().field("state", state).field("rule", rule).field("reason", reason).end_object();
  };
  for (const auto* g : skipped) {
    result.finding();
    tell((g->bank.empty() ? g->book : g->bank).front(), "frozen", g->rule, "所在月份的余额调节表已冻结，需要时 reconcile reopen (its month is frozen)");
  }
  for (const auto& [id, reason] : doubts) tell(id, "doubtful", "", reason);
}

}  // namespace

std::string reconcile_run(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "bank.reconcile", params);
  Result result("ReconciliationList");
  // A daily run looks back far enough for every rule that has a window.
  constexpr std::int64_t kLeastDays = 45;
  const std::int64_t days = params.number("days", 0);
  if (days != 0 && (days < kLeastDays || days > 3660)) throw Error(MIF_E_INVALID, "reconcile.run-days", "days 应为 45 到 3660，不写则看全部 (too few days for the rules, or too many)");
  const Day from = days ? plus_days(desk.clock.business_day(), -static_cast<int>(days)) : Day();
  Sums sums;
  for (const auto& scoped : scope) {
    progress("对账 " + scoped.account->number, sums.groups, 0);
    run_account(desk, call, scoped, from, progress, result, sums);
  }
  report(result, tell(desk, call, scope, progress));
  result.total("groups", sums.groups);
  result.total("matched_lines", sums.lines);
  result.total("open_lines", sums.open);
  result.total("frozen_skipped", sums.frozen);
  std::string passes;
  for (const auto& [rule, n] : sums.by_rule) {
    result.total(rule, n);
    passes += (passes.empty() ? "（" : "，") + name_of_rule(rule) + " " + std::to_string(n) + " 组";
  }
  if (!passes.empty()) passes += "）";
  return result.json("新勾对 " + std::to_string(sums.groups) + " 组 " + std::to_string(sums.lines) + " 行" + passes + "，未达 " + std::to_string(sums.open) + " 行" +
                     (sums.frozen ? "，" + std::to_string(sums.frozen) + " 组在已冻结的月份，没有勾对" : ""));
}

}  // namespace mif::treasury
