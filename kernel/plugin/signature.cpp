// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/signature.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <memory>

#include "kernel/base/text.h"
#include "kernel/plugin/host.h"
#include "mif/error.hpp"

namespace mif::plugin {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
using MdContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

// GB/T 32918's default identity; both sides must use the same or no signature ever verifies.
constexpr char kDistinguishingId[] = "1234567812345678";

Bio memory(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free_all); }

Key private_key(std::string_view pem, const std::string& what) {
  const Bio bio = memory(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  if (!key) throw Error(MIF_E_INVALID, "plugin.key", what + " 不是可用的私钥 PEM (not a readable private key in PEM)");
  return key;
}
Key public_key(std::string_view pem) {
  const Bio bio = memory(pem);
  Key key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  if (!key) throw Error(MIF_E_INVALID, "plugin.key", "不是可用的公钥 PEM (not a readable public key in PEM)");
  return key;
}

std::string algorithm_of(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "ED25519")) return "ed25519";
  if (EVP_PKEY_is_a(key, "SM2")) return "sm2-sm3";
  throw Error(MIF_E_INVALID, "plugin.key", "密钥应为 Ed25519 或 SM2 (the key is neither Ed25519 nor SM2)");
}

// Both algorithms through one door: SM2 needs its digest and identity, Ed25519 must have neither.
bool start(EVP_MD_CTX* context, EVP_PKEY* key, bool signing, KeyContext& holder) {
  const bool sm2 = algorithm_of(key) == "sm2-sm3";
  const EVP_MD* digest = sm2 ? EVP_sm3() : nullptr;
  if (sm2) {
    holder.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (!holder || EVP_PKEY_CTX_set1_id(holder.get(), kDistinguishingId, static_cast<int>(sizeof kDistinguishingId - 1)) <= 0) return false;
    EVP_MD_CTX_set_pkey_ctx(context, holder.get());
  }
  return signing ? EVP_DigestSignInit(context, nullptr, digest, nullptr, key) > 0
                 : EVP_DigestVerifyInit(context, nullptr, digest, nullptr, key) > 0;
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string pem_of(EVP_PKEY* key, bool secret) {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free_all);
  const int ok = secret ? PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) : PEM_write_bio_PUBKEY(bio.get(), key);
  if (ok != 1) throw Error(MIF_E_INTERNAL, "写不出密钥 (cannot encode the key)");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace

std::string algorithm_of_public_key(std::string_view pem) { return algorithm_of(public_key(pem).get()); }

std::string sign(std::string_view private_pem, std::string_view bytes, std::string& algorithm, const std::string& what) {
  const Key key = private_key(private_pem, what);
  algorithm = algorithm_of(key.get());
  KeyContext holder(nullptr, &EVP_PKEY_CTX_free);
  const MdContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::size_t size = 0;
  std::string signature;
  if (start(context.get(), key.get(), true, holder) && EVP_DigestSign(context.get(), nullptr, &size, bytes_of(bytes), bytes.size()) > 0) {
    signature.resize(size);
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(bytes), bytes.size()) > 0) {
      signature.resize(size);
      return signature;
    }
  }
  throw Error(MIF_E_INTERNAL, "签名失败 (cannot sign) " + what);
}

bool verify_signature(std::string_view public_pem, std::string_view bytes, std::string_view signature) {
  const Key key = public_key(public_pem);
  KeyContext holder(nullptr, &EVP_PKEY_CTX_free);
  const MdContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return start(context.get(), key.get(), false, holder) &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(bytes), bytes.size()) == 1;
}

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  const int size = text.size() % 4 ? -1 : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text), static_cast<int>(text.size()));
  if (size < 0) throw Error(MIF_E_INVALID, "plugin.sig-file", "不是 base64 (not base64)");
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

void generate_key(const std::string& algorithm, const std::string& private_pem_file, const std::string& public_pem_file) {
  Key key(nullptr, &EVP_PKEY_free);
  if (algorithm == "ed25519") {
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  } else if (algorithm == "sm2" || algorithm == "sm2-sm3") {
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"));
  } else {
    throw Error(MIF_E_INVALID, "plugin.sig-file", "算法应为 ed25519 或 sm2 (unknown key algorithm): \"" + algorithm + "\"");
  }
  if (!key) throw Error(MIF_E_INTERNAL, "生成密钥失败 (cannot generate a key)");
  const mode_t before = ::umask(0077);
  try {
    write_file_durably(private_pem_file, pem_of(key.get(), true));
  } catch (...) {
    ::umask(before);
    throw;
  }
  ::umask(before);
  ::chmod(private_pem_file.c_str(), 0600);
  write_file_durably(public_pem_file, pem_of(key.get(), false));
}

}  // namespace mif::plugin
