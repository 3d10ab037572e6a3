// SPDX-License-Identifier: Apache-2.0
// The little of sqlite3 that the simulator's ledger needs: a connection and statements that bind and step.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace mif::banksim {

class Statement {
 public:
  Statement(sqlite3* db, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view value);  // the text must outlive the steps
  bool step();                              // true = a row
  void run();                               // steps to the end and is ready for new values
  std::int64_t integer(int column) const;
  std::string text(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
  int next_ = 1;
};

// One connection. [one thread at a time]
class Connection {
 public:
  Connection(const std::string& path, bool writable);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  void execute(const std::string& sql);
  sqlite3* raw() const { return db_; }

 private:
  sqlite3* db_ = nullptr;
};

// Rolls back unless committed; a commit is durable (synchronous=FULL).
class Unit {
 public:
  explicit Unit(Connection& connection);
  ~Unit();
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace mif::banksim
