// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/write_queue.h"

#include <utility>

namespace mif::store {
namespace {

constexpr std::size_t kMostInGroup = 256;  // bounds how long the first of a group waits for the last

}  // namespace

void WriteQueue::run(const Work& work) {
  Request own;
  own.work = &work;
  {
    std::unique_lock lock(mutex_);
    if (led_) {
      waiting_.push_back(&own);
      own.changed.wait(lock, [&] { return own.done || own.leads; });
    } else {
      led_ = true;
    }
  }
  if (!own.done) lead(own);
  if (own.error) std::rethrow_exception(own.error);
}

void WriteQueue::lead(Request& own) {
  std::vector<Request*> group = {&own};
  const bool outer = std::exchange(inside_write(), true);
  try {
    run_group(group);
  } catch (...) {
    // Beginning or committing failed: nobody's work is in the database. Those whose own work failed keep their own error.
    for (Request* request : group)
      if (!request->error) request->error = std::current_exception();
  }
  inside_write() = outer;
  const std::lock_guard lock(mutex_);
  for (Request* request : group) {
    if (request == &own) continue;
    request->done = true;
    request->changed.notify_one();
  }
  if (waiting_.empty()) {
    led_ = false;
    return;
  }
  Request* next = waiting_.front();
  waiting_.pop_front();
  next->leads = true;
  next->changed.notify_one();
}

WriteQueue::Request* WriteQueue::take() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return nullptr;
  Request* next = waiting_.front();
  waiting_.pop_front();
  return next;
}

void WriteQueue::run_group(std::vector<Request*>& group) {
  Txn txn = begin_();
  Txn::Impl& impl = Inside::of(txn);
  impl.committed_by_owner = true;
  // The first needs no savepoint: when it fails, there is nothing else to keep.
  const bool first_worked = run_one(txn, impl, *group.front(), true);
  if (!first_worked) return;
  while (group.size() < kMostInGroup) {
    Request* next = take();
    if (!next) break;
    group.push_back(next);
    run_one(txn, impl, *next, false);
  }
  impl.commit();
}

// False: the transaction is over. Throws when the savepoint cannot be undone, that is, when SQLite gave up the whole
// transaction (disk full): then nothing of the group may be reported as done.
bool WriteQueue::run_one(Txn& txn, Txn::Impl& impl, Request& request, bool first) {
  const std::size_t ids_before = impl.pending_ids.size(), actions_before = impl.actions.size();
  Session& session = impl.lease.session();
  if (!first) session.execute("savepoint mif_work", {});
  try {
    (*request.work)(txn);
    impl.settle();
    impl.refuse_if_poisoned();
    if (!first) session.execute("release mif_work", {});
    return true;
  } catch (...) {
    request.error = std::current_exception();
    if (impl.writing.valid()) impl.writing.wait();
    impl.writing = {};
  }
  if (first) {
    impl.rollback();
    return false;
  }
  session.execute("rollback to mif_work", {});
  session.execute("release mif_work", {});
  impl.poison = nullptr;
  impl.ids.rolled_back(impl.pending_ids, ids_before);
  impl.actions.resize(actions_before);
  return true;
}

}  // namespace mif::store
