// SPDX-License-Identifier: Apache-2.0
// A first-come-first-served pool of connections, opened when first needed. SOCI's own pool can wait without limit, is unfair
// and hands out dead connections for ever; this one waits for a stated time and replaces a broken connection.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "kernel/store/session.h"

namespace mif::store {

class Pool;

// The right to use one connection, given back on destruction. A broken connection is closed instead.
class Lease {
 public:
  Lease() = default;
  Lease(Pool* pool, std::unique_ptr<Session> session) : pool_(pool), session_(std::move(session)) {}
  Lease(Lease&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), session_(std::move(other.session_)) {}
  Lease& operator=(Lease&&) = delete;
  ~Lease();
  Session& session() { return *session_; }
  void broken() { session_.reset(); }   // close it; the place in the pool stays
  void give_back() noexcept;            // before destruction; no session afterwards
  void reopen();                        // a new connection in place of this one

 private:
  Pool* pool_ = nullptr;
  std::unique_ptr<Session> session_;
};

// [any-thread]
class Pool {
 public:
  Pool(SessionFactory factory, int size, int timeout_ms, std::string busy_message);
  // Throws MIF_E_UNAVAILABLE when every connection stays busy for the whole timeout.
  Lease lease();

 private:
  friend class Lease;
  struct Waiter {
    std::condition_variable arrived;
    bool served = false;
    std::unique_ptr<Session> session;
  };
  void give_back(std::unique_ptr<Session> session) noexcept;
  std::unique_ptr<Session> opened(std::unique_ptr<Session> session);

  const SessionFactory factory_;
  const int timeout_ms_;
  const std::string busy_message_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Session>> free_;  // null = a place without an open connection
  std::list<Waiter*> waiting_;
};

}  // namespace mif::store
