// SPDX-License-Identifier: Apache-2.0
// POST {"key","algorithm","message" or "digest": base64} → 200 {"signature": base64}; SM2 and ECDSA as DER or as r and s, RSA as it is.
#include <simdjson.h>

#include <chrono>

#include "http.h"
#include "mif/error.hpp"
#include "mif/json.hpp"
#include "signer.h"
#include "wire.h"

namespace mif::crypto {

namespace {

constexpr std::size_t kMostReply = 64 * 1024;

std::int64_t steady_ms() { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

class ExternalSigner : public Signer {
 public:
  ExternalSigner(const SignerSettings& s, Algorithm algorithm, std::unique_ptr<Vault> credential, Key public_key)
      : Signer(algorithm, s.where), settings_(s), credential_(std::move(credential)), public_(std::move(public_key)) {
    if (credential_ && credential_->view().find_first_of("\r\n") != std::string_view::npos)
      fail(MIF_E_INVALID, "bank.key", "credential-file 所指的文件应只有一行 (the credential is one line)");
  }
  Key public_key() override { return public_; }

 protected:
  std::string make(std::string_view message) override {
    JsonWriter body;
    body.begin_object().field("key", settings_.key).field("algorithm", name_of(algorithm_));
    if (settings_.digest) body.field("digest", bank_wire::base64(sha256(message)));
    else body.field("message", bank_wire::base64(message));
    body.end_object();
    std::string request = bank_wire::post(settings_.host, settings_.path, "application/json", body.str(), credential_ ? credential_->view() : std::string_view());
    const auto done = bank_wire::exchange({settings_.host, settings_.port, settings_.peer_pin, "签名服务"}, request, [](bank_wire::Source& source) { return bank_wire::read_http(source, kMostReply); }, steady_ms() + settings_.timeout_ms, steady_ms);
    wipe(request.data(), request.size());
    if (done.end != bank_wire::Exchange::End::replied)
      fail(MIF_E_UNAVAILABLE, "sign.service", "签名服务没有给出签名, 请检查服务后重发 (the signing service gave no signature; look at it and send again): " + done.reason);
    const std::string signature = read(done.reply);
    if (algorithm_ != Algorithm::rsa_sha256 && signature.size() == 64) return der_of(signature);
    return signature;
  }

 private:
  std::string read(const std::string& reply) const {
    simdjson::dom::parser parser;
    std::string_view text;
    try {
      if (parser.parse(reply)["signature"].get_string().get(text) == simdjson::SUCCESS) return bank_wire::from_base64(text);
    } catch (const bank_wire::Unreadable&) {  // one sentence for both
    }
    fail(MIF_E_UNAVAILABLE, "sign.service-reply", "签名服务的应答里没有 signature, 请核对接口 (the reply holds no base64 \"signature\")");
  }
  const SignerSettings settings_;
  const std::unique_ptr<Vault> credential_;
  const Key public_;
};

}  // namespace

std::unique_ptr<Signer> external_signer(const SignerSettings& settings, Algorithm algorithm, std::unique_ptr<Vault> credential, Key public_key) {
  return std::make_unique<ExternalSigner>(settings, algorithm, std::move(credential), std::move(public_key));
}

}  // namespace mif::crypto
