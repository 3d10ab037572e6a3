// SPDX-License-Identifier: Apache-2.0
// Connections that break, data sources that cannot be reached, and what messages may say.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "tests/store/fixture.h"

namespace mif::store {
namespace {

class ConnectionTest : public StoreTest {
 protected:
  // Ends every connection but the administrator's own, as a restart of the server or a firewall would.
  void break_connections() {
    Options options;
    options.dsn = mif::testing::TestDatabase::server().dsn();
    const auto administrator = Database::open(options);
    administrator->read([](Txn& txn) {
      txn.query("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname like 'fresh%' and pid <> pg_backend_pid()", {}, [](const Row&) {});
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
};

TEST_F(ConnectionTest, TheNextTransactionGetsANewConnection) {
  if (!test_->on_postgresql()) GTEST_SKIP() << "a file has no connection to lose";
  database_->write([&](Txn& txn) { insert(txn, 1); });
  for (int round = 0; round < 3; ++round) {
    break_connections();
    EXPECT_EQ(count(), 1);
  }
  break_connections();
  {
    Txn txn = database_->begin(Mode::write);
    insert(txn, txn.next_id("thing") + 1000);
    txn.commit();
  }
  break_connections();
  database_->write([&](Txn& txn) { insert(txn, txn.next_id("thing") + 1000); });
  EXPECT_EQ(count(), 3);
}

TEST_F(ConnectionTest, AWriteWhoseConnectionBreaksBeforeCommitIsDoneOnce) {
  if (!test_->on_postgresql()) GTEST_SKIP() << "a file has no connection to lose";
  int runs = 0;
  database_->write([&](Txn& txn) {
    insert(txn, 1);
    if (++runs == 1) break_connections();
    insert(txn, 2);
  });
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(count(), 2);
}

TEST_F(ConnectionTest, ATransactionWhoseConnectionBreaksSaysSoAndIsGone) {
  if (!test_->on_postgresql()) GTEST_SKIP() << "a file has no connection to lose";
  {
    Txn txn = database_->begin(Mode::write);
    insert(txn, 1);
    break_connections();
    EXPECT_EQ(code_of([&] { insert(txn, 2); }), MIF_E_UNAVAILABLE);
    EXPECT_NE(code_of([&] { txn.commit(); }), MIF_OK);
  }
  EXPECT_EQ(count(), 0);
  Txn txn = database_->begin(Mode::write);
  insert(txn, 1);
  break_connections();
  const mif_status outcome = code_of([&] { txn.commit(); });
  EXPECT_TRUE(outcome == MIF_E_UNAVAILABLE || outcome == MIF_E_UNKNOWN_OUTCOME) << outcome;
  EXPECT_EQ(count(), 0);
}

TEST_F(ConnectionTest, PasswordsStayOutOfMessages) {
  for (const char* dsn : {"postgresql:host=127.0.0.1 port=1 dbname=x user=u password=s3cret connect_timeout=1", "postgresql:host=127.0.0.1 port=1 password='s3cret s3cret' dbname=x",
                          "postgresql:host=127.0.0.1 port=1 password=a s3cret", "postgresql://u:s3cret@127.0.0.1:1/x", "postgresql:password = s3cret host=127.0.0.1 port=1",
                          "odbc:Driver={PostgreSQL Unicode};Server=127.0.0.1;Port=1;Uid=u;Pwd=s3cret;Database=x", "odbc:Driver={PostgreSQL Unicode};PWD={s3cret;s3cret};Server=127.0.0.1;Port=1",
                          "odbc:Driver=No Such Driver;Password=s3cret", "s3cret"}) {
    Options options;
    options.dsn = dsn;
    std::string message;
    const mif_status code = code_of([&] { Database::open(options); }, &message);
    if (std::string(dsn) == "s3cret") {
      EXPECT_EQ(code, MIF_E_INVALID);
      continue;
    }
    EXPECT_EQ(code, MIF_E_UNAVAILABLE) << dsn;
    EXPECT_EQ(message.find("s3cret"), std::string::npos) << message;
  }
}

TEST_F(ConnectionTest, SaysWhichDriversAndVersionsItUses) {
  const std::string text = database_->describe();
  EXPECT_NE(text.find(database_->backend() == Backend::odbc ? "driver" : test_->on_postgresql() ? "postgresql 1" : "sqlite 3."), std::string::npos) << text;
}

TEST_F(ConnectionTest, AMissingDatabaseFileIsNotMadeUnlessAsked) {
  if (database_->backend() != Backend::sqlite) GTEST_SKIP() << "a file of SQLite's own";
  Options options = test_->options();
  options.dsn += ".missing";
  options.create = false;
  EXPECT_EQ(code_of([&] { Database::open(options); }), MIF_E_UNAVAILABLE);
  EXPECT_NE(access(options.dsn.substr(7).c_str(), F_OK), 0);
}

TEST_F(ConnectionTest, WhatWriteReportedSurvivesAKilledProcess) {
  if (test_->on_postgresql()) GTEST_SKIP() << "the server keeps the data, not this process";
  Options options = test_->options();
  int acknowledged[2];
  ASSERT_EQ(pipe(acknowledged), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto database = Database::open(options);
    for (std::int64_t id = 1;; ++id) {
      database->write([&](Txn& txn) { insert(txn, id); });
      if (write(acknowledged[1], &id, sizeof id) != sizeof id) _exit(1);
    }
  }
  close(acknowledged[1]);
  std::int64_t last = 0;
  while (last < 300 && read(acknowledged[0], &last, sizeof last) == sizeof last) {
  }
  kill(child, SIGKILL);
  while (read(acknowledged[0], &last, sizeof last) == sizeof last) {
  }
  close(acknowledged[0]);
  waitpid(child, nullptr, 0);
  EXPECT_GE(last, 300);
  EXPECT_GE(count(), last);
  EXPECT_LE(count(), last + 1);
  if (database_->backend() == Backend::sqlite) {
    database_->read([](Txn& txn) { EXPECT_EQ(txn.text("pragma integrity_check"), "ok"); });
  }
}

}  // namespace
}  // namespace mif::store
