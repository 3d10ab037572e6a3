// SPDX-License-Identifier: Apache-2.0
// Audit, identity and workflow on every back end: the same hashes, real concurrency, tables that refuse changes.
// Where there is only one row lock to speak of (a generic database), the rooms must still hold.
#include <atomic>
#include <thread>

#include "tests/support/test_database.h"
#include "tests/workflow/fixture.h"

namespace mif::workflow {
namespace {

using testing::person;

class OnThisBackend : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = testing::TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
    test = std::make_unique<testing::TestDatabase>();
    store::Options options = test->options();
    options.lease_timeout_ms = 30000;
    database = store::Database::open(options);
    migrate(*database);
  }
  static void migrate(store::Database& into) {
    store::migrate(into, "audit", audit::migrations());
    store::migrate(into, "identity", identity::migrations());
    store::migrate(into, "workflow", migrations());
  }
  audit::VerifyResult check() {
    audit::VerifyResult result;
    database->read([&](store::Txn& txn) {
      auto sources = digest_sources(log.alg());
      for (auto& source : identity::digest_sources(log.alg())) sources.push_back(std::move(source));
      result = audit::verify(txn, log.alg(), sources, nullptr);
    });
    return result;
  }
  void expect_clean() {
    const auto result = check();
    EXPECT_TRUE(result.findings.empty()) << result.findings.front().object << ": " << result.findings.front().what;
  }
  static std::vector<audit::Event> events() {
    std::vector<audit::Event> all;
    for (int i = 0; i < 40; ++i) all.push_back({i % 2 ? "990000" : "system", "动作", "other:" + std::to_string(i), i % 5 ? "" : std::string(64, 'b'), "{\"名\":\"值\"}"});
    return all;
  }
  const Who who{"maker1", "test", "t"};
  testing::TestClock clock;
  audit::Log log{clock, HashAlg::sm3};
  std::unique_ptr<testing::TestDatabase> test;
  std::unique_ptr<store::Database> database;
};

TEST_F(OnThisBackend, the_log_has_the_same_hashes_as_on_sqlite) {
  const auto fill = [&](store::Database& into) {
    into.write([&](store::Txn& txn) {
      log.append_all(txn, who, events());
      for (const auto& event : events()) log.append(txn, who, event);
      log.append(txn, who, {"990000", "large", "other:large", "", std::string(300'000, 'x') + "字"});
    });
    std::string heads;
    into.read([&](store::Txn& txn) {
      for (const char* chain : {"990000", "system"}) heads += txn.text("select hash from audit_head where chain = ?", {chain}).value();
    });
    return heads;
  };
  testing::TempFolder folder;
  const auto sqlite = store::Database::open({.dsn = "sqlite:" + (folder / "a.db"), .create = true});
  migrate(*sqlite);
  EXPECT_EQ(fill(*database), fill(*sqlite));
  expect_clean();
  database->read([&](store::Txn& txn) {
    audit::entries(txn, "990000", 40, 10, [&](const audit::Entry& e) { EXPECT_EQ(e.body.size(), 300'003u); });
  });
}

TEST_F(OnThisBackend, eight_writers_leave_no_gap_in_the_log) {
  database->write([&](store::Txn& txn) { log.append_all(txn, who, events()); });
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 30; ++i)
        database->write([&](store::Txn& txn) { log.append(txn, {"p" + std::to_string(t), "test", ""}, {i % 2 ? "990000" : "system", "n", "other:" + std::to_string(i), "", "{}"}); });
    });
  for (auto& thread : threads) thread.join();
  const auto result = check();
  EXPECT_TRUE(result.findings.empty()) << result.findings.front().object << ": " << result.findings.front().what;
  EXPECT_EQ(result.entries, 280);
  EXPECT_EQ(result.chains, 2);
}

TEST_F(OnThisBackend, the_tables_refuse_changes_of_history) {
  bool triggers = false, truncates = false;
  database->write([&](store::Txn& txn) {
    triggers = txn.dialect() != store::Dialect::generic;
    truncates = txn.dialect() == store::Dialect::postgresql;
    log.append(txn, who, {"c", "a", "o", "", ""});
  });
  if (!triggers) GTEST_SKIP() << "an unknown database has no triggers of ours; verification alone protects it";
  std::vector<std::string> attacks = {"update audit_entry set body = 'x'", "delete from audit_entry", "delete from audit_head", "update audit_head set seq = 0"};
  if (truncates) attacks.insert(attacks.end(), {"truncate audit_entry", "truncate audit_head"});
  for (const auto& sql : attacks) EXPECT_THROW(database->write([&](store::Txn& txn) { txn.execute(sql); }), Error) << sql;
  expect_clean();
}

TEST_F(OnThisBackend, a_person_logs_in_is_locked_and_verifies) {
  identity::Identity people(log, clock, identity::Roles{{"reviewer", {"voucher.review"}}, {"maker", {"voucher.propose"}}});
  database->write([&](store::Txn& txn) {
    people.put_unit(txn, who, {"990100", "示例市", "city", ""});
    people.put_person(txn, who, {"reviewer1", "傅复核", "990100", {"reviewer", "maker"}, false});
    people.set_password(txn, who, "reviewer1", "good password");
  });
  const std::string token = people.login(*database, who, "reviewer1", "good password");
  database->read([&](store::Txn& txn) { EXPECT_TRUE(people.session(txn, token).may("voucher.review")); });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(testing::status_of([&] { people.login(*database, who, "reviewer1", "bad password"); }), MIF_E_DENIED);
  EXPECT_EQ(testing::status_of([&] { people.login(*database, who, "reviewer1", "good password"); }), MIF_E_DENIED);
  expect_clean();
  EXPECT_EQ(check().objects, 2);
}

TEST_F(OnThisBackend, one_node_goes_to_the_first_of_many) {
  Engine engine(log, clock, testing::test_flows());
  std::vector<std::int64_t> ids;
  database->write([&](store::Txn& txn) {
    for (int i = 0; i < 12; ++i) ids.push_back(engine.start(txn, who, "receipt", "990100", "voucher", std::to_string(i), "d1", Fen(-9'000'000'000'000'000), ""));
  });
  std::atomic<int> ok = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (const auto id : ids)
        ok += testing::status_of([&] {
                database->write([&](store::Txn& txn) { engine.decide(txn, who, person("reviewer" + std::to_string(t), {"reviewer"}), id, "review", true, "d1", "同意"); });
              }) == MIF_OK;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ok, 12);
  expect_clean();
  database->read([&](store::Txn& txn) {
    EXPECT_TRUE(verify(txn).empty());
    EXPECT_TRUE(engine.waiting(txn, "voucher", "review", 0, 10).empty());
    EXPECT_EQ(engine.instance(txn, ids[0]).amount, Fen(-9'000'000'000'000'000));
  });
}

}  // namespace
}  // namespace mif::workflow
