// SPDX-License-Identifier: Apache-2.0
// The configuration of one flow on the sending side: an INFO file, docs/exchange/ferry.md. Keys are files beside it.
#pragma once

#include <optional>

#include "exchange_database.h"
#include "ferry/incoming.h"
#include "ferry/outgoing.h"

namespace mif::ferry_tool {

struct Config {
  ferry::OutgoingSettings outgoing;
  std::optional<ferry::IncomingSettings> answers;  // none: one-way
  std::string folder;
  std::size_t documents = 20000;  // per bundle
  std::int64_t repeat = 0;        // earlier bundles put into the outbox again with each new one
  std::optional<source_exchange::Dsn> dsn;
  source_exchange::Layout layout;
  std::vector<std::string> feeds;
};

// Relative files lie beside the configuration. Throws MIF_E_INVALID "FILE:LINE: ...".
Config read_config(const std::string& file);

}  // namespace mif::ferry_tool
