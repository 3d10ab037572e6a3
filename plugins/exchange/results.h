// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mif/ext/draft/payable_source.h"
#include "settings.h"

namespace mif::exchange {

// What the treasury says became of payables: written down, and put into the outbox of the documents behind them, after what became of
// their vouchers. The same again changes nothing. [worker, concurrent]
void take_results(const Host& host, Call call, const mif_payable_result* results, std::uint32_t n);

}  // namespace mif::exchange
