// SPDX-License-Identifier: Apache-2.0
#include "digest.h"

#include <openssl/evp.h>

#include "mif/error.hpp"

namespace mif::reporting {

struct Digest::Impl {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~Impl() { EVP_MD_CTX_free(context); }
  void feed(std::string_view bytes) {
    if (EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1) throw Error(MIF_E_INTERNAL, "sha256 failed");
  }
};

Digest::Digest() : impl_(std::make_unique<Impl>()) {
  if (EVP_DigestInit_ex(impl_->context, EVP_sha256(), nullptr) != 1) throw Error(MIF_E_INTERNAL, "sha256 is not available");
}
Digest::~Digest() = default;

Digest& Digest::add(std::string_view bytes) {
  impl_->feed(std::to_string(bytes.size()) + ":");
  impl_->feed(bytes);
  return *this;
}

std::string Digest::hex() {
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  if (EVP_DigestFinal_ex(impl_->context, raw, &n) != 1) throw Error(MIF_E_INTERNAL, "sha256 failed");
  static const char* digits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < n; ++i) {
    text += digits[raw[i] >> 4];
    text += digits[raw[i] & 15];
  }
  return text;
}

std::string Digest::plain_hex(std::string_view bytes) {
  Digest digest;
  digest.impl_->feed(bytes);
  return digest.hex();
}

}  // namespace mif::reporting
