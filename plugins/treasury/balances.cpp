// SPDX-License-Identifier: Apache-2.0
// treasury balance and balances: the bank is asked, what it said or that it said nothing is kept for good.
#include "balances.h"

#include "digest.h"
#include "packets.h"
#include "work.h"

namespace mif::treasury {

namespace {

struct Answer {
  bool known = false;
  Fen fen;
  std::string error;
};

Answer ask_balance(Desk& desk, Call call, const BankAccount& account) {
  Answer answer;
  try {
    const mif_bank_adapter* adapter = desk.adapter(call, account);
    mif_fen now = 0;
    struct {
      mif_packet_sink c;
      PacketKeeper keeper;
    } sink{sized<mif_packet_sink>(), PacketKeeper(desk, call, account, Kept::looks)};
    sink.c.impl = &sink;
    sink.c.packet = &keep_look<mif_packet_sink, decltype(sink)>;
    const bool told = MIF_HAS(adapter, balance_told) && adapter->balance_told;
    const auto body = [&](mif_call* c) {
      return told ? adapter->balance_told(adapter->self, c, s(account.link), s(account.number), &now, &sink.c) : adapter->balance(adapter->self, c, s(account.link), s(account.number), &now);
    };
    desk.registry.invoke(call, account.adapter, "balance", desk.settings.call_timeout_ms, body);
    answer.known = true;
    answer.fen = Fen(now);
  } catch (const Error& e) {
    answer.error = e.what();
  }
  return answer;
}

struct BalanceRow {
  std::int64_t id = 0, ord = 0, asked_ms = 0;
  std::string account, source, state, asked_by, error, chain;
  Day day;
  Fen fen;
};
std::string chain_after(const std::string& before, const BalanceRow& b) {
  Digest digest;
  digest.add(before).add(b.id).add(b.account).add(b.source).add(b.state).add(std::int64_t{b.day.value()}).add(b.fen.value()).add(b.ord).add(b.asked_by).add(b.asked_ms).add(b.error);
  return digest.hex();
}

void keep(Txn& txn, const std::string& account, const char* source, const Answer& answer, Day day, std::int64_t ord, const std::string& who, std::int64_t at) {
  // The head's row is the lock of the account's chain, which begins after what was stored before there was one.
  std::int64_t last = 0;
  txn.query("select cast(coalesce(max(id), 0) as bigint) from x_treasury_balance where account = ?", {account}, [&](const Row& r) { last = r.integer(0); return false; });
  txn.execute("insert into x_treasury_balance_head (account, after_id, balances, chain) values (?, ?, 0, '') on conflict (account) do nothing", {account, last});
  txn.execute("update x_treasury_balance_head set balances = balances + 1 where account = ?", {account});
  BalanceRow b{0, ord, at, account, source, answer.known ? "known" : "unknown", who, cut(answer.error, 1900), {}, day, answer.fen};
  std::string before;
  txn.query("select chain from x_treasury_balance_head where account = ?", {account}, [&](const Row& r) { before = r.text(0); return false; });
  b.id = txn.next_id("x_treasury_balance");
  b.chain = chain_after(before, b);
  if (txn.execute("insert into x_treasury_balance (id, account, source, state, day, fen, statement_ord, asked_by, asked_ms, error, chain) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (account, statement_ord) do nothing",
                  {b.id, account, source, b.state, day, b.fen, ord ? Value(ord) : Value(), who, at, b.error, b.chain}) == 1)
    txn.execute("update x_treasury_balance_head set chain = ? where account = ?", {b.chain, account});
  else
    txn.execute("update x_treasury_balance_head set balances = balances - 1 where account = ?", {account});
}

// The closing balances of statements proved since the last time.
std::int64_t keep_statements(Txn& txn, const std::string& account) {
  struct Proved {
    std::int64_t ord, ms;
    Day day;
    Fen fen;
    std::string who;
  };
  std::vector<Proved> fresh;
  txn.query("select ord, imported_ms, day_to, closing_fen, imported_by from x_treasury_statement where account = ? and state = 'proved' and ord >"
            " (select coalesce(max(statement_ord), 0) from x_treasury_balance where account = ? and source = 'statement') order by ord",
            {account, account}, [&](const Row& r) {
              fresh.push_back({r.integer(0), r.integer(1), r.day(2), r.fen(3), r.text(4)});
              return true;
            });
  for (const auto& p : fresh) keep(txn, account, "statement", {true, p.fen, {}}, p.day, p.ord, p.who, p.ms);
  return static_cast<std::int64_t>(fresh.size());
}

void record(Desk& desk, Call call, const Scoped& scoped, const Answer& answer, bool asked, std::int64_t asked_ms) {
  const std::string& account = scoped.account->number;
  Txn txn = desk.store.write(call);
  const std::int64_t statements = keep_statements(txn, account);
  if (!asked && statements == 0) return;
  if (asked) keep(txn, account, "bank", answer, desk.clock.business_day(), 0, std::string(call.actor()), asked_ms);
  JsonWriter body;
  body.begin_object().field("account", account).field("asked", asked).field("known", answer.known).field("amount", answer.known ? answer.fen.plain() : std::string()).field("error", answer.error)
      .field("statements", statements).end_object();
  desk.audit.append(txn, scoped.unit, "treasury.balance", "account/" + account, body.str());
  txn.commit();
}

}  // namespace

// As they were added, none changed, inserted or lost; and those of statements are what the statements closed with.
std::vector<std::string> balance_faults(Txn& txn, const std::string& account) {
  std::vector<std::string> faults;
  std::int64_t after = 0, rows = 0, seen = 0;
  std::string head, chain;
  bool headed = false;
  txn.query("select after_id, balances, chain from x_treasury_balance_head where account = ?", {account}, [&](const Row& r) {
    headed = true;
    after = r.integer(0);
    rows = r.integer(1);
    head = r.text(2);
    return false;
  });
  txn.query("select id, account, source, state, day, fen, statement_ord, asked_by, asked_ms, error, chain from x_treasury_balance where account = ? order by id", {account}, [&](const Row& r) {
    const BalanceRow b{r.integer(0), r.null(6) ? 0 : r.integer(6), r.integer(8), r.text(1), r.text(2), r.text(3), r.text(7), r.text(9), r.text(10), r.day(4), r.fen(5)};
    if (b.chain.empty() && (!headed || b.id <= after)) return true;
    ++seen;
    chain = chain_after(chain, b);
    if (chain == b.chain) return true;
    faults.push_back("余额记录 " + std::to_string(b.id) + " (" + b.day.iso() + ") 存下之后被改过，或它前面少了一条 (a balance row was changed, or one before it is missing)");
    chain = b.chain;
    return true;
  });
  if (seen != rows || (chain != head && faults.empty())) faults.push_back("应有余额记录 " + std::to_string(rows) + " 条，实有 " + std::to_string(seen) + " 条 (balance rows are missing)");
  txn.query("select b.id, b.day from x_treasury_balance b left join x_treasury_statement s on s.account = b.account and s.ord = b.statement_ord and s.state = 'proved'"
            " where b.account = ? and b.source = 'statement' and (s.id is null or s.day_to <> b.day or s.closing_fen <> b.fen)",
            {account}, [&](const Row& r) {
              faults.push_back("余额记录 " + std::to_string(r.integer(0)) + " (" + r.day(1).iso() + ") 与它的对账单期末余额不符 (not what its statement closed with)");
              return true;
            });
  return faults;
}

std::string treasury_balance(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "bank.reconcile", params);
  Result result("BankBalanceList");
  std::int64_t done = 0, good = 0, unknown = 0;
  for (const auto& scoped : scope) {
    const BankAccount& account = *scoped.account;
    if (call.cancelled()) break;
    progress("查询余额 " + account.number, ++done, static_cast<std::int64_t>(scope.size()));
    const bool asked = !account.adapter.empty();
    const Answer answer = asked ? ask_balance(desk, call, account) : Answer();
    record(desk, call, scoped, answer, asked, desk.clock.now_unix_ms());
    Txn txn = desk.store.read(call);
    const ToldBalance told = told_balance(txn, account.number);
    const BalanceCheck check = check_balance(desk, call, txn, scoped, told);
    if (check.good()) ++good;
    else result.finding();
    if (asked && !answer.known) ++unknown;
    const bool proved = check.statement.day.valid();
    result.item().field("account", account.number).field("book", account.book).field("bank_state", asked ? name_of(told.state) : "none").field("bank", answer.known ? answer.fen.plain() : std::string())
        .field("asked_unix_ms", asked ? told.asked_ms : 0).field("unknown_since_unix_ms", told.unknown_since).field("day", proved ? check.statement.day.iso() : std::string())
        .field("statement", proved ? check.statement.fen.plain() : std::string()).field("ledger", proved ? check.booked.plain() : std::string()).field("open_items", check.items)
        .field("difference", proved ? check.difference.plain() : std::string()).field("state", check.state).field("reason", check.reason).end_object();
  }
  result.total("accounts", static_cast<std::int64_t>(scope.size()));
  result.total("agreed", good);
  result.total("unknown", unknown);
  return result.json("查询余额 " + std::to_string(scope.size()) + " 个账户，三方相符 " + std::to_string(good) + " 个" + (unknown ? "，银行没有答复 " + std::to_string(unknown) + " 个" : ""));
}

