// SPDX-License-Identifier: Apache-2.0
// The side that reaches the bank. Every order has one row in the journal, for ever.
//
//   received ─commit─> handing ─first byte─> bank | doubt          received ─expired─> expired (final)
//
// Invariants: "handing" is committed before the adapter is called; nothing leaves "handing" but by the adapter's answer to that very call or,
// after a crash, into "doubt", which is only queried and never handed on again; "received" means that every earlier call is proved unsent.
#pragma once

#include <memory>

#include "inner.h"

namespace mif::bank_ferry {

struct Entry {  // of the journal
  Order order;
  Answer last;
  std::int64_t number = 0, queries = 0;
};

struct Round {
  std::int64_t bundles = 0, orders = 0, handed = 0, queried = 0, expired = 0, asked = 0;
  std::vector<std::string> findings;  // what a person should know, one sentence each
};

// [worker, serialized; a file lock holds off other processes]
class Outer {
 public:
  Outer(ferry::Disk& disk, LineSettings settings, Deps deps) : line(disk, std::move(settings)), deps_(deps) {}
  Round run(Call call);
  // After the database was restored from a backup: what is not final is in doubt, and so is what the kept bundles still bring.
  std::int64_t adopt(Call call);

  Line line;

 private:
  void refuse_restored(Call call);
  void write_mark(std::int64_t journal);
  std::int64_t read_mark();
  void receive(Txn& txn, const ferry::Entry& paper, std::int64_t arrival);
  void journal(Txn& txn, const ferry::Entry& paper, std::int64_t arrival);
  void orphans(Call call);
  void expire(Call call, Round& round);
  void hand_on(Call call, Round& round);
  bool hand_packet(Call call, const std::string& payer, std::int64_t& beyond, Round& round);
  void query(Call call, Round& round);
  void ask(Call call, Round& round);
  std::map<std::string, Heard> submit(Call call, const std::vector<Entry>& packet);
  const mif_bank_adapter* adapter(Call call);
  std::vector<Entry> entries(Txn& txn, const std::string& where, const std::vector<Value>& params) const;
  // A change of the journal with its audit entry and its answer for the other side, in one transaction.
  void change(Txn& txn, const Entry& before, const Answer& now, std::int64_t next_query_ms, std::int64_t queries);
  void audit(Txn& txn, const char* action, const std::string& body) const;

  Deps deps_;
};

}  // namespace mif::bank_ferry
