// SPDX-License-Identifier: Apache-2.0
// A disk in memory whose plug can be pulled between any two steps, and which can be full.
#pragma once

#include <functional>
#include <map>
#include <random>

#include "ferry/disk.h"

namespace mif::ferry::testing {

struct Crash {};  // no std::exception: nobody may catch it by accident

class SimDisk : public Disk {
 public:
  SimDisk(std::mt19937_64& random, const std::int64_t& now_ms) : random_(random), now_ms_(now_ms) {}

  std::vector<FileInfo> list(const std::string& folder) override;
  std::string read(const std::string& path, std::size_t most) override;
  bool exists(const std::string& path) override { return files_.count(path) > 0; }
  void write(const std::string& path, std::string_view bytes) override;
  void remove(const std::string& path) override;
  std::shared_ptr<void> lock(const std::string&) override { return {}; }

  // What others do to the folders: no steps, no faults.
  void put(const std::string& path, const std::string& bytes) { files_[path] = {bytes, now_ms_}; }
  void erase(const std::string& path) { files_.erase(path); }

  void crash_after(long steps) { steps_ = steps; }  // 0 = not
  void full_at_write(long n) { full_at_ = n; }   // 0 = not
  bool full = false;
  long written = 0;

 private:
  struct File {
    std::string bytes;
    std::int64_t changed_ms = 0;
  };
  void step(const std::function<void()>& undo = {});

  std::mt19937_64& random_;
  const std::int64_t& now_ms_;
  std::map<std::string, File> files_;
  long steps_ = 0, full_at_ = 0;
};

}  // namespace mif::ferry::testing
