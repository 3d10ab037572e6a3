// SPDX-License-Identifier: Apache-2.0
// Homes for simulations of payments: the real kernel with real plugins, one book with one bank account, and a clock that nothing but the
// simulation moves.
#pragma once

#include <Poco/JSON/Object.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "kernel/service/deployment.h"
#include "kernel/service/job_runner.h"

namespace mif::test {

inline constexpr const char* kBook = "990000-310";
inline constexpr const char* kAccount = "9900001004001";
inline constexpr std::int64_t kOpening = 4'500'000'000;  // fen, on both sides
inline constexpr const char* kWholeYear = R"({"from":"2023-01-01","to":"2023-12-31"})";

// A fresh folder, in memory where the machine has such; removed with everything in it.
class RamFolder {
 public:
  RamFolder();
  ~RamFolder();
  RamFolder(const RamFolder&) = delete;
  RamFolder& operator=(const RamFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void write_file(const std::string& path, const std::string& text);
// Without what a database keeps only while it is open.
void copy_tree(const std::string& from, const std::string& to);

// In mif.info: the clock and what follows in `plugins`, "bank-xmlfront { … }".
void write_home_settings(const std::string& home, const std::string& name, const std::string& plugins);
// "bank-xmlfront { link demo-bank … }" at this port of this machine.
std::string bank_settings(std::uint16_t port, int timeout_ms);

// A home with units, people (payer2 beside payer1), these plugins and nothing owed yet; `pays`: with the book, its chart and opening, and what
// payables.txt says. Its mif.info is there already.
void make_home(const std::string& home, const std::vector<std::string>& plugins, bool pays);

class PayingHome {
 public:
  // now: Unix milliseconds, read at every look at the clock; the home's own clock is wrong by skew_ms.
  PayingHome(std::string path, const std::atomic<std::int64_t>& now, std::int64_t skew_ms = 0) : path(std::move(path)), now_(now), skew_(skew_ms) {}
  void open();  // every plugin is active
  void close();
  // A job's result; what it refuses is thrown.
  Poco::JSON::Object::Ptr run(const std::string& job, const std::string& params, const std::string& login);
  std::int64_t integer(const std::string& sql);
  // A voucher over the sum, made by maker1, reviewed by reviewer1, waiting to be paid; its id.
  std::int64_t reviewed_voucher(const std::string& document, Fen sum);

  const std::string path;
  std::unique_ptr<service::Deployment> deployment;
  std::unique_ptr<service::JobRunner> jobs;

 private:
  const std::atomic<std::int64_t>& now_;
  std::int64_t skew_;
};

// One line of payables.txt.
std::string payable_line(std::int64_t number, std::int64_t voucher, const std::string& obligation, Fen amount, const std::string& payee_account);

}  // namespace mif::test
