// SPDX-License-Identifier: Apache-2.0
// statement import: fetch, prove, then store; a statement that does not add up is kept as evidence and never matched.
#include <map>
#include <set>

#include "proof.h"
#include "rows.h"
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
  if (!sink.balanced) throw Error(MIF_E_INVALID, "银行没有给出期初期末余额 (the bank stated no balances)");
  return statement;
}

std::string evidence_json(const BankAccount& account, const BankStatement& s) {
  JsonWriter json;
  json.begin_object().field("account", account.number).field("from", s.from.iso()).field("to", s.to.iso()).field("opening", s.opening).field("closing", s.closing);
  json.key("lines").begin_array();
  for (const auto& l : s.lines) {
    json.begin_object().field("day", l.day.iso()).field("amount", l.fen).field("balance", l.balance).field("bank_ref", l.bank_ref).field("client_ref", l.client_ref);
    json.field("counter_account", l.counter_account).field("counter_name", l.counter_name).field("text", l.text).end_object();
  }
  json.end_array().end_object();
  return json.take();
}

Day day_after(Day day) {
  if (day.day() < Day::days_in(day.year(), day.month())) return Day(day.value() + 1);
  return day.month() == 12 ? Day(day.year() + 1, 1, 1) : Day(day.year(), day.month() + 1, 1);
}

struct StoredLine {
  Day day;
  Fen fen, balance;
  std::string client_ref;
};

// Against what the account's earlier statements said. Fills `known` with the keys stored in the range.
std::string contradiction(Txn& txn, const BankAccount& account, const BankStatement& s, std::set<std::string>& known) {
  std::string why;
  txn.query("select closing_fen, day_to from x_treasury_statement where account = ? and state = 'proved' and day_to < ? order by day_to desc, id desc limit 1",
            {account.number, s.from}, [&](const Row& r) {
              // With days between them that are not imported, the balances need not meet.
              if (day_after(r.day(1)) == s.from && r.fen(0) != s.opening)
                why = "期初 " + s.opening.grouped() + " 与上一张对账单期末 " + r.fen(0).grouped() + " 不符 (opening is not the previous closing)";
              return false;
            });
  if (!why.empty()) return why;
  std::map<std::string, StoredLine> stored;
  txn.query("select line_key, day, fen, balance_fen, client_ref from x_treasury_line where account = ? and day >= ? and day <= ?", {account.number, s.from, s.to}, [&](const Row& r) {
    stored[r.text(0)] = {r.day(1), r.fen(2), r.fen(3), r.text(4)};
    return true;
  });
  for (const auto& l : s.lines) {
    const auto found = stored.find(l.key);
    if (found == stored.end()) continue;
    if (found->second.day != l.day || found->second.fen != l.fen || found->second.client_ref != l.client_ref)
      return "流水 " + l.bank_ref + " 与以前导入的内容不同 (a line changed since it was imported)";
    known.insert(l.key);
  }
  for (const auto& [key, line] : stored)
    if (!known.count(key)) return "以前导入过的 " + line.day.iso() + " 流水 " + line.fen.grouped() + " 这次没有 (an imported line is missing now)";
  return {};
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
    if (to < from) throw Error(MIF_E_INVALID, "起止日期颠倒 (from is after to): " + from.iso() + " > " + to.iso());
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
    key_lines(statement);
    std::string why = disproof(statement);
    const std::string evidence = desk.objects.put(call, evidence_json(account, statement));
    Txn txn = desk.store.write(call);
    std::set<std::string> known;
    if (why.empty()) why = contradiction(txn, account, statement, known);
    const std::int64_t now = desk.clock.now_unix_ms();
    const char* state = why.empty() ? "proved" : "quarantined";
    // The same statement again, or one that says nothing new within days already proved, changes nothing at all.
    bool seen = false;
    txn.query("select 1 from x_treasury_statement where account = ? and ((evidence = ? and state = ?) or (state = 'proved' and day_from <= ? and day_to >= ? and 1 = ?))",
              {account.number, evidence, state, from, to, why.empty() && known.size() == statement.lines.size() ? 1 : 0}, [&](const Row&) {
                seen = true;
                return false;
              });
    std::int64_t fresh = 0;
    if (!seen) {
      const std::int64_t id = txn.next_id("x_treasury_statement");
      txn.execute("insert into x_treasury_statement (id, account, day_from, day_to, opening_fen, closing_fen, lines, state, reason, evidence, imported_by, imported_ms)"
                  " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  {id, account.number, from, to, statement.opening, statement.closing, static_cast<std::int64_t>(statement.lines.size()), state, why, evidence, call.actor(), now});
      std::int64_t ord = 0;
      if (why.empty())
        for (const auto& l : statement.lines) {
          ++ord;
          if (known.count(l.key)) {  // a later line of an earlier day changes what stands after it
            txn.execute("update x_treasury_line set ord = ?, balance_fen = ? where account = ? and line_key = ?", {ord, l.balance, account.number, l.key});
            continue;
          }
          txn.execute("insert into x_treasury_line (id, statement_id, account, line_key, ord, day, fen, balance_fen, bank_ref, client_ref, counter_account, counter_name, text)"
                      " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      {txn.next_id("x_treasury_line"), id, account.number, l.key, ord, l.day, l.fen, l.balance, l.bank_ref, l.client_ref, l.counter_account, l.counter_name, l.text});
          ++fresh;
        }
      JsonWriter body;
      body.begin_object().field("statement", id).field("account", account.number).field("from", from.iso()).field("to", to.iso()).field("opening", statement.opening);
      body.field("closing", statement.closing).field("lines", static_cast<std::int64_t>(statement.lines.size())).field("new_lines", fresh).field("state", state).field("reason", why);
      body.field("evidence", evidence).end_object();
      desk.audit.append(txn, scoped.unit, "statement.import", "account/" + account.number, body.str());
    }
    txn.commit();
    fresh_total += fresh;
    ++(why.empty() ? proved : quarantined);
    if (!why.empty()) result.finding();
    result.item().field("account", account.number).field("book", account.book).field("from", from.iso()).field("to", to.iso()).field("opening", statement.opening)
        .field("closing", statement.closing).field("lines", static_cast<std::int64_t>(statement.lines.size())).field("new_lines", fresh).field("state", state).field("reason", why).end_object();
  }
  result.total("new_lines", fresh_total);
  result.total("proved", proved);
  result.total("quarantined", quarantined);
  return result.json("导入对账单 " + std::to_string(proved) + " 张，新增流水 " + std::to_string(fresh_total) + " 笔" + (quarantined ? "，" + std::to_string(quarantined) + " 张勾稽不符已隔离" : ""));
}

}  // namespace mif::treasury
