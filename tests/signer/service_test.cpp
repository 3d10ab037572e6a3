// SPDX-License-Identifier: Apache-2.0
// A signing service over real sockets, well and badly behaved.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/signer/support.h"

namespace mif::test {
namespace {

using crypto::Algorithm;

std::unique_ptr<crypto::Signer> at(const std::string& url, const Pair& pair, Algorithm algorithm, const std::string& more = {}, const std::string& credential = {}) {
  return signer_from("kind external  url \"" + url + "\"  key pay  public-key open  timeout-ms 1000 " + more + (credential.empty() ? "" : "  credential-file word"), {{"open", pair.open}, {"word", credential}}, algorithm);
}
std::string sign_refused(crypto::Signer& signer) {
  return refusal([&] { signer.sign("付款 1.00"); });
}

TEST(SigningService, signs_messages_and_digests_plain_here_and_pinned_over_tls) {
  for (const char* kind : {"ec", "rsa"}) {
    const Pair pair = new_pair(kind);
    const Algorithm algorithm = kind[0] == 'e' ? Algorithm::ecdsa_p256_sha256 : Algorithm::rsa_sha256;
    SignService service(pair.secret);
    for (const char* send : {"send message", "send digest"}) {
      EXPECT_EQ(sign_refused(*at(service.plain("/sign"), pair, algorithm, send)), "") << kind << send;
      EXPECT_EQ(sign_refused(*at(service.secure("/sign"), pair, algorithm, std::string(send) + " pin " + service.pin())), "") << kind << send;
    }
    std::string other = service.pin();
    other[0] = other[0] == 'a' ? 'b' : 'a';
    const std::string said = sign_refused(*at(service.secure("/sign"), pair, algorithm, "pin " + other));
    EXPECT_EQ(said.rfind("sign.service: ", 0), 0u) << said;
    EXPECT_NE(said.find("pinned"), std::string::npos) << said;
  }
}
TEST(SigningService, needs_its_credential_which_no_sentence_shows) {
  const Pair pair = new_pair("ec");
  SignService service(pair.secret, "CANARY-right");
  EXPECT_EQ(sign_refused(*at(service.plain("/sign"), pair, Algorithm::ecdsa_p256_sha256, "", "CANARY-right")), "");
  for (const char* word : {"CANARY-wrong", ""}) {
    const std::string said = sign_refused(*at(service.plain("/sign"), pair, Algorithm::ecdsa_p256_sha256, "", word));
    EXPECT_EQ(said.rfind("sign.service: ", 0), 0u) << said;
    EXPECT_EQ(said.find("CANARY"), std::string::npos) << said;
  }
  EXPECT_EQ(refusal([&] { at(service.plain("/sign"), pair, Algorithm::ecdsa_p256_sha256, "", "a\r\nX: y"); }).rfind("bank.key", 0), 0u);
}
TEST(SigningService, that_misbehaves_gives_no_signature_in_bounded_time) {
  const Pair pair = new_pair("ec");
  SignService service(pair.secret);
  for (const auto& [path, rule] : {std::pair{"/wrong", "sign.does-not-verify"}, {"/slow", "sign.service: "}, {"/garbage", "sign.service-reply"}, {"/broken", "sign.service: "}, {"/half", "sign.service: "}}) {
    const auto start = std::chrono::steady_clock::now();
    const std::string said = sign_refused(*at(service.plain(path), pair, Algorithm::ecdsa_p256_sha256));
    EXPECT_EQ(said.rfind(rule, 0), 0u) << path << " " << said;
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(2500)) << path;
  }
  EXPECT_EQ(sign_refused(*at(service.plain("/sign"), new_pair("ec"), Algorithm::ecdsa_p256_sha256)).rfind("sign.does-not-verify", 0), 0u);
  service.stop();
  const std::string down = sign_refused(*at(service.plain("/sign"), pair, Algorithm::ecdsa_p256_sha256));
  EXPECT_EQ(down.rfind("sign.service: ", 0), 0u) << down;
  EXPECT_NE(down.find("签名服务"), std::string::npos) << down;
}
TEST(SigningService, does_not_take_a_digest_for_sm2) { EXPECT_EQ(refusal([] { at("http://127.0.0.1:9/sign", new_pair("sm2"), Algorithm::sm2_sm3, "send digest"); }).rfind("sign.setting", 0), 0u); }

}  // namespace
}  // namespace mif::test
