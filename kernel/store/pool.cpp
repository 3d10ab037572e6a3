// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/pool.h"

#include <chrono>

namespace mif::store {

Lease::~Lease() { give_back(); }

void Lease::give_back() noexcept {
  if (pool_) std::exchange(pool_, nullptr)->give_back(std::move(session_));
}

void Lease::reopen() {
  session_.reset();
  session_ = pool_->factory_();
}

Pool::Pool(SessionFactory factory, int size, int timeout_ms, std::string busy_message)
    : factory_(std::move(factory)), timeout_ms_(timeout_ms), busy_message_(std::move(busy_message)), free_(static_cast<std::size_t>(size)) {}

Lease Pool::lease() {
  std::unique_ptr<Session> session;
  {
    std::unique_lock lock(mutex_);
    if (!free_.empty()) {
      session = std::move(free_.back());
      free_.pop_back();
    } else {
      Waiter waiter;
      const auto place = waiting_.insert(waiting_.end(), &waiter);
      if (!waiter.arrived.wait_for(lock, std::chrono::milliseconds(timeout_ms_), [&] { return waiter.served; })) {
        waiting_.erase(place);
        throw Error(MIF_E_UNAVAILABLE, busy_message_);
      }
      session = std::move(waiter.session);
    }
  }
  return Lease(this, opened(std::move(session)));
}

std::unique_ptr<Session> Pool::opened(std::unique_ptr<Session> session) {
  if (session && session->alive()) return session;
  try {
    session.reset();
    return factory_();
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

void Pool::give_back(std::unique_ptr<Session> session) noexcept {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) {
    free_.push_back(std::move(session));
    return;
  }
  Waiter* next = waiting_.front();
  waiting_.pop_front();
  next->session = std::move(session);
  next->served = true;
  next->arrived.notify_one();
}

}  // namespace mif::store
