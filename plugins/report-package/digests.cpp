// SPDX-License-Identifier: Apache-2.0
#include "digests.h"

#include <openssl/evp.h>

#include "mif/error.hpp"

namespace mif::report_package {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

std::string digest(std::string_view bytes, const EVP_MD* method) {
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), raw, &n, method, nullptr) != 1) throw Error(MIF_E_INTERNAL, "a digest failed");
  return hex(std::string_view(reinterpret_cast<const char*>(raw), n));
}

}  // namespace

std::string sha256(std::string_view bytes) { return digest(bytes, EVP_sha256()); }
std::string sm3(std::string_view bytes) { return digest(bytes, EVP_sm3()); }

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[c & 15];
  }
  return text;
}

std::string unhex(std::string_view text) {
  if (text.size() % 2 != 0) return {};
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = kDigits.find(text[i]), low = kDigits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return {};
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

bool is_digest(std::string_view text) { return text.size() == 64 && text.find_first_not_of(kDigits) == std::string_view::npos; }

}  // namespace mif::report_package
