// SPDX-License-Identifier: Apache-2.0
// Reconciliation over HTTP: each of its jobs is one address, the answer is the job's answer.
#pragma once

#include "desk.h"

namespace mif::treasury {

void add_recon_routes(JsonWriter& json);
// GET takes its parameters from the query, POST from a flat JSON body; POST /statements/file takes the CSV itself.
HttpResponse recon_answer(Desk& desk, Call call, const mif_http_request& request);

}  // namespace mif::treasury
