// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/hash.h"

#include <openssl/evp.h>

#include "mif/error.hpp"

namespace mif {
namespace {

const EVP_MD* md_of(HashAlg alg) { return alg == HashAlg::sm3 ? EVP_sm3() : EVP_sha256(); }

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string_view name_of(HashAlg alg) { return alg == HashAlg::sm3 ? "sm3" : "sha256"; }

HashAlg hash_alg_of(std::string_view name) {
  if (name == "sha256") return HashAlg::sha256;
  if (name == "sm3") return HashAlg::sm3;
  throw Error(MIF_E_INVALID, "config.hash", "杂凑算法只有 sha256 和 sm3 (hash must be sha256 or sm3), 实为 \"" + std::string(name) + "\"");
}

Hasher::Hasher(HashAlg alg) : context_(EVP_MD_CTX_new()), alg_(alg) {
  EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), md_of(alg_), nullptr);
}

Hasher::~Hasher() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

Hasher& Hasher::update(std::string_view bytes) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size());
  return *this;
}

Digest Hasher::finish() {
  Digest digest;
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), digest.data(), nullptr);
  EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), md_of(alg_), nullptr);
  return digest;
}

Digest hash(HashAlg alg, std::string_view bytes) {
  thread_local Hasher sha256(HashAlg::sha256);
  thread_local Hasher sm3(HashAlg::sm3);
  return (alg == HashAlg::sm3 ? sm3 : sha256).update(bytes).finish();
}

std::string to_hex(std::string_view bytes) {
  static const char digits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const unsigned char b : bytes) {
    hex += digits[b >> 4];
    hex += digits[b & 15];
  }
  return hex;
}

std::string to_hex(const Digest& digest) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

Digest digest_from_hex(std::string_view hex) {
  Digest digest;
  if (hex.size() == digest.size() * 2) {
    std::size_t i = 0;
    for (; i < digest.size(); ++i) {
      const int high = nibble(hex[i * 2]), low = nibble(hex[i * 2 + 1]);
      if (high < 0 || low < 0) break;
      digest[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    if (i == digest.size()) return digest;
  }
  throw Error(MIF_E_INVALID, "digest.format", "不是 64 位小写十六进制摘要 (not a digest of 64 lower-case hex digits): \"" + std::string(hex.substr(0, 80)) + "\"");
}

Canonical& Canonical::add(std::string_view text) {
  const auto n = static_cast<std::uint32_t>(text.size());
  bytes_ += 'T';
  for (int shift = 24; shift >= 0; shift -= 8) bytes_ += static_cast<char>(n >> shift);
  bytes_ += text;
  return *this;
}

Canonical& Canonical::add(std::int64_t number) {
  bytes_ += 'I';
  const auto bits = static_cast<std::uint64_t>(number);
  for (int shift = 56; shift >= 0; shift -= 8) bytes_ += static_cast<char>(bits >> shift);
  return *this;
}

Canonical& Canonical::add_null() {
  bytes_ += 'N';
  return *this;
}

}  // namespace mif
