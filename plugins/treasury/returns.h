// SPDX-License-Identifier: Apache-2.0
// Payments that came back (退汇): a voucher is proposed for the money, and only a person's decision makes them payable again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rows.h"

namespace mif::treasury {

struct Return {
  std::int64_t payment = 0, voucher = 0, proposals = 0, reopened_ms = 0, repay_voucher = 0, dropped_ms = 0;
  std::string reopened_by, reason;
};
// `where` is appended to "select ... from x_treasury_return r ".
std::vector<Return> returns(Txn& txn, std::string_view where, const std::vector<Value>& params);
// Came back and nobody has decided: neither to pay again nor to give up. SQL on x_treasury_return r.
inline constexpr const char* kUndecided = "r.reopened_ms = 0 and r.dropped_ms = 0";
void note_return(Txn& txn, const Payment& payment, std::int64_t now_ms);

// Where a return stands, for people: waits for its statement line, its voucher, a decision; or was decided.
std::string stage_of(Desk& desk, Txn& txn, const Payment& payment, const Return& of);

// The posted voucher that booked the return, `named` or the one proposed, and its lines; refuses what is not it or not posted.
std::int64_t booked_by(Desk& desk, Txn& txn, const BankAccount& account, const Payment& p, const Return& r, std::int64_t named, std::vector<LineRow>& lines);
// A draft that takes the payment's part of its voucher back in red, today. MIF_E_UNSUPPORTED where the voucher does not say how.
std::int64_t propose_red(Desk& desk, Txn& txn, const BankAccount& account, const Payment& p, const std::string& key, const std::string& summary);

struct Proposed {
  std::int64_t vouchers = 0;
  std::map<std::string, std::string> problems;  // payment code -> why not
};
// The voucher of every return whose statement line is known, as the configuration says; never posted by itself.
Proposed propose_returns(Desk& desk, Call call, const std::vector<Scoped>& scope);
void report(Result& result, const Proposed& proposed);

}  // namespace mif::treasury
