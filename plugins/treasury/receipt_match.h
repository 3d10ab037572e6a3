// SPDX-License-Identifier: Apache-2.0
// Which receipt belongs to which statement line: by payment code, then by the bank's reference, then by amount and day when that
// leaves no choice on either side. Whatever is not sure stays open.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::treasury {

struct ReceiptFacts {
  std::int64_t id = 0;
  Day day;
  Fen fen;
  std::string client_ref, bank_ref;
};
using LineFacts = ReceiptFacts;

struct ReceiptLink {
  std::int64_t receipt = 0, line = 0;
  std::string rule;  // code, bank-ref, amount-day
};
struct ReceiptLinks {
  std::vector<ReceiptLink> links;
  std::map<std::int64_t, std::string> problems;  // receipt -> why it stays open
};
// Receipts and lines that have none of the other side; `taken`: lines that have their receipt.
ReceiptLinks link_receipts(const std::vector<ReceiptFacts>& receipts, const std::vector<LineFacts>& lines, const std::vector<LineFacts>& taken);

}  // namespace mif::treasury
