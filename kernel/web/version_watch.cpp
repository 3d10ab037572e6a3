// SPDX-License-Identifier: Apache-2.0
#include "kernel/web/version_watch.h"

#include <mutex>

namespace mif::web {
namespace {

constexpr auto kFresh = std::chrono::milliseconds(10);
constexpr auto kWhileReading = std::chrono::milliseconds(50);

}  // namespace

std::string VersionWatch::get(const std::string& name) {
  const auto now = Clock::now();
  const std::uint64_t writes = writes_.load();
  {
    std::shared_lock lock(mutex_);
    const auto found = seen_.find(name);
    if (found != seen_.end() && found->second.writes == writes) {
      const auto age = now - found->second.at;
      if (age < kFresh || (found->second.reading && age < kWhileReading)) return found->second.version;
    }
  }
  {
    std::unique_lock lock(mutex_);
    seen_[name].reading = true;
  }
  std::string version;
  try {
    version = read_(name);
  } catch (...) {
    std::unique_lock lock(mutex_);
    seen_.erase(name);
    throw;
  }
  std::unique_lock lock(mutex_);
  Seen& seen = seen_[name];
  if (seen.at <= now) seen = {version, now, writes, false};
  return version;
}

}  // namespace mif::web
