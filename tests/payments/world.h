// SPDX-License-Identifier: Apache-2.0
// One seed's world in one process: the real kernel with the real treasury and adapter on a home of its own, the bank's ledger and
// teller behind a loopback socket, and one clock for both that nothing but the simulation moves.
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

inline constexpr const char* kBook = "990000-310";
inline constexpr const char* kAccount = "9900001004001";
inline constexpr std::int64_t kOpening = 4'500'000'000;  // fen, on both sides

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

// A home with books, people and plugins and nothing owed yet.
void make_template(const std::string& home);

class World {
 public:
  World(const std::string& prepared, std::uint64_t seed, bool talk);
  ~World();

  void live();                      // the seed's days, then the clock runs on until everything has ended
  std::vector<std::string> judge(Marks& marks);

 private:
  void owe();
  void act();
  void finish();
  void resolve();
  void open();
  void close();
  void open_bank(const std::string& faults);
  void close_bank();
  void power_cut();                 // the files as they were when the bank was spoken to
  bool moment(bool executed);
  void statement();
  Poco::JSON::Object::Ptr run(const std::string& job, const std::string& params, const std::string& login);
  std::int64_t integer(const std::string& sql);
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
  std::unique_ptr<service::Deployment> deployment_;
  std::unique_ptr<service::JobRunner> jobs_;
  std::atomic<int> cut_at_{0};      // the power goes at this many moments from now; 0 = not planned
  std::atomic<bool> was_cut_{false};
  std::int64_t cuts_in_flight_ = 0, payables_ = 0;
  std::vector<std::string> complaints_;
};

}  // namespace mif::test
