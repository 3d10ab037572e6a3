// SPDX-License-Identifier: Apache-2.0
// The heart of the module: one document and one rule set give one voucher draft. Pure: no clock, no I/O, no memory.
#pragma once

#include <optional>
#include <string>

#include "document.h"
#include "rules.h"

namespace mif::exchange {

struct Payable {
  Fen fen;
  std::string payer_account, payee_account, payee_name, payee_bank_no, purpose;
};

struct Mapped {
  VoucherDraft draft;  // source_key and maker are left to the caller
  std::optional<Payable> payable;
  std::string rule;
  Fen amount;
  bool memo = false;  // no voucher: the register is all
};

// Throws MIF_E_INVALID with the reason a person can act on when the document does not follow the standard or no rule fits it.
Mapped map_document(const RuleSet& rules, const Document& document);

// The document's total, or 0 when it cannot be read: only for counting what is held.
Fen amount_of(const Document& document);

}  // namespace mif::exchange
