// SPDX-License-Identifier: Apache-2.0
#include "seal.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "crypto/keys.h"
#include "http.h"
#include "mif/error.hpp"

namespace mif::bank_json_sm {

namespace {

constexpr const char* kPlaceholder = "__signature_sigdat__";
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

// The vector is the user's name filled up with zeros, as the bank prescribes. Every message begins with the same words under one key,
// so equal beginnings are seen as equal: TLS below hides that.
std::string sm4_cbc(std::string_view key, const std::string& user, bool encrypting, std::string_view in) {
  std::string vector = user.substr(0, 16);
  vector.resize(16, '0');
  const Cipher c(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const auto* bytes = reinterpret_cast<const unsigned char*>(in.data());
  std::string out(in.size() + 16, '\0');
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  int n = 0, rest = 0;
  const bool ok = c && EVP_CipherInit_ex(c.get(), EVP_sm4_cbc(), nullptr, reinterpret_cast<const unsigned char*>(key.data()), reinterpret_cast<const unsigned char*>(vector.data()), encrypting ? 1 : 0) == 1 &&
                  EVP_CipherUpdate(c.get(), to, &n, bytes, static_cast<int>(in.size())) == 1 && EVP_CipherFinal_ex(c.get(), to + n, &rest) == 1;
  ERR_clear_error();
  if (!ok) throw Error(MIF_E_INVALID, "bank.reply-decrypt", "银行报文解不开, 请核对会话密钥 (does not decrypt: check the session key)");
  out.resize(static_cast<std::size_t>(n + rest));
  return out;
}

Json envelope(const std::string& what, Json content, const std::string& moment, std::string signature) {
  Json signed_by = Json::object();
  signed_by.set("sigdat", Json::of(std::move(signature))).set("sigtim", Json::of(moment));
  Json all = Json::object();
  all.set(what, std::move(content)).set("signature", std::move(signed_by));
  return all;
}

}  // namespace

std::unique_ptr<crypto::Vault> session_key(std::string_view text, const std::string& name) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  const crypto::Secret bytes(crypto::unhex(text));
  if (bytes.view().size() != 16) throw Error(MIF_E_INVALID, "bank.key", "密钥 (key) " + name + " 应为 32 位十六进制数 (expects 32 hexadecimal digits)");
  return std::make_unique<crypto::Vault>(bytes.view());
}

std::string seal(const Keys& keys, const std::string& user, const std::string& what, Json content, const std::string& moment) {
  Json all = envelope(what, std::move(content), moment, kPlaceholder);
  const std::string made = keys.signer->sign(canonical(all));
  const std::string signature = bank_wire::base64(keys.signer->algorithm() == crypto::Algorithm::sm2_sm3 ? crypto::raw_of(made) : made);
  all.members[1].second.members[0].second.text = signature;
  return sm4_cbc(keys.session->view(), user, true, canonical(all));
}

Opened open(const Keys& keys, const std::string& user, const std::string& what, std::string_view bytes) {
  const Json all = read_json(sm4_cbc(keys.session->view(), user, false, bytes));
  const Json *content = all.find(what), *signed_by = all.find("signature");
  if (!content || !signed_by || all.members.size() != 2) throw Error(MIF_E_INVALID, "bank.reply-signature", "银行报文没有签名 (the reply is not signed)");
  Opened opened{*content, signed_by->get("sigtim")};
  std::string signature;
  try {
    signature = bank_wire::from_base64(signed_by->get("sigdat"));
  } catch (const bank_wire::Unreadable&) {
  }
  if (!keys.bank->verify(canonical(envelope(what, *content, opened.moment, kPlaceholder)), signature))
    throw Error(MIF_E_INVALID, "bank.reply-signature", "银行报文的签名不对, 内容不可信 (wrong signature: the reply is not trusted)");
  return opened;
}

}  // namespace mif::bank_json_sm
