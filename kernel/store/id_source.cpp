// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/id_source.h"

#include <algorithm>

namespace mif::store {
namespace {

constexpr std::int64_t kLargestBlock = 1000;

class FirstInteger final : public RowVisitor {
 public:
  bool row(const Row& row) override {
    value = row.integer(0);
    return false;
  }
  std::int64_t value = 0;
};

}  // namespace

void IdSource::reserve(Session& session, std::string_view name, Sequence& sequence) {
  // The update comes first: it locks the row. `next` is the highest id this process ever had in hand, so a reservation that
  // was rolled back is stepped over.
  const Param raise[] = {sequence.next, sequence.next, sequence.block, name};
  constexpr std::string_view kRaise =
      "update id_block set next_value = (case when next_value < ? then ? else next_value end) + ? where sequence_name = ?";
  if (session.execute(kRaise, raise) == 0) {
    const Param first[] = {name, sequence.next + sequence.block};
    session.execute("insert into id_block (sequence_name, next_value) values (?, ?)", first);
  }
  FirstInteger end;
  const Param which[] = {name};
  session.query("select next_value from id_block where sequence_name = ?", which, end);
  sequence.end = end.value;
  sequence.next = end.value - sequence.block;
  sequence.block = std::min(kLargestBlock, sequence.block * 2);
}

std::int64_t IdSource::next(std::string_view name, Session& session, Pending& pending) {
  const std::lock_guard lock(mutex_);
  auto at = sequences_.find(name);
  if (at == sequences_.end()) at = sequences_.emplace(std::string(name), Sequence()).first;
  Sequence& sequence = at->second;
  if (sequence.next < sequence.end) return sequence.next++;
  if (!side_) {
    ensure_id_table(session);
    reserve(session, name, sequence);
    if (!sequence.pending) pending.push_back(&sequence);
    sequence.pending = true;
    return sequence.next++;
  }
  Lease lease = side_->lease();
  for (int attempt = 0;; ++attempt) {
    try {
      lease.session().begin(Mode::write);
      ensure_id_table(lease.session());
      const Sequence before = sequence;
      try {
        reserve(lease.session(), name, sequence);
        lease.session().commit();
      } catch (...) {
        sequence = before;
        throw;
      }
      return sequence.next++;
    } catch (const Error&) {
      // Another process inserted the row first, made the table at the same moment, or the connection was stale.
      if (!lease.session().rollback() || !lease.session().alive()) lease.reopen();
      if (attempt == 3) throw;
    }
  }
}

void IdSource::committed(Pending& pending) {
  const std::lock_guard lock(mutex_);
  for (Sequence* sequence : pending) sequence->pending = false;
  pending.clear();
}

void IdSource::rolled_back(Pending& pending, std::size_t from) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = from; i < pending.size(); ++i) {
    pending[i]->pending = false;
    pending[i]->next = pending[i]->end;
  }
  pending.resize(from);
}

}  // namespace mif::store
