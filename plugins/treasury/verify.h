// SPDX-License-Identifier: Apache-2.0
// treasury verify: what is stored, recomputed. P7: one live instruction per debt, what is paid is what was approved, every
// "done" has its evidence, every posted voucher its payments, every statement its arithmetic.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rows.h"

namespace mif::treasury {

// One run over the accounts in scope, in one reading transaction; what is found goes into the result. [worker]
class Check {
 public:
  Check(Desk& desk, Call call, const std::vector<Scoped>& scope, Result& result) : desk_(desk), call_(call), scope_(scope), result_(result), txn_(desk.store.read(call)) {}
  void run(Progress progress);

 private:
  void find(const std::string& object, const std::string& what);
  void read_evidence(const BankAccount& account);
  // verify.cpp: the instructions, against their payables and what was approved.
  void check_payments(const BankAccount& account);
  void check_batches(const BankAccount& account);
  void check_approvers(const Batch& b, const std::vector<Payment>& rows);
  // verify_outcomes.cpp: what became of them, against what was told and what people decided.
  void check_results(const BankAccount& account);
  void check_drops(const BankAccount& account);
  void check_returns(const BankAccount& account);
  // verify_books.cpp: the vouchers, the bank's statements, and the two matched line by line.
  void check_vouchers(const BankAccount& account);
  void check_statements(const BankAccount& account);
  void check_reconciliation(const Scoped& scoped);

  struct Match {
    Fen fen;
    std::string client_ref, kind;
  };
  Desk& desk_;
  Call call_;
  const std::vector<Scoped>& scope_;
  Result& result_;
  Txn txn_;
  std::vector<Payment> rows_;
  std::set<std::int64_t> reported_done_, resolved_, resolved_told_;
  std::multimap<std::int64_t, Match> matched_;
  std::int64_t payments_ = 0, lines_ = 0, grouped_ = 0, tables_ = 0;
};

}  // namespace mif::treasury
