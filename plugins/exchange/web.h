// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mif/extensions.hpp"
#include "settings.h"

namespace mif::exchange {

std::string route_list();
// [worker, concurrent] GET /documents, /documents/{key}, /status: what the caller's books let him see.
HttpResponse answer(const Host& host, Call call, const mif_http_request& request);

}  // namespace mif::exchange
