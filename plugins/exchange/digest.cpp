// SPDX-License-Identifier: Apache-2.0
#include "digest.h"

#include <openssl/evp.h>

#include <memory>

#include "mif/error.hpp"

namespace mif::exchange {

Digest& Digest::add(std::string_view text) {
  bytes_ += std::to_string(text.size());
  bytes_ += ':';
  bytes_ += text;
  return *this;
}

std::string Digest::hex() const { return sha256_of(bytes_); }

std::string sha256_of(std::string_view bytes) {
  thread_local const std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free);
  thread_local const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> hash(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  if (EVP_DigestInit_ex(hash.get(), algorithm.get(), nullptr) != 1 || EVP_DigestUpdate(hash.get(), bytes.data(), bytes.size()) != 1 || EVP_DigestFinal_ex(hash.get(), raw, &n) != 1)
    throw Error(MIF_E_INTERNAL, "SHA-256 is not available");
  static const char* hex = "0123456789abcdef";
  std::string digest;
  digest.reserve(std::size_t{2} * n);
  for (unsigned i = 0; i < n; ++i) {
    digest += hex[raw[i] >> 4];
    digest += hex[raw[i] & 15];
  }
  return digest;
}

}  // namespace mif::exchange
