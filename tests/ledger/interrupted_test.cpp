// SPDX-License-Identifier: Apache-2.0
// What the client knows when a connection breaks at the commit, and what is there after a process was killed while posting:
// each source key at most once, everything that was told, nothing half done. MIF_KILL_ROUNDS: how often (8 unless told).
#include <libpq-fe.h>
#include <signal.h>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>

#include "tests/ledger/on_each_database.h"

namespace mif {
namespace {

using testing::draft;
using testing::LedgerFixture;

int rounds() {
  const char* asked = std::getenv("MIF_KILL_ROUNDS");
  return asked ? std::max(1, std::atoi(asked)) : 8;
}

class Interrupted : public testing::OnEachDatabase {
 protected:
  using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
  Connection administrator() const { return Connection(PQconnectdb(dsn_.substr(dsn_.find(':') + 1).c_str()), PQfinish); }
  // The first cell of the answer.
  static std::string run(const Connection& connection, const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), PQclear);
    const auto status = PQresultStatus(result.get());
    EXPECT_TRUE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) << PQerrorMessage(connection.get());
    return status == PGRES_TUPLES_OK && PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
  }
  static ledger::Draft one(const std::string& key) { return draft("A", Day(2023, 1, 5), key, {"D 1001 1.00", "C 2101 1.00"}); }
  // What a client does that must not lose or double a document: propose under its key, post unless it is posted.
  static void enter(LedgerFixture& world, const std::string& key) {
    world.database().write([&](store::Txn& txn) {
      auto& ledger = world.ledger();
      const std::int64_t id = ledger.propose(txn, LedgerFixture::who("maker"), one(key)).id;
      if (ledger.voucher(txn, id).state == ledger::State::posted) return;
      ledger.approve(txn, LedgerFixture::who("reviewer"), id, "reviewer");
      ledger.post(txn, LedgerFixture::who("reviewer"), id);
    });
  }
  static mif_status outcome_of_entering(LedgerFixture& world, const std::string& key) {
    try {
      enter(world, key);
    } catch (const Error& error) {
      EXPECT_TRUE(error.code() == MIF_E_UNKNOWN_OUTCOME || error.code() == MIF_E_UNAVAILABLE) << error.what();
      return error.code();
    }
    return MIF_OK;
  }
  static std::map<std::string, int> posted(LedgerFixture& world) {
    std::map<std::string, int> keys;
    world.database().read([&](store::Txn& txn) {
      ledger::VoucherQuery all;
      all.book = "A";
      all.limit = 1000000;
      for (const auto& v : world.ledger().vouchers(txn, all)) {
        EXPECT_EQ(v.state, ledger::State::posted) << v.source_key << " is half done";
        ++keys[v.source_key];
      }
    });
    return keys;
  }
};

TEST_P(Interrupted, AConnectionLostInTheCommitBeforeItCountedIsAnUnknownOutcome) {
  if (!on_postgresql()) GTEST_SKIP() << "a file has no connection to lose";
  enter(*world_, "before");  // the process has its block of ids
  const auto admin = administrator();
  run(admin, "create function die() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(5); return null; end $$");
  run(admin, "create constraint trigger at_commit after insert on ledger_voucher deferrable initially deferred for each row execute function die()");
  EXPECT_EQ(outcome_of_entering(*world_, "k"), MIF_E_UNKNOWN_OUTCOME);
  run(admin, "drop trigger at_commit on ledger_voucher");
  EXPECT_EQ(posted(*world_).count("k"), 0u);
  EXPECT_EQ(outcome_of_entering(*world_, "k"), MIF_OK);
  EXPECT_EQ(posted(*world_), (std::map<std::string, int>{{"before", 1}, {"k", 1}}));
  EXPECT_EQ(testing::describe(world_->verify_all()), "");
}

