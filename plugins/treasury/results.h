// SPDX-License-Identifier: Apache-2.0
// What payments became, for the plugins their payables came from: a row in the transaction of the state change, told later and
// at least once.
#pragma once

#include <map>
#include <string>

#include "rows.h"

namespace mif::treasury {

inline constexpr const char *kPaid = "paid", *kFailed = "failed", *kReturned = "returned", *kResolved = "resolved";

// Before money of an obligation is tried again, and outside every transaction: its source takes what it holds for it anew, a budget
// say, or refuses with its sentence. What the budget allows by now is kept.
void ask_again(Desk& desk, Call call, Payable& owed);

void note_result(Txn& txn, Desk& desk, const Payment& payment, const char* state, const std::string& reason);

struct Told {
  std::int64_t sent = 0;
  std::map<std::string, std::string> problems;  // plugin -> why it was not told
};
// Tells what is untold of these accounts, oldest first. A source that does not listen is left alone.
Told tell(Desk& desk, Call call, const std::vector<Scoped>& scope, Progress progress);
void report(Result& result, const Told& told);

}  // namespace mif::treasury
