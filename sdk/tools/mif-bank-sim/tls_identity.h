// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace mif::banksim {

struct TlsIdentity {
  std::string key_file, certificate_file, pin;  // pin: SHA-256 of the public key, hexadecimal
};
// A self-made certificate in `folder`, made once; the pin is left beside it in tls.pin.
TlsIdentity tls_identity(const std::string& folder);

}  // namespace mif::banksim
