// SPDX-License-Identifier: Apache-2.0
// SQLite. SOCI opens the connection and prepares the statements; binding, stepping and reading happen on the prepared
// sqlite3_stmt itself, because SOCI 4.0.3 reads an INTEGER column of unknown type into 32 bits and a sum() into text, and
// because it copies each row twice.
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <filesystem>

#include "kernel/store/session.h"
#include "kernel/store/sql_text.h"
#include "kernel/store/statement_cache.h"

namespace mif::store {
namespace {

using namespace sqlite_api;

struct Statement {
  std::unique_ptr<soci::sqlite3_statement_backend> prepared;
  int parameters = 0;
  bool writes = false;
  bool busy = false;
  ~Statement() {
    if (prepared) prepared->clean_up();  // its own destructor would keep the handle, and with it the file
  }
  sqlite3_stmt* raw() const { return prepared->stmt_; }
};

// A statement in use: reset on every way out, so that no read cursor outlives its query.
class InUse {
 public:
  explicit InUse(Statement& statement) : statement_(statement) { statement_.busy = true; }
  ~InUse() {
    sqlite3_reset(statement_.raw());
    statement_.busy = false;
  }
  InUse(const InUse&) = delete;

 private:
  Statement& statement_;
};

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement), size_(static_cast<std::size_t>(sqlite3_column_count(statement))) {}
  std::size_t size() const override { return size_; }
  bool null(std::size_t i) const override { return sqlite3_column_type(statement_, at(i)) == SQLITE_NULL; }
  bool is_text(std::size_t i) const override { return sqlite3_column_type(statement_, at(i)) == SQLITE_TEXT; }
  std::int64_t integer(std::size_t i) const override {
    switch (sqlite3_column_type(statement_, at(i))) {
      case SQLITE_INTEGER: return sqlite3_column_int64(statement_, at(i));
      case SQLITE_TEXT: return integer_of(text(i));
      case SQLITE_NULL: not_an_integer(i, "NULL");
      default: not_an_integer(i, "a floating-point number or bytes");
    }
  }
  std::string_view text(std::size_t i) const override {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, at(i)));
    return bytes ? std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, at(i)))) : std::string_view();
  }
  Param value(std::size_t i) const override {
    switch (sqlite3_column_type(statement_, at(i))) {
      case SQLITE_INTEGER: return sqlite3_column_int64(statement_, static_cast<int>(i));
      case SQLITE_NULL: return nullptr;
      case SQLITE_TEXT: return text(i);
      default: return integer(i);  // says what it is
    }
  }

 private:
  int at(std::size_t i) const {
    if (i >= size_) throw Error(MIF_E_INTERNAL, "查询没有第 " + std::to_string(i + 1) + " 列 (no such column in the result)");
    return static_cast<int>(i);
  }
  sqlite3_stmt* statement_;
  std::size_t size_;
};

class SqliteSession final : public Session {
 public:
  SqliteSession(const Dsn& dsn, const Options& options, Role role) : path_(dsn.shown), role_(role) {
    if (dsn.connect.find('"') != std::string::npos) throw Error(MIF_E_INVALID, "store.path", "数据库路径不能含引号 (a quote in the database path): " + path_);
    if (!options.create && !std::filesystem::exists(dsn.connect))
      throw Error(MIF_E_UNAVAILABLE, "store.no-database", "数据库文件不存在 (no database file, run `mifctl init`): " + path_);
    try {
      // Pragmas come after the open: SOCI sets its own before the busy timeout is in force.
      session_.open(soci::sqlite3, "dbname=\"" + dsn.connect + "\" timeout=10");
    } catch (const soci::soci_error& error) {
      throw Error(MIF_E_UNAVAILABLE, "store.open", "打不开数据库 (cannot open the database) " + path_ + ": " + error.get_error_message());
    }
    backend_ = static_cast<soci::sqlite3_session_backend*>(session_.get_backend());
    db_ = backend_->conn_;
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_timeout(db_, std::max(options.lease_timeout_ms, 1000));
    run("pragma journal_mode = wal");
    run("pragma synchronous = full");
    run("pragma wal_autocheckpoint = 8000");  // pages: pages that change with every voucher reach the file once in a while
    run("pragma foreign_keys = on");
    run("pragma temp_store = memory");
    run("pragma trusted_schema = off");
    run(role == Role::writer ? "pragma cache_size = -65536" : "pragma cache_size = -16384");
    if (role == Role::reader) run("pragma query_only = on");
  }
  ~SqliteSession() override { statements_.clear(); }

