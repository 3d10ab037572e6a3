// SPDX-License-Identifier: Apache-2.0
// The portable store: one face over SQLite, PostgreSQL and any ODBC database. The only room that includes SOCI.
//
// SQL here is the portable subset: positional `?` parameters, BIGINT and VARCHAR(n) columns, cast(sum(x) as bigint),
// `insert ... on conflict ... do ...` where the dialect has it. Values are int64, UTF-8 text or NULL; nothing else exists,
// so no driver ever sees a floating-point number or a DATE.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::store {

enum class Backend { sqlite, postgresql, odbc };
enum class Dialect { sqlite, postgresql, generic };  // what SQL is spoken; an ODBC database may speak any of them

// A bound value; borrows its text for the duration of the call.
class Param {
 public:
  Param(std::nullptr_t) {}
  Param(std::int64_t i) : value_(i) {}
  Param(int i) : value_(static_cast<std::int64_t>(i)) {}
  Param(long long i) : value_(static_cast<std::int64_t>(i)) {}
  Param(Fen fen) : value_(fen.value()) {}
  Param(Day day) : value_(static_cast<std::int64_t>(day.value())) {}
  Param(std::string_view text) : value_(text) {}
  Param(const std::string& text) : value_(std::string_view(text)) {}
  Param(const char* text) : value_(std::string_view(text)) {}
  bool null() const { return value_.index() == 0; }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  const std::string_view* text() const { return std::get_if<std::string_view>(&value_); }

 private:
  std::variant<std::monostate, std::int64_t, std::string_view> value_;
};
using Params = std::span<const Param>;

// One row of a result; alive inside the callback only. Column numbers from 0.
class Row {
 public:
  virtual ~Row() = default;
  virtual std::size_t size() const = 0;
  virtual bool null(std::size_t i) const = 0;
  virtual bool is_text(std::size_t i) const = 0;
  virtual std::int64_t integer(std::size_t i) const = 0;    // MIF_E_INTERNAL when NULL or not an integer
  virtual std::string_view text(std::size_t i) const = 0;   // NULL = empty
  // Whatever stands there, in one question: NULL, an integer or a text.
  virtual Param value(std::size_t i) const {
    if (null(i)) return nullptr;
    return is_text(i) ? Param(text(i)) : Param(integer(i));
  }
  Fen fen(std::size_t i) const { return Fen(integer(i)); }
  Day day(std::size_t i) const { return Day(static_cast<std::int32_t>(integer(i))); }
};
using EachRow = std::function<void(const Row&)>;

// One of several queries asked together. Borrows like Param.
struct Query {
  std::string_view sql;
  std::vector<Param> params;
  EachRow each;
};

enum class Mode { read, write };

class Session;   // one connection, private to this room
class Database;

// A transaction. One thread at a time. Rolls back unless committed; after any exception inside it, commit refuses (poisoned).
// A read sees one snapshot throughout. A write on SQLite is alone; on PostgreSQL it is READ COMMITTED beside others: whoever
// reads a row to decide something first locks it by updating it (the book, the chain's head), as the update waits its turn.
class Txn {
 public:
  ~Txn();
  Txn(Txn&&) noexcept;
  Txn& operator=(Txn&&) = delete;

