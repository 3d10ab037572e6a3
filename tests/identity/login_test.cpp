// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "tests/identity/fixture.h"

namespace mif::identity {
namespace {

const std::string kPassword = "正确的口令-1";

class Login : public testing::IdentityFixture {
 protected:
  Login() {
    database->write([&](store::Txn& txn) { people.set_password(txn, who, "maker1", kPassword); });
  }
  mif_status login(std::string_view name, std::string_view password) {
    return testing::status_of([&] { token = people.login(*database, web, name, password); });
  }
  mif_status session(std::string_view t) {
    return testing::status_of([&] { database->read([&](store::Txn& txn) { seen = people.session(txn, t); }); });
  }
  const Who web{"web", "web", "r1"};
  std::string token;
  Caller seen;
};

TEST_F(Login, with_the_right_password_opens_a_session_of_that_person) {
  ASSERT_EQ(login("maker1", kPassword), MIF_OK);
  EXPECT_EQ(token.size(), 64u);
  ASSERT_EQ(session(token), MIF_OK);
  EXPECT_EQ(seen.login, "maker1");
  EXPECT_TRUE(seen.may("voucher.propose"));
  const std::string first = token;
  ASSERT_EQ(login("maker1", kPassword), MIF_OK);
  EXPECT_NE(token, first);
  EXPECT_EQ(session(first), MIF_OK) << "a second window";
  database->write([&](store::Txn& txn) { people.logout(txn, web, first); });
  EXPECT_EQ(session(first), MIF_E_DENIED);
  EXPECT_EQ(session(token), MIF_OK);
  EXPECT_EQ(session(""), MIF_E_DENIED);
  EXPECT_TRUE(findings().empty());
}

TEST_F(Login, says_the_same_for_every_refusal) {
  const auto say = [&](std::string_view name, std::string_view password) { return testing::message_of([&] { people.login(*database, web, name, password); }); };
  const std::string wrong = say("maker1", "wrong password");
  EXPECT_FALSE(wrong.empty());
  EXPECT_EQ(say("nobody", kPassword), wrong);
  EXPECT_EQ(say("admin1", ""), wrong) << "a person without a password";
  database->write([&](store::Txn& txn) { people.put_person(txn, who, {"maker1", "郑制单", "990100", {"maker"}, true}); });
  EXPECT_EQ(say("maker1", kPassword), wrong) << "disabled";
}

TEST_F(Login, locks_after_five_failures_for_a_while) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(login("maker1", "wrong password"), MIF_E_DENIED);
  EXPECT_EQ(login("maker1", kPassword), MIF_E_DENIED) << "locked: even the right one";
  EXPECT_TRUE(findings().empty()) << "the counters are part of the logged person";
  clock.now += 14 * 60 * 1000;
  EXPECT_EQ(login("maker1", kPassword), MIF_E_DENIED);
  clock.now += 2 * 60 * 1000;
  EXPECT_EQ(login("maker1", kPassword), MIF_OK);
  EXPECT_TRUE(findings().empty());
}

TEST_F(Login, forgets_failures_after_a_success) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 4; ++i) login("maker1", "wrong password");
    EXPECT_EQ(login("maker1", kPassword), MIF_OK);
  }
}

TEST_F(Login, lock_cannot_be_outrun_by_many_at_once) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 2; ++i) testing::status_of([&] { people.login(*database, web, "maker1", "wrong password"); });
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(login("maker1", kPassword), MIF_E_DENIED);
  EXPECT_TRUE(findings().empty());
}

TEST_F(Login, every_attempt_is_in_the_log_without_the_password) {
  login("maker1", "mistyped secret");
  login("nobody-secret", "another password");
  login("maker1", kPassword);
  std::vector<std::string> actions;
  database->read([&](store::Txn& txn) {
    audit::entries(txn, "system", 0, 1000, [&](const audit::Entry& e) {
      if (e.action.starts_with("login")) actions.push_back(e.action);
      for (const auto& secret : {std::string("mistyped secret"), std::string("another password"), kPassword, std::string("nobody-secret")})
        EXPECT_EQ((e.body + e.object).find(secret), std::string::npos);
      EXPECT_EQ(e.actor, e.action == "login" ? "maker1" : e.actor);
    });
  });
  EXPECT_EQ(actions, (std::vector<std::string>{"login.refuse", "login.refuse", "login"}));
}

