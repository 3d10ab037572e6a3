// SPDX-License-Identifier: Apache-2.0
// Statements on their way to a PostgreSQL server and answers on their way back: libpq's pipeline mode on SOCI's connection.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "kernel/store/postgresql_native.h"

namespace mif::store {

// Parameters as libpq wants them: text form, NUL-terminated.
class PostgresValues {
 public:
  explicit PostgresValues(Params params);
  const char* const* data() const { return pointers_.data(); }
  int size() const { return static_cast<int>(pointers_.size()); }

 private:
  std::string bytes_;
  std::vector<const char*> pointers_;
};

// One thread. Errors of a statement surface in settle(), or in the call that must settle first.
// Invariant: pending_ lists, in order, exactly the answers libpq still owes us.
class PostgresPipeline {
 public:
  explicit PostgresPipeline(PGconn* connection) : connection_(connection) {}
  PostgresPipeline(const PostgresPipeline&) = delete;

  // A prepared statement. `sql` is for messages and must stay alive until its answer is in; so must `keep`, where the answer
  // goes when somebody wants it.
  void send(const std::string& name, const PostgresValues& values, std::string_view sql, Result* keep = nullptr);
  void send_unprepared(const std::string& text, const PostgresValues& values, std::string_view sql, Result* keep = nullptr);
  std::size_t pending() const { return pending_.size(); }
  // Waits for every answer, or all but those of the last `leave` statements; the last statement's result, or the first error.
  Result settle(std::size_t leave = 0);
  // Sends what is left to send and forgets about the answers: the next user of the connection picks them up.
  void settle_later();
  void keep_nothing();  // the places given to send() are about to vanish
  // Back to the ordinary mode, which COPY and preparing need.
  void leave();

  // The rows of the statement sent last, one by one as they arrive, so that a result larger than the memory can be read. When
  // the connection is wanted for something else meanwhile, the rest is fetched into memory.
  class Reading {
   public:
    explicit Reading(PostgresPipeline& pipeline);
    ~Reading();
    Reading(const Reading&) = delete;
    Result next();  // null at the end

   private:
    friend class PostgresPipeline;
    PostgresPipeline& pipeline_;
    std::deque<Result> rest_;
  };

 private:
  struct Pending {
    bool sync = false;           // a synchronization point, not a statement
    bool answer_matters = true;
    std::string_view sql;
    Result* keep = nullptr;
  };
  void enter(std::string_view sql);
  void sync();
  Result arriving_row();  // null at the end, when all answers are in
  void fetch_rest();

  PGconn* connection_;
  std::deque<Pending> pending_;
  Reading* reading_ = nullptr;
};

}  // namespace mif::store
