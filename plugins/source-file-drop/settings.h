// SPDX-License-Identifier: Apache-2.0
// plugin { source-file-drop { source NAME { ... } } }: docs/exchange/ferry.md. Keys come from secrets, once, at activation.
#pragma once

#include <optional>

#include "ferry/delivery.h"
#include "mif/services.hpp"

namespace mif::source_file_drop {

struct Source {
  std::string name, feed;  // feed: "city/city-documents"
  ferry::IncomingSettings incoming;
  std::optional<ferry::OutgoingSettings> answers;  // none: one-way
  std::int64_t repeat = 3;         // earlier answer bundles sent again with each new one
  std::int64_t silence_ms = 0;     // how long nothing may come before `ferry status` says so; 0 = does not matter
};

// Throws MIF_E_INVALID with the line in mif.info.
std::vector<Source> read_settings(const Config& config, Call call);

}  // namespace mif::source_file_drop