  // Rows affected. Errors are mif::Error: MIF_E_CONFLICT for a broken unique key, MIF_E_UNAVAILABLE for a lost
  // connection, MIF_E_INTERNAL otherwise. Statements are prepared once per connection and kept by their text.
  std::int64_t execute(std::string_view sql, Params params = {});
  std::int64_t execute(std::string_view sql, std::initializer_list<Param> params) { return execute(sql, Params(params.begin(), params.size())); }
  // The same when nobody needs the count: PostgreSQL is sent the statement without waiting for its answer, so that a run of
  // inserts costs one round trip. An error comes out of a later call at the latest out of commit(), with the same code.
  void execute_later(std::string_view sql, Params params = {});
  void execute_later(std::string_view sql, std::initializer_list<Param> params) { execute_later(sql, Params(params.begin(), params.size())); }
  void query(std::string_view sql, Params params, const EachRow& each);
  void query(std::string_view sql, std::initializer_list<Param> params, const EachRow& each) { query(sql, Params(params.begin(), params.size()), each); }
  // Several queries with small answers, run in order, at the price of one round trip where the back end can.
  void query_together(std::span<const Query> queries);
  // First column of the first row as an integer / a text; nullopt when there is no row or it is NULL.
  std::optional<std::int64_t> integer(std::string_view sql, std::initializer_list<Param> params = {});
  std::optional<std::string> text(std::string_view sql, std::initializer_list<Param> params = {});

  // Many rows of one table by the fastest path of the back end (prepared loop, COPY BINARY, unnest, array binding),
  // inside this transaction. rows holds n * columns.size() values, row after row.
  void bulk_insert(std::string_view table, const std::vector<std::string>& columns, Params rows);
  // The same beside the caller: the rows are copied and another thread writes them while the caller prepares the next. Every
  // later call on this transaction waits for them first; an error comes out of one of those, at the latest out of commit().
  void bulk_insert_later(std::string_view table, const std::vector<std::string>& columns, Params rows);

  // A new unique positive id. Ids of a rolled-back transaction are never given out again within the process.
  std::int64_t next_id(std::string_view sequence);

  void commit();  // durable when it returns. MIF_E_UNKNOWN_OUTCOME when the connection broke during it.
  Mode mode() const;
  Dialect dialect() const;
  Backend backend() const;
  // Run after a successful commit, on the committing thread (publishing caches).
  void after_commit(std::function<void()> action);

 private:
  friend class Database;
  friend struct Inside;
  friend class WriteQueue;
  struct Impl;
  explicit Txn(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct Options {
  std::string dsn;                 // "sqlite:/path/mif.db", "postgresql:host=.. dbname=..", "odbc:Driver=..;.."
  int pool_size = 8;
  int lease_timeout_ms = 5000;
  bool create = false;             // sqlite: make the file when missing
};

// A pool of connections to one database. [any-thread]
class Database {
 public:
  static std::unique_ptr<Database> open(const Options& options);  // MIF_E_UNAVAILABLE naming the data source without its password
  ~Database();

  Backend backend() const;
  Dialect dialect() const;
  std::string describe() const;  // "sqlite 3.40.1 (/path/mif.db)": driver and versions for the support report

  // Waits at most lease_timeout_ms for a connection (MIF_E_UNAVAILABLE). SQLite: a write takes the one writer's place.
  Txn begin(Mode mode);

  // Runs `work` in a write transaction and returns when it is durable. Concurrent calls on SQLite share one commit (group
  // commit): each runs in its own savepoint, so one that throws takes nothing with it but itself. `work` may run on another
  // thread and must not block on anything but this transaction. When the database gives it up for another transaction (a
  // deadlock) or the connection breaks before the commit, it is run again, at most 5 times in all: it must not count twice.
  void write(const std::function<void(Txn&)>& work);
  void read(const std::function<void(Txn&)>& work);

  // A consistent copy of the whole database into a new file, while others read and write. SQLite only (MIF_E_UNSUPPORTED names
  // the tool of the other back ends); MIF_E_CONFLICT when the file exists.
  void backup(const std::string& path);

 private:
  Database();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One step of a room's schema. `sql` holds statements ended by ";\n"; a line "--@sqlite", "--@postgresql" or "--@generic"
// starts a part only that dialect runs, "--@all" ends it. Applied once, in order, recorded in schema_version(room, version).
struct Migration {
  int version;
  std::string_view name;
  std::string_view sql;
};
void migrate(Database& database, std::string_view room, std::span<const Migration> migrations);

}  // namespace mif::store
