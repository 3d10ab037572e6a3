// SPDX-License-Identifier: Apache-2.0
// What every simulated world of payments has: chance by seed, one clock, the bank's ledger and teller behind a loopback socket, and a home
// whose power may go while it speaks to the bank. Everything in one process.
#pragma once

#include <atomic>
#include <random>
#include <string>
#include <vector>

#include "bank_ledger.h"
#include "faults.h"
#include "server.h"
#include "teller.h"
#include "tests/sim/paying_home.h"

namespace mif::test {

class PayingWorld {
 public:
  PayingWorld(std::uint64_t seed, bool talk) : random_(seed), talk_(talk) {}
  virtual ~PayingWorld();
  PayingWorld(const PayingWorld&) = delete;
  PayingWorld& operator=(const PayingWorld&) = delete;

 protected:
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }
  // Adds "garbage:17%" to the bank's weather for some of the faults; their likelihood is `least` and less than `more` above it.
  void add_some(std::string& weather, const std::vector<const char*>& faults, int percent, std::size_t least, std::size_t more);
  void say(const std::string& text) const;
  // A refusal is said; what must never come is a complaint. Null when it was refused.
  Poco::JSON::Object::Ptr run(PayingHome& home, const std::string& job, const std::string& params, const std::string& login);
  void run_due(PayingHome& home);  // what its schedule says

  void open_bank(const std::string& faults);  // on the same port, with the same ledger
  void hang_up();                             // nobody answers
  void close_bank();
  virtual void bank_is_at(std::uint16_t port) = 0;  // for the settings of who speaks to it

  // The power of `home` goes at this many moments from now, a moment being a request that came to the bank or an answer about to leave; what
  // the folders held then is what it starts with again. 0: it is not planned.
  void at_risk(PayingHome& home, std::vector<std::string> folders);
  std::atomic<int> cut_at_{0};
  virtual void spoken_to(const std::string& function, bool executed);  // on the bank's thread, while the home waits for the answer
  virtual void power_is_back() {}

  RamFolder folder_;
  std::mt19937_64 random_;
  std::atomic<std::int64_t> now_ms_{1'687'230'000'000};
  std::unique_ptr<banksim::BankLedger> ledger_;
  std::vector<std::string> complaints_;

 private:
  bool moment(const std::string& function, bool executed);
  void power_cut();

  bool talk_ = false;
  std::unique_ptr<banksim::Faults> faults_;
  std::unique_ptr<banksim::Teller> teller_;
  std::unique_ptr<banksim::Server> server_;
  std::uint16_t port_ = 0;
  PayingHome* at_risk_ = nullptr;
  std::vector<std::string> folders_;
  std::atomic<bool> was_cut_{false};
};

}  // namespace mif::test
