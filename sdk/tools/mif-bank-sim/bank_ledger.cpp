// SPDX-License-Identifier: Apache-2.0
#include "bank_ledger.h"

#include <filesystem>

#include "mif/error.hpp"
#include "sqlite.h"

namespace mif::banksim {

namespace {

constexpr const char* kSchema =
    "create table if not exists account(number text primary key, name text not null, opening_fen integer not null);"
    "create table if not exists entry(id integer primary key, account text not null, day integer not null, fen integer not null,"
    " kind text not null, ref text not null, serial text not null, counter text not null, counter_name text not null, text text not null);"
    "create index if not exists entry_by_account on entry(account, day, id);"
    "create index if not exists entry_by_ref on entry(ref, kind);"
    "create table if not exists payment(ref text primary key, serial integer not null, payer text not null, payee text not null,"
    " payee_name text not null, payee_bank text not null, purpose text not null, fen integer not null, day integer not null,"
    " state text not null, fate text not null, reason text not null, asked integer not null);"
    "create table if not exists serial(next integer not null);"
    "insert into serial(next) select 1 where not exists (select 1 from serial);";

std::string serial_text(std::int64_t n) {
  const std::string digits = std::to_string(n);
  return std::string(digits.size() < 10 ? 10 - digits.size() : 0, '0') + digits;
}

State state_of(const std::string& text) {
  if (text == "executed") return State::executed;
  if (text == "refused") return State::refused;
  if (text == "returned") return State::returned;
  return State::accepted;
}

}  // namespace

struct BankLedger::Impl {
  Impl(const std::string& folder, bool writable) : db(prepared(folder, writable) + "/bank.db", writable) {
    if (!writable) return;
    db.execute("pragma journal_mode=wal");
    db.execute("pragma synchronous=full");
    db.execute(kSchema);
  }
  static std::string prepared(const std::string& folder, bool writable) {
    if (writable) std::filesystem::create_directories(folder);
    return folder;
  }

  std::int64_t next_serial() {
    Statement next(db.raw(), "update serial set next = next + 1 returning next - 1");
    next.step();
    const std::int64_t n = next.integer(0);
    next.step();
    return n;
  }
  Fen balance(std::string_view number) {
    Statement q(db.raw(), "select opening_fen + coalesce((select sum(fen) from entry where account = number), 0) from account where number = ?");
    q.bind(number);
    if (!q.step()) throw Error(MIF_E_NOT_FOUND, "no account " + std::string(number));
    return Fen(q.integer(0));
  }
  void enter(const Order& o, Fen signed_amount, const char* kind, std::int64_t serial, std::string_view text) {
    Statement add(db.raw(), "insert into entry(account, day, fen, kind, ref, serial, counter, counter_name, text) values(?,?,?,?,?,?,?,?,?)");
    add.bind(o.payer).bind(o.day.value()).bind(signed_amount.value()).bind(std::string_view(kind)).bind(o.ref);
    add.bind(serial_text(serial)).bind(o.payee).bind(o.payee_name).bind(text).run();
  }
  // Executes or refuses for want of money; the state that came of it.
  State execute(const Order& o, std::int64_t serial, std::string& reason) {
    if (balance(o.payer) < o.amount) {
      reason = "账户余额不足";
      return State::refused;
    }
    enter(o, -o.amount, "debit", serial, o.purpose);
    return State::executed;
  }
  void set(std::string_view ref, const char* state, std::string_view reason, std::int64_t asked) {
    Statement u(db.raw(), "update payment set state = ?, reason = ?, asked = ? where ref = ?");
    u.bind(std::string_view(state)).bind(reason).bind(asked).bind(ref).run();
  }
  struct Known {
    OrderState seen;
    std::string fate;
    std::int64_t serial = 0, asked = 0;
  };
  std::optional<Known> known(std::string_view ref) {
    Statement q(db.raw(), "select serial, payer, payee, payee_name, payee_bank, purpose, fen, day, state, fate, reason, asked from payment where ref = ?");
    q.bind(ref);
    if (!q.step()) return std::nullopt;
    Known k;
    k.serial = q.integer(0);
    k.seen.order = {std::string(ref), q.text(1), q.text(2), q.text(3), q.text(4), q.text(5), Fen(q.integer(6)),
                    Day(static_cast<std::int32_t>(q.integer(7)))};
    k.seen.serial = serial_text(k.serial);
    k.seen.state = state_of(q.text(8));
    k.fate = q.text(9);
    k.seen.reason = q.text(10);
    k.asked = q.integer(11);
    return k;
  }
  OrderState take(const Order& o, const std::function<Decision(const Order&)>& fate) {
    if (auto old = known(o.ref)) {
      old->seen.repeated = true;
      return old->seen;
    }
    OrderState result;
    result.order = o;
    const std::int64_t serial = next_serial();
    result.serial = serial_text(serial);
    const Decision decided = fate(o);
    Fate what = decided.fate;
    if (!has(o.payer)) {
      what = Fate::refuse;
      result.reason = "付款账号不存在";
    } else if (what == Fate::refuse) {
      result.reason = "收款账号户名不符";
    }
    std::string fate_name = "execute";
    if (what == Fate::refuse) {
      result.state = State::refused;
      fate_name = "refuse";
    } else if (what == Fate::late) {
      result.state = State::accepted;
      fate_name = "late";
    } else {
      result.state = execute(o, serial, result.reason);
      if (what == Fate::returning) fate_name = decided.back.valid() ? "returning " + std::to_string(decided.back.value()) : "returning";
    }
    Statement add(db.raw(),
                  "insert into payment(ref, serial, payer, payee, payee_name, payee_bank, purpose, fen, day, state, fate, reason, asked)"
                  " values(?,?,?,?,?,?,?,?,?,?,?,?,0)");
    add.bind(o.ref).bind(serial).bind(o.payer).bind(o.payee).bind(o.payee_name).bind(o.payee_bank).bind(o.purpose);
    add.bind(o.amount.value()).bind(o.day.value());
    const char* state = result.state == State::executed ? "executed" : result.state == State::refused ? "refused" : "accepted";
    add.bind(std::string_view(state)).bind(fate_name).bind(result.reason).run();
    return result;
  }
  void give_back(OrderState& seen) {
    seen.state = State::returned;
    seen.reason = "收款行退回";
    enter(seen.order, seen.order.amount, "return", next_serial(), "退汇 " + seen.order.purpose);
    set(seen.order.ref, "returned", seen.reason, 2);
  }
  bool has(std::string_view number) {
    Statement q(db.raw(), "select 1 from account where number = ?");
    q.bind(number);
    return q.step();
  }
  std::int64_t count(const char* sql) {
    Statement q(db.raw(), sql);
    q.step();
    return q.integer(0);
  }

