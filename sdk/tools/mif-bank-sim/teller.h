// SPDX-License-Identifier: Apache-2.0
// The four operations of the front-end protocol over the bank's ledger: pay, query, transactions, balance.
#pragma once

#include <mutex>

#include "bank_ledger.h"
#include "faults.h"
#include "message.h"

namespace mif::banksim {

// [any-thread] one request at a time inside
class Teller {
 public:
  Teller(BankLedger& ledger, Faults& faults, Day today) : ledger_(ledger), faults_(faults), today_(today) {}
  Message answer(const Message& request);

 private:
  void pay(const Message& request, Message& reply);
  void query(const Message& request, Message& reply);
  void transactions(const Message& request, Message& reply);
  void balance(const Message& request, Message& reply);
  void receipts(const Message& request, Message& reply);
  BankLedger& ledger_;
  Faults& faults_;
  Day today_;
  std::mutex mutex_;
};

}  // namespace mif::banksim
