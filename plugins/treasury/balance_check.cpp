// SPDX-License-Identifier: Apache-2.0
#include "balances.h"

namespace mif::treasury {

const char* name_of(ToldBalance::State state) {
  return state == ToldBalance::State::known ? "known" : state == ToldBalance::State::unknown ? "unknown" : "never";
}

ToldBalance told_balance(Txn& txn, const std::string& account) {
  ToldBalance told;
  std::int64_t told_id = 0;
  txn.query("select id, fen, asked_ms, day from x_treasury_balance where account = ? and source = 'bank' and state = 'known' order by id desc limit 1", {account}, [&](const Row& r) {
    told_id = r.integer(0);
    told.fen = r.fen(1);
    told.told_ms = told.asked_ms = r.integer(2);
    told.day = r.day(3);
    told.state = ToldBalance::State::known;
    return false;
  });
  const std::string since = " from x_treasury_balance where account = ? and source = 'bank' and id > ? order by id";
  txn.query("select asked_ms" + since + " limit 1", {account, told_id}, [&](const Row& r) {
    told.state = ToldBalance::State::unknown;
    told.unknown_since = r.integer(0);
    return false;
  });
  txn.query("select asked_ms, error" + since + " desc limit 1", {account, told_id}, [&](const Row& r) {
    told.asked_ms = r.integer(0);
    told.error = r.text(1);
    return false;
  });
  return told;
}

ProvedBalance proved_balance(Txn& txn, const std::string& account) {
  ProvedBalance proved;
  txn.query("select day_to, closing_fen from x_treasury_statement where account = ? and state = 'proved' order by day_to desc, ord desc limit 1", {account}, [&](const Row& r) {
    proved.day = r.day(0);
    proved.fen = r.fen(1);
    return false;
  });
  return proved;
}

BalanceCheck check_balance(Desk& desk, Call call, Txn& txn, const Scoped& scoped, const ToldBalance& told) {
  const BankAccount& account = *scoped.account;
  BalanceCheck check;
  check.statement = proved_balance(txn, account.number);
  const auto say = [&](const char* state, const std::string& reason) {
    if (check.state.empty()) check.state = state;
    check.reason += (check.reason.empty() ? "" : "；") + reason;
  };
  // An account without an adapter is told by its statements alone.
  const bool told_now = told.state == ToldBalance::State::known;
  if (!account.adapter.empty() && !told_now) say("unknown", told.error.empty() ? "还没有问过银行 (the bank was never asked)" : "银行余额未知: " + told.error);
  if (!check.statement.day.valid()) {
    say("no-statement", "还没有导入成立的对账单 (no proved statement yet)");
    return check;
  }
  const Day day = check.statement.day;
  const BalanceTable table = compute_table(desk, call, txn, scoped, load_sides(desk, call, txn, account), day, account.form, call.actor());
  check.booked = table.booked;
  check.difference = table.difference();
  for (const auto& list : table.items) check.items += static_cast<std::int64_t>(list.size());
  if (table.bank != check.statement.fen) say("different", "对账单有缺日，流水合计与期末余额不符，差 " + (check.statement.fen - table.bank).grouped() + " (days without a statement)");
  if (check.difference != Fen()) say("different", "调节后仍不平，差 " + check.difference.grouped() + " (unexplained by any item)");
  if (told_now && told.day < day) {
    say("bank-behind", "银行余额是 " + told.day.iso() + " 问的，早于 " + day.iso() + " 的对账单，请再问 (the bank was asked before its statement)");
  } else if (told_now && told.fen != check.statement.fen) {
    const std::string gap = "银行余额比 " + day.iso() + " 的对账单多 " + (told.fen - check.statement.fen).grouped();
    if (day < desk.clock.business_day()) say("statement-behind", gap + "，先导入之后的对账单 (the statement is behind)");
    else say("different", gap + " (the bank contradicts its statement)");
  }
  if (check.state.empty()) check.state = check.items == 0 ? "equal" : "adjusted-equal";
  return check;
}

}  // namespace mif::treasury
