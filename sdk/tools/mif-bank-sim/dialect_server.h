// SPDX-License-Identifier: Apache-2.0
// The bank's end of the line for a dialect: frames or HTTP, plain or TLS, and the faults of the wire.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "dialect.h"

namespace mif::banksim {

class DialectServer {
 public:
  // `tls`: a key and certificate of its own, made once in `state`; state/tls.pin holds the SHA-256 of the public key.
  DialectServer(Dialect& dialect, Faults& faults, const std::string& address, std::uint16_t port, bool tls, const std::string& state);
  ~DialectServer();
  std::uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::banksim
