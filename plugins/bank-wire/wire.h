// SPDX-License-Identifier: Apache-2.0
// One request, one reply, one connection. What matters is how it failed: before the first byte nothing can have happened;
// after it anything can.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "reader.h"

namespace mif::bank_wire {

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  std::string pin;          // SHA-256 of the peer's public key: TLS with this peer; empty = a plain line
  std::string who = "银行";  // for the reasons
};

struct Exchange {
  enum class End { unsent, broken, replied } end = End::unsent;
  std::string reply;   // bank bytes, when replied
  std::string reason;  // one sentence otherwise
  std::string received;  // every byte that came, when asked for
};

using Now = std::function<std::int64_t()>;
// Never throws for what the network does. `now_ms` is read against `until_ms`.
Exchange exchange(const Endpoint& endpoint, std::string_view request, const std::function<std::string(Source&)>& read, std::int64_t until_ms, const Now& now_ms,
                  bool keep_received = false);

}  // namespace mif::bank_wire
