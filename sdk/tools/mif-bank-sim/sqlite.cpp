// SPDX-License-Identifier: Apache-2.0
#include "sqlite.h"

#include <sqlite3.h>

#include "mif/error.hpp"

namespace mif::banksim {

namespace {

[[noreturn]] void fail(sqlite3* db, std::string_view doing) {
  throw Error(MIF_E_INTERNAL, "bank ledger: " + std::string(doing) + ": " + (db ? sqlite3_errmsg(db) : "out of memory"));
}

}  // namespace

Statement::Statement(sqlite3* db, std::string_view sql) : db_(db) {
  if (sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr) != SQLITE_OK) fail(db, sql);
}
Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(std::int64_t value) {
  if (sqlite3_bind_int64(statement_, next_++, value) != SQLITE_OK) fail(db_, "bind");
  return *this;
}
Statement& Statement::bind(std::string_view value) {
  if (sqlite3_bind_text(statement_, next_++, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT) != SQLITE_OK) fail(db_, "bind");
  return *this;
}
bool Statement::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail(db_, "step");
  return false;
}
void Statement::run() {
  while (step()) {
  }
  sqlite3_reset(statement_);
  next_ = 1;
}
std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
}

Connection::Connection(const std::string& path, bool writable) {
  const int flags = writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  if (sqlite3_open_v2(path.c_str(), &db_, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) {
    const std::string reason = db_ ? sqlite3_errmsg(db_) : "out of memory";
    sqlite3_close(db_);
    throw Error(MIF_E_UNAVAILABLE, "cannot open the bank's ledger " + path + ": " + reason);
  }
  sqlite3_busy_timeout(db_, 5000);
}
Connection::~Connection() { sqlite3_close(db_); }

void Connection::execute(const std::string& sql) {
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(db_, sql);
}

Unit::Unit(Connection& connection) : connection_(connection) { connection_.execute("begin immediate"); }
Unit::~Unit() {
  if (!open_) return;
  try {
    connection_.execute("rollback");
  } catch (const Error&) {  // the connection is unusable; the next statement says why
  }
}
void Unit::commit() {
  connection_.execute("commit");
  open_ = false;
}

}  // namespace mif::banksim
