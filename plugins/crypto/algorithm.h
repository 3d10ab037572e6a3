// SPDX-License-Identifier: Apache-2.0
// The signatures banks take, by the names profiles use. SM2 and ECDSA signatures are DER here, whatever made them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "keys.h"

namespace mif::crypto {

enum class Algorithm { sm2_sm3, ecdsa_p256_sha256, rsa_sha256 };  // SM2 with the identity 1234567812345678; RSA is PKCS#1 v1.5

std::optional<Algorithm> algorithm_named(std::string_view name);  // "sm2-sm3", "ecdsa-p256-sha256", "rsa-sha256"
const char* name_of(Algorithm algorithm);

// PEM; the passphrase is used when the text is encrypted. Empty for anything but SM2, P-256 and RSA of 2048 bits or more.
Key signing_key(std::string_view pem, std::string_view passphrase);
Key verifying_key(std::string_view pem);
std::optional<Algorithm> algorithm_of(const Key& key);

// What a token tells of a public key. Empty when it is none.
Key point_key(Algorithm algorithm, std::string_view uncompressed_point);
Key rsa_key(std::string_view modulus, std::string_view exponent);

std::string sha256(std::string_view bytes);
// 64 bytes r and s <-> DER; empty when it is not one.
std::string der_of(std::string_view raw);
std::string raw_of(std::string_view der);

std::string public_text(const Key& key);  // PEM

}  // namespace mif::crypto
