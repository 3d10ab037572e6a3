// SPDX-License-Identifier: Apache-2.0
// The same log on PostgreSQL: real concurrency, the same hashes.
#include <thread>

#include "tests/audit/fixture.h"
#include "tests/support/postgres_server.h"

namespace mif::audit {
namespace {

class AuditOnPostgresql : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!testing::PostgresServer::installed()) GTEST_SKIP() << "PostgreSQL is not installed";
    server = std::make_unique<testing::PostgresServer>();
    database = store::Database::open({.dsn = server->dsn(server->fresh_database())});
    store::migrate(*database, "audit", migrations());
  }
  VerifyResult check() {
    VerifyResult result;
    database->read([&](store::Txn& txn) { result = verify(txn, log.alg(), {}, nullptr); });
    return result;
  }
  std::unique_ptr<testing::PostgresServer> server;
  std::unique_ptr<store::Database> database;
  testing::TestClock clock;
  Log log{clock, HashAlg::sm3};
};

TEST_F(AuditOnPostgresql, eight_writers_leave_no_gap) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 60; ++i)
        database->write([&](store::Txn& txn) { log.append(txn, {"p" + std::to_string(t), "test", ""}, {i % 2 ? "990000" : "990101", "n", "thing:" + std::to_string(i), "", "{\"名\":1}"}); });
    });
  for (auto& thread : threads) thread.join();
  const auto result = check();
  EXPECT_TRUE(result.findings.empty()) << result.findings.front().what;
  EXPECT_EQ(result.entries, 480);
  EXPECT_EQ(result.chains, 2);
}

TEST_F(AuditOnPostgresql, the_same_events_give_the_same_hashes_as_on_sqlite) {
  const auto fill = [&](store::Database& into) {
    into.write([&](store::Txn& txn) {
      std::vector<Event> events;
      for (int i = 0; i < 40; ++i) events.push_back({i % 2 ? "990000" : "system", "动作", "thing:" + std::to_string(i), i % 5 ? "" : std::string(64, 'b'), "{\"名\":\"值\"}"});
      log.append_all(txn, {"maker1", "test", ""}, events);
      for (const auto& event : events) log.append(txn, {"maker1", "test", "t"}, event);
    });
    std::string heads;
    into.read([&](store::Txn& txn) {
      for (const char* chain : {"990000", "system"}) heads += *txn.text("select hash from audit_head where chain = ?", {chain});
    });
    return heads;
  };
  testing::TempFolder folder;
  const auto sqlite = store::Database::open({.dsn = "sqlite:" + (folder / "a.db"), .create = true});
  store::migrate(*sqlite, "audit", migrations());
  EXPECT_EQ(fill(*database), fill(*sqlite));
  EXPECT_TRUE(check().findings.empty());
}

TEST_F(AuditOnPostgresql, tables_refuse_updates_deletes_and_truncation) {
  database->write([&](store::Txn& txn) { log.append(txn, {"p", "test", ""}, {"c", "a", "o", "", ""}); });
  for (const char* sql : {"update audit_entry set body = 'x'", "delete from audit_entry", "truncate audit_entry", "delete from audit_head", "truncate audit_head", "update audit_head set seq = 0"})
    EXPECT_THROW(database->write([&](store::Txn& txn) { txn.execute(sql); }), Error) << sql;
  EXPECT_TRUE(check().findings.empty());
}

}  // namespace
}  // namespace mif::audit
