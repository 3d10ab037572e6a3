// SPDX-License-Identifier: Apache-2.0
// The simulated bank's own books: accounts, entries and every payment order it ever saw, in one SQLite file that survives a
// kill at any moment. Owns the double-payment oracle: debits are counted from the entries themselves, not from the table
// that refuses repeats.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::banksim {

struct Account {
  std::string number, name;
  Fen opening;
};

// Money that arrives from outside, known by the payer's reference.
struct Credit {
  std::string account, ref, counter, counter_name, text;
  Day day;
  Fen amount;
};

struct Order {
  std::string ref, payer, payee, payee_name, payee_bank, purpose;
  Fen amount;
  Day day;  // value day
};

// What the bank makes of an order. `late` is taken and executed only when it was asked about once; `returning` is executed
// and comes back after its success was reported.
enum class Fate { execute, refuse, late, returning };
struct Decision {
  Fate fate;
  Day back;  // the day the money comes back by itself; none = once its success was reported
  Decision(Fate f, Day d = {}) : fate(f), back(d) {}
};

class Faults;
Decision draw(Faults& faults, Day today);

enum class State { accepted, executed, refused, returned };

struct OrderState {
  Order order;
  std::string serial, reason;
  State state = State::accepted;
  bool repeated = false;  // this submit brought a ref the bank had already
};

struct Entry {
  std::int64_t id = 0;
  Day day;
  Fen amount;  // + credit, - debit
  Fen balance;
  std::string ref, serial, counter, counter_name, text;
};

struct Extract {
  Fen opening, closing;
  std::vector<Entry> entries;
};

struct Totals {
  std::int64_t refs = 0, executed_once = 0, executed_more = 0, returned = 0;
  // Groups of executed debits equal in payer, payee, amount, day and purpose under different refs: what a client that
  // pays twice under two codes leaves behind.
  std::int64_t look_alikes = 0;
};

// [one thread at a time]
class BankLedger {
 public:
  // folder/bank.db; created when `writable`.
  BankLedger(const std::string& folder, bool writable);
  ~BankLedger();

  void together(const std::function<void()>& changes);  // all of them or none
  void open_account(const Account& account);  // idempotent; another opening balance is refused
  void receive(const Credit& credit);         // idempotent per (account, ref)
  // All orders of one packet, durable when it returns. A ref that is already known changes nothing.
  std::vector<OrderState> take(std::span<const Order> orders, const std::function<Decision(const Order&)>& fate);
  // What was to come back by `today` has come back: nobody need ask.
  void come_back(Day today);
  // Asking moves `late` and `returning` orders on.
  std::optional<OrderState> ask(std::string_view ref);
  // The same without moving anything on: what somebody hears who telephones the bank.
  std::optional<OrderState> look(std::string_view ref);
  bool has_account(std::string_view number);
  Account account(std::string_view number);  // MIF_E_NOT_FOUND
  std::vector<Account> accounts();
  Fen balance(std::string_view account);
  Extract extract(std::string_view account, Day from, Day to);
  Totals totals();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::banksim
