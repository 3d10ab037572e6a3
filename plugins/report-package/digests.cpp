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

EVP_MD_CTX* of(void* context) { return static_cast<EVP_MD_CTX*>(context); }
void need(bool done) {
  if (!done) throw Error(MIF_E_INTERNAL, "a digest failed");
}

}  // namespace

void Sha256::Free::operator()(void* context) const { EVP_MD_CTX_free(of(context)); }
Sha256::Sha256() : context_(EVP_MD_CTX_new()) { need(context_ && EVP_DigestInit_ex(of(context_.get()), EVP_sha256(), nullptr) == 1); }
Sha256::Sha256(const Sha256& other) : context_(EVP_MD_CTX_new()) { need(context_ && EVP_MD_CTX_copy_ex(of(context_.get()), of(other.context_.get())) == 1); }
void Sha256::add(std::string_view bytes) { need(EVP_DigestUpdate(of(context_.get()), bytes.data(), bytes.size()) == 1); }
std::string Sha256::hex() const {
  const Sha256 end(*this);
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  need(EVP_DigestFinal_ex(of(end.context_.get()), raw, &n) == 1);
  return report_package::hex(std::string_view(reinterpret_cast<const char*>(raw), n));
}

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
