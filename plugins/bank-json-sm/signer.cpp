// SPDX-License-Identifier: Apache-2.0
#include "signer.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>

#include "crypto/keys.h"
#include "mif/error.hpp"

namespace mif::bank_json_sm {

namespace {

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

using Pair = std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)>;

[[noreturn]] void bad_key(const std::string& name, const char* what) { throw Error(MIF_E_INVALID, "bank.key", "密钥 (key) " + name + " " + what); }

// The key leaves its vault for one signature and is wiped with it.
class SoftwareSigner : public Signer {
 public:
  explicit SoftwareSigner(std::string_view pem) : pem_(pem) {}
  std::string sign(std::string_view message) const override {
    const std::string der = crypto::sign(crypto::private_key(crypto::Secret(std::string(pem_.view()))), message);
    const unsigned char* at = raw(der);
    const Pair pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
    std::string out(64, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes, 32) != 32 || BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes + 32, 32) != 32)
      throw Error(MIF_E_INTERNAL, "SM2 签名失败 (SM2 signature failed)");
    return out;
  }

 private:
  crypto::Vault pem_;
};

}  // namespace

std::unique_ptr<Signer> software_signer(std::string_view pem, const std::string& name) {
  const crypto::Key key = crypto::private_key(crypto::Secret(std::string(pem)));
  if (!key || !crypto::is_sm2(key)) bad_key(name, "应为 SM2 私钥 PEM, 无口令 (expects an SM2 private key in PEM form without a passphrase)");
  return std::make_unique<SoftwareSigner>(pem);
}

Verifier::Verifier(std::string_view pem, const std::string& name) : pem_(pem) {
  const crypto::Key key = crypto::public_key(pem);
  if (!key || !crypto::is_sm2(key)) bad_key(name, "应为 SM2 公钥 PEM (expects an SM2 public key in PEM form)");
}

bool Verifier::verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != 64) return false;
  const Pair pair(ECDSA_SIG_new(), ECDSA_SIG_free);
  BIGNUM *r = BN_bin2bn(raw(signature), 32, nullptr), *s = BN_bin2bn(raw(signature) + 32, 32, nullptr);
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return false;
  }
  unsigned char* der = nullptr;
  const int n = i2d_ECDSA_SIG(pair.get(), &der);
  const bool ok = n > 0 && crypto::verify(crypto::public_key(pem_), message, {reinterpret_cast<const char*>(der), static_cast<std::size_t>(n)});
  OPENSSL_free(der);
  return ok;
}

}  // namespace mif::bank_json_sm
