// SPDX-License-Identifier: Apache-2.0
// Ids from blocks reserved in the table id_block, so that most ids cost no statement.
//
// Invariant: an id is given out only from a block whose reservation is committed, or is part of the same transaction as its
// use. A block reserved in a transaction that rolls back is dropped, never reused.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/store/pool.h"

namespace mif::store {

// [any-thread]
class IdSource {
 public:
  struct Sequence {
    std::int64_t next = 1, end = 1;  // the block in hand: next..end-1
    std::int64_t block = 20;         // how many to reserve next; grows with use, so that a short-lived process wastes few
    bool pending = false;            // reserved by a transaction that is still open
  };
  using Pending = std::vector<Sequence*>;

  // `side` gives the connection on which blocks are reserved; null = reserve inside the asking transaction, which must then
  // be the only writer (SQLite).
  explicit IdSource(Pool* side) : side_(side) {}
  std::int64_t next(std::string_view name, Session& session, Pending& pending);
  void committed(Pending& pending);
  void rolled_back(Pending& pending, std::size_t from = 0);

 private:
  static void reserve(Session& session, std::string_view name, Sequence& sequence);
  std::mutex mutex_;
  std::map<std::string, Sequence, std::less<>> sequences_;
  Pool* side_;
};

// Creates id_block when it is missing.
void ensure_id_table(Session& session);

}  // namespace mif::store
