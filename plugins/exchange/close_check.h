// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mif/extensions.hpp"
#include "settings.h"

namespace mif::exchange {

// What of the period's documents is not settled: held, rejected, not told to the business system yet. [worker, concurrent]
void close_check(const Host& host, Call call, std::string_view book, Period period, const CloseFindings& findings);

}  // namespace mif::exchange
