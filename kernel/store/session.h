// SPDX-License-Identifier: Apache-2.0
// What a back end must be able to do. One implementation per driver: session_sqlite, session_postgresql, session_odbc.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/store/database.h"
#include "mif/error.hpp"

namespace mif::store {

// The connection is gone; whatever was not committed is rolled back.
class ConnectionLost : public Error {
 public:
  explicit ConnectionLost(const std::string& message) : Error(MIF_E_UNAVAILABLE, message) {}
};

// The database gave up this transaction in favour of another one; run it again.
class SerializationFailure : public Error {
 public:
  explicit SerializationFailure(const std::string& message) : Error(MIF_E_CONFLICT, message) {}
};

class RowVisitor {
 public:
  virtual ~RowVisitor() = default;
  virtual bool row(const Row& row) = 0;  // false = enough
};

class EveryRow final : public RowVisitor {
 public:
  explicit EveryRow(const EachRow& each) : each_(each) {}
  bool row(const Row& row) override {
    each_(row);
    return true;
  }

 private:
  const EachRow& each_;
};

// One connection. One thread at a time. Owns its prepared statements.
class Session {
 public:
  virtual ~Session() = default;

  virtual Backend backend() const = 0;
  virtual Dialect dialect() const = 0;
  virtual std::string describe() const = 0;

  virtual void begin(Mode mode) = 0;
  // MIF_E_UNKNOWN_OUTCOME when the answer was lost; any other error means nothing was committed.
  virtual void commit() = 0;
  virtual bool rollback() noexcept = 0;  // false: the connection is of no more use

  virtual std::int64_t execute(std::string_view sql, Params params) = 0;
  virtual void execute_later(std::string_view sql, Params params) { execute(sql, params); }
  virtual void query(std::string_view sql, Params params, RowVisitor& visitor) = 0;
  virtual void query_together(std::span<const Query> queries) {
    for (const Query& one : queries) {
      EveryRow every(one.each);
      query(one.sql, one.params, every);
    }
  }
  virtual void run(std::string_view sql) = 0;  // one statement without parameters, not prepared: DDL, savepoints
  virtual void bulk_insert(std::string_view table, const std::vector<std::string>& columns, Params rows) = 0;
  virtual bool has_table(std::string_view name) = 0;
  virtual bool alive() noexcept = 0;  // cheap; false when the connection is known to be broken
};

using SessionFactory = std::function<std::unique_ptr<Session>()>;

struct Dsn {
  Backend backend = Backend::sqlite;
  std::string connect;  // what the driver wants, after the "sqlite:" and so on
  std::string shown;    // the same for messages, without passwords
};
Dsn parse_dsn(const std::string& dsn);

enum class Role { reader, writer };  // matters to SQLite only
std::unique_ptr<Session> open_sqlite(const Dsn& dsn, const Options& options, Role role);
std::unique_ptr<Session> open_postgresql(const Dsn& dsn, const Options& options);
std::unique_ptr<Session> open_odbc(const Dsn& dsn, const Options& options, Role role);

// MIF_E_INVALID for a text with a NUL character, which most drivers would cut there.
void refuse_nul(std::string_view text);

// Exact: MIF_E_INTERNAL unless the whole text is one int64. "12.000" of a NUMERIC without a fraction counts as 12.
std::int64_t integer_of(std::string_view text);
[[noreturn]] void not_an_integer(std::size_t column, std::string_view found);

}  // namespace mif::store
