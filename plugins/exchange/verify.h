// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "settings.h"

namespace mif::exchange {

// P5 from this side: documents, vouchers and payables belong together one to one, and every stored payload still has the
// digest it arrived with. Findings as the items of `mifctl verify`.
std::string verify_documents(const Host& host, Call call);

}  // namespace mif::exchange
