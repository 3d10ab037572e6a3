// SPDX-License-Identifier: Apache-2.0
// A payment through each signer to a bank that checks the signature; and none when there is no good signature.
#include <gtest/gtest.h>

#include <fstream>

#include "kernel/base/text.h"
#include "sm_codec.h"
#include "tests/bank/support.h"
#include "tests/signer/support.h"

namespace mif::test {
namespace {

using namespace bank_xmlfront;
using crypto::Algorithm;

class PayingBank {
 public:
  explicit PayingBank(const std::string& client_key) {
    folder_.write("bank.info", "account { number 9900001004001 name \"支出户\" opening 200000000000.00 }\n");
    folder_.write("client.pem", client_key);
    sim_ = std::make_unique<SimProcess>(folder_.path("state"), std::vector<std::string>{"--script", folder_.path("bank.info"), "--dialect", "json-sm", "--tls", "--client-key", folder_.path("client.pem")});
    std::ifstream(folder_.path("state/tls.pin")) >> pin_;
  }
  Answer pay(const std::string& ref, std::unique_ptr<crypto::Signer> signer) {
    bank_json_sm::Keys keys;
    keys.signer = std::move(signer);
    keys.bank = std::make_unique<bank_json_sm::Verifier>(read_file(folder_.path("state/keys/bank.pem")), "bank");
    keys.session = bank_json_sm::session_key(read_file(folder_.path("state/keys/session.key")), "session");
    Link link = link_to("json-sm-like", sim_->port(), 3000);
    link.login = "U001";
    link.pin = pin_;
    Front front(std::move(link), now_ms, std::make_unique<bank_json_sm::SmCodec>(std::move(keys), "U001", 300'000));
    return front.submit({payment(ref, 100)}, 0, [this] { return ++next_; }).front();
  }
  SimTotals ledger() { return sim_ledger(folder_.path("state")); }

 private:
  Folder folder_;
  std::unique_ptr<SimProcess> sim_;
  std::string pin_;
  std::int64_t next_ = 0;
};

TEST(PaymentSigned, in_a_token_is_paid_and_without_one_never_leaves) {
  if (!SoftHsm::here()) GTEST_SKIP() << "softhsm2 is not installed";
  SoftHsm& hsm = SoftHsm::one();
  hsm.token("bank", "4711-pin");
  for (const char* kind : {"ec", "rsa"}) {
    const Algorithm algorithm = kind[0] == 'e' ? Algorithm::ecdsa_p256_sha256 : Algorithm::rsa_sha256;
    const Pair pair = new_pair(kind);
    hsm.import("bank", "4711-pin", std::string("pay-") + kind, pair.secret);
    PayingBank bank(pair.open);
    const auto signer = [&](const std::string& key, const std::string& token = "bank") {
      return signer_from(std::string("kind pkcs11  module \"") + SoftHsm::module() + "\"  token " + token + "  key " + key + "  pin-file pin", {{"pin", "4711-pin"}}, algorithm);
    };
    const Answer good = bank.pay("A1", signer(std::string("pay-") + kind));
    EXPECT_EQ(good.outcome, MIF_PAY_ACCEPTED) << good.text;
    for (const auto& [key, token] : {std::pair{"nobody", "bank"}, {"pay-ec", "elsewhere"}}) {
      const Answer bad = bank.pay("A2", signer(key, token));
      EXPECT_EQ(bad.outcome, MIF_PAY_UNSENT) << bad.text;
      EXPECT_NE(bad.text.find("[sign."), std::string::npos) << bad.text;
    }
    EXPECT_EQ(bank.ledger().refs, 1);
  }
}
TEST(PaymentSigned, with_another_key_is_not_believed_by_the_bank) {
  PayingBank bank(new_pair("ec").open);
  const Answer a = bank.pay("A1", signer_from("kind software key k", {{"k", new_pair("ec").secret}}, Algorithm::ecdsa_p256_sha256));
  EXPECT_EQ(a.outcome, MIF_PAY_UNKNOWN) << a.text;
  EXPECT_EQ(bank.ledger().refs, 0);
}
TEST(PaymentSigned, by_a_service_is_paid_and_by_a_bad_one_never_leaves) {
  const Pair pair = new_pair("ec");
  PayingBank bank(pair.open);
  SignService service(pair.secret, "word");
  const auto at = [&](const std::string& path) {
    return signer_from("kind external  url \"" + service.secure(path) + "\"  pin " + service.pin() + "  key pay  public-key open  credential-file word  timeout-ms 800", {{"open", pair.open}, {"word", "word"}}, Algorithm::ecdsa_p256_sha256);
  };
  const Answer good = bank.pay("A1", at("/sign"));
  EXPECT_EQ(good.outcome, MIF_PAY_ACCEPTED) << good.text;
  for (const char* path : {"/wrong", "/slow", "/garbage", "/broken", "/half"}) {
    const Answer bad = bank.pay("A2", at(path));
    EXPECT_EQ(bad.outcome, MIF_PAY_UNSENT) << path << " " << bad.text;
  }
  service.stop();
  EXPECT_EQ(bank.pay("A2", at("/sign")).outcome, MIF_PAY_UNSENT);
  EXPECT_EQ(bank.ledger().refs, 1);
}

}  // namespace
}  // namespace mif::test
