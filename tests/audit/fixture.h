// SPDX-License-Identifier: Apache-2.0
// A database in a folder of its own, with the audit room's tables, and a clock that tests set.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "kernel/audit/log.h"
#include "kernel/audit/row_digest.h"
#include "kernel/audit/verify.h"
#include "mif/error.hpp"

namespace mif::testing {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "mif-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class TestClock final : public Clock {
 public:
  std::int64_t now_unix_ms() const override { return now; }
  Day business_day() const override { return Day(2023, 12, 31); }
  std::int64_t now = 1704000000000;
};

class AuditFixture : public ::testing::Test {
 protected:
  AuditFixture() {
    database = store::Database::open({.dsn = "sqlite:" + (folder / "mif.db"), .create = true});
    store::migrate(*database, "audit", audit::migrations());
  }
  TempFolder folder;
  TestClock clock;
  audit::Log log{clock, HashAlg::sha256};
  std::unique_ptr<store::Database> database;
  const Who who{"maker1", "mifctl", "t1"};
};

// The code of the mif::Error that `action` throws; MIF_OK when it does not.
template <class Action>
mif_status status_of(Action action) {
  try {
    action();
  } catch (const Error& e) {
    return e.code();
  }
  return MIF_OK;
}
template <class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

}  // namespace mif::testing
