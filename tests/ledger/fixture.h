// SPDX-License-Identifier: Apache-2.0
// A ledger on a database of its own: the demo province's charts, a clock that moves by itself, people who make and review.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/audit/log.h"
#include "kernel/audit/verify.h"
#include "kernel/base/clock.h"
#include "kernel/chart/chart.h"
#include "kernel/closing/closing.h"
#include "kernel/ledger/ledger.h"
#include "kernel/open_items/open_items.h"
#include "kernel/store/database.h"

namespace mif::testing {

class SteppingClock final : public Clock {
 public:
  std::int64_t now_unix_ms() const override { return ++now_; }
  void advance(std::int64_t ms) { now_ += ms; }
  Day business_day() const override { return Day(2023, 12, 31); }

 private:
  mutable std::int64_t now_ = 1700000000000;
};

class LedgerFixture {
 public:
  // An empty DSN = a fresh SQLite file that is removed afterwards.
  explicit LedgerFixture(const std::string& dsn = {});
  ~LedgerFixture();

  store::Database& database() { return *database_; }
  ledger::Ledger& ledger() { return *ledger_; }
  closing::Closing& closing() { return *closing_; }
  SteppingClock& clock() { return clock_; }
  void use_templates(std::vector<closing::Template> templates);  // instead of the shipped ones
  chart::Charts& charts() { return *charts_; }
  open_items::OpenItems open_items() { return {*ledger_, *charts_, *log_, clock_}; }
  audit::Log& log() { return *log_; }
  std::int64_t now_ms() const { return clock_.now_unix_ms(); }
  const std::string& file() const { return file_; }  // of the SQLite database

  static Who who(const std::string& actor = "system") { return {actor, "test", ""}; }
  void apply_charts();
  void add_book(const std::string& code, const std::string& chart = "employee", Period start = {2023, 1}, const std::string& unit = {}, bool yearly = false);
  // Proposes, approves as "reviewer" and posts in one transaction; the voucher's id.
  std::int64_t post(const ledger::Draft& draft);
  std::int64_t propose(const ledger::Draft& draft);
  ledger::Voucher voucher(std::int64_t id);
  std::vector<ledger::CheckItem> checklist(const std::string& book, Period period);
  // Closing vouchers made, reviewed and posted; then the period closed.
  void carry_and_close(const std::string& book, Period period);

  std::vector<audit::Finding> verify_ledger();
  std::vector<audit::Finding> verify_all();  // and the log with every object digest
  std::string state_hash();

 private:
  std::string file_;
  SteppingClock clock_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<audit::Log> log_;
  std::unique_ptr<chart::Charts> charts_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<closing::Closing> closing_;
};

// "D 50010101 mode=1 100.00" / "C 1004 bank_account=1 100.00 summary..."
ledger::Line line(const std::string& text);
ledger::Draft draft(const std::string& book, Day day, const std::string& key, const std::vector<std::string>& lines);
std::string describe(const std::vector<audit::Finding>& findings);

}  // namespace mif::testing
