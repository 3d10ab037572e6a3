// SPDX-License-Identifier: Apache-2.0
// bank-json-sm: banks reached over HTTPS by JSON that is signed and encrypted with SM4; functions, fields and the algorithm of the
// signature are a profile file.
//   plugin { bank-json-sm { link demo-sm { profile "templates/bank/json-sm-like.info" host 127.0.0.1 port 9443 login U001 pin HEX
//                                          sign-key FILE bank-key FILE session-key FILE valid-seconds 300 } } }
// FILE: a file below secrets/. `sign-key FILE` is short for signer { kind software key FILE }; other signers: crypto/signer.h.
#include "fronts.h"
#include "sm_codec.h"

namespace mif::bank_json_sm {

namespace {

class BankJsonSm : public bank_xmlfront::FrontPlugin {
 public:
  explicit BankJsonSm(const mif_host* host) : FrontPlugin(host, "bank-json-sm", "json-sm") {}

 protected:
  bank_xmlfront::Words required_keys() const override { return {"pin", "login", "bank-key", "session-key"}; }
  bank_xmlfront::Words other_keys() const override { return {"valid-seconds", "sign-key", "signer"}; }
  void check_link(const Node& link, const bank_xmlfront::Link&) const override {
    number(link, "valid-seconds", 300, 86400);
    settings(link);
  }
  std::unique_ptr<bank_xmlfront::Codec> codec(const Config&, Call call, const Node& link, const bank_xmlfront::Link& known) override {
    const auto algorithm = crypto::algorithm_named(known.profile->signature).value_or(crypto::Algorithm::sm2_sm3);
    const Node* own = link.find("signer");
    Keys keys;
    keys.signer = crypto::make_signer(settings(link), algorithm, [&](const std::string& file) {
      for (const Node& entry : (own ? *own : link).children)
        if (entry.value == file && (!own || entry.key != "kind")) return secret(call, entry);
      throw Error(MIF_E_INTERNAL, "no entry names this secret");
    });
    const Node &bank = *link.find("bank-key"), &session = *link.find("session-key");
    keys.bank = std::make_unique<Verifier>(secret(call, bank)->view(), place(bank));
    keys.session = session_key(secret(call, session)->view(), place(session));
    return std::make_unique<SmCodec>(std::move(keys), known.login, number(link, "valid-seconds", 300, 86400) * 1000);
  }

 private:
  static std::string place(const Node& entry) { return "mif.info:" + std::to_string(entry.line) + " " + entry.key; }
  static crypto::SignerSettings settings(const Node& link) {
    const Node *own = link.find("signer"), *file = link.find("sign-key");
    if ((own != nullptr) == (file != nullptr)) throw Error(MIF_E_INVALID, "sign.setting", "mif.info:" + std::to_string(link.line) + ": link 要写 sign-key 或 signer, 恰好一个 (exactly one of sign-key and signer)");
    if (own) return crypto::signer_settings(*own, "mif.info", link.value);
    crypto::SignerSettings s;
    s.where = place(*file);
    s.key = file->value;
    return s;
  }
};

}  // namespace

}  // namespace mif::bank_json_sm

MIF_PLUGIN(mif::bank_json_sm::BankJsonSm, "bank-json-sm", "1.0.0", MIF_LIST("mif.bank-adapter/1"), MIF_LIST("mif.clock/1", "mif.config/1", "mif.store/1"))
