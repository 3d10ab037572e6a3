// SPDX-License-Identifier: Apache-2.0
// `mifctl ferry status`: what of a flow is here, waits, is missing or lies in quarantine.
#pragma once

#include "settings.h"

namespace mif::source_file_drop {

struct Looked {
  const Source* source = nullptr;
  ferry::Scan scan;
  ferry::FlowState state;
};

// The job's answer; exit 3 when a person has to do something.
std::string status_list(const std::vector<Looked>& flows, std::int64_t now_ms);

}  // namespace mif::source_file_drop