  Backend backend() const override { return Backend::sqlite; }
  Dialect dialect() const override { return Dialect::sqlite; }
  std::string describe() const override { return std::string("sqlite ") + sqlite3_libversion() + " (" + path_ + ")"; }

  void begin(Mode mode) override {
    // IMMEDIATE: a deferred transaction that reads first and writes later fails at once when somebody else writes.
    step_all(statement(mode == Mode::write ? "begin immediate" : "begin"), "begin");
  }

  void commit() override {
    Statement& commit = statement("commit");
    const InUse use(commit);
    const int result = sqlite3_step(commit.raw());
    if (result == SQLITE_DONE) return;
    if ((result & 0xff) == SQLITE_IOERR)
      throw Error(MIF_E_UNKNOWN_OUTCOME, "store.commit-unknown", "提交时磁盘出错 (the disk failed during commit, check it and then the data): " + std::string(sqlite3_errmsg(db_)));
    fail(result, "commit");
  }

  bool rollback() noexcept override {
    if (sqlite3_get_autocommit(db_)) return true;  // SQLite has done it itself (disk full, I/O error)
    return sqlite3_exec(db_, "rollback", nullptr, nullptr, nullptr) == SQLITE_OK;
  }

  std::int64_t execute(std::string_view sql, Params params) override {
    std::unique_ptr<Statement> own;
    Statement& to_run = ready(sql, own);
    bind(to_run, sql, params);
    step_all(to_run, sql);
    return to_run.writes ? sqlite3_changes64(db_) : 0;
  }

  void query(std::string_view sql, Params params, RowVisitor& visitor) override {
    std::unique_ptr<Statement> own;
    Statement& to_run = ready(sql, own);
    bind(to_run, sql, params);
    const InUse use(to_run);
    const SqliteRow row(to_run.raw());
    for (;;) {
      const int result = sqlite3_step(to_run.raw());
      if (result == SQLITE_DONE) return;
      if (result != SQLITE_ROW) fail(result, sql);
      if (!visitor.row(row)) return;
    }
  }

