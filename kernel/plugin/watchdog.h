// SPDX-License-Identifier: Apache-2.0
// Watches the deadlines of guarded calls: at the deadline the call is told to stop, some grace later its plugin is reported
// stuck. A thread cannot be killed inside a process, so more than that is not promised. [any-thread]
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace mif::plugin {

class Watchdog {
 public:
  using Stuck = std::function<void(const std::string& plugin, const std::string& function)>;
  Watchdog(std::chrono::milliseconds grace, Stuck stuck) : grace_(grace), stuck_(std::move(stuck)) {}
  ~Watchdog();

  struct Entry {
    std::chrono::steady_clock::time_point deadline;
    std::atomic<bool>* cancelled = nullptr;
    std::string plugin, function;
    bool told = false, reported = false;
  };
  using Ticket = std::list<Entry>::iterator;
  Ticket add(Entry entry);
  void remove(Ticket ticket);

 private:
  void run();
  std::chrono::milliseconds grace_;
  Stuck stuck_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Entry> entries_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mif::plugin
