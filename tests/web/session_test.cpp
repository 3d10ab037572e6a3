// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>

#include "site.h"

namespace mif::web_test {
namespace {

TEST(Session, SigningInGivesAnHttpOnlySameSiteCookieAndTellsWhoItIs) {
  Client client(Site::get().port());
  const Answer answer = client.send("POST", "/api/v1/session", R"({"login":"viewer1","password":"Correct-Horse-7"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const std::string cookie = answer.header("set-cookie");
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("SameSite=Strict"), std::string::npos);
  EXPECT_EQ(answer.json()->getValue<std::string>("name"), "查阅文");
  EXPECT_TRUE(answer.json()->getValue<bool>("development"));
  EXPECT_EQ(answer.body.find(client.cookie), std::string::npos) << "the token must stay out of the page's reach";
}

TEST(Session, AWrongPasswordAndAnUnknownLoginAreTheSameRefusal) {
  Client client(Site::get().port());
  const auto wrong = expect_problem(client.send("POST", "/api/v1/session", R"({"login":"viewer1","password":"no"})"), 401, "login-failed");
  const auto unknown = expect_problem(client.send("POST", "/api/v1/session", R"({"login":"nobody","password":"no"})"), 401, "login-failed");
  EXPECT_EQ(wrong->getValue<std::string>("detail"), unknown->getValue<std::string>("detail"));
  EXPECT_EQ(client.cookie, "");
}

TEST(Session, WithoutOneEveryDoorButThePublicOnesIsClosed) {
  Client client(Site::get().port());
  for (const char* path : {"/api/v1/session", "/api/v1/units", "/api/v1/books", "/api/v1/vouchers/1", "/api/v1/audit", "/api/v1/plugins"})
    expect_problem(client.get(path), 401, "sign-in-required");
  EXPECT_EQ(client.get("/api/v1/health").status, 200);
  client.cookie = "0123456789abcdef";
  expect_problem(client.get("/api/v1/books"), 401, "sign-in-required");
}

TEST(Session, EndsAtOnceWhenSomebodySignsOut) {
  Client client = Client::of("viewer1");
  const std::string token = client.cookie;
  ASSERT_EQ(client.get("/api/v1/books").status, 200);
  const Answer out = client.send("DELETE", "/api/v1/session", "", {{"X-CSRF-Token", client.csrf}});
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.header("set-cookie").find("Max-Age=0"), std::string::npos);
  client.cookie = token;
  expect_problem(client.get("/api/v1/books"), 401, "sign-in-required");
}

TEST(Session, ADisabledPersonIsOutWithinAFewSeconds) {
  Site& site = Site::get();
  site.deployment->database().write([&](store::Txn& txn) {
    site.deployment->identity().put_person(txn, {"admin1", "test", ""}, {"leaver", "离职人", "990000", {"viewer"}, false});
    site.deployment->identity().set_password(txn, {"admin1", "test", ""}, "leaver", kPassword);
  });
  Client client = Client::of("leaver");
  ASSERT_EQ(client.get("/api/v1/books").status, 200);
  site.deployment->database().write([&](store::Txn& txn) {
    site.deployment->identity().put_person(txn, {"admin1", "test", ""}, {"leaver", "离职人", "990000", {"viewer"}, true});
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(2300));
  const int status = client.get("/api/v1/books").status;
  EXPECT_TRUE(status == 401 || status == 403) << status;
}

TEST(Csrf, AWritingRequestNeedsTheTokenOrAPageOfThisServer) {
  Client client = Client::of("maker1");
  const std::string body = Site::draft("1.00");
  const auto key = [](const char* k) { return std::pair<const std::string, std::string>{"Idempotency-Key", k}; };
  expect_problem(client.send("POST", "/api/v1/vouchers", body, {key("csrf-1")}), 403, "cross-site-request");
  expect_problem(client.send("POST", "/api/v1/vouchers", body, {key("csrf-1"), {"X-CSRF-Token", std::string(32, '0')}}), 403, "cross-site-request");
  expect_problem(client.send("POST", "/api/v1/vouchers", body, {key("csrf-1"), {"Sec-Fetch-Site", "cross-site"}}), 403, "cross-site-request");
  expect_problem(client.send("POST", "/api/v1/vouchers", body, {key("csrf-1"), {"Origin", "http://evil.example"}}), 403, "cross-site-request");
  EXPECT_EQ(client.send("POST", "/api/v1/vouchers", body, {key("csrf-1"), {"Sec-Fetch-Site", "same-origin"}}).status, 201);
  const std::string here = "http://127.0.0.1:" + std::to_string(Site::get().port());
  EXPECT_EQ(client.send("POST", "/api/v1/vouchers", body, {key("csrf-1"), {"Origin", here}}).status, 201);
  EXPECT_EQ(client.send("POST", "/api/v1/vouchers", body, {key("csrf-1"), {"X-CSRF-Token", client.csrf}}).status, 201);
  Client stranger(Site::get().port());
  expect_problem(stranger.send("POST", "/api/v1/session", R"({"login":"viewer1","password":"Correct-Horse-7"})", {{"Origin", "http://evil.example"}}), 403, "cross-site-request");
}

TEST(Session, EveryAnswerForbidsSniffingAndFraming) {
  Client client(Site::get().port());
  for (const char* path : {"/api/v1/health", "/x/console/", "/nowhere", "/problems/denied"}) {
    const Answer answer = client.get(path);
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff") << path;
    EXPECT_NE(answer.header("content-security-policy").find("frame-ancestors 'none'"), std::string::npos) << path;
    EXPECT_FALSE(answer.header("cache-control").empty()) << path;
  }
  EXPECT_EQ(client.get("/x/console/").header("content-security-policy").find("unsafe"), std::string::npos);
}

}  // namespace
}  // namespace mif::web_test
