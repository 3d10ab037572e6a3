// SPDX-License-Identifier: Apache-2.0
#include "gm.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "mif/error.hpp"

namespace mif::banksim {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

[[noreturn]] void failed(const char* what) { throw Error(MIF_E_INTERNAL, std::string("SM: ") + what); }
unsigned char* raw(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }
const unsigned char* raw(const std::string& s) { return reinterpret_cast<const unsigned char*>(s.data()); }

void write_pair(const std::string& path) {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"), EVP_PKEY_free);
  const Bio secret(BIO_new_file((path + ".key.pem").c_str(), "w"), BIO_free), open(BIO_new_file((path + ".pem").c_str(), "w"), BIO_free);
  if (!key || !secret || !open || PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 || PEM_write_bio_PUBKEY(open.get(), key.get()) != 1) failed("keys");
}

// Both directions with the identity everybody uses; DER outside, r and s inside.
struct Digest {
  explicit Digest(EVP_PKEY* key) : context(EVP_PKEY_CTX_new(key, nullptr)), md(EVP_MD_CTX_new()) {
    if (!context || !md || EVP_PKEY_CTX_set1_id(context, "1234567812345678", 16) != 1) failed("identity");
    EVP_MD_CTX_set_pkey_ctx(md, context);
  }
  ~Digest() {
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(context);
  }
  EVP_PKEY_CTX* context;
  EVP_MD_CTX* md;
};

}  // namespace

void make_kit(const std::string& folder) {
  if (std::filesystem::exists(folder + "/session.key")) return;
  std::filesystem::create_directories(folder);
  write_pair(folder + "/bank");
  write_pair(folder + "/client");
  unsigned char key[16];
  if (RAND_bytes(key, sizeof key) != 1) failed("random");
  std::ofstream file(folder + "/session.key");
  for (const unsigned char byte : key) file << "0123456789abcdef"[byte >> 4] << "0123456789abcdef"[byte & 15];
  file << "\n";
}

std::string sm2_sign(const std::string& pem, const std::string& message) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  if (!key) failed("private key");
  const Digest d(key.get());
  std::string der(128, '\0');
  std::size_t n = der.size();
  if (EVP_DigestSignInit(d.md, nullptr, EVP_sm3(), nullptr, key.get()) != 1 || EVP_DigestSign(d.md, raw(der), &n, raw(message), message.size()) != 1) failed("sign");
  const unsigned char* at = raw(der);
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(n)), ECDSA_SIG_free);
  std::string out(64, '\0');
  if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), raw(out), 32) != 32 || BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), raw(out) + 32, 32) != 32) failed("signature");
  return out;
}

namespace {

bool sm2_verify(EVP_PKEY* key, const std::string& message, const std::string& signature) {
  if (signature.size() != 64) return false;
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), ECDSA_SIG_free);
  if (!pair || ECDSA_SIG_set0(pair.get(), BN_bin2bn(raw(signature), 32, nullptr), BN_bin2bn(raw(signature) + 32, 32, nullptr)) != 1) return false;
  unsigned char* der = nullptr;
  const int n = i2d_ECDSA_SIG(pair.get(), &der);
  const Digest d(key);
  const bool ok = n > 0 && EVP_DigestVerifyInit(d.md, nullptr, EVP_sm3(), nullptr, key) == 1 && EVP_DigestVerify(d.md, der, static_cast<std::size_t>(n), raw(message), message.size()) == 1;
  OPENSSL_free(der);
  return ok;
}

}  // namespace

bool client_verify(const std::string& pem, const std::string& message, const std::string& signature) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const Key key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  if (!key) return false;
  if (EVP_PKEY_is_a(key.get(), "SM2")) return sm2_verify(key.get(), message, signature);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> md(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(md.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 && EVP_DigestVerify(md.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
}

std::string sm4(const std::string& key_hex, const std::string& vector, bool encrypting, const std::string& text) {
  std::string key;
  for (std::size_t i = 0; i + 1 < key_hex.size() && key.size() < 16; i += 2) key += static_cast<char>(std::stoi(key_hex.substr(i, 2), nullptr, 16));
  if (key.size() != 16 || vector.size() != 16) failed("session key");
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> c(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string out(text.size() + 16, '\0');
  int n = 0, rest = 0;
  if (!c || EVP_CipherInit_ex(c.get(), EVP_sm4_cbc(), nullptr, raw(key), raw(vector), encrypting) != 1 || EVP_CipherUpdate(c.get(), raw(out), &n, raw(text), static_cast<int>(text.size())) != 1 ||
      EVP_CipherFinal_ex(c.get(), raw(out) + n, &rest) != 1)
    throw Error(MIF_E_INVALID, "DATA does not decrypt");
  out.resize(static_cast<std::size_t>(n + rest));
  return out;
}

}  // namespace mif::banksim
