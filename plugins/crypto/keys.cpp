// SPDX-License-Identifier: Apache-2.0
#include "keys.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <utility>

#include "mif/error.hpp"

namespace mif::crypto {

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

[[noreturn]] void broken(const char* what) {
  ERR_clear_error();
  throw Error(MIF_E_INTERNAL, std::string("密码库出错 (the cryptographic library failed): ") + what);
}

bool known(const Key& key) { return key && (EVP_PKEY_is_a(key.get(), "SM2") || EVP_PKEY_is_a(key.get(), "ED25519")); }

Key own(EVP_PKEY* key) { return Key(key, EVP_PKEY_free); }

// An empty passphrase callback: a protected key must fail, not ask on a terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

std::string pem_text(BIO* bio) {
  char* data = nullptr;
  const long n = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(n));
}

// A context ready to sign or verify; SM2 needs its identity before the first byte. The EVP_PKEY_CTX lives as long as `holder`.
struct Prepared {
  Context md{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> holder{nullptr, EVP_PKEY_CTX_free};
};
Prepared prepare(const Key& key, bool signing) {
  Prepared p;
  const bool sm2 = is_sm2(key);
  if (!p.md) broken("context");
  if (sm2) {
    p.holder.reset(EVP_PKEY_CTX_new(key.get(), nullptr));
    if (!p.holder || EVP_PKEY_CTX_set1_id(p.holder.get(), "1234567812345678", 16) != 1) broken("SM2 identity");
    EVP_MD_CTX_set_pkey_ctx(p.md.get(), p.holder.get());
  }
  const EVP_MD* hash = sm2 ? EVP_sm3() : EVP_PKEY_is_a(key.get(), "ED25519") ? nullptr : EVP_sha256();
  const int ok = signing ? EVP_DigestSignInit(p.md.get(), nullptr, hash, nullptr, key.get()) : EVP_DigestVerifyInit(p.md.get(), nullptr, hash, nullptr, key.get());
  if (ok != 1) broken("signature");
  return p;
}

}  // namespace

Secret::Secret(Secret&& other) noexcept { bytes_.swap(other.bytes_); }
Secret& Secret::operator=(Secret other) noexcept {
  bytes_.swap(other.bytes_);
  return *this;
}
Secret::~Secret() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

Key private_key(const Secret& pem) {
  const Bio bio(BIO_new_mem_buf(pem.view().data(), static_cast<int>(pem.view().size())), BIO_free);
  Key key = own(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  return known(key) ? key : Key();
}

Key public_key(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  Key key = own(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  return known(key) ? key : Key();
}

bool is_sm2(const Key& key) { return EVP_PKEY_is_a(key.get(), "SM2"); }

KeyPair make_pair(bool sm2) {
  const Key key = own(sm2 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2") : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const Bio secret(BIO_new(BIO_s_secmem()), BIO_free), open(BIO_new(BIO_s_mem()), BIO_free);
  if (!key || PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 || PEM_write_bio_PUBKEY(open.get(), key.get()) != 1) broken("key generation");
  return {Secret(pem_text(secret.get())), pem_text(open.get())};
}

std::string random_bytes(std::size_t n) {
  std::string bytes(n, '\0');
  if (RAND_bytes(raw(bytes), static_cast<int>(n)) != 1) broken("random");
  return bytes;
}

std::string hex(std::string_view bytes) {
  static const char* digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string unhex(std::string_view text) {
  const auto value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
  std::string bytes;
  if (text.size() % 2 != 0) return bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = value(text[i]), low = value(text[i + 1]);
    if (high < 0 || low < 0) {
      OPENSSL_cleanse(bytes.data(), bytes.size());
      return {};
    }
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

std::string sign(const Key& key, std::string_view message) {
  const Prepared p = prepare(key, true);
  std::string signature(1024, '\0');
  std::size_t n = signature.size();
  if (EVP_DigestSign(p.md.get(), raw(signature), &n, raw(message), message.size()) != 1) broken("sign");
  signature.resize(n);
  return signature;
}

bool verify(const Key& key, std::string_view message, std::string_view signature) {
  const Prepared p = prepare(key, false);
  const bool ok = EVP_DigestVerify(p.md.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
  ERR_clear_error();
  return ok;
}

}  // namespace mif::crypto
