// SPDX-License-Identifier: Apache-2.0
// What the passes compare of a line, from what is known of it.
#pragma once

#include <cstdint>
#include <string_view>

#include "sides.h"

namespace mif::treasury {

Key voucher_key(std::int64_t voucher);  // none: 0

struct BankFacts {
  Day day;
  Fen fen;
  std::string_view client_ref{}, bank_ref{}, counter_account{}, text{};
  std::int64_t voucher = 0;  // a payment or document of the line leads to it; of a return, what took the payment's voucher back
  bool returned = false;     // evidence of a return
  bool strange = false;      // names a payment of ours that it does not fit
};
SideItem bank_item(std::int64_t id, const BankFacts& facts);

struct BookFacts {
  Day day;
  Fen fen;
  std::int64_t voucher = 0, reverses = 0;
  std::string_view document{}, party{}, text{};
  bool instructed = false;  // the bank was told to pay it under a code, and will say so
};
SideItem book_item(std::int64_t id, const BookFacts& facts);

}  // namespace mif::treasury
