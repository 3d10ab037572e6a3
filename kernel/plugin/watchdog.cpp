// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/watchdog.h"

#include <utility>
#include <vector>

namespace mif::plugin {

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Watchdog::Ticket Watchdog::add(Entry entry) {
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  entries_.push_back(std::move(entry));
  changed_.notify_all();
  return std::prev(entries_.end());
}

void Watchdog::remove(Ticket ticket) {
  const std::lock_guard lock(mutex_);
  entries_.erase(ticket);
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = std::chrono::steady_clock::now();
    auto next = now + std::chrono::hours(1);
    std::vector<std::pair<std::string, std::string>> stuck;
    for (auto& e : entries_) {
      if (!e.told && now >= e.deadline) {
        e.told = true;
        e.cancelled->store(true);
      }
      if (!e.reported && now >= e.deadline + grace_) {
        e.reported = true;
        stuck.emplace_back(e.plugin, e.function);
      }
      if (!e.reported) next = std::min(next, e.told ? e.deadline + grace_ : e.deadline);
    }
    if (!stuck.empty()) {
      lock.unlock();
      for (const auto& [plugin, function] : stuck) stuck_(plugin, function);
      lock.lock();
      continue;
    }
    changed_.wait_until(lock, next);
  }
}

}  // namespace mif::plugin
