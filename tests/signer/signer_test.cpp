// SPDX-License-Identifier: Apache-2.0
// Keys in software, the settings of every signer, and the rule that no signature leaves that does not verify.
#include <gtest/gtest.h>

#include "tests/bank/support.h"
#include "tests/signer/support.h"

namespace mif::test {
namespace {

using crypto::Algorithm;

struct Kind {
  const char* key;
  Algorithm algorithm;
};
const Kind kKinds[] = {{"sm2", Algorithm::sm2_sm3}, {"ec", Algorithm::ecdsa_p256_sha256}, {"rsa", Algorithm::rsa_sha256}};

TEST(SoftwareSigner, signs_with_each_algorithm_and_with_a_passphrase) {
  for (const Kind& kind : kKinds)
    for (const std::string& phrase : {std::string(), std::string("opens-the-key")}) {
      const Pair pair = new_pair(kind.key, phrase);
      const auto signer = signer_from(std::string("kind software  key k") + (phrase.empty() ? "" : "  passphrase-file p"), {{"k", pair.secret}, {"p", phrase}}, kind.algorithm);
      const std::string signature = signer->sign("付款 1.00");
      EXPECT_TRUE(crypto::verify(crypto::verifying_key(pair.open), "付款 1.00", signature)) << kind.key;
      EXPECT_FALSE(crypto::verify(crypto::verifying_key(pair.open), "付款 7.00", signature)) << kind.key;
      EXPECT_EQ(crypto::public_text(signer->public_key()), pair.open);
    }
}
TEST(SoftwareSigner, names_the_entry_and_never_the_content) {
  const Pair locked = new_pair("ec", "opens-the-key");
  const Secrets secrets = {{"k", locked.secret}, {"wrong", "CANARY-phrase"}, {"garbage", "CANARY-garbage"}, {"short", new_pair("rsa-short").secret}, {"p384", new_pair("p384").secret}};
  for (const char* text : {"kind software  key k", "kind software  key k  passphrase-file wrong", "kind software  key garbage", "kind software  key p384"}) {
    const std::string said = refusal([&] { signer_from(text, secrets, Algorithm::ecdsa_p256_sha256); });
    EXPECT_EQ(said.rfind("bank.key: mif.info:1 link demo", 0), 0u) << text << ": " << said;
    EXPECT_EQ(said.find("CANARY"), std::string::npos) << said;
  }
  EXPECT_EQ(refusal([&] { signer_from("kind software  key short", secrets, Algorithm::rsa_sha256); }).rfind("bank.key", 0), 0u);
  EXPECT_EQ(refusal([&] { signer_from("kind software  key k", {{"k", new_pair("rsa").secret}}, Algorithm::sm2_sm3); }).rfind("bank.key", 0), 0u);
}

class Forger : public crypto::Signer {
 public:
  Forger(std::string signature, crypto::Key key) : Signer(Algorithm::ecdsa_p256_sha256, "forger"), signature_(std::move(signature)), key_(std::move(key)) {}
  crypto::Key public_key() override { return key_; }

 protected:
  std::string make(std::string_view) override { return signature_; }
  std::string signature_;
  crypto::Key key_;
};
TEST(AnySigner, hands_out_no_signature_that_does_not_verify) {
  const Pair pair = new_pair("ec");
  const std::string good = signer_from("kind software  key k", {{"k", pair.secret}}, Algorithm::ecdsa_p256_sha256)->sign("x");
  EXPECT_EQ(Forger(good, crypto::verifying_key(pair.open)).sign("x"), good);
  EXPECT_EQ(refusal([&] { Forger(good, crypto::verifying_key(pair.open)).sign("y"); }).rfind("sign.does-not-verify", 0), 0u);
  EXPECT_EQ(refusal([&] { Forger(good, crypto::verifying_key(new_pair("ec").open)).sign("x"); }).rfind("sign.does-not-verify", 0), 0u);
  EXPECT_EQ(refusal([&] { Forger("", crypto::verifying_key(pair.open)).sign("x"); }).rfind("sign.does-not-verify", 0), 0u);
}

TEST(SignerSettings, are_read_without_reading_a_secret_and_complained_about_with_their_line) {
  const std::string pin(64, 'a');
  for (const std::string& good : {std::string("kind software key k"), std::string("kind pkcs11 module /m.so token T key k pin-file p mechanism 0x80000201"),
                                 std::string("kind external url \"http://127.0.0.1:9/s\" key k public-key p"), std::string("kind external url \"http://[::1]:9/s\" key k public-key p"),
                                 "kind external url \"https://sign.lan/s\" pin " + pin + " key k public-key p send digest timeout-ms 300"}) {
    const Node root = node_of_info("signer { " + good + " }", "mif.info");
    EXPECT_EQ(refusal([&] { crypto::signer_settings(*root.find("signer"), "mif.info", "demo"); }), "") << good;
  }
  for (const std::string& bad : {std::string("key k"), std::string("kind paper key k"), std::string("kind software"), std::string("kind software key k pin-file p"),
                                std::string("kind pkcs11 module m.so token T key k pin-file p"), std::string("kind pkcs11 module /m.so token T key k"),
                                std::string("kind pkcs11 module /m.so token T key k pin-file p mechanism 0xzz"), std::string("kind external url \"http://sign.lan/s\" key k public-key p"),
                                std::string("kind external url \"http://127.0.0.1.evil.lan/s\" key k public-key p"), std::string("kind external url \"https://sign.lan/s\" key k public-key p"),
                                std::string("kind external url \"https://sign.lan/s\" pin abc key k public-key p"), std::string("kind external url \"http://127.0.0.1/s\" key k"),
                                std::string("kind external url \"http://u:pw@127.0.0.1/s\" key k public-key p"), std::string("kind external url \"http://127.0.0.1:99999/s\" key k public-key p"),
                                std::string("kind external url \"ftp://127.0.0.1/s\" key k public-key p"), std::string("kind external url \"http://127.0.0.1/s\" key k public-key p send hash"),
                                std::string("kind external url \"http://127.0.0.1/s\" key k public-key p timeout-ms 5")}) {
    const Node root = node_of_info("signer { " + bad + " }", "mif.info");
    EXPECT_EQ(refusal([&] { crypto::signer_settings(*root.find("signer"), "mif.info", "demo"); }).rfind("sign.setting: mif.info:1: ", 0), 0u) << bad;
  }
}

}  // namespace
}  // namespace mif::test
