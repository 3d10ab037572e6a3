// SPDX-License-Identifier: Apache-2.0
// Where in a camt message an element stands, by local names from the message downwards, for every version at once: what a later
// version moved or renamed has both ways. What is on no path is passed over.
#pragma once
#include <cstdint>
#include <string_view>

namespace mif::bank_iso20022 {

enum class Place : std::uint8_t {
  outside, message, ignored,
  statement, account, account_id, account_other, balance, balance_type, balance_word, balance_subtype, balance_day,
  summary, all, credits, debits,
  entry, booking, value, entry_code, code_domain, code_family, code_own, entry_details, batch,
  tx, refs, amounts, tx_amount, parties, debtor, creditor, debtor_more, creditor_more, debtor_bank, creditor_bank,
  debtor_account, creditor_account, debtor_id, creditor_id, debtor_other, creditor_other, remittance, structured, creditor_ref,
  // with text
  statement_id, statement_number, legal_number, iban, account_number, account_currency,
  balance_amount, balance_sign, balance_code, balance_interim, balance_date,
  all_count, all_sum, credit_sum, debit_sum,
  entry_amount, entry_sign, entry_reversal, entry_status, entry_bank_ref, entry_ref, entry_text, booking_day, value_day,
  code_domain_word, code_family_word, code_sub_word, code_own_word,
  batch_id, batch_count, batch_sum,
  tx_sum, tx_sign, tx_sum_old, end_to_end, instruction, tx_bank_ref, tx_text,
  debtor_name, creditor_name, debtor_number, creditor_number, unstructured, structured_ref,
  count
};

constexpr bool has_text(Place p) { return p >= Place::statement_id; }
Place below(Place parent, std::string_view name);

}  // namespace mif::bank_iso20022
