// SPDX-License-Identifier: Apache-2.0
#include "crypto.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <limits>
#include <memory>

#include "mif/error.hpp"

namespace mif::ferry {

namespace {

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

[[noreturn]] void broken(const char* what) {
  ERR_clear_error();
  throw Error(MIF_E_INTERNAL, std::string("密码库出错 (the cryptographic library failed): ") + what);
}

[[noreturn]] void bad_key(const std::string& name, const char* what) {
  ERR_clear_error();
  throw Error(MIF_E_INVALID, "ferry.key", "密钥 (key) " + name + ": " + what);
}

const EVP_MD* md(Suite suite) { return suite == Suite::gm ? EVP_sm3() : EVP_sha256(); }

Secret hmac(Suite suite, const Secret& key, std::string_view label, std::string_view data) {
  const std::string message = std::string(label) + '\0' + std::string(data);
  std::string out(32, '\0');
  unsigned n = 0;
  if (!HMAC(md(suite), key.view().data(), static_cast<int>(key.view().size()), raw(message), message.size(), raw(out), &n) || n != 32) broken("HMAC");
  return Secret(std::move(out));
}

// Runs a cipher over one piece.
void run(const Cipher& c, bool encrypting, std::string_view in, std::string& out) {
  int n = 0;
  out.resize(in.size());
  if (in.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) broken("size");
  if (!in.empty() && EVP_CipherUpdate(c.get(), raw(out), &n, raw(in), static_cast<int>(in.size())) != 1) broken(encrypting ? "encrypt" : "decrypt");
  if (static_cast<std::size_t>(n) != in.size()) broken("length");
}

std::string sm4_ctr(const Secret& shared, std::string_view nonce, bool encrypting, std::string_view in) {
  const Secret derived = hmac(Suite::gm, shared, "mif-ferry/1 gm key and counter", nonce);  // 16 bytes key, 16 bytes counter
  const Cipher c(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  if (!c || EVP_CipherInit_ex(c.get(), EVP_sm4_ctr(), nullptr, raw(derived.view()), raw(derived.view()) + 16, encrypting ? 1 : 0) != 1) broken("SM4-CTR");
  std::string out;
  run(c, encrypting, in, out);
  return out;
}

std::string sm3_mac(const Secret& shared, std::string_view nonce, std::string_view aad, std::string_view ciphertext) {
  const Secret key = hmac(Suite::gm, shared, "mif-ferry/1 gm mac", nonce);
  std::string message = std::to_string(aad.size()) + ":";  // the border between the two is part of what is authenticated
  message.append(aad).append(ciphertext);
  return std::string(hmac(Suite::gm, key, "mif-ferry/1 tag", message).view());
}

Cipher gcm(const Secret& shared, std::string_view nonce, bool encrypting, std::string_view aad) {
  const Secret key = hmac(Suite::intl, shared, "mif-ferry/1 intl key", nonce), iv = hmac(Suite::intl, shared, "mif-ferry/1 intl nonce", nonce);
  Cipher c(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int n = 0;
  if (!c || EVP_CipherInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, raw(key.view()), raw(iv.view()), encrypting ? 1 : 0) != 1 ||
      EVP_CipherUpdate(c.get(), nullptr, &n, raw(aad), static_cast<int>(aad.size())) != 1)
    broken("AES-256-GCM");
  return c;
}

[[noreturn]] void undecipherable() {
  ERR_clear_error();
  throw Error(MIF_E_INVALID, "ferry.decrypt", "包解不开: 密钥不对或内容被改 (the bundle does not decrypt: other key or changed content)");
}

}  // namespace

Suite suite_of(std::string_view name) {
  if (name == "gm") return Suite::gm;
  if (name == "intl") return Suite::intl;
  throw Error(MIF_E_INVALID, "ferry.suite", "不认识的密码套件 (no such suite), 可用 gm, intl: \"" + std::string(name.substr(0, 20)) + "\"");
}

const char* name_of(Suite suite) { return suite == Suite::gm ? "gm" : "intl"; }

Key private_key(const Secret& pem, const std::string& name) {
  Key key = crypto::private_key(pem);
  if (!key) bad_key(name, "应为 SM2 或 Ed25519 私钥 PEM, 无口令 (expects an SM2 or Ed25519 private key in PEM form without a passphrase)");
  return key;
}

Key public_key(std::string_view pem, const std::string& name) {
  Key key = crypto::public_key(pem);
  if (!key) bad_key(name, "应为 SM2 或 Ed25519 公钥 PEM (expects an SM2 or Ed25519 public key in PEM form)");
  return key;
}

Secret shared_key(const Secret& text, const std::string& name) {
  std::string_view digits = text.view();
  while (!digits.empty() && (digits.back() == '\n' || digits.back() == '\r' || digits.back() == ' ')) digits.remove_suffix(1);
  Secret bytes(unhex(digits));
  if (bytes.view().size() != 32) bad_key(name, "应为 64 位十六进制数 (expects 64 hexadecimal digits)");
  return bytes;
}

Suite suite_of(const Key& key) { return crypto::is_sm2(key) ? Suite::gm : Suite::intl; }

KeyPair make_pair(Suite suite) { return crypto::make_pair(suite == Suite::gm); }

Secret make_shared_key() {
  std::string bytes(32, '\0');
  if (RAND_priv_bytes(raw(bytes), 32) != 1) broken("random");
  Secret text(hex(bytes));
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return text;
}

std::string digest(Suite suite, std::string_view bytes) {
  std::string out(32, '\0');
  unsigned n = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), raw(out), &n, md(suite), nullptr) != 1 || n != 32) broken("digest");
  return out;
}

