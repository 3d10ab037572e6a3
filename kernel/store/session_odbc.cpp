// SPDX-License-Identifier: Apache-2.0
// Any ODBC database. SOCI connects and prepares; parameters are bound and rows are read on SOCI's own handles, see OdbcRow
// for the reason. Which SQL is spoken is asked of the driver.
#include <soci/soci.h>
#include <soci/odbc/soci-odbc.h>

#include <algorithm>
#include <cctype>
#include <mutex>

#include "kernel/store/odbc_native.h"
#include "kernel/store/postgresql_native.h"
#include "kernel/store/sql_text.h"
#include "kernel/store/statement_cache.h"

namespace mif::store {
namespace {

struct Statement {
  std::unique_ptr<soci::odbc_statement_backend> prepared;
  std::size_t parameters = 0;
  bool busy = false;
  ~Statement() {
    if (prepared) prepared->clean_up();  // its own destructor would keep the handle
  }
  SQLHSTMT raw() const { return prepared->hstmt_; }
};

class InUse {
 public:
  explicit InUse(Statement& statement) : statement_(statement) { statement_.busy = true; }
  ~InUse() {
    SQLFreeStmt(statement_.raw(), SQL_CLOSE);
    statement_.busy = false;
  }
  InUse(const InUse&) = delete;

 private:
  Statement& statement_;
};

// A statement handle for one use.
class Handle {
 public:
  explicit Handle(SQLHDBC connection) {
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, connection, &handle_))) throw_odbc(connection, SQL_HANDLE_DBC, connection, "allocate a statement");
  }
  ~Handle() { SQLFreeHandle(SQL_HANDLE_STMT, handle_); }
  Handle(const Handle&) = delete;
  operator SQLHSTMT() const { return handle_; }

 private:
  SQLHSTMT handle_ = SQL_NULL_HSTMT;
};

// SOCI's session ends the program when the driver will not disconnect (its destructor throws). So we disconnect ourselves
// first; SOCI's object, useless afterwards, is set aside: a few hundred bytes per closed connection.
class Connection {
 public:
  Connection() : session_(new soci::session()) {}
  ~Connection() {
    if (!connected_) {
      delete session_;
      return;
    }
    auto* backend = static_cast<soci::odbc_session_backend*>(session_->get_backend());
    SQLDisconnect(backend->hdbc_);
    SQLFreeHandle(SQL_HANDLE_DBC, backend->hdbc_);
    SQLFreeHandle(SQL_HANDLE_ENV, backend->henv_);
    static std::mutex mutex;
    static std::vector<soci::session*>* const set_aside = new std::vector<soci::session*>();
    const std::lock_guard lock(mutex);
    set_aside->push_back(session_);
  }
  Connection(const Connection&) = delete;
  soci::odbc_session_backend* open(const soci::connection_parameters& parameters) {
    session_->open(parameters);
    connected_ = true;
    return static_cast<soci::odbc_session_backend*>(session_->get_backend());
  }

 private:
  soci::session* session_;
  bool connected_ = false;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Dialect dialect_of(const std::string& product) {
  const std::string name = lower(product);
  if (name.find("sqlite") != std::string::npos) return Dialect::sqlite;
  for (const char* family : {"postgresql", "kingbase", "opengauss", "gaussdb", "vastbase", "highgo"})
    if (name.find(family) != std::string::npos) return Dialect::postgresql;
  return Dialect::generic;
}

class OdbcSession final : public Session {
 public:
  OdbcSession(const Dsn& dsn, const Options& options, Role role) : shown_(dsn.shown) {
    // "MifDialect=generic;" in front overrides what the driver says about itself.
    std::string connect = dsn.connect, wanted;
    if (const std::string key = "mifdialect="; lower(connect).starts_with(key)) {
      const std::size_t end = std::min(connect.find(';'), connect.size());
      wanted = lower(connect.substr(key.size(), end - key.size()));
      connect.erase(0, std::min(end + 1, connect.size()));
    }
    try {
      soci::connection_parameters parameters(soci::odbc, connect);
      parameters.set_option(soci::odbc_option_driver_complete, "0");  // never ask on a screen
      backend_ = session_.open(parameters);
    } catch (const soci::odbc_soci_error& error) {
      throw ConnectionLost("连不上数据库 (cannot connect to the database) " + shown_ + ": " + reinterpret_cast<const char*>(error.odbc_error_message()));
    } catch (const soci::soci_error& error) {
      throw ConnectionLost("连不上数据库 (cannot connect to the database) " + shown_);
    }
    connection_ = backend_->hdbc_;
    product_ = odbc_info(connection_, SQL_DBMS_NAME);
    dialect_ = wanted == "generic" ? Dialect::generic : wanted == "postgresql" ? Dialect::postgresql : wanted == "sqlite" ? Dialect::sqlite : dialect_of(product_);
    if (dialect_ == Dialect::sqlite) {
      for (const char* pragma : {"pragma journal_mode = wal", "pragma synchronous = full", "pragma foreign_keys = on"}) run(pragma);
      run("pragma busy_timeout = " + std::to_string(std::max(options.lease_timeout_ms, 1000)));
      if (role == Role::reader) run("pragma query_only = on");
    } else if (dialect_ == Dialect::postgresql) {
      run("set lock_timeout = '30s'");
    }
  }
  ~OdbcSession() override { statements_.clear(); }

