// SPDX-License-Identifier: Apache-2.0
// Who signs: a key in software now; a token or a signing server later.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "crypto/vault.h"

namespace mif::bank_json_sm {

// [any-thread]
class Signer {
 public:
  virtual ~Signer() = default;
  virtual std::string sign(std::string_view message) const = 0;  // SM2 with SM3, raw r and s, 64 bytes
};

// Throws MIF_E_INVALID bank.key naming `name`, never the content, for anything but an SM2 private key in PEM without a passphrase.
std::unique_ptr<Signer> software_signer(std::string_view pem, const std::string& name);

// The bank's SM2 public key in PEM.
class Verifier {
 public:
  Verifier(std::string_view pem, const std::string& name);
  bool verify(std::string_view message, std::string_view raw_signature) const;

 private:
  std::string pem_;
};

}  // namespace mif::bank_json_sm
