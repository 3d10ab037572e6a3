// SPDX-License-Identifier: Apache-2.0
// Plain pages of the treasury: payments by search, one payment on one page, what watch sees, returns nobody has decided on.
#pragma once

#include "desk.h"

namespace mif::treasury {

void add_page_routes(JsonWriter& json);
HttpResponse page_answer(Desk& desk, Call call, const mif_http_request& request);

}  // namespace mif::treasury
