// SPDX-License-Identifier: Apache-2.0
#include "digest.h"

#include <openssl/evp.h>

#include "mif/error.hpp"

namespace mif::funds {

std::string digest_of(const std::vector<std::string>& fields) {
  std::string bytes;
  for (const auto& f : fields) bytes += std::to_string(f.size()) + ":" + f;
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

}  // namespace mif::funds
