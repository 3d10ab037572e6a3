// SPDX-License-Identifier: Apache-2.0
// The two suites of a bundle on OpenSSL 3.0.
//   gm:   SM2 signature with SM3 (identity 1234567812345678), SM4-CTR and HMAC-SM3, encrypt then MAC; digests SM3
//   intl: Ed25519, AES-256-GCM; digests SHA-256
// What is signed is a digest of the bundle, because Ed25519 takes its message in one piece. Every bundle has its own keys, derived from the
// shared key and a random 32-byte number, so no counter or nonce can come twice.
#pragma once

#include <string>
#include <string_view>

#include "crypto/keys.h"

namespace mif::ferry {

enum class Suite { gm, intl };
// Throws MIF_E_INVALID ferry.suite.
Suite suite_of(std::string_view name);
const char* name_of(Suite suite);

using crypto::Key;
using crypto::KeyPair;
using crypto::Secret;
using crypto::hex;
using crypto::random_bytes;
using crypto::sign;
using crypto::unhex;
using crypto::verify;

// All four throw MIF_E_INVALID ferry.key naming `name`, never the content. PEM without a passphrase; 64 hexadecimal digits.
Key private_key(const Secret& pem, const std::string& name);
Key public_key(std::string_view pem, const std::string& name);
Secret shared_key(const Secret& hex, const std::string& name);
Suite suite_of(const Key& key);

KeyPair make_pair(Suite suite);
Secret make_shared_key();  // as 64 hexadecimal digits

// Raw 32 bytes.
std::string digest(Suite suite, std::string_view bytes);
// "sm3:..." or "sha256:..."
std::string named_digest(Suite suite, std::string_view bytes);
// Whether `bytes` have the named digest.
bool has_digest(std::string_view named, std::string_view bytes);

inline constexpr std::size_t kNonceBytes = 32;
std::size_t tag_bytes(Suite suite);
// Ciphertext of the same length followed by the tag.
std::string encrypt(Suite suite, const Secret& shared, std::string_view nonce, std::string_view aad, std::string_view plain);
// Throws MIF_E_INVALID ferry.decrypt when key, nonce, aad, text and tag do not belong together.
std::string decrypt(Suite suite, const Secret& shared, std::string_view nonce, std::string_view aad, std::string_view sealed);

}  // namespace mif::ferry
