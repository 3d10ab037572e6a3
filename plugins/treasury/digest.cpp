// SPDX-License-Identifier: Apache-2.0
#include "digest.h"

#include <openssl/evp.h>

#include "mif/error.hpp"

namespace mif::treasury {

Digest& Digest::add(std::string_view text) {
  bytes_ += std::to_string(text.size());
  bytes_ += ':';
  bytes_ += text;
  return *this;
}

std::string Digest::hex() const {
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);  // looked up once: a search costs more than a digest
  if (!sha256 || EVP_Digest(bytes_.data(), bytes_.size(), raw, &n, sha256, nullptr) != 1) throw Error(MIF_E_INTERNAL, "sha256 failed");
  static const char* const digits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < n; ++i) {
    text += digits[raw[i] >> 4];
    text += digits[raw[i] & 15];
  }
  return text;
}

}  // namespace mif::treasury
