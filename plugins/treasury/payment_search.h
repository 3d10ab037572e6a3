// SPDX-License-Identifier: Apache-2.0
// Finding payments, for the API and the pages: only those of accounts whose book the caller sees.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rows.h"

namespace mif::treasury {

using kit::percent_encoded;

// The parameters of an address.
class Query : public Params {
 public:
  explicit Query(std::string_view text);  // MIF_E_INVALID payment.query
  std::int64_t number(const std::string& name, std::int64_t otherwise, std::int64_t most) const;
  std::string with(const std::string& name, const std::string& value) const;  // the same query, one value replaced
};

std::string decoded(std::string_view segment);  // of a path; MIF_E_INVALID payment.query

// Accounts the caller sees, narrowed by `book` and `account`.
std::vector<const BankAccount*> visible(Desk& desk, Call call, const Query& query);
// "?, ?" with the numbers appended to the values.
std::string account_list(const std::vector<const BankAccount*>& accounts, std::vector<Value>& values);

// Narrowed by state, code (its beginning), payee (part of the name, or the account), amount, from and to.
// newest: the newest first, older than `before`; otherwise the oldest first, newer than `after`.
std::vector<Payment> find_payments(Txn& txn, const std::vector<const BankAccount*>& accounts, const Query& query, bool newest, std::int64_t limit);
// MIF_E_NOT_FOUND when there is none, or none the caller sees.
Payment visible_payment(Desk& desk, Call call, Txn& txn, const std::string& code);

}  // namespace mif::treasury