// The server has written the commit and waits for a standby that never comes: the transaction counts, its client cannot know.
TEST_P(Interrupted, AConnectionLostInTheCommitAfterItCountedIsAnUnknownOutcomeToo) {
  if (!on_postgresql()) GTEST_SKIP() << "a file has no connection to lose";
  enter(*world_, "before");
  const auto admin = administrator();
  run(admin, "alter system set synchronous_standby_names = 'nobody'");
  run(admin, "select pg_reload_conf()");
  while (run(administrator(), "show synchronous_standby_names") != "nobody") std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::atomic<bool> over{false};
  mif_status outcome = MIF_OK;
  std::thread client([&] {
    outcome = outcome_of_entering(*world_, "k");
    over = true;
  });
  while (!over) {
    run(admin, "select count(pg_terminate_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep'");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  client.join();
  run(admin, "alter system reset synchronous_standby_names");
  run(admin, "select pg_reload_conf()");
  while (!run(administrator(), "show synchronous_standby_names").empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(outcome, MIF_E_UNKNOWN_OUTCOME);
  EXPECT_EQ(posted(*world_), (std::map<std::string, int>{{"before", 1}, {"k", 1}})) << "it did count";
  EXPECT_EQ(outcome_of_entering(*world_, "k"), MIF_OK);
  EXPECT_EQ(posted(*world_), (std::map<std::string, int>{{"before", 1}, {"k", 1}}));
  EXPECT_EQ(testing::describe(world_->verify_all()), "");
}

// Connections are ended at any moment while three clients post and repeat what they are not sure of.
TEST_P(Interrupted, WhoeverRepeatsUnderTheSameKeyHasOneVoucher) {
  if (!on_postgresql()) GTEST_SKIP() << "a file has no connection to lose";
  const int each = 10 * rounds();
  std::atomic<int> at_work{3}, broken{0};
  in_threads(4, [&](int t) {
    if (t == 3) {
      const auto admin = administrator();
      while (at_work > 0) {
        run(admin, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' order by random() limit 1");
        std::this_thread::sleep_for(std::chrono::milliseconds(120));
      }
      return;
    }
    for (int i = 0; i < each; ++i) {
      for (mif_status outcome = MIF_E_UNKNOWN_OUTCOME; outcome != MIF_OK;) {
        outcome = outcome_of_entering(*world_, std::to_string(t) + '/' + std::to_string(i));
        broken += outcome != MIF_OK;
      }
    }
    --at_work;
  });
  const auto keys = posted(*world_);
  EXPECT_EQ(keys.size(), static_cast<std::size_t>(3 * each));
  for (const auto& [key, times] : keys) EXPECT_EQ(times, 1) << key;
  EXPECT_EQ(testing::describe(world_->verify_all()), "");
  RecordProperty("broken", broken.load());
}

TEST_P(Interrupted, AKilledPosterHasWhatItTold) {
  int told = 0;
  for (int round = 0; round < rounds(); ++round) {
    world_.reset();
    int acknowledged[2];
    ASSERT_EQ(pipe(acknowledged), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(acknowledged[0]);
      try {
        LedgerFixture own(dsn_);
        own.clock().advance((2 * round + 1) * 1000000);  // a process's clock starts anew, time does not
        for (int key = 0;; ++key) {  // those of the rounds before come again
          enter(own, std::to_string(key));
          if (write(acknowledged[1], &key, sizeof key) != sizeof key) _exit(1);
        }
      } catch (...) {
        _exit(2);
      }
    }
    close(acknowledged[1]);
    int last = -1;
    const auto hear = [&] { return read(acknowledged[0], &last, sizeof last) == sizeof last; };
    while (last < told + round % 3 && hear()) {
    }
    std::this_thread::sleep_for(std::chrono::microseconds(1370 * (round % 11)));
    kill(child, SIGKILL);
    while (hear()) {
    }
    close(acknowledged[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << WEXITSTATUS(status);
    told = std::max(told, last + 1);
    world_ = std::make_unique<LedgerFixture>(dsn_);
    world_->clock().advance((2 * round + 2) * 1000000);
    const auto keys = posted(*world_);
    EXPECT_GE(keys.size(), static_cast<std::size_t>(told));
    EXPECT_LE(keys.size(), static_cast<std::size_t>(told) + 1) << "at most the one that was on its way";
    for (const auto& [key, times] : keys) EXPECT_EQ(times, 1) << key;
    for (int key = 0; key < told; ++key) EXPECT_EQ(keys.count(std::to_string(key)), 1u) << key;
    ASSERT_EQ(testing::describe(world_->verify_all()), "") << "round " << round;
  }
  EXPECT_GE(told, rounds());
}

INSTANTIATE_TEST_SUITE_P(On, Interrupted, ::testing::Values("sqlite", "postgresql"), [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace mif
