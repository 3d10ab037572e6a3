// SPDX-License-Identifier: Apache-2.0
// What must not be: money that left without an instruction, and a payment that was done and is on no statement.
#pragma once

#include <string>
#include <vector>

#include "desk.h"

namespace mif::treasury {

struct UninstructedDebit {
  std::int64_t line = 0;
  Day day;
  Fen fen;  // as it left, positive
  std::string client_ref, bank_ref, counter_account, counter_name, text;
};
// Debits of proved statements, days from..to, that are evidence of no payment, reconciled with nothing, and not the one line of a payment still to be matched.
std::vector<UninstructedDebit> uninstructed_debits(Txn& txn, const std::string& account, Day from, Day to);

struct PaymentOffStatement {
  std::string code, payee_account, payee_name;
  Day day;  // when it was to be paid and had left
  Fen fen;
  int working_days = 0;  // since then
};
// Done, without a statement line, and more than `days` working days old on the day `as_of`.
std::vector<PaymentOffStatement> payments_off_statement(Txn& txn, const BankAccount& account, Day as_of, std::int64_t days);

// Both as items of a job's result, each a finding; totals "uninstructed" and "off_statement".
struct Alarms {
  std::int64_t uninstructed = 0, off_statement = 0;
  std::string summary() const;  // empty when there is nothing to say
};
void report_alarms(Result& result, Txn& txn, const BankAccount& account, Day from, Day to, std::int64_t days, const char* kind_field, Alarms& sums);

}  // namespace mif::treasury
