// SPDX-License-Identifier: Apache-2.0
// The API of the module: payments, one payment from its document to its voucher, what two people decide about it, statements.
#pragma once

#include <string>
#include <string_view>

#include "desk.h"

namespace mif::treasury {

std::string web_routes();
HttpResponse web_answer(Desk& desk, Call call, const mif_http_request& request);

}  // namespace mif::treasury
