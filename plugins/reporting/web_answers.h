// SPDX-License-Identifier: Apache-2.0
// What the addresses below /api/v1/x/reporting answer that only read; web.cpp has the addresses themselves. [worker, concurrent]
#pragma once

#include <string>
#include <vector>

#include "mif/extensions.hpp"
#include "mif/json.hpp"
#include "whose.h"

namespace mif::reporting {

inline HttpResponse json_answer(JsonWriter& json, const std::string& etag = {}) {
  HttpResponse response;
  response.body = json.take();
  if (!etag.empty()) response.etag = "\"" + etag + "\"";
  return response;
}
void write_task(JsonWriter& json, const Task& task);

// --- web_packages.cpp: the packages of a unit, and the checks of what it has computed
HttpResponse answer_packages(const Reports& reports, Call call, const Params& params, bool need_unit);
HttpResponse answer_checks(const Reports& reports, Call call, const Params& params);

// --- web_read.cpp: one table, one cell down to its vouchers
HttpResponse answer_table(const Reports& reports, Call call, const std::string& code, const Params& params);
HttpResponse answer_drill(const Reports& reports, Call call, const std::vector<std::string>& at, const Params& params);  // at: cells, table, row, column

}  // namespace mif::reporting
