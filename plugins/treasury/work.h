// SPDX-License-Identifier: Apache-2.0
// The jobs of the treasury, one function each. All are safe to run again at any time and after a kill at any moment.
#pragma once

#include <string>

#include "desk.h"

namespace mif::treasury {

std::string pay_prepare(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_approve(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_send(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_query(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_status(Desk& desk, Call call, const Params& params, Progress progress);
std::string pay_resolve(Desk& desk, Call call, const Params& params, Progress progress);
std::string treasury_verify(Desk& desk, Call call, const Params& params, Progress progress);
std::string statement_import(Desk& desk, Call call, const Params& params, Progress progress);
std::string statement_match(Desk& desk, Call call, const Params& params, Progress progress);
std::string statement_status(Desk& desk, Call call, const Params& params, Progress progress);

}  // namespace mif::treasury
