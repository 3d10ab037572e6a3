// SPDX-License-Identifier: Apache-2.0
// Electronic receipts (电子回单) as they are stored.
#pragma once

#include <string>
#include <vector>

#include "desk.h"

namespace mif::treasury {

struct StoredReceipt {
  std::int64_t id = 0, bytes = 0, line = 0, voucher = 0, fetched_ms = 0;  // line 0 = open
  Day day;
  Fen fen;
  std::string account, number, bank_ref, client_ref, media_type, file_name, object, rule, problem, fetched_by;
};
// `where` is appended to "select ... from x_treasury_receipt r ".
std::vector<StoredReceipt> receipts(Txn& txn, std::string_view where, const std::vector<Value>& params);
// What is wrong with an account's receipts, one sentence each: verify asks.
std::vector<std::string> receipt_faults(Desk& desk, Call call, Txn& txn, const std::string& account);
// A receipt's file for the browser.
HttpResponse receipt_file(Desk& desk, Call call, const std::string& account, const std::string& number);

}  // namespace mif::treasury
