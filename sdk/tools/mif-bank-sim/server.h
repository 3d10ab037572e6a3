// SPDX-License-Identifier: Apache-2.0
// The bank's end of the line: 8 ASCII digits left-aligned in blanks, then so many bytes of XML, both ways, many per
// connection. The faults of the wire happen here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace mif::banksim {

class Teller;
class Faults;

// For a test that has the bank in its own process.
struct Watch {
  std::function<void(std::int64_t milliseconds)> pause;                      // instead of sleeping: a test moves its clock
  std::function<bool(const std::string& function, bool executed)> moment;    // a request came in; its answer is about to leave. false: the client is dead
};

class Server {
 public:
  Server(Teller& teller, Faults& faults, const std::string& address, std::uint16_t port, Watch watch = {});
  ~Server();
  std::uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::banksim
