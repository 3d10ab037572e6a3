// SPDX-License-Identifier: Apache-2.0
// What has been read of the statement and the entry that are open now.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "mif/ext/draft/statement_format.h"

namespace mif::bank_iso20022 {

struct BalanceText {
  mif_decimal amount{};
  int sign = 0;  // 0 = not said
  bool interim = false;
  mif_day day = 0;
  std::string code, currency;
};

struct StatementHead {
  std::string account, currency, id, number;
  bool is_iban = false, told = false;
  std::vector<BalanceText> balances;  // until the entries begin: what kind one is depends on the others
  std::int64_t entries = -1;
  mif_decimal sum{}, credits{}, debits{};
};

struct TxText {
  mif_decimal amount{}, amount_old{};
  std::string currency, currency_old;
  int sign = 0;
};

// Strings keep their memory from one entry to the next.
struct EntryText {
  mif_decimal amount{}, tx_sum{}, batch_sum{};
  std::string currency, status, bank_ref, ref, text;
  mif_day day = 0, value_day = 0;
  int sign = 0, tx_sign = 0;
  bool reversal = false, sums = true, cut = false;
  std::int64_t details = 0, batch_count = 0;
  std::string domain, family, sub_family, own_code, batch_id;
  // of the first transaction; what the entry has of one when it is the only one
  std::string end_to_end, instruction, tx_bank_ref, tx_text, remittance, reference;
  std::string debtor, creditor, debtor_account, creditor_account;

  void clear() {
    amount = tx_sum = batch_sum = {};
    for (auto* s : {&currency, &status, &bank_ref, &ref, &text, &domain, &family, &sub_family, &own_code, &batch_id, &end_to_end, &instruction, &tx_bank_ref, &tx_text, &remittance, &reference, &debtor,
                    &creditor, &debtor_account, &creditor_account})
      s->clear();
    day = value_day = 0;
    sign = tx_sign = 0;
    reversal = cut = false;
    sums = true;
    details = batch_count = 0;
  }
};

}  // namespace mif::bank_iso20022
