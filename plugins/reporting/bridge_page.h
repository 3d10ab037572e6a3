// SPDX-License-Identifier: Apache-2.0
// GET /bridge and what is below it.
#pragma once

#include <string>

#include "params.h"
#include "reports.h"

namespace mif::reporting {

HttpResponse bridge_page(const Reports& reports, Call call, const Params& params);
HttpResponse bridge_lines_page(const Reports& reports, Call call, const std::string& pair, const Params& params);

}  // namespace mif::reporting
