// SPDX-License-Identifier: Apache-2.0
// SoftHSM2 in a folder of its own, a signing service, keys, and signers made from configuration text as a link would make them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "crypto/signer.h"
#include "tests/sim/sim_process.h"

namespace mif::test {

// Files below secrets/, by name.
using Secrets = std::map<std::string, std::string>;
std::unique_ptr<crypto::Signer> signer_from(const std::string& info, const Secrets& secrets, crypto::Algorithm algorithm);
// "rule: sentence" of what `f` throws; empty when it throws nothing.
template <class F>
std::string refusal(F&& f) {
  try {
    f();
  } catch (const Error& e) {
    return std::string(e.rule()) + ": " + e.what();
  }
  return {};
}

std::string shell(const std::string& command);  // its output; throws when it fails
// "sm2", "ec", "rsa"; private keys in PKCS#8.
struct Pair {
  std::string secret, open;
};
Pair new_pair(const std::string& kind, const std::string& passphrase = {});

// One SoftHSM2 per process: its folder is the environment's before the library is loaded. Tokens may be added at any time.
class SoftHsm {
 public:
  static bool here();  // installed
  static SoftHsm& one();
  void token(const std::string& label, const std::string& pin);
  void import(const std::string& token, const std::string& pin, const std::string& label, const std::string& private_pem);
  std::string folder() const { return folder_.path("tokens"); }
  static const char* module();

 private:
  SoftHsm();
  Folder folder_;
  int keys_ = 0;
};

// tests/signer/sign_server.py with this private key.
class SignService {
 public:
  explicit SignService(const std::string& private_pem, const std::string& credential = {});
  ~SignService();
  std::string plain(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(plain_) + path; }
  std::string secure(const std::string& path) const { return "https://127.0.0.1:" + std::to_string(secure_) + path; }
  std::string pin() const;
  void stop();

 private:
  Folder folder_;
  pid_t pid_ = -1;
  int plain_ = 0, secure_ = 0;
};

}  // namespace mif::test