  Backend backend() const override { return Backend::odbc; }
  Dialect dialect() const override { return dialect_; }
  std::string describe() const override {
    return "odbc " + product_ + " " + odbc_info(connection_, SQL_DBMS_VER) + ", driver " + odbc_info(connection_, SQL_DRIVER_NAME) + " " +
           odbc_info(connection_, SQL_DRIVER_VER) + ", manager " + odbc_info(connection_, SQL_DM_VER) + " (" + shown_ + ")";
  }

  void begin(Mode mode) override {
    const bool write = mode == Mode::write;
    switch (dialect_) {
      case Dialect::sqlite: return run(write ? "begin immediate" : "begin");
      case Dialect::postgresql: return run(write ? "begin isolation level read committed" : "begin isolation level repeatable read read only");
      case Dialect::generic: {
        // A driver without that level keeps its own; the probe tells.
        const auto level = reinterpret_cast<SQLPOINTER>(static_cast<SQLULEN>(write ? SQL_TXN_READ_COMMITTED : SQL_TXN_REPEATABLE_READ));
        SQLSetConnectAttr(connection_, SQL_ATTR_TXN_ISOLATION, level, 0);
        autocommit(false);
      }
    }
  }

  void commit() override try {
    if (dialect_ != Dialect::generic) {
      run("commit");
    } else {
      if (!SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, connection_, SQL_COMMIT))) throw_odbc(connection_, SQL_HANDLE_DBC, connection_, "commit");
      autocommit(true);
    }
  } catch (const ConnectionLost& lost) {
    throw Error(MIF_E_UNKNOWN_OUTCOME, std::string("提交时连接断开,结果未知,请先查询 (the connection broke during commit, look before repeating): ") + lost.what());
  }

  bool rollback() noexcept override try {
    if (odbc_connection_dead(connection_)) return false;
    if (dialect_ == Dialect::generic) {
      if (!SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, connection_, SQL_ROLLBACK))) return false;
      autocommit(true);
    } else {
      run("rollback");
    }
    return true;
  } catch (...) {
    return false;  // a session whose state is not known is closed, never reused
  }

  std::int64_t execute(std::string_view sql, Params params) override {
    std::unique_ptr<Statement> own;
    Statement& to_run = ready(sql, own);
    const InUse use(to_run);
    start(to_run, sql, params);
    SQLLEN count = 0;
    SQLRowCount(to_run.raw(), &count);
    return std::max<SQLLEN>(count, 0);
  }

  void query(std::string_view sql, Params params, RowVisitor& visitor) override {
    std::unique_ptr<Statement> own;
    Statement& to_run = ready(sql, own);
    const InUse use(to_run);
    start(to_run, sql, params);
    OdbcRow row(connection_, to_run.raw(), sql);
    while (row.fetch())
      if (!visitor.row(row)) return;
  }

  void run(std::string_view sql) override {
    const Handle handle(connection_);
    const SQLRETURN result = SQLExecDirect(handle, reinterpret_cast<SQLCHAR*>(const_cast<char*>(sql.data())), static_cast<SQLINTEGER>(sql.size()));
    if (!SQL_SUCCEEDED(result) && result != SQL_NO_DATA) throw_odbc(connection_, SQL_HANDLE_STMT, handle, sql);
  }

  void bulk_insert(std::string_view table, const std::vector<std::string>& columns, Params rows) override {
    const std::size_t width = columns.size();
    if (dialect_ == Dialect::postgresql) {
      const std::size_t most = 1000 * width;
      for (std::size_t at = 0; at < rows.size(); at += most) {
        const ArrayInsert insert = array_insert(table, columns, rows.subspan(at, std::min(most, rows.size() - at)));
        const std::vector<Param> arrays(insert.arrays.begin(), insert.arrays.end());
        execute(insert.sql, arrays);
      }
    } else if (dialect_ == Dialect::sqlite) {
      insert_blocks(table, columns, rows, 50);
    } else {
      insert_arrays(table, columns, rows);
    }
  }

  bool has_table(std::string_view name) override {
    for (const bool upper : {false, true}) {  // a database that folds unquoted names to capitals lists them so
      std::string wanted(name);
      if (upper) std::transform(wanted.begin(), wanted.end(), wanted.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      const Handle handle(connection_);
      const SQLRETURN result = SQLTables(handle, nullptr, 0, nullptr, 0, reinterpret_cast<SQLCHAR*>(wanted.data()), SQL_NTS, nullptr, 0);
      if (!SQL_SUCCEEDED(result)) throw_odbc(connection_, SQL_HANDLE_STMT, handle, "list of tables");
      OdbcRow row(connection_, handle, "list of tables");
      while (row.fetch())
        if (row.text(2) == wanted) return true;  // the name is a pattern to the driver: '_' matches anything
    }
    return false;
  }

  bool alive() noexcept override {
    if (odbc_connection_dead(connection_)) return false;
    if (dialect_ != Dialect::generic) return true;  // `begin` goes to the server and will tell
    try {
      execute("select count(*) from schema_version where 1 = 0", {});
    } catch (const ConnectionLost&) {
      return false;
    } catch (const std::exception&) {
      // No such table yet: the server has answered.
    }
    return true;
  }

 private:
  Statement& ready(std::string_view sql, std::unique_ptr<Statement>& own) {
    Statement* cached = statements_.find(sql);
    if (!cached) return statements_.add(sql, prepare(sql));
    if (!cached->busy) return *cached;
    own = prepare(sql);
    return *own;
  }

  std::unique_ptr<Statement> prepare(std::string_view sql) {
    auto made = std::make_unique<Statement>();
    made->prepared.reset(backend_->make_statement_backend());
    try {
      made->prepared->alloc();
      made->prepared->prepare(with_named_parameters(sql, &made->parameters), soci::details::st_repeatable_query);
    } catch (const soci::odbc_soci_error& error) {
      throw_odbc(connection_, reinterpret_cast<const char*>(error.odbc_error_code()), error.native_error_code(), reinterpret_cast<const char*>(error.odbc_error_message()), sql);
    }
    return made;
  }

  void start(Statement& to_run, std::string_view sql, Params params) {
    if (params.size() != to_run.parameters)
      throw Error(MIF_E_INTERNAL, "参数个数不对 (" + std::to_string(to_run.parameters) + " parameters wanted, " + std::to_string(params.size()) + " given): " + shown(sql));
    parameters_.bind(connection_, to_run.raw(), params, sql);
    const SQLRETURN result = SQLExecute(to_run.raw());
    if (!SQL_SUCCEEDED(result) && result != SQL_NO_DATA) throw_odbc(connection_, SQL_HANDLE_STMT, to_run.raw(), sql);
  }

  void insert_blocks(std::string_view table, const std::vector<std::string>& columns, Params rows, std::size_t most) {
    const std::size_t width = columns.size();
    std::size_t at = 0;
    for (const std::size_t block : {most, std::size_t{1}}) {
      if (at + block * width > rows.size()) continue;
      const std::string sql = insert_statement(table, columns, block);
      for (; at + block * width <= rows.size(); at += block * width) execute(sql, rows.subspan(at, block * width));
    }
  }

  void insert_arrays(std::string_view table, const std::vector<std::string>& columns, Params rows) {
    const std::string sql = insert_statement(table, columns, 1);
    std::unique_ptr<Statement> own;
    Statement& insert = ready(sql, own);
    const std::size_t most = 1000 * columns.size();
    for (std::size_t at = 0; at < rows.size();) {
      const Params block = rows.subspan(at, std::min(most, rows.size() - at));
      std::size_t taken = 0;
      {
        const InUse use(insert);
        taken = odbc_insert_arrays(connection_, insert.raw(), columns.size(), block, sql);
      }
      if (taken == 0) insert_blocks(table, columns, block, 1);
      at += block.size();
    }
  }

  void autocommit(bool on) {
    const auto value = reinterpret_cast<SQLPOINTER>(static_cast<SQLULEN>(on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF));
    if (!SQL_SUCCEEDED(SQLSetConnectAttr(connection_, SQL_ATTR_AUTOCOMMIT, value, 0))) throw_odbc(connection_, SQL_HANDLE_DBC, connection_, "begin");
  }

  std::string shown_, product_;
  Connection session_;
  soci::odbc_session_backend* backend_ = nullptr;
  SQLHDBC connection_ = SQL_NULL_HDBC;
  Dialect dialect_ = Dialect::generic;
  OdbcParameters parameters_;
  StatementCache<Statement> statements_;
};

}  // namespace

std::unique_ptr<Session> open_odbc(const Dsn& dsn, const Options& options, Role role) { return std::make_unique<OdbcSession>(dsn, options, role); }

}  // namespace mif::store
