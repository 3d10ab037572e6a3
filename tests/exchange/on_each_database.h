// SPDX-License-Identifier: Apache-2.0
// A suite that runs on SQLite and on PostgreSQL: the deployments it opens find their database by the machine's flag.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/test_database.h"

namespace mif::exchange::testing {

class OnDatabase : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string(GetParam()) != "postgresql") return;
    if (!mif::testing::PostgresServer::installed()) GTEST_SKIP() << "no PostgreSQL server programs";
    auto& server = mif::testing::TestDatabase::server();
    setenv("MIF_DATABASE_DSN", server.dsn(server.fresh_database()).c_str(), 1);
  }
  void TearDown() override { unsetenv("MIF_DATABASE_DSN"); }
};

inline std::string database_name(const ::testing::TestParamInfo<const char*>& info) { return info.param; }

}  // namespace mif::exchange::testing
