// SPDX-License-Identifier: Apache-2.0
// What has to be paid, fetched from every plugin that offers mif.payable-source/1.
#pragma once

#include "work.h"

namespace mif::treasury {

// Everything the sources have beyond the cursor, page by page, each page in a transaction of its own. Returns how many came; a known
// obligation with another content is a finding and not taken. Throws MIF_E_INVALID for what no source may give. [worker]
std::int64_t pull(Desk& desk, Call call, Result& result);

}  // namespace mif::treasury
