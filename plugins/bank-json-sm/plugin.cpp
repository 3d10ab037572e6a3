// SPDX-License-Identifier: Apache-2.0
// bank-json-sm: banks reached over HTTPS by JSON that is signed with SM2 and encrypted with SM4; functions and fields are a profile file.
//   plugin { bank-json-sm { link demo-sm { profile "templates/bank/json-sm-like.info" host 127.0.0.1 port 9443 login U001 pin HEX
//                                          sign-key SECRET-NAME bank-key SECRET-NAME session-key SECRET-NAME valid-seconds 300 } } }
// Keys are files of the deployment's secrets, named here; their text is in no setting.
#include "fronts.h"
#include "sm_codec.h"

namespace mif::bank_json_sm {

namespace {

class BankJsonSm : public bank_xmlfront::FrontPlugin {
 public:
  explicit BankJsonSm(const mif_host* host) : FrontPlugin(host, "bank-json-sm", "json-sm") {}

 protected:
  bank_xmlfront::Words required_keys() const override { return {"pin", "login", "sign-key", "bank-key", "session-key"}; }
  bank_xmlfront::Words other_keys() const override { return {"valid-seconds"}; }
  void check_link(const Node& link, const bank_xmlfront::Link&) const override { number(link, "valid-seconds", 300, 86400); }
  std::unique_ptr<bank_xmlfront::Codec> codec(const Config& config, Call call, const Node& link, const bank_xmlfront::Link& known) override {
    Keys keys;
    const auto with = [&](const char* setting, auto use) {
      const std::string& name = link.require(setting, "mif.info");
      std::string text = config.secret(call, name);
      try {
        use(text, name);
      } catch (...) {
        crypto::wipe(text.data(), text.size());
        throw;
      }
      crypto::wipe(text.data(), text.size());
    };
    with("sign-key", [&](const std::string& text, const std::string& name) { keys.signer = software_signer(text, name); });
    with("bank-key", [&](const std::string& text, const std::string& name) { keys.bank = std::make_unique<Verifier>(text, name); });
    with("session-key", [&](const std::string& text, const std::string& name) { keys.session = session_key(text, name); });
    return std::make_unique<SmCodec>(std::move(keys), known.login, number(link, "valid-seconds", 300, 86400) * 1000);
  }
};

}  // namespace

}  // namespace mif::bank_json_sm

MIF_PLUGIN(mif::bank_json_sm::BankJsonSm, "bank-json-sm", "1.0.0", MIF_LIST("mif.bank-adapter/1"), MIF_LIST("mif.clock/1", "mif.config/1", "mif.store/1"))
