// SPDX-License-Identifier: Apache-2.0
// The bank's public key in PEM: SM2 (signatures are r and s), P-256 (DER) or RSA.
#pragma once

#include <string>
#include <string_view>

#include "crypto/algorithm.h"

namespace mif::bank_json_sm {

// [any-thread]
class Verifier {
 public:
  // Throws MIF_E_INVALID bank.key naming `name`, never the content.
  Verifier(std::string_view pem, const std::string& name);
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  crypto::Key key_;
};

}  // namespace mif::bank_json_sm
