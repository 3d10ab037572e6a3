// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mif/extensions.hpp"
#include "settings.h"

namespace mif::exchange {

std::string job_list();
// [worker, serialized]
std::string run_job(const Host& host, Call call, std::string_view name, std::string_view params_json, const Progress& progress);

}  // namespace mif::exchange
