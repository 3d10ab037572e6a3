// SPDX-License-Identifier: Apache-2.0
// The module's JSON API below /api/v1/x/reporting.
#pragma once

#include <string>

#include "reports.h"
#include "mif/extensions.hpp"

namespace mif::reporting {

std::string describe_routes();
HttpResponse answer_request(const Reports& reports, Call call, const mif_http_request& request);

}  // namespace mif::reporting
