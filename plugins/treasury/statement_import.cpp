// SPDX-License-Identifier: Apache-2.0
// statement import: fetch, prove, then store; a statement that does not add up is kept as evidence and never matched.
#include "statement_store.h"
#include "work.h"

namespace mif::treasury {

namespace {

BankStatement fetch(Desk& desk, Call call, const BankAccount& account, Day from, Day to) {
  const mif_bank_adapter* adapter = desk.adapter(call, account);
  BankStatement statement;
  statement.from = from;
  statement.to = to;
  struct Sink {
    mif_statement_sink c;
    BankStatement* into;
    bool balanced;
  } sink{sized<mif_statement_sink>(), &statement, false};
  sink.c.impl = &sink;
  sink.c.balances = [](mif_statement_sink* self, mif_fen opening, mif_fen closing) -> std::int32_t {
    auto* mine = static_cast<Sink*>(self->impl);
    mine->into->opening = Fen(opening);
    mine->into->closing = Fen(closing);
    mine->balanced = true;
    return 0;
  };
  sink.c.on = [](mif_statement_sink* self, const mif_statement_line* l) -> std::int32_t {
    try {
      static_cast<Sink*>(self->impl)->into->lines.push_back({"", Day(l->day), Fen(l->fen), Fen(l->balance_fen), cut(view(l->bank_ref), 110), cut(view(l->client_ref), 110),
                                                             cut(view(l->counter_account), 110), cut(view(l->counter_name), 390), cut(view(l->text), 1900)});
      return 0;
    } catch (...) {  // out of memory: the statement will not add up
      return 1;
    }
  };
  const auto body = [&](mif_call* c) { return adapter->statement(adapter->self, c, s(account.link), s(account.number), from.value(), to.value(), &sink.c); };
  desk.registry.invoke(call, account.adapter, "statement", desk.settings.call_timeout_ms, body);
  if (!sink.balanced) throw Error(MIF_E_INVALID, "statement.not-balanced", "银行没有给出期初期末余额 (the bank stated no balances)");
  return statement;
}

Day first_day(Desk& desk, Call call, const BankAccount& account) {
  std::int64_t last = 0;
  Txn txn = desk.store.read(call);
  txn.query("select cast(max(day_to) as bigint) from x_treasury_statement where account = ? and state = 'proved'", {account.number}, [&](const Row& r) {
    if (!r.null(0)) last = r.integer(0);
    return false;
  });
  if (last > 0) return Day(static_cast<std::int32_t>(last));  // the last day again: it may not have been over
  for (const auto& book : desk.ledger.books(call, &txn))
    if (book.code == account.book) return Day(book.start.year, book.start.month, 1);
  return desk.clock.business_day();
}

}  // namespace

std::string statement_import(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "payment.send", params);
  Result result("StatementList");
  std::int64_t fresh_total = 0, proved = 0, quarantined = 0;
  for (const auto& scoped : scope) {
    const BankAccount& account = *scoped.account;
    const auto from_param = params.day("from"), to_param = params.day("to");
    const Day from = from_param ? *from_param : first_day(desk, call, account);
    const Day to = to_param ? *to_param : desk.clock.business_day();
    if (to < from) throw Error(MIF_E_INVALID, "statement.days-reversed", "起止日期颠倒 (from is after to): " + from.iso() + " > " + to.iso());
    progress("取对账单 " + account.number, proved + quarantined, static_cast<std::int64_t>(scope.size()));
    BankStatement statement;
    try {
      statement = fetch(desk, call, account, from, to);
    } catch (const Error& e) {
      if (e.code() != MIF_E_UNAVAILABLE && e.code() != MIF_E_DEADLINE && e.code() != MIF_E_INVALID) throw;
      result.finding();
      result.item().field("account", account.number).field("book", account.book).field("from", from.iso()).field("to", to.iso()).field("state", "unreachable").field("reason", e.what()).end_object();
      continue;
    }
    const StoredStatement stored = store_statement(desk, call, scoped, statement);
    fresh_total += stored.fresh;
    ++(stored.reason.empty() ? proved : quarantined);
    if (!stored.reason.empty()) result.finding();
    write_statement(result, account, statement, stored);
  }
  result.total("new_lines", fresh_total);
  result.total("proved", proved);
  result.total("quarantined", quarantined);
  return result.json("导入对账单 " + std::to_string(proved) + " 张，新增流水 " + std::to_string(fresh_total) + " 笔" + (quarantined ? "，" + std::to_string(quarantined) + " 张勾稽不符已隔离" : ""));
}

}  // namespace mif::treasury
