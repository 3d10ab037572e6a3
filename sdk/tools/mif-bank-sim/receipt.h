// SPDX-License-Identifier: Apache-2.0
// Electronic receipts: one per entry, a small PDF that is the same however often it is asked for.
#pragma once

#include <string>
#include <vector>

#include "bank_ledger.h"
#include "faults.h"

namespace mif::banksim {

struct Receipt {
  std::string number, bank_ref, client_ref;
  Entry entry;
  Fen amount;  // as the receipt says
};
// The entries of one page of a list that is small, so that pages happen; the cursor of the next page, empty at the end.
std::string cut_page(Extract& extract, const std::string& cursor, Faults& faults);
// In the order of the entries; missing, wrong, doubled or without references as the faults say.
std::vector<Receipt> receipts_of(const Extract& extract, const std::string& bank_ref_head, const std::string& bank_ref_tail, std::int64_t bank_ref_base, Faults& faults);
std::string receipt_pdf(const std::string& account, const Receipt& receipt);

}  // namespace mif::banksim
