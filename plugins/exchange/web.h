// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mif/extensions.hpp"
#include "push.h"

namespace mif::exchange {

std::string route_list();
// [worker, concurrent] GET /documents, /documents/{key}, /status: what the caller's books let him see; POST /documents and /answers: his own
// documents, when he is a sender.
HttpResponse answer(const Host& host, Push& push, Call call, const mif_http_request& request);

}  // namespace mif::exchange
