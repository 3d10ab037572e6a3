// SPDX-License-Identifier: Apache-2.0
// Who signs what leaves for a bank: a key in software, a token behind PKCS#11, a signing service on the agency's network.
//   signer { kind software  key FILE  passphrase-file FILE }
//   signer { kind pkcs11  module "/usr/lib/softhsm/libsofthsm2.so"  token LABEL  key LABEL  pin-file FILE }
//   signer { kind external  url "https://sign.lan:8443/sign"  pin HEX  key NAME  public-key FILE  credential-file FILE  send digest }
// FILE is the name of a file below secrets/. docs/bank/signing.md tells the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "algorithm.h"
#include "mif/services.hpp"
#include "vault.h"

namespace mif::crypto {

// [any-thread]
class Signer {
 public:
  virtual ~Signer() = default;
  // SM2 and ECDSA as DER. Verified with the public key before it is handed out; throws, and then nothing was signed for anybody.
  std::string sign(std::string_view message);
  Algorithm algorithm() const { return algorithm_; }
  virtual Key public_key() = 0;  // may ask the token

 protected:
  Signer(Algorithm algorithm, std::string where) : algorithm_(algorithm), where_(std::move(where)) {}
  virtual std::string make(std::string_view message) = 0;
  [[noreturn]] void fail(mif_status status, const char* rule, const std::string& what) const;

  const Algorithm algorithm_;
  const std::string where_;  // begins every complaint: file, line and link
};

struct SignerSettings {
  enum class Kind { software, pkcs11, external } kind = Kind::software;
  std::string where, key, passphrase_file, module, token, pin_file, public_key_file, credential_file;
  std::optional<unsigned long> mechanism;
  std::string host, path, peer_pin;
  std::uint16_t port = 0;
  std::int64_t timeout_ms = 5000;
  bool digest = false;
};
// Throws MIF_E_INVALID sign.setting "FILE:LINE: ..." and reads no secret.
SignerSettings signer_settings(const Node& signer, const std::string& file, const std::string& link);

using ReadSecret = std::function<std::unique_ptr<Vault>(const std::string& name)>;
// Throws for what can be seen without asking anybody: a key of another form, a module that does not load.
std::unique_ptr<Signer> make_signer(const SignerSettings& settings, Algorithm algorithm, const ReadSecret& read);

std::unique_ptr<Signer> software_signer(std::unique_ptr<Vault> pem, std::unique_ptr<Vault> passphrase, Algorithm algorithm, const std::string& where);
std::unique_ptr<Signer> pkcs11_signer(const SignerSettings& settings, Algorithm algorithm, std::unique_ptr<Vault> pin, Key public_key);
std::unique_ptr<Signer> external_signer(const SignerSettings& settings, Algorithm algorithm, std::unique_ptr<Vault> credential, Key public_key);

}  // namespace mif::crypto
