// SPDX-License-Identifier: Apache-2.0
// Keys in tokens: SoftHSM2, and a token of our own for what that one cannot be made to do.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/signer/fake_token.h"
#include "tests/signer/support.h"

namespace mif::test {
namespace {

using crypto::Algorithm;

std::unique_ptr<crypto::Signer> from_hsm(const std::string& token, const std::string& key, const std::string& pin, Algorithm algorithm, const std::string& more = {}) {
  return signer_from(std::string("kind pkcs11  module \"") + SoftHsm::module() + "\"  token " + token + "  key " + key + "  pin-file pin " + more, {{"pin", pin}}, algorithm);
}
std::string sign_refused(crypto::Signer& signer) {
  return refusal([&] { signer.sign("x"); });
}
#define NEEDS_SOFTHSM \
  if (!SoftHsm::here()) GTEST_SKIP() << "softhsm2 is not installed"

TEST(SoftHsm2, signs_with_p256_and_rsa_and_tells_its_public_key) {
  NEEDS_SOFTHSM;
  SoftHsm& hsm = SoftHsm::one();
  hsm.token("pay", "4711-pin");
  for (const char* kind : {"ec", "rsa"}) {
    const Pair pair = new_pair(kind);
    hsm.import("pay", "4711-pin", std::string("key-") + kind, pair.secret);
    const auto signer = from_hsm("pay", std::string("key-") + kind, "4711-pin", kind[0] == 'e' ? Algorithm::ecdsa_p256_sha256 : Algorithm::rsa_sha256);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(crypto::verify(crypto::verifying_key(pair.open), "付款 1.00", signer->sign("付款 1.00"))) << kind;
    EXPECT_EQ(crypto::public_text(signer->public_key()), pair.open);
  }
  const auto other = from_hsm("pay", "key-ec", "4711-pin", Algorithm::rsa_sha256);
  EXPECT_EQ(sign_refused(*other).rfind("sign.", 0), 0u);
}

TEST(SoftHsm2, tries_a_refused_pin_once_and_no_further_until_somebody_logs_in) {
  NEEDS_SOFTHSM;
  SoftHsm& hsm = SoftHsm::one();
  hsm.token("pins", "4711-pin");
  const Pair pair = new_pair("ec");
  hsm.import("pins", "4711-pin", "k", pair.secret);
  const auto wrong = from_hsm("pins", "k", "CANARY-PIN", Algorithm::ecdsa_p256_sha256);
  const std::string first = sign_refused(*wrong);
  EXPECT_EQ(first.rfind("sign.pin: mif.info:1 link demo", 0), 0u) << first;
  EXPECT_EQ(first.find("CANARY"), std::string::npos);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_refused(*wrong).rfind("sign.pin: ", 0), 0u);
  // another process, the right PIN by now: the token says that a wrong one was tried
  EXPECT_EQ(sign_refused(*from_hsm("pins", "k", "4711-pin", Algorithm::ecdsa_p256_sha256)).rfind("sign.pin-low", 0), 0u);
  hsm.import("pins", "4711-pin", "another", new_pair("ec").secret);  // logs in
  EXPECT_EQ(sign_refused(*from_hsm("pins", "k", "4711-pin", Algorithm::ecdsa_p256_sha256)), "");
}

TEST(SoftHsm2, a_token_that_goes_refuses_and_one_that_comes_back_signs) {
  NEEDS_SOFTHSM;
  SoftHsm& hsm = SoftHsm::one();
  hsm.token("leaves", "4711-pin");
  const Pair pair = new_pair("ec");
  hsm.import("leaves", "4711-pin", "k", pair.secret);
  const auto signer = from_hsm("leaves", "k", "4711-pin", Algorithm::ecdsa_p256_sha256);
  EXPECT_EQ(sign_refused(*signer), "");
  const std::string away = hsm.folder() + ".away";
  std::filesystem::rename(hsm.folder(), away);
  std::filesystem::create_directories(hsm.folder());
  const std::string gone = sign_refused(*signer);
  std::filesystem::remove_all(hsm.folder());
  std::filesystem::rename(away, hsm.folder());
  EXPECT_EQ(gone.rfind("sign.token", 0), 0u) << gone;
  EXPECT_EQ(sign_refused(*signer), "");
}

TEST(SoftHsm2, names_what_is_missing) {
  NEEDS_SOFTHSM;
  SoftHsm& hsm = SoftHsm::one();
  hsm.token("lacks", "4711-pin");
  EXPECT_EQ(sign_refused(*from_hsm("lacks", "nobody", "4711-pin", Algorithm::ecdsa_p256_sha256)).rfind("sign.key-missing", 0), 0u);
  EXPECT_EQ(sign_refused(*from_hsm("no-such-token", "k", "4711-pin", Algorithm::ecdsa_p256_sha256)).rfind("sign.token-gone", 0), 0u);
  for (int i = 0; i < 2; ++i) hsm.import("lacks", "4711-pin", "twins", new_pair("ec").secret);
  EXPECT_EQ(sign_refused(*from_hsm("lacks", "twins", "4711-pin", Algorithm::ecdsa_p256_sha256)).rfind("sign.key-twice", 0), 0u);
  EXPECT_EQ(refusal([] { from_hsm("lacks", "k", "4711-pin", Algorithm::sm2_sm3); }).rfind("sign.setting", 0), 0u);  // which mechanism?
}
TEST(SoftHsm2, believes_the_public_key_it_was_told_more_than_the_token) {
  NEEDS_SOFTHSM;
  SoftHsm& hsm = SoftHsm::one();
  hsm.token("other", "4711-pin");
  const Pair pair = new_pair("ec");
  hsm.import("other", "4711-pin", "k", pair.secret);
  const auto told = [&](const std::string& open) {
    return signer_from(std::string("kind pkcs11  module \"") + SoftHsm::module() + "\"  token other  key k  pin-file pin  public-key open", {{"pin", "4711-pin"}, {"open", open}}, Algorithm::ecdsa_p256_sha256);
  };
  EXPECT_EQ(sign_refused(*told(pair.open)), "");
  EXPECT_EQ(sign_refused(*told(new_pair("ec").open)).rfind("sign.does-not-verify", 0), 0u);
}
TEST(Pkcs11Module, that_does_not_load_is_named) {
  for (const char* path : {"/nowhere/token.so", "/etc/passwd", "/usr/lib/x86_64-linux-gnu/libcrypto.so.3"}) {
    const std::string said = refusal([&] { signer_from(std::string("kind pkcs11  module \"") + path + "\"  token t  key k  pin-file pin", {{"pin", "CANARY-PIN"}}, Algorithm::ecdsa_p256_sha256); });
    EXPECT_EQ(said.rfind("sign.module: mif.info:1 link demo", 0), 0u) << said;
  }
}

class FakeTokens : public ::testing::Test {
 protected:
  static std::string path() { return std::string(MIF_BUILD_DIR) + "/tests/fake_token.so"; }
  void SetUp() override {
    library_ = dlopen(path().c_str(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library_, nullptr) << dlerror();
    state = reinterpret_cast<FakeToken* (*)()>(dlsym(library_, "fake_token_state"))();
    *state = {0, 0, 0, -1, false, false, 0};
  }
  static std::unique_ptr<crypto::Signer> signer(const std::string& pin, const std::string& key = "pay") {
    return signer_from("kind pkcs11  module \"" + path() + "\"  token FAKE  key " + key + "  pin-file pin  mechanism 0x80000201", {{"pin", pin}}, Algorithm::sm2_sm3);
  }
  void* library_ = nullptr;
  FakeToken* state = nullptr;
};
TEST_F(FakeTokens, sign_sm2_by_the_vendors_mechanism_in_one_session) {
  const auto s = signer("1234");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_refused(*s), "");
  EXPECT_EQ(state->logins, 1);
  EXPECT_EQ(state->signs, 5);
  EXPECT_EQ(crypto::raw_of(s->sign("x")).size(), 64u);
}
TEST_F(FakeTokens, a_wrong_pin_reaches_the_token_once) {
  const auto s = signer("0000");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(sign_refused(*s).rfind("sign.pin: ", 0), 0u);
  EXPECT_EQ(state->logins, 1);
  EXPECT_EQ(sign_refused(*signer("1234")), "");
}
TEST_F(FakeTokens, no_pin_at_all_reaches_a_token_that_counts) {
  for (const unsigned long flag : {1ul << 16, 1ul << 17, 1ul << 18}) {
    state->flags = flag;
    EXPECT_EQ(sign_refused(*signer("1234")).rfind("sign.pin-low", 0), 0u);
  }
  EXPECT_EQ(state->logins, 0);
}
TEST_F(FakeTokens, a_token_pulled_and_put_back_is_opened_again_by_itself) {
  const auto s = signer("1234");
  state->remove_after = 2;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(sign_refused(*s), "") << i;
  EXPECT_EQ(state->logins, 2);
  state->gone = true;
  state->remove_after = 0;
  EXPECT_EQ(sign_refused(*s).rfind("sign.token-gone", 0), 0u);
  state->gone = false;
  EXPECT_EQ(sign_refused(*s), "");
}
TEST_F(FakeTokens, a_wrong_signature_and_a_missing_key_are_refused) {
  const auto s = signer("1234");
  state->wrong_signature = true;
  EXPECT_EQ(sign_refused(*s).rfind("sign.does-not-verify", 0), 0u);
  state->wrong_signature = false;
  EXPECT_EQ(sign_refused(*s), "");
  EXPECT_EQ(sign_refused(*signer("1234", "other")).rfind("sign.key-missing", 0), 0u);
}

}  // namespace
}  // namespace mif::test
