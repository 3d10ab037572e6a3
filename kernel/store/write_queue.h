// SPDX-License-Identifier: Apache-2.0
// Group commit for a database with one writer: callers queue up, the first becomes the leader and runs the work of all in
// one transaction, each in its own savepoint, with one commit at the end.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "kernel/store/txn_impl.h"

namespace mif::store {

// [any-thread]
class WriteQueue {
 public:
  using Work = std::function<void(Txn&)>;
  explicit WriteQueue(std::function<Txn()> begin) : begin_(std::move(begin)) {}  // begin opens the write transaction
  // Returns when the work is durable; throws what the work threw, or why the commit failed.
  void run(const Work& work);

 private:
  struct Request {
    const Work* work;
    std::exception_ptr error;
    bool done = false, leads = false;
    std::condition_variable changed;
  };
  void lead(Request& own);
  void run_group(std::vector<Request*>& group);
  bool run_one(Txn& txn, Txn::Impl& impl, Request& request, bool first);
  Request* take();

  std::function<Txn()> begin_;
  std::mutex mutex_;
  std::deque<Request*> waiting_;
  bool led_ = false;
};

}  // namespace mif::store
