// SPDX-License-Identifier: Apache-2.0
#include "verdict.h"

namespace mif::exchange {

Verdict held(const std::string& why) { return {state::kHeld, clean(why, kLongestReason), "", 0, 0}; }
Verdict rejected(const std::string& why) { return {state::kRejected, clean(why, kLongestReason), "", 0, 0}; }
bool says_no(mif_status code) { return code == MIF_E_INVALID || code == MIF_E_CONFLICT || code == MIF_E_NOT_FOUND; }
std::string reason_of(const Error& e) { return clean(e.what(), kLongestReason); }
Verdict verdict_of(const HostRefused& e) { return e.code() == MIF_E_CONFLICT ? rejected(e.what()) : held(e.what()); }

}  // namespace mif::exchange
