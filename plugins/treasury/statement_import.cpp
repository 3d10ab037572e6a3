// SPDX-License-Identifier: Apache-2.0
// statement import: fetch, prove, then store; a statement that does not add up is kept as evidence and never matched.
#include <algorithm>
#include <optional>

#include "packets.h"
#include "statement_store.h"
#include "work.h"

namespace mif::treasury {

namespace {

// What the bank answered, as it was believed: a fetched statement has no file.
std::string keep_evidence(Desk& desk, Call call, const BankAccount& account, LineSpool& lines, const Intake& in) {
  JsonWriter head;
  head.begin_object().field("account", account.number).field("from", in.from.iso()).field("to", in.to.iso()).field("opening", in.opening).field("closing", in.closing).key("lines").begin_array();
  std::string text = head.take();
  std::size_t next = in.begin, taken = 0;
  bool ended = false;
  return desk.objects.put_from(call, [&](std::uint8_t* room, std::uint64_t most) {
    while (!ended && text.size() - taken < most) {
      text.erase(0, taken);
      taken = 0;
      if (next == in.end) {
        text += "]}";
        ended = true;
        break;
      }
      if (next != in.begin) text += ',';
      const BankLine l = lines.at(next++);
      JsonWriter json;
      json.begin_object().field("day", l.day.iso()).field("amount", l.fen).field("bank_ref", l.bank_ref).field("client_ref", l.client_ref);
      json.field("counter_account", l.counter_account).field("counter_name", l.counter_name).field("text", l.text).end_object();
      text += json.str();
    }
    const std::size_t n = std::min<std::size_t>(most, text.size() - taken);
    text.copy(reinterpret_cast<char*>(room), n, taken);
    taken += n;
    return n;
  });
}

Intake fetch(Desk& desk, Call call, const BankAccount& account, Day from, Day to, LineSpool& lines) {
  const mif_bank_adapter* adapter = desk.adapter(call, account);
  struct Sink {
    mif_statement_sink c;
    Proof proof;
    LineSpool* lines;
    mif_day from, to;
    std::optional<std::pair<mif_fen, mif_fen>> balances;
    std::exception_ptr thrown;
    PacketKeeper keeper;
  } sink{sized<mif_statement_sink>(), Proof(sized<mif_statement_open>()), &lines, from.value(), to.value(), {}, nullptr, PacketKeeper(desk, call, account, Kept::looks)};
  sink.c.packet = &keep_look<mif_statement_sink, Sink>;
  sink.c.impl = &sink;
  sink.c.balances = [](mif_statement_sink* self, mif_fen opening, mif_fen closing) -> std::int32_t {
    auto* mine = static_cast<Sink*>(self->impl);
    mine->balances.emplace(opening, closing);
    auto b = sized<mif_statement_balance>();
    for (const int kind : {MIF_BALANCE_OPENING, MIF_BALANCE_CLOSING}) {
      b.kind = kind;
      b.day = kind == MIF_BALANCE_OPENING ? mine->from : mine->to;
      b.amount = {kind == MIF_BALANCE_OPENING ? opening : closing, 2, 1};
      mine->proof.balance(b);
    }
    return 0;
  };
  sink.c.on = [](mif_statement_sink* self, const mif_statement_line* l) -> std::int32_t {
    auto* mine = static_cast<Sink*>(self->impl);
    try {
      auto e = sized<mif_statement_entry>();
      e.status = MIF_ENTRY_BOOKED;
      e.day = l->day;
      e.amount = {l->fen, 2, 1};
      e.balance = {l->balance_fen, 2, 1};
      mine->proof.entry(e);
      const std::string bank = cut(view(l->bank_ref), 110), client = cut(view(l->client_ref), 110), account_there = cut(view(l->counter_account), 110), name = cut(view(l->counter_name), 390),
                        text = cut(view(l->text), 1900);
      mine->lines->add({Day(l->day), Fen(l->fen), bank, client, account_there, name, text});
      return 0;
    } catch (...) {
      mine->thrown = std::current_exception();
      return 1;
    }
  };
  Intake in;
  in.from = from;
  in.to = to;
  in.begin = lines.size();
  const auto body = [&](mif_call* c) { return adapter->statement(adapter->self, c, s(account.link), s(account.number), from.value(), to.value(), &sink.c); };
  desk.registry.invoke(call, account.adapter, "statement", desk.settings.call_timeout_ms, body);
  if (sink.thrown) std::rethrow_exception(sink.thrown);
  if (!sink.balances) throw Error(MIF_E_INVALID, "statement.not-balanced", "银行没有给出期初期末余额 (the bank stated no balances)");
  sink.proof.close(nullptr);
  in.end = lines.size();
  in.opening = Fen(sink.balances->first);
  in.closing = Fen(sink.balances->second);
  in.verdict = sink.proof.facts().verdict;
  in.reason = sink.proof.facts().why();
  in.evidence = keep_evidence(desk, call, account, lines, in);
  return in;
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
    if (account.adapter.empty() && scope.size() > 1) continue;  // its statements come from files
    const auto from_param = params.day("from"), to_param = params.day("to");
    const Day from = from_param ? *from_param : first_day(desk, call, account);
    const Day to = to_param ? *to_param : desk.clock.business_day();
    if (to < from) throw Error(MIF_E_INVALID, "statement.days-reversed", "起止日期颠倒 (from is after to): " + from.iso() + " > " + to.iso());
    progress("取对账单 " + account.number, proved + quarantined, static_cast<std::int64_t>(scope.size()));
    LineSpool lines;
    Intake statement;
    try {
      statement = fetch(desk, call, account, from, to, lines);
    } catch (const Error& e) {
      if (e.code() != MIF_E_UNAVAILABLE && e.code() != MIF_E_DEADLINE && e.code() != MIF_E_INVALID) throw;
      result.finding();
      result.item().field("account", account.number).field("book", account.book).field("from", from.iso()).field("to", to.iso()).field("state", "unreachable").field("reason", e.what()).end_object();
      continue;
    }
    const StoredStatement stored = store_statement(desk, call, scoped, lines, statement);
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