  Connection db;
};

BankLedger::BankLedger(const std::string& folder, bool writable) : impl_(std::make_unique<Impl>(folder, writable)) {}
BankLedger::~BankLedger() = default;

void BankLedger::together(const std::function<void()>& changes) {
  Unit unit(impl_->db);
  changes();
  unit.commit();
}

void BankLedger::open_account(const Account& account) {
  if (impl_->has(account.number)) {
    if (this->account(account.number).opening != account.opening)
      throw Error(MIF_E_CONFLICT, "account " + account.number + " was opened with " + this->account(account.number).opening.plain() +
                                      ", the script now says " + account.opening.plain() + ": use another --state folder");
    return;
  }
  Statement add(impl_->db.raw(), "insert into account(number, name, opening_fen) values(?,?,?)");
  add.bind(account.number).bind(account.name).bind(account.opening.value()).run();
}

void BankLedger::receive(const Credit& c) {
  if (!impl_->has(c.account)) throw Error(MIF_E_NOT_FOUND, "credit " + c.ref + " names the unknown account " + c.account);
  Statement q(impl_->db.raw(), "select day, fen from entry where account = ? and ref = ? and kind = 'credit'");
  q.bind(c.account).bind(c.ref);
  if (q.step()) {
    if (q.integer(0) != c.day.value() || q.integer(1) != c.amount.value())
      throw Error(MIF_E_CONFLICT, "credit " + c.ref + " of account " + c.account + " was received before with another day or amount");
    return;
  }
  Statement add(impl_->db.raw(),
                "insert into entry(account, day, fen, kind, ref, serial, counter, counter_name, text) values(?,?,?,'credit',?,?,?,?,?)");
  add.bind(c.account).bind(c.day.value()).bind(c.amount.value()).bind(c.ref).bind(serial_text(impl_->next_serial()));
  add.bind(c.counter).bind(c.counter_name).bind(c.text).run();
}

std::vector<OrderState> BankLedger::take(std::span<const Order> orders, const std::function<Decision(const Order&)>& fate) {
  Unit unit(impl_->db);
  std::vector<OrderState> results;
  results.reserve(orders.size());
  for (const auto& o : orders) results.push_back(impl_->take(o, fate));
  unit.commit();
  return results;
}

std::optional<OrderState> BankLedger::ask(std::string_view ref) {
  auto k = impl_->known(ref);
  if (!k) return std::nullopt;
  const bool late = k->fate == "late" && k->seen.state == State::accepted;
  const bool returning = k->fate == "returning" && k->seen.state == State::executed;
  if (!late && !returning) return k->seen;
  Unit unit(impl_->db);
  if (k->asked == 0) {
    impl_->set(ref, late ? "accepted" : "executed", k->seen.reason, 1);
  } else if (late) {
    k->seen.state = impl_->execute(k->seen.order, k->serial, k->seen.reason);
    impl_->set(ref, k->seen.state == State::executed ? "executed" : "refused", k->seen.reason, 2);
  } else {
    impl_->give_back(k->seen);
  }
  unit.commit();
  return k->seen;
}

void BankLedger::come_back(Day today) {
  std::vector<std::pair<std::string, Day>> due;
  {
    Statement q(impl_->db.raw(), "select ref, fate from payment where state = 'executed' and fate like 'returning %' order by ref");
    while (q.step())
      if (const Day day(static_cast<std::int32_t>(std::stol(q.text(1).substr(10)))); day <= today) due.emplace_back(q.text(0), day);
  }
  Unit unit(impl_->db);
  for (const auto& [ref, day] : due) {
    auto k = impl_->known(ref);
    k->seen.order.day = day;  // the credit is of the day it came
    impl_->give_back(k->seen);
  }
  unit.commit();
}

std::optional<OrderState> BankLedger::look(std::string_view ref) {
  auto k = impl_->known(ref);
  if (!k) return std::nullopt;
  return k->seen;
}

bool BankLedger::has_account(std::string_view number) { return impl_->has(number); }

Account BankLedger::account(std::string_view number) {
  Statement q(impl_->db.raw(), "select name, opening_fen from account where number = ?");
  q.bind(number);
  if (!q.step()) throw Error(MIF_E_NOT_FOUND, "no account " + std::string(number));
  return {std::string(number), q.text(0), Fen(q.integer(1))};
}

std::vector<Account> BankLedger::accounts() {
  Statement q(impl_->db.raw(), "select number, name, opening_fen from account order by number");
  std::vector<Account> all;
  while (q.step()) all.push_back({q.text(0), q.text(1), Fen(q.integer(2))});
  return all;
}

Fen BankLedger::balance(std::string_view account) { return impl_->balance(account); }

Extract BankLedger::extract(std::string_view number, Day from, Day to) {
  Extract result;
  Statement before(impl_->db.raw(), "select coalesce(sum(fen), 0) from entry where account = ? and day < ?");
  before.bind(number).bind(from.value());
  before.step();
  result.opening = account(number).opening + Fen(before.integer(0));
  result.closing = result.opening;
  // Receipts of a day before its payments, so that the running balance shows the money arriving first; what comes back comes after.
  Statement q(impl_->db.raw(),
              "select id, day, fen, ref, serial, counter, counter_name, text from entry where account = ? and day >= ? and day <= ?"
              " order by day, kind <> 'credit', id");
  q.bind(number).bind(from.value()).bind(to.value());
  while (q.step()) {
    Entry e;
    e.id = q.integer(0);
    e.day = Day(static_cast<std::int32_t>(q.integer(1)));
    e.amount = Fen(q.integer(2));
    result.closing += e.amount;
    e.balance = result.closing;
    e.ref = q.text(3);
    e.serial = q.text(4);
    e.counter = q.text(5);
    e.counter_name = q.text(6);
    e.text = q.text(7);
    result.entries.push_back(std::move(e));
  }
  return result;
}

Totals BankLedger::totals() {
  Totals t;
  t.refs = impl_->count("select count(*) from payment");
  t.executed_once = impl_->count("select count(*) from (select ref from entry where kind = 'debit' group by ref having count(*) = 1)");
  t.executed_more = impl_->count("select count(*) from (select ref from entry where kind = 'debit' group by ref having count(*) > 1)");
  t.returned = impl_->count("select count(*) from entry where kind = 'return'");
  t.look_alikes = impl_->count(
      "select count(*) from (select 1 from entry e where kind = 'debit' and not exists (select 1 from entry r where r.kind = 'return' and r.ref = e.ref)"
      " group by account, counter, fen, day, text having count(*) > 1)");
  return t;
}

}  // namespace mif::banksim
