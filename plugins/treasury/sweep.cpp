// SPDX-License-Identifier: Apache-2.0
// treasury sweep plan: what the targets say should lie on another account. Information: an allocation moves the money.
#include <algorithm>

#include "balances.h"
#include "rows.h"
#include "unit_tree.h"
#include "work.h"

namespace mif::treasury {

namespace {

// What is approved and not yet paid is spoken for.
Fen promised(Txn& txn, const std::string& account) {
  Fen sum;
  txn.query("select cast(coalesce(sum(fen), 0) as bigint) from x_treasury_payment where account = ? and (state = 'approved' or state in (" + in_flight_list() + "))", {account}, [&](const Row& r) {
    sum = r.fen(0);
    return false;
  });
  return sum;
}

struct Basis {
  std::string source, as_of, problem;  // bank or statement; problem: nothing can be planned
  Fen fen;
};
// The bank's word; an account that has no adapter is known by its statement.
Basis basis_of(Txn& txn, const BankAccount& account) {
  if (account.adapter.empty()) {
    const ProvedBalance proved = proved_balance(txn, account.number);
    if (proved.day.valid()) return {"statement", proved.day.iso(), {}, proved.fen};
    return {"statement", {}, "还没有导入成立的对账单 (no proved statement yet)", {}};
  }
  const ToldBalance told = told_balance(txn, account.number);
  if (told.state == ToldBalance::State::known) return {"bank", told.day.iso(), {}, told.fen};
  return {"bank", {}, told.state == ToldBalance::State::never ? "还没有问过银行，先 treasury balance (the bank was never asked)" : "银行余额未知: " + told.error, {}};
}

}  // namespace

std::string treasury_sweep(Desk& desk, Call call, const Params& params, Progress) {
  if (const std::string action = params.get("action", "plan"); action != "plan") throw Error(MIF_E_INVALID, "payment.sweep-action", "treasury sweep 后面只能写 plan，调拨另行申请 (only plan; the transfer is an allocation): \"" + action + "\"");
  const auto scope = desk.scope(call, "ledger.read", params);
  // Both ends must be the caller's: the plan is the centre's.
  const auto everything = desk.scope(call, "ledger.read", Params("{}"));
  const UnitTree tree = UnitTree::of(desk, call);
  Result result("SweepPlan");
  std::int64_t lines = 0, unknown = 0;
  Fen up, down;
  Txn txn = desk.store.read(call);
  for (const auto& s : scope) {
    const Sweep* sweep = s.account->sweep_on(desk.clock.business_day());
    if (!sweep) continue;
    const auto to = std::find_if(everything.begin(), everything.end(), [&](const Scoped& e) { return e.account->number == sweep->to; });
    if (to == everything.end()) continue;
    ++lines;
    Basis basis = basis_of(txn, *s.account);
    if (!tree.is_within(s.unit, to->unit)) basis.problem = "账户 " + sweep->to + " 的单位 " + to->unit + " 不是 " + s.unit + " 或它的上级 (not an account of a parent unit)";
    const Fen spoken_for = promised(txn, s.account->number), move = basis.problem.empty() ? basis.fen - spoken_for - sweep->keep : Fen();
    const char* direction = !basis.problem.empty() ? "unknown" : move == Fen() ? "none" : Fen() < move ? "up" : "down";
    if (!basis.problem.empty()) {
      ++unknown;
      result.finding();
    } else if (Fen() < move) up += move;
    else down += -move;
    const std::string size = basis.problem.empty() ? (move < Fen() ? -move : move).plain() : std::string();
    result.item().field("account", s.account->number).field("unit", s.unit).field("parent_account", sweep->to).field("parent_unit", to->unit).field("source", basis.source).field("as_of", basis.as_of)
        .field("balance", basis.problem.empty() ? basis.fen.plain() : std::string()).field("promised", spoken_for).field("keep", sweep->keep).field("direction", direction).field("amount", size)
        .field("reason", basis.problem).end_object();
  }
  result.total("accounts", lines);
  result.total("up_fen", up.value());
  result.total("down_fen", down.value());
  result.total("unknown", unknown);
  return result.json("按留存额应上划 " + up.grouped() + " 元，应下拨 " + down.grouped() + " 元" + (unknown ? "，" + std::to_string(unknown) + " 个账户余额不明，没有列数" : "") + "；未作调拨 (nothing was moved)");
}

}  // namespace mif::treasury
