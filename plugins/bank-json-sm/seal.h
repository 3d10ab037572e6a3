// SPDX-License-Identifier: Apache-2.0
// The envelope around a request and its reply: {"request":{..},"signature":{"sigdat","sigtim"}}, signed in canonical form with a
// placeholder where the signature will stand, encrypted by SM4-CBC.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "canonical.h"
#include "crypto/signer.h"
#include "crypto/vault.h"
#include "verifier.h"

namespace mif::bank_json_sm {

struct Keys {
  std::unique_ptr<crypto::Signer> signer;
  std::unique_ptr<Verifier> bank;
  std::unique_ptr<crypto::Vault> session;  // 16 bytes of SM4
};

// 32 hexadecimal digits; throws MIF_E_INVALID bank.key.
std::unique_ptr<crypto::Vault> session_key(std::string_view text, const std::string& name);

// `what`: "request" or "response"; `moment`: yyyyMMddHHmmss. Bytes, not base64.
std::string seal(const Keys& keys, const std::string& user, const std::string& what, Json content, const std::string& moment);
struct Opened {
  Json content;
  std::string moment;
};
// Throws MIF_E_INVALID bank.reply-decrypt, bank.reply-signature or bank.json.
Opened open(const Keys& keys, const std::string& user, const std::string& what, std::string_view bytes);

}  // namespace mif::bank_json_sm
