// SPDX-License-Identifier: Apache-2.0
// Starts mif-bank-sim as the separate process it is, learns its port, reads its ledger, kills it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace mif::test {

// A fresh folder, removed with everything in it.
class Folder {
 public:
  Folder();
  ~Folder();
  std::string path(const std::string& below = {}) const { return below.empty() ? path_ : path_ + "/" + below; }
  void write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

struct SimTotals {
  std::int64_t refs = 0, executed_once = 0, executed_more = 0, returned = 0, look_alikes = 0;
  std::string balance, debits, credits;  // of the first account
};

class SimProcess {
 public:
  SimProcess(const std::string& state, const std::vector<std::string>& options);
  ~SimProcess();
  SimProcess(const SimProcess&) = delete;
  SimProcess& operator=(const SimProcess&) = delete;
  std::uint16_t port() const { return port_; }
  void kill_hard();  // SIGKILL
  void stop();       // SIGTERM

 private:
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

struct RunResult {
  int exit = 0;
  std::string out;  // stdout and stderr
};
RunResult run_sim(const std::vector<std::string>& arguments);
SimTotals sim_ledger(const std::string& state);

}  // namespace mif::test
