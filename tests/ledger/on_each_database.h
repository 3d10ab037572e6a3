// SPDX-License-Identifier: Apache-2.0
// A suite that runs on a file of SQLite and on a PostgreSQL server of its own, each test in a fresh ledger with two books.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/ledger/fixture.h"
#include "tests/support/postgres_server.h"

namespace mif::testing {

class OnEachDatabase : public ::testing::TestWithParam<const char*> {
 protected:
  bool on_postgresql() const { return GetParam() == std::string("postgresql"); }
  void SetUp() override {
    if (on_postgresql()) {
      if (!PostgresServer::installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
      server_ = std::make_unique<PostgresServer>();
      dsn_ = server_->dsn(server_->fresh_database());
    } else {
      file_ = (std::filesystem::temp_directory_path() / ("mif-concurrency-" + std::to_string(getpid()) + ".db")).string();
      dsn_ = "sqlite:" + file_;
    }
    world_ = std::make_unique<LedgerFixture>(dsn_);
    world_->apply_charts();
    for (const char* book : {"A", "B"}) world_->add_book(book);
  }
  void TearDown() override {
    world_.reset();
    for (const char* end : {"", "-wal", "-shm"})
      if (!file_.empty()) std::filesystem::remove(file_ + end);
  }
  template <class Work>
  static void in_threads(int n, const Work& work) {
    std::vector<std::thread> threads;
    for (int t = 0; t < n; ++t) threads.emplace_back([&work, t] { work(t); });
    for (auto& thread : threads) thread.join();
  }
  std::string dsn_, file_;
  std::unique_ptr<PostgresServer> server_;
  std::unique_ptr<LedgerFixture> world_;
};

}  // namespace mif::testing
