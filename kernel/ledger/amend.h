// SPDX-License-Identifier: Apache-2.0
// Drafts made from a posted voucher beside Ledger::correction_of: the adjusting voucher and the copy.
#pragma once

#include <map>

#include "kernel/ledger/ledger.h"

namespace mif::ledger {

// Only amounts were wrong (会计基础工作规范 art. 51(5)): one voucher of the same year over the difference, more in blue, less
// in red on the same side. `right`: line number -> the amount it should have had, in the line's own sign.
Draft adjustment_of(store::Txn& txn, const Ledger& ledger, std::int64_t voucher, Day day, const std::map<int, Fen>& right);

// The same entry again on another day. Documents, source and what it corrected stay with the original.
Draft copy_of(const Voucher& voucher, Day day);

// The source key of the correction of `kind` that counts: the one that stands, or a new one. A voucher is taken back whole
// ("correction") or adjusted ("adjustment"), never both: MIF_E_CONFLICT when the other kind is there.
std::string correction_key(store::Txn& txn, const Ledger& ledger, std::string_view kind, const Voucher& voucher);

std::string words_for(const Voucher& voucher);  // "6月15日记字第3号凭证", "...第3 1/2号凭证"

}  // namespace mif::ledger
