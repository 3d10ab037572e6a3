// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "kernel/base/clock.h"

namespace mif::service {

// Lets through `burst` at once and `per_second` on average; counts what it holds back. [any-thread]
class RateLimit {
 public:
  // True = write; `held_back` then says how many were not written before this one.
  bool pass(std::int64_t now_ms, std::int64_t& held_back);

 private:
  static constexpr std::int64_t kBurst = 500, kPerSecond = 50;
  std::mutex mutex_;
  std::int64_t thousandths_ = kBurst * 1000, at_ms_ = 0, held_back_ = 0;
};

// The operator's log: one JSON object per line, appended with one write each; starts a new file beyond 64 MiB. [any-thread]
class LogFile {
 public:
  LogFile(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}
  ~LogFile();
  // `fields_json`: a JSON object, or empty.
  void write(std::string_view level, std::string_view plugin, std::string_view event, std::string_view fields_json);

 private:
  std::string path_;
  const Clock& clock_;
  std::mutex mutex_;
  int file_ = -1;
};

}  // namespace mif::service
