// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mif/extensions.hpp"
#include "document.h"
#include "settings.h"

namespace mif::exchange {

// The routes of rule versions, for routes().
void add_rule_routes(JsonWriter& json);
// Whether `path` is one of theirs: "/rules" and below.
bool is_rule_path(std::string_view path);
// [worker, concurrent] /rules...: the jobs of rule_jobs.h, their parameters from path, query and a flat JSON body.
HttpResponse rule_answer(const Host& host, Call call, const mif_http_request& request, Fields query);

}  // namespace mif::exchange