std::string named_digest(Suite suite, std::string_view bytes) { return (suite == Suite::gm ? "sm3:" : "sha256:") + hex(digest(suite, bytes)); }

bool has_digest(std::string_view named, std::string_view bytes) {
  return named == named_digest(named.substr(0, 4) == "sm3:" ? Suite::gm : Suite::intl, bytes);
}

std::size_t tag_bytes(Suite suite) { return suite == Suite::gm ? 32 : 16; }

std::string encrypt(Suite suite, const Secret& shared, std::string_view nonce, std::string_view aad, std::string_view plain) {
  if (suite == Suite::gm) {
    std::string sealed = sm4_ctr(shared, nonce, true, plain);
    return sealed += sm3_mac(shared, nonce, aad, sealed);
  }
  const Cipher c = gcm(shared, nonce, true, aad);
  std::string sealed, tag(16, '\0');
  run(c, true, plain, sealed);
  int n = 0;
  unsigned char rest[16];
  if (EVP_CipherFinal_ex(c.get(), rest, &n) != 1 || n != 0 || EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_GET_TAG, 16, tag.data()) != 1) broken("AES-256-GCM");
  return sealed += tag;
}

std::string decrypt(Suite suite, const Secret& shared, std::string_view nonce, std::string_view aad, std::string_view sealed) {
  const std::size_t tag_size = tag_bytes(suite);
  if (sealed.size() < tag_size) undecipherable();
  const std::string_view text = sealed.substr(0, sealed.size() - tag_size);
  std::string tag(sealed.substr(text.size()));
  if (suite == Suite::gm) {
    if (CRYPTO_memcmp(sm3_mac(shared, nonce, aad, text).data(), tag.data(), tag_size) != 0) undecipherable();
    return sm4_ctr(shared, nonce, false, text);
  }
  const Cipher c = gcm(shared, nonce, false, aad);
  std::string plain;
  run(c, false, text, plain);
  int n = 0;
  unsigned char rest[16];
  if (EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_SET_TAG, 16, tag.data()) != 1 || EVP_CipherFinal_ex(c.get(), rest, &n) != 1 || n != 0) undecipherable();
  return plain;
}

}  // namespace mif::ferry
