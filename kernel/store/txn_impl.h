// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <functional>
#include <future>
#include <vector>

#include "kernel/store/id_source.h"
#include "kernel/store/pool.h"

namespace mif::store {

// The inside of a Txn. Owns the lease of its connection until the transaction ends, not until the Txn is gone.
struct Txn::Impl {
  Impl(Lease leased, IdSource& id_source, Mode wanted)
      : lease(std::move(leased)), ids(id_source), mode(wanted), dialect(lease.session().dialect()), backend(lease.session().backend()) {}
  ~Impl();
  Impl(const Impl&) = delete;

  // Runs one operation; the first exception poisons the transaction.
  template <typename Operation>
  auto guarded(Operation operation) {
    if (!open) closed();
    try {
      settle();
      return operation(lease.session());
    } catch (...) {
      if (!poison) poison = std::current_exception();
      throw;
    }
  }
  void settle();  // waits for rows that are being written beside the caller; throws what became of them
  void must_write(std::string_view what) const;
  void refuse_if_poisoned() const;
  void commit();    // and run the after-commit actions
  void rollback() noexcept;
  [[noreturn]] static void closed();

  Lease lease;
  IdSource& ids;
  Mode mode;
  Dialect dialect;
  Backend backend;
  bool open = true;
  bool committed_by_owner = false;  // inside Database::write: the work may not commit
  std::exception_ptr poison;
  std::future<void> writing;  // rows on another thread, which has the session meanwhile
  IdSource::Pending pending_ids;
  std::vector<std::function<void()>> actions;
};

// The way from a Txn to its connection, for the other files of this room.
struct Inside {
  static Txn::Impl& of(Txn& txn) { return *txn.impl_; }
  static Session& session(Txn& txn) { return txn.impl_->lease.session(); }
};

// Runs the actions in order; an action that throws does not stop the others, for the data are committed.
void run_after_commit(std::vector<std::function<void()>>& actions) noexcept;

// True on a thread that is inside Database::write or an after-commit action: a second write would wait for itself.
bool& inside_write();

}  // namespace mif::store
