// SPDX-License-Identifier: Apache-2.0
#include "digest.h"

#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <cstring>

#include "mif/error.hpp"

namespace mif::reporting {

// Texts are short and many: they are hashed some thousand bytes at a time.
struct Digest::Impl {
  static constexpr std::size_t kBlock = 16384;
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::array<char, kBlock> waiting;
  std::size_t used = 0;
  Impl() {}  // leaves the block as it is
  ~Impl() { EVP_MD_CTX_free(context); }
  void feed(std::string_view bytes) {
    if (bytes.size() > kBlock - used) {
      flush();
      if (bytes.size() > kBlock) return update(bytes);
    }
    if (!bytes.empty()) std::memcpy(waiting.data() + used, bytes.data(), bytes.size());
    used += bytes.size();
  }
  void flush() {
    update({waiting.data(), used});
    used = 0;
  }
  void update(std::string_view bytes) {
    if (EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1) throw Error(MIF_E_INTERNAL, "sha256 failed");
  }
};

Digest::Digest() : impl_(std::make_unique<Impl>()) {
  if (EVP_DigestInit_ex(impl_->context, EVP_sha256(), nullptr) != 1) throw Error(MIF_E_INTERNAL, "sha256 is not available");
}
Digest::~Digest() = default;

Digest& Digest::add(std::string_view bytes) {
  char size[24];
  char* const end = std::to_chars(size, size + sizeof size - 1, bytes.size()).ptr;
  *end = ':';
  impl_->feed({size, static_cast<std::size_t>(end + 1 - size)});
  impl_->feed(bytes);
  return *this;
}

std::string Digest::hex() {
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  impl_->flush();
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