TEST_F(Login, password_change_ends_the_sessions_and_the_lock) {
  ASSERT_EQ(login("maker1", kPassword), MIF_OK);
  for (int i = 0; i < 5; ++i) testing::status_of([&] { people.login(*database, web, "maker1", "wrong password"); });
  database->write([&](store::Txn& txn) { people.set_password(txn, who, "maker1", "another good one"); });
  EXPECT_EQ(session(token), MIF_E_DENIED);
  EXPECT_EQ(login("maker1", kPassword), MIF_E_DENIED);
  EXPECT_EQ(login("maker1", "another good one"), MIF_OK);
}

TEST_F(Login, sessions_end_by_time_and_when_the_person_is_disabled) {
  ASSERT_EQ(login("maker1", kPassword), MIF_OK);
  clock.now += 11ll * 3600 * 1000;
  EXPECT_EQ(session(token), MIF_OK);
  clock.now += 2ll * 3600 * 1000;
  EXPECT_EQ(session(token), MIF_E_DENIED);
  ASSERT_EQ(login("maker1", kPassword), MIF_OK);
  database->write([&](store::Txn& txn) { people.put_person(txn, who, {"maker1", "郑制单", "990100", {"maker"}, true}); });
  EXPECT_EQ(session(token), MIF_E_DENIED);
}

TEST_F(Login, stores_neither_passwords_nor_tokens) {
  ASSERT_EQ(login("maker1", kPassword), MIF_OK);
  database.reset();
  for (const char* file : {"mif.db", "mif.db-wal"}) {
    if (!std::filesystem::exists(folder / file)) continue;
    const std::string bytes = read_file(folder / file);
    EXPECT_EQ(bytes.find(kPassword), std::string::npos);
    EXPECT_EQ(bytes.find(token), std::string::npos);
  }
}

TEST_F(Login, passwords_have_rules) {
  for (const std::string bad : {"", "short", "\xff\xff\xff\xff\xff\xff\xff\xff\xff"})
    EXPECT_EQ(write([&](store::Txn& txn) { people.set_password(txn, who, "maker1", bad); }), MIF_E_INVALID);
  EXPECT_EQ(write([&](store::Txn& txn) { people.set_password(txn, who, "nobody", kPassword); }), MIF_E_NOT_FOUND);
}

TEST_F(Login, inside_a_transaction_counts_failures_when_it_is_committed) {
  for (int i = 0; i < 5; ++i) {
    store::Txn txn = database->begin(store::Mode::write);
    EXPECT_EQ(testing::status_of([&] { people.login(txn, web, "maker1", "wrong password"); }), MIF_E_DENIED);
    txn.commit();
  }
  EXPECT_EQ(login("maker1", kPassword), MIF_E_DENIED);
}

TEST_F(Login, works_with_commercial_cryptography) {
  audit::Log gm(clock, HashAlg::sm3);
  Identity other(gm, clock, testing::test_roles());
  database->write([&](store::Txn& txn) { other.set_password(txn, who, "admin1", kPassword); });
  database->read([&](store::Txn& txn) {
    EXPECT_EQ(txn.text("select password_alg from identity_person where login = 'admin1'"), "pbkdf2-sm3");
    EXPECT_GE(*txn.integer("select password_iterations from identity_person where login = 'admin1'"), 100000);
  });
  EXPECT_EQ(testing::status_of([&] { other.login(*database, web, "admin1", kPassword); }), MIF_OK);
  EXPECT_EQ(testing::status_of([&] { other.login(*database, web, "admin1", "wrong password"); }), MIF_E_DENIED);
}

}  // namespace
}  // namespace mif::identity
