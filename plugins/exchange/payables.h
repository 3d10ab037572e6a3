// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mif/ext/draft/payable_source.h"
#include "settings.h"

namespace mif::exchange {

// [worker, concurrent] Open payables with id > after, by id.
void fetch_payables(const Host& host, Call call, std::int64_t after, std::uint32_t limit, mif_payable_sink& sink);

}  // namespace mif::exchange
