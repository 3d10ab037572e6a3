// SPDX-License-Identifier: Apache-2.0
// One seed's world in one process: a home inside with the treasury, a home outside with the bank's adapter, a gap between them that loses,
// repeats, reorders, delays and cuts, the bank's ledger behind a loopback socket, and clocks that nothing but the simulation moves.
#pragma once

#include <Poco/JSON/Object.h>

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bank_ledger.h"
#include "faults.h"
#include "kernel/service/deployment.h"
#include "kernel/service/job_runner.h"
#include "server.h"
#include "teller.h"

namespace mif::test {

using Marks = std::map<std::string, std::int64_t>;

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Homes "inner" and "outer" below the folder, with books, people, keys and plugins and nothing owed yet.
void make_template(const std::string& folder);

class Side {
 public:
  Side(std::string home, const std::atomic<std::int64_t>& now, std::int64_t skew_ms) : home(std::move(home)), now_(now), skew_(skew_ms) {}
  void open();
  void close();
  std::int64_t integer(const std::string& sql);
  std::string home;
  std::unique_ptr<service::Deployment> deployment;
  std::unique_ptr<service::JobRunner> jobs;

 private:
  const std::atomic<std::int64_t>& now_;
  std::int64_t skew_;
};

class OrdersWorld {
 public:
  OrdersWorld(const std::string& prepared, std::uint64_t seed, bool talk);
  ~OrdersWorld();
  void live();
  std::vector<std::string> judge();
  Marks marks;

 private:
  void owe();
  void act();
  void finish();
  void gap(const std::string& from, const std::string& to, bool kind);
  void replay();
  void outer_run();
  void resolve();
  void power_cut();
  void back_up();
  void restore();
  bool moment(const std::string& function, bool executed);
  void open_bank(const std::string& faults);
  void close_bank();
  Poco::JSON::Object::Ptr run(Side& side, const std::string& job, const std::string& params, const std::string& login);
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }
  void say(const std::string& text) const;

  Folder folder_;
  std::mt19937_64 random_;
  bool talk_ = false;
  std::atomic<std::int64_t> now_ms_{1'687'230'000'000};
  std::unique_ptr<banksim::BankLedger> ledger_;
  std::unique_ptr<banksim::Faults> faults_;
  std::unique_ptr<banksim::Teller> teller_;
  std::unique_ptr<banksim::Server> server_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Side> inner_, outer_;
  std::atomic<int> cut_at_{0};
  std::atomic<bool> was_cut_{false};
  std::map<std::string, int> offered_;  // how often a code came to the bank to be paid
  std::int64_t payables_ = 0, backed_up_ = 0;  // hand-ons when the backup was made
  std::vector<std::string> complaints_;
};

// What must be refused whatever its signature says; `folder` is a template of its own. Complaints.
std::vector<std::string> forged(const std::string& folder);

}  // namespace mif::test
