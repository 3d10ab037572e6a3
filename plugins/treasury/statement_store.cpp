// SPDX-License-Identifier: Apache-2.0
#include "statement_store.h"

#include <map>
#include <set>

#include "recon.h"

namespace mif::treasury {

namespace {

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
  txn.query("select closing_fen, day_to from x_treasury_statement where account = ? and state = 'proved' and day_to < ? order by day_to desc, ord desc limit 1",
            {account.number, s.from}, [&](const Row& r) {
              // With days between them that are not imported, the balances need not meet.
              if (day_after(r.day(1)) == s.from && r.fen(0) != s.opening)
                why = "期初 " + s.opening.grouped() + " 与上一张对账单期末 " + r.fen(0).grouped() + " 不符 (opening is not the previous closing)";
              return false;
            });
  if (!why.empty()) return why;
  txn.query("select opening_fen from x_treasury_statement where account = ? and state = 'proved' and day_from = ? order by ord desc limit 1", {account.number, day_after(s.to)}, [&](const Row& r) {
    if (r.fen(0) != s.closing) why = "期末 " + s.closing.grouped() + " 与下一张对账单期初 " + r.fen(0).grouped() + " 不符 (closing is not the next opening)";
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
  const Day frozen = frozen_until(txn, account.number);
  for (const auto& l : s.lines)
    if (frozen.valid() && l.day <= frozen && !known.count(l.key))
      return l.day.iso() + " 有新流水 " + l.fen.grouped() + "，而该月余额调节表已冻结，先 reconcile reopen 再导入 (a new line in a frozen month: reopen it first)";
  return {};
}

}  // namespace

StoredStatement store_statement(Desk& desk, Call call, const Scoped& scoped, BankStatement& statement) {
  const BankAccount& account = *scoped.account;
  const Day from = statement.from, to = statement.to;
  key_lines(statement);
  std::string why = disproof(statement);
  const std::string evidence = desk.objects.put(call, evidence_json(account, statement));
  Txn txn = desk.store.write(call);
  lock_account(txn, account.number);
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
    // Which statement is the later one is said by ord, counted under the account's lock: ids come in blocks per program, and clocks differ.
    std::int64_t before = 0;
    txn.query("select cast(coalesce(max(ord), 0) as bigint) from x_treasury_statement where account = ?", {account.number}, [&](const Row& r) {
      before = r.integer(0);
      return false;
    });
    const std::int64_t id = txn.next_id("x_treasury_statement");
    txn.execute("insert into x_treasury_statement (id, account, ord, day_from, day_to, opening_fen, closing_fen, lines, state, reason, evidence, imported_by, imported_ms)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {id, account.number, before + 1, from, to, statement.opening, statement.closing, static_cast<std::int64_t>(statement.lines.size()), state, why, evidence, call.actor(), now});
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
  return {state, why, fresh};
}

void write_statement(Result& result, const BankAccount& account, const BankStatement& s, const StoredStatement& stored) {
  result.item().field("account", account.number).field("book", account.book).field("from", s.from.iso()).field("to", s.to.iso()).field("opening", s.opening).field("closing", s.closing)
      .field("lines", static_cast<std::int64_t>(s.lines.size())).field("new_lines", stored.fresh).field("state", stored.state).field("reason", stored.reason).end_object();
}

}  // namespace mif::treasury
