// SPDX-License-Identifier: Apache-2.0
#include "digest.h"

#include <openssl/evp.h>

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
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), raw, &n, EVP_sha256(), nullptr) != 1) throw Error(MIF_E_INTERNAL, "sha256 failed");
  static const char* const digits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < n; ++i) {
    text += digits[raw[i] >> 4];
    text += digits[raw[i] & 15];
  }
  return text;
}

}  // namespace mif::exchange
