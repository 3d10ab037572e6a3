// SPDX-License-Identifier: Apache-2.0
// The module's commands: mifctl report compute | check | show | compare | bridge | package | drill | list | fill.
#pragma once

#include <string>
#include <string_view>

#include "reports.h"
#include "mif/extensions.hpp"

namespace mif::reporting {

std::string describe_jobs();
std::string run_job(const Reports& reports, Call call, std::string_view name, std::string_view params_json, Progress progress);

}  // namespace mif::reporting
