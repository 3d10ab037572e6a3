// SPDX-License-Identifier: Apache-2.0
// Secrets that are wiped, SM2 and Ed25519 keys, signatures, digests: thin over OpenSSL 3.0's EVP. Who uses it names its own refusals:
// a key of another form is an empty Key.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace mif::crypto {

// Key bytes, wiped when they go. [any-thread]
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret other) noexcept;
  ~Secret();
  std::string_view view() const { return bytes_; }

 private:
  std::string bytes_;
};

using Key = std::shared_ptr<evp_pkey_st>;  // SM2 or Ed25519

// PEM without a passphrase; empty for anything else.
Key private_key(const Secret& pem);
Key public_key(std::string_view pem);
bool is_sm2(const Key& key);

struct KeyPair {
  Secret private_pem;
  std::string public_pem;
};
KeyPair make_pair(bool sm2);

std::string random_bytes(std::size_t n);
std::string hex(std::string_view bytes);
// Empty when it is not an even number of hexadecimal digits.
std::string unhex(std::string_view text);

// SM2 with SM3 and the identity 1234567812345678 (DER), Ed25519, and for the keys of algorithm.h ECDSA (DER) or RSA with SHA-256.
std::string sign(const Key& key, std::string_view message);
bool verify(const Key& key, std::string_view message, std::string_view signature);

}  // namespace mif::crypto
