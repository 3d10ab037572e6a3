// SPDX-License-Identifier: Apache-2.0
// A suite that runs on SQLite and on PostgreSQL: the deployments it opens are made for the database of the test.
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
    before_ = mif::testing::TestDatabase::wanted();
    setenv("MIF_TEST_BACKEND", "postgresql", 1);
  }
  void TearDown() override {
    if (!before_.empty()) setenv("MIF_TEST_BACKEND", before_.c_str(), 1);
  }

 private:
  std::string before_;  // "" = as it is
};

inline std::string database_name(const ::testing::TestParamInfo<const char*>& info) { return info.param; }

}  // namespace mif::exchange::testing
