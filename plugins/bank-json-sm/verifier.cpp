// SPDX-License-Identifier: Apache-2.0
#include "verifier.h"

#include "mif/error.hpp"

namespace mif::bank_json_sm {

Verifier::Verifier(std::string_view pem, const std::string& name) : key_(crypto::verifying_key(pem)) {
  if (!key_) throw Error(MIF_E_INVALID, "bank.key", "密钥 (key) " + name + " 应为 SM2、P-256 或 RSA 公钥 PEM (expects such a public key in PEM form)");
}

bool Verifier::verify(std::string_view message, std::string_view signature) const {
  if (!crypto::is_sm2(key_)) return crypto::verify(key_, message, signature);
  const std::string der = crypto::der_of(signature);
  return !der.empty() && crypto::verify(key_, message, der);
}

}  // namespace mif::bank_json_sm