  void run(std::string_view sql) override {
    const int result = sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) fail(result, sql);
  }

  // Several rows per statement: fewer steps for the same bytes. A prepared loop over blocks, then one for the rest.
  void bulk_insert(std::string_view table, const std::vector<std::string>& columns, Params rows) override {
    constexpr std::size_t kRows = 50;
    const std::size_t width = columns.size();
    std::size_t at = 0;
    for (const std::size_t block : {kRows, std::size_t{1}}) {
      if (at + block * width > rows.size()) continue;
      const std::string sql = insert_statement(table, columns, block);
      for (; at + block * width <= rows.size(); at += block * width) execute(sql, rows.subspan(at, block * width));
    }
  }

  bool has_table(std::string_view name) override {
    class Any final : public RowVisitor {
     public:
      bool row(const Row&) override { return !(found = true); }
      bool found = false;
    } any;
    const Param which[] = {name};
    query("select 1 from sqlite_master where type = 'table' and name = ?", which, any);
    return any.found;
  }

  bool alive() noexcept override { return true; }

 private:
  Statement& statement(std::string_view sql) {
    if (Statement* known = statements_.find(sql)) return *known;
    return statements_.add(sql, prepare(sql));
  }
  // The cached statement, or one of its own when the cached one is being read further up the stack.
  Statement& ready(std::string_view sql, std::unique_ptr<Statement>& own) {
    Statement& cached = statement(sql);
    if (!cached.busy) return cached;
    own = prepare(sql);
    return *own;
  }

  std::unique_ptr<Statement> prepare(std::string_view sql) {
    auto made = std::make_unique<Statement>();
    made->prepared.reset(backend_->make_statement_backend());
    try {
      made->prepared->alloc();
      made->prepared->prepare(with_named_parameters(sql), soci::details::st_repeatable_query);
    } catch (const soci::sqlite3_soci_error& error) {
      fail(error.result(), sql);
    }
    made->parameters = sqlite3_bind_parameter_count(made->raw());
    made->writes = !sqlite3_stmt_readonly(made->raw());
    return made;
  }

  void bind(Statement& to_run, std::string_view sql, Params params) {
    if (params.size() != static_cast<std::size_t>(to_run.parameters))
      throw Error(MIF_E_INTERNAL, "参数个数不对 (" + std::to_string(to_run.parameters) + " parameters wanted, " + std::to_string(params.size()) + " given): " + shown(sql));
    for (std::size_t i = 0; i < params.size(); ++i) {
      const int at = static_cast<int>(i) + 1;
      int result = SQLITE_OK;
      if (const std::int64_t* integer = params[i].integer()) {
        result = sqlite3_bind_int64(to_run.raw(), at, *integer);
      } else if (const std::string_view* text = params[i].text()) {
        refuse_nul(*text);
        result = sqlite3_bind_text(to_run.raw(), at, text->data() ? text->data() : "", static_cast<int>(text->size()), SQLITE_STATIC);
      } else {
        result = sqlite3_bind_null(to_run.raw(), at);
      }
      if (result != SQLITE_OK) fail(result, sql);
    }
  }

  void step_all(Statement& to_run, std::string_view sql) {
    const InUse use(to_run);
    int result = SQLITE_ROW;
    while (result == SQLITE_ROW) result = sqlite3_step(to_run.raw());
    if (result != SQLITE_DONE) fail(result, sql);
  }

  [[noreturn]] void fail(int result, std::string_view sql) {
    const int extended = sqlite3_extended_errcode(db_);
    const std::string said = sqlite3_errmsg(db_) + std::string(" [") + shown(sql) + "]";
    if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY || extended == SQLITE_CONSTRAINT_ROWID)
      throw Error(MIF_E_CONFLICT, "store.unique", "唯一键重复 (a unique key exists already): " + said);
    switch (result & 0xff) {
      case SQLITE_BUSY:
      case SQLITE_LOCKED: throw Error(MIF_E_UNAVAILABLE, "store.busy", "数据库正被其他程序占用,请稍后再试 (another process holds the database) " + path_ + ": " + said);
      case SQLITE_FULL: throw Error(MIF_E_UNAVAILABLE, "store.disk-full", "磁盘已满 (the disk is full) " + path_ + ": " + said);
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB: throw Error(MIF_E_UNAVAILABLE, "store.damaged", "数据库文件损坏或不是数据库 (not a sound database file, restore a backup) " + path_ + ": " + said);
      case SQLITE_CANTOPEN:
      case SQLITE_READONLY: throw Error(MIF_E_UNAVAILABLE, "store.read-only", "数据库不可写 (cannot write the database, check the owner of the file) " + path_ + ": " + said);
      default: throw Error(MIF_E_INTERNAL, "数据库拒绝了语句 (the database refused a statement): " + said);
    }
  }

  std::string path_;
  Role role_;
  soci::session session_;
  soci::sqlite3_session_backend* backend_ = nullptr;
  sqlite3* db_ = nullptr;
  StatementCache<Statement> statements_;
};

}  // namespace

std::unique_ptr<Session> open_sqlite(const Dsn& dsn, const Options& options, Role role) {
  // A session belongs to one thread at a time, so SQLite need not lock every call on a connection as well, nor count its
  // memory under one lock for the process (together a tenth of a short transaction). Has no effect, and does no harm, when
  // somebody in the process has used SQLite before.
  static const int configured = sqlite3_config(SQLITE_CONFIG_MULTITHREAD) | sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(configured);
  return std::make_unique<SqliteSession>(dsn, options, role);
}

}  // namespace mif::store
