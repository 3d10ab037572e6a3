// SPDX-License-Identifier: Apache-2.0
// One request, one reply, one connection. What matters is how it failed: before the first byte nothing can have happened;
// after it anything can.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace mif::bank_xmlfront {

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  int length_digits = 8;
  std::size_t max_reply_bytes = 0;
};

struct Exchange {
  enum class End { unsent, broken, replied } end = End::unsent;
  std::string reply;   // bank bytes, when replied
  std::string reason;  // one sentence otherwise
};

// Never throws for what the network does. `now_ms` is read against `until_ms`.
Exchange exchange(const Endpoint& endpoint, const std::string& request, std::int64_t until_ms, const std::function<std::int64_t()>& now_ms);

}  // namespace mif::bank_xmlfront
