// SPDX-License-Identifier: Apache-2.0
#include "algorithm.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>

namespace mif::crypto {

namespace {

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* t) const { Free(t); }
};
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Number = std::unique_ptr<BIGNUM, Freed<BIGNUM, BN_free>>;
using Pair = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG, ECDSA_SIG_free>>;
using Build = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
Number number(std::string_view bytes) { return Number(BN_bin2bn(raw(bytes), static_cast<int>(bytes.size()), nullptr)); }

int give_passphrase(char* to, int most, int, void* from) {
  const auto* phrase = static_cast<const std::string_view*>(from);
  if (phrase->empty() || phrase->size() > static_cast<std::size_t>(most)) return -1;  // a protected key fails, it asks on no terminal
  std::copy(phrase->begin(), phrase->end(), to);
  return static_cast<int>(phrase->size());
}
Key usable(EVP_PKEY* found) {
  Key key(found, EVP_PKEY_free);
  ERR_clear_error();
  return key && algorithm_of(key) ? key : Key();
}
Key build(const char* type, OSSL_PARAM_BLD* parts) {
  OSSL_PARAM* params = OSSL_PARAM_BLD_to_param(parts);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr);
  EVP_PKEY* key = nullptr;
  if (params && context && EVP_PKEY_fromdata_init(context) == 1) EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(params);
  return usable(key);
}

}  // namespace

std::optional<Algorithm> algorithm_named(std::string_view name) {
  for (const Algorithm a : {Algorithm::sm2_sm3, Algorithm::ecdsa_p256_sha256, Algorithm::rsa_sha256})
    if (name == name_of(a)) return a;
  return {};
}
const char* name_of(Algorithm algorithm) { return algorithm == Algorithm::sm2_sm3 ? "sm2-sm3" : algorithm == Algorithm::ecdsa_p256_sha256 ? "ecdsa-p256-sha256" : "rsa-sha256"; }

Key signing_key(std::string_view pem, std::string_view passphrase) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return usable(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase));
}
Key verifying_key(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  std::string_view none;
  return usable(PEM_read_bio_PUBKEY(bio.get(), nullptr, give_passphrase, &none));
}

std::optional<Algorithm> algorithm_of(const Key& key) {
  if (!key) return {};
  if (EVP_PKEY_is_a(key.get(), "SM2")) return Algorithm::sm2_sm3;
  if (EVP_PKEY_is_a(key.get(), "RSA")) return EVP_PKEY_get_bits(key.get()) >= 2048 ? std::optional(Algorithm::rsa_sha256) : std::nullopt;
  char group[64] = {};
  std::size_t n = 0;
  if (EVP_PKEY_is_a(key.get(), "EC") && EVP_PKEY_get_utf8_string_param(key.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &n) == 1 && std::string_view(group, n) == "prime256v1") return Algorithm::ecdsa_p256_sha256;
  return {};
}

Key point_key(Algorithm algorithm, std::string_view point) {
  const Build parts(OSSL_PARAM_BLD_new());
  const bool sm2 = algorithm == Algorithm::sm2_sm3;
  if (point.size() != 65 || OSSL_PARAM_BLD_push_utf8_string(parts.get(), OSSL_PKEY_PARAM_GROUP_NAME, sm2 ? "SM2" : "prime256v1", 0) != 1 || OSSL_PARAM_BLD_push_octet_string(parts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) return {};
  return build(sm2 ? "SM2" : "EC", parts.get());
}
Key rsa_key(std::string_view modulus, std::string_view exponent) {
  const Build parts(OSSL_PARAM_BLD_new());
  const Number n = number(modulus), e = number(exponent);
  if (!n || !e || OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 || OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) return {};
  return build("RSA", parts.get());
}

std::string sha256(std::string_view bytes) {
  std::string out(32, '\0');
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, EVP_sha256(), nullptr);
  return out;
}

std::string der_of(std::string_view bytes) {
  if (bytes.size() != 64) return {};
  const Pair pair(ECDSA_SIG_new());
  Number r = number(bytes.substr(0, 32)), s = number(bytes.substr(32));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  r.release();
  s.release();
  unsigned char* der = nullptr;
  const int n = i2d_ECDSA_SIG(pair.get(), &der);
  std::string out(reinterpret_cast<const char*>(der), n > 0 ? static_cast<std::size_t>(n) : 0);
  OPENSSL_free(der);
  return out;
}
std::string raw_of(std::string_view der) {
  const unsigned char* at = raw(der);
  const Pair pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  std::string out(64, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes, 32) != 32 || BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes + 32, 32) != 32) return {};
  return out;
}

std::string public_text(const Key& key) {
  const Bio bio(BIO_new(BIO_s_mem()), BIO_free);
  if (!key || PEM_write_bio_PUBKEY(bio.get(), key.get()) != 1) return {};
  char* data = nullptr;
  const long n = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(n));
}

}  // namespace mif::crypto
