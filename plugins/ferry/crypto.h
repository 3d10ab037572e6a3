// SPDX-License-Identifier: Apache-2.0
// The two suites of a bundle on OpenSSL 3.0.
//   gm:   SM2 signature with SM3 (identity 1234567812345678), SM4-CTR and HMAC-SM3, encrypt then MAC; digests SM3
//   intl: Ed25519, AES-256-GCM; digests SHA-256
// What is signed is a digest of the bundle, because Ed25519 takes its message in one piece. Every bundle has its own keys, derived from the
// shared key and a random 32-byte number, so no counter or nonce can come twice.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace mif::ferry {

enum class Suite { gm, intl };
// Throws MIF_E_INVALID ferry.suite.
Suite suite_of(std::string_view name);
const char* name_of(Suite suite);

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

// All four throw MIF_E_INVALID ferry.key naming `name`, never the content. PEM without a passphrase; 64 hexadecimal digits.
Key private_key(const Secret& pem, const std::string& name);
Key public_key(std::string_view pem, const std::string& name);
Secret shared_key(const Secret& hex, const std::string& name);
Suite suite_of(const Key& key);

struct KeyPair {
  Secret private_pem;
  std::string public_pem;
};
KeyPair make_pair(Suite suite);
Secret make_shared_key();  // as 64 hexadecimal digits

std::string random_bytes(std::size_t n);
std::string hex(std::string_view bytes);
// Empty when it is not an even number of hexadecimal digits.
std::string unhex(std::string_view text);
// Raw 32 bytes.
std::string digest(Suite suite, std::string_view bytes);
// "sm3:..." or "sha256:..."
std::string named_digest(Suite suite, std::string_view bytes);
// Whether `bytes` have the named digest.
bool has_digest(std::string_view named, std::string_view bytes);

std::string sign(const Key& key, std::string_view message);
bool verify(const Key& key, std::string_view message, std::string_view signature);

inline constexpr std::size_t kNonceBytes = 32;
std::size_t tag_bytes(Suite suite);
// Ciphertext of the same length followed by the tag.
std::string encrypt(Suite suite, const Secret& shared, std::string_view nonce, std::string_view aad, std::string_view plain);
// Throws MIF_E_INVALID ferry.decrypt when key, nonce, aad, text and tag do not belong together.
std::string decrypt(Suite suite, const Secret& shared, std::string_view nonce, std::string_view aad, std::string_view sealed);

}  // namespace mif::ferry
