// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "kernel/store/database.h"
#include "mif/error.hpp"
#include "tests/support/test_database.h"

namespace mif::store {

// A fresh database with the table `thing`.
class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = mif::testing::TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
    test_ = std::make_unique<mif::testing::TestDatabase>();
    database_ = Database::open(test_->options());
    static constexpr Migration kThing[] = {{1, "thing",
                                            "create table thing (id bigint not null primary key, fen bigint, name varchar(400), note varchar(20000));\n"
                                            "create unique index thing_name on thing (name);\n"}};
    migrate(*database_, "thing", kThing);
  }
  void TearDown() override {
    database_.reset();
    test_.reset();
  }

  std::int64_t count(std::string_view table = "thing") {
    std::int64_t n = -1;
    database_->read([&](Txn& txn) { n = txn.integer("select count(*) from " + std::string(table)).value(); });
    return n;
  }
  void insert(Txn& txn, std::int64_t id, std::int64_t fen = 0) { txn.execute("insert into thing (id, fen) values (?, ?)", {id, fen}); }
  bool generic() const { return database_->dialect() == Dialect::generic; }

  std::unique_ptr<mif::testing::TestDatabase> test_;
  std::unique_ptr<Database> database_;
};

// The code of the mif::Error that `action` throws; MIF_OK when it throws none.
template <typename Action>
mif_status code_of(Action action, std::string* message = nullptr) {
  try {
    action();
  } catch (const Error& error) {
    if (message) *message = error.what();
    return error.code();
  }
  return MIF_OK;
}

inline std::string times(std::string_view text, int n) {
  std::string all;
  for (int i = 0; i < n; ++i) all += text;
  return all;
}

}  // namespace mif::store
