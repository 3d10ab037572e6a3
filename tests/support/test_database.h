// SPDX-License-Identifier: Apache-2.0
// The database a suite runs on, so that one suite serves all back ends: MIF_TEST_BACKEND is "sqlite" (when unset),
// "postgresql", "odbc_psql", "odbc_sqlite" or "odbc_generic" (psqlODBC spoken to as an unknown driver).
//
//   if (const std::string why = mif::testing::TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
//   mif::testing::TestDatabase test; auto database = mif::store::Database::open(test.options());
#pragma once

#include <string>

#include "kernel/store/database.h"
#include "tests/support/postgres_server.h"

namespace mif::testing {

class TestDatabase {
 public:
  static std::string wanted();
  static std::string missing();  // why it cannot run here; empty when it can
  // Fresh: empty, or on PostgreSQL a copy of another that nobody has open (what is in a home's file is copied with the home).
  explicit TestDatabase(const TestDatabase* like = nullptr);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;

  store::Options options() const;
  bool on_postgresql() const;        // a server is behind it, whatever the driver
  static PostgresServer& server();   // one for the whole program, started when first asked for

 private:
  std::string directory_, dsn_, name_;
};

}  // namespace mif::testing
