// SPDX-License-Identifier: Apache-2.0
// A ledger for benches: migrated database, employee chart, books of many units, and vouchers of four lines.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "kernel/audit/log.h"
#include "kernel/base/clock.h"
#include "kernel/chart/chart.h"
#include "kernel/ledger/ledger.h"
#include "kernel/store/database.h"

namespace mif::bench {

class Fixture {
 public:
  // `books` books "B001", ... starting in `start`; existing ones are kept.
  Fixture(const std::string& dsn, int books, Period start, int pool = 24);
  store::Database& database() { return *database_; }
  ledger::Ledger& ledger() { return *ledger_; }
  chart::Charts& charts() { return *charts_; }
  static std::string book(int i);
  // Voucher `i` of a book: a settlement of three benefit lines against the bank account, deterministic.
  static ledger::Draft draft(int book, std::int64_t i, Day day);
  static Who who() { return {"bench", "bench", ""}; }

 private:
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<audit::Log> log_;
  std::unique_ptr<chart::Charts> charts_;
  std::unique_ptr<ledger::Ledger> ledger_;
};

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace mif::bench
