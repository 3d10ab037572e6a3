// SPDX-License-Identifier: Apache-2.0
// How a no becomes a state: what can be mended here is held, what cannot is rejected.
#pragma once

#include "tables.h"

namespace mif::exchange {

Verdict held(const std::string& why);
Verdict rejected(const std::string& why);
// An answer, not a failure.
bool says_no(mif_status code);
std::string reason_of(const Error& e);
// The ledger's no: a conflict is final, anything else can be mended on our side.
Verdict verdict_of(const HostRefused& e);

}  // namespace mif::exchange