std::string treasury_balances(Desk& desk, Call call, const Params& params, Progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  const Day to = params.day("to").value_or(desk.clock.business_day());
  const Day from = params.day("from").value_or(Day(to.year(), to.month(), 1));
  if (to < from) throw Error(MIF_E_INVALID, "payment.balance-days", "起日 " + from.iso() + " 晚于止日 " + to.iso() + " (from is after to)");
  const std::int64_t limit = params.number("limit", 1000);
  Result result("BankBalanceHistory");
  std::int64_t rows = 0;
  Txn txn = desk.store.read(call);
  for (const auto& scoped : scope)
    txn.query("select source, state, day, fen, asked_ms, asked_by, error from x_treasury_balance where account = ? and day >= ? and day <= ? order by day, id limit ?", {scoped.account->number, from, to, limit},
              [&](const Row& r) {
                ++rows;
                result.item().field("account", scoped.account->number).field("day", r.day(2).iso()).field("source", r.text(0)).field("state", r.text(1))
                    .field("amount", r.text(1) == "known" ? r.fen(3).plain() : std::string()).field("asked_unix_ms", r.integer(4)).field("asked_by", r.text(5)).field("error", r.text(6)).end_object();
                return true;
              });
  result.total("rows", rows);
  return result.json("余额记录 " + std::to_string(rows) + " 条，" + from.iso() + " 至 " + to.iso());
}

}  // namespace mif::treasury
