// SPDX-License-Identifier: Apache-2.0
// Which statement line belongs to which payment or voucher. Only unambiguous pairs; amount alone never decides.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mif/money.hpp"

namespace mif::treasury {

struct OpenLine {
  std::int64_t id = 0;
  Fen fen;
  std::string client_ref;
  std::string text{};  // where the bank may repeat the code when it has no field for it
};
struct KnownPayment {
  std::int64_t id = 0;
  Fen fen;
  bool has_line = false;  // from an earlier run
};
struct KnownVoucher {
  std::int64_t id = 0;
  Fen debit;  // on the bank account's ledger account
  bool posted = false;
};
struct Pair {
  std::int64_t line = 0, target = 0;
  std::string kind;  // payment, return, voucher
  std::string rule;
};
struct Stray {
  std::int64_t line = 0;
  std::string reason;
};
struct Matched {
  std::vector<Pair> pairs;
  std::vector<Stray> strays;
};

// The document number inside a voucher's source key: "demo/JS2023060001#1" -> "JS2023060001".
std::string document_of(std::string_view source_key);

// The reference of a line: its own, or the one whole payment code its text carries. A cut code is none.
std::string reference_of(std::string_view client_ref, std::string_view text);

// `payments` by code; `vouchers` by document number. A target is given away once.
Matched match(const std::vector<OpenLine>& lines, const std::map<std::string, KnownPayment>& payments,
              const std::multimap<std::string, KnownVoucher>& vouchers);

}  // namespace mif::treasury
