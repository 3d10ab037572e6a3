// SPDX-License-Identifier: Apache-2.0
// Identity and workflow on PostgreSQL: the same tables, triggers and digests, and real concurrency.
#include <atomic>
#include <thread>

#include "tests/support/postgres_server.h"
#include "tests/workflow/fixture.h"

namespace mif::workflow {
namespace {

using testing::person;

TEST(WorkflowOnPostgresql, one_node_goes_to_the_first_of_many_and_everything_verifies) {
  if (!testing::PostgresServer::installed()) GTEST_SKIP() << "PostgreSQL is not installed";
  testing::PostgresServer server;
  const auto database = store::Database::open({.dsn = server.dsn(server.fresh_database())});
  store::migrate(*database, "audit", audit::migrations());
  store::migrate(*database, "identity", identity::migrations());
  store::migrate(*database, "workflow", migrations());
  testing::TestClock clock;
  audit::Log log(clock, HashAlg::sha256);
  const Who who{"maker1", "test", ""};

  identity::Roles roles{{"reviewer", {"voucher.review"}}, {"maker", {"voucher.propose"}}};
  identity::Identity people(log, clock, roles);
  database->write([&](store::Txn& txn) {
    people.put_unit(txn, who, {"990100", "示例市", "city", ""});
    people.put_person(txn, who, {"reviewer1", "傅复核", "990100", {"reviewer", "maker"}, false});
    people.set_password(txn, who, "reviewer1", "good password");
  });
  EXPECT_EQ(testing::status_of([&] { people.login(*database, who, "reviewer1", "bad password"); }), MIF_E_DENIED);
  EXPECT_EQ(people.login(*database, who, "reviewer1", "good password").size(), 64u);

  Engine engine(log, clock, testing::test_flows());
  std::vector<std::int64_t> ids;
  database->write([&](store::Txn& txn) {
    for (int i = 0; i < 20; ++i) ids.push_back(engine.start(txn, who, "receipt", "990100", "voucher", std::to_string(i), "d1", Fen(1), ""));
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
  EXPECT_EQ(ok, 20);
  database->read([&](store::Txn& txn) {
    auto sources = digest_sources(log.alg());
    for (auto& source : identity::digest_sources(log.alg())) sources.push_back(std::move(source));
    const auto result = audit::verify(txn, log.alg(), sources, nullptr);
    EXPECT_TRUE(result.findings.empty()) << result.findings.front().object << " " << result.findings.front().what;
    EXPECT_EQ(result.objects, 22);
    EXPECT_TRUE(verify(txn).empty());
    EXPECT_TRUE(engine.waiting(txn, "voucher", "review", 0, 10).empty());
  });
  EXPECT_THROW(database->write([&](store::Txn& txn) { txn.execute("delete from workflow_decision"); }), Error);
}

}  // namespace
}  // namespace mif::workflow
