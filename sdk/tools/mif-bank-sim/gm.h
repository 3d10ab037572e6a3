// SPDX-License-Identifier: Apache-2.0
// The bank's own SM2 and SM4, apart from the adapter's on purpose.
#pragma once
#include <string>

namespace mif::banksim {

// The two sides' keys as a bank hands them out, made once in `folder`: bank.key.pem, bank.pem, client.key.pem, client.pem, session.key.
void make_kit(const std::string& folder);
std::string sm2_sign(const std::string& private_pem, const std::string& message);                                  // raw, 64 bytes
// What a client's key says: SM2 raw, P-256 in DER, RSA PKCS#1 v1.5, the last two with SHA-256.
bool client_verify(const std::string& public_pem, const std::string& message, const std::string& signature);
std::string sm4(const std::string& key_hex, const std::string& vector, bool encrypting, const std::string& text);  // MIF_E_INVALID

}  // namespace mif::banksim
