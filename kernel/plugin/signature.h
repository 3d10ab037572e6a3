// SPDX-License-Identifier: Apache-2.0
// Signatures over plugin.json: Ed25519 and SM2 with SM3, keys in PEM files. Thin over OpenSSL's EVP.
#pragma once

#include <string>
#include <string_view>

namespace mif::plugin {

// "ed25519" or "sm2-sm3", by the key in the PEM text. Throws MIF_E_INVALID for any other key.
std::string algorithm_of_public_key(std::string_view pem);
// Raw signature bytes (SM2: DER) and the algorithm used. `what` names the key in errors.
std::string sign(std::string_view private_pem, std::string_view bytes, std::string& algorithm, const std::string& what);
bool verify_signature(std::string_view public_pem, std::string_view bytes, std::string_view signature);

std::string base64(std::string_view bytes);
std::string from_base64(std::string_view text);  // MIF_E_INVALID

}  // namespace mif::plugin
