// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

namespace mif::web {

// The version of something that many requests ask for at once. An answer is at most 10 ms old and never older than the last
// write that came through this server; while one thread reads it anew, the others go on with what they have for at most 50 ms.
// Two hundred clients then cost a hundred reads a second instead of one each. [any-thread]
class VersionWatch {
 public:
  using Read = std::function<std::string(const std::string& name)>;
  explicit VersionWatch(Read read) : read_(std::move(read)) {}
  std::string get(const std::string& name);
  void wrote() { ++writes_; }  // call when a writing request has ended

 private:
  using Clock = std::chrono::steady_clock;
  struct Seen {
    std::string version;
    Clock::time_point at;  // just before it was read
    std::uint64_t writes = 0;
    bool reading = false;
  };
  Read read_;
  std::atomic<std::uint64_t> writes_{0};
  std::shared_mutex mutex_;
  std::unordered_map<std::string, Seen> seen_;
};

}  // namespace mif::web
