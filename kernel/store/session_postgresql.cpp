// SPDX-License-Identifier: Apache-2.0
// PostgreSQL. SOCI opens the connection and prepares the statements; they are sent and read through libpq on SOCI's own
// PGconn, in pipeline mode, because SOCI waits for each answer and turns numeric sums into double.
#include <poll.h>
#include <soci/soci.h>
#include <soci/postgresql/soci-postgresql.h>

#include <map>
#include <optional>

#include "kernel/store/postgresql_pipeline.h"
#include "kernel/store/sql_text.h"
#include "kernel/store/statement_cache.h"

namespace mif::store {
namespace {

constexpr std::string_view kBeginWrite = "begin isolation level read committed";
constexpr std::string_view kBeginRead = "begin isolation level repeatable read read only";
constexpr std::string_view kCommit = "commit";
constexpr std::size_t kMostPending = 128;   // answers waited for at the latest then
constexpr std::size_t kCopyFromRows = 500;  // below, one prepared statement with arrays is faster than a COPY and its round trips

// With a list of as many values the plan is made anew each time, with the values and the table as they are: a plan that was kept
// from when the table was empty would compare each row with each of them.
constexpr std::size_t kPlannedAnew = 50;

struct Statement {
  std::unique_ptr<soci::postgresql_statement_backend> prepared;  // null: planned anew
  std::string sql, planned_anew;
  std::size_t parameters = 0;
  bool busy = false;
};

class PostgresRow final : public Row {
 public:
  explicit PostgresRow(const PGresult* result, int number = 0) : result_(result), number_(number), size_(static_cast<std::size_t>(PQnfields(result))) {}
  std::size_t size() const override { return size_; }
  bool null(std::size_t i) const override { return PQgetisnull(result_, number_, at(i)) != 0; }
  bool is_text(std::size_t i) const override {
    const Oid type = PQftype(result_, at(i));
    return type != 20 && type != 21 && type != 23 && type != 26 && !null(i);
  }
  std::int64_t integer(std::size_t i) const override {
    if (null(i)) not_an_integer(i, "NULL");
    return integer_of(text(i));
  }
  std::string_view text(std::size_t i) const override {
    return {PQgetvalue(result_, number_, at(i)), static_cast<std::size_t>(PQgetlength(result_, number_, at(i)))};
  }

 private:
  int at(std::size_t i) const {
    if (i >= size_) throw Error(MIF_E_INTERNAL, "查询没有第 " + std::to_string(i + 1) + " 列 (no such column in the result)");
    return static_cast<int>(i);
  }
  const PGresult* result_;
  int number_;
  std::size_t size_;
};

class PostgresSession final : public Session {
 public:
  PostgresSession(const Dsn& dsn, const Options&) : shown_(dsn.shown) {
    try {
      session_.open(soci::postgresql, dsn.connect);
    } catch (const soci::soci_error& error) {
      const std::string said = error.get_error_message();
      // libpq repeats pieces of a connection string it cannot read, and a piece may be the password.
      const bool unreadable = said.find("connection info string") != std::string::npos || said.find("connection option") != std::string::npos;
      throw ConnectionLost("连不上数据库 (cannot connect to the database) " + shown_ + ": " + (unreadable ? "the connection string is not well formed" : said));
    }
    backend_ = static_cast<soci::postgresql_session_backend*>(session_.get_backend());
    connection_ = backend_->conn_;
    pipeline_.emplace(connection_);
    PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
    const bool utf8 = PQsetClientEncoding(connection_, "UTF8") == 0;
    if (!utf8 && PQstatus(connection_) != CONNECTION_OK) throw ConnectionLost("刚连上数据库就断开 (the connection broke as soon as it was made) " + shown_);
    if (!utf8) throw Error(MIF_E_UNSUPPORTED, "store.server-encoding", "数据库不能用 UTF-8 (the server refuses UTF-8) " + shown_);
    run("set lock_timeout = '30s'");
    run("set standard_conforming_strings = on");
    for (const std::string_view sql : {kBeginWrite, kBeginRead, kCommit}) statement(sql).busy = true;  // never dropped from the cache
  }
  ~PostgresSession() override {
    statements_.for_each([](Statement& statement) {
      if (statement.prepared) statement.prepared->statementName_.clear();
    });  // the server forgets them with the connection
    statements_.clear();
  }

  Backend backend() const override { return Backend::postgresql; }
  Dialect dialect() const override { return Dialect::postgresql; }
  std::string describe() const override {
    const char* version = PQparameterStatus(connection_, "server_version");
    return std::string("postgresql ") + (version ? version : "?") + ", libpq " + std::to_string(PQlibVersion() / 10000) + " (" + shown_ + ")";
  }

  void begin(Mode mode) override {
    // Sent together with the first statement.
    to_begin_ = mode == Mode::write ? kBeginWrite : kBeginRead;
    mode_ = mode;
  }

  void commit() override {
    if (!to_begin_.empty()) {
      to_begin_ = {};
      return;
    }
    if (mode_ == Mode::read) return end_read();
    if (!alive()) throw ConnectionLost("数据库连接断开,事务已回滚 (the connection was lost before commit, nothing was committed) " + shown_);
    // A pipeline stops at its first error, so COMMIT does nothing when a statement sent before it fails.
    Result result;
    try {
      send(statement(kCommit), {});
      result = pipeline_->settle();
    } catch (const ConnectionLost& lost) {
      throw Error(MIF_E_UNKNOWN_OUTCOME, std::string("提交时连接断开,结果未知,请先查询 (the connection broke during commit, look before repeating): ") + lost.what());
    }
    if (std::string_view(PQcmdStatus(result.get())) != "COMMIT")
      throw Error(MIF_E_INTERNAL, "事务中已出错,数据库已回滚 (the database rolled back instead of committing)");
  }

  bool rollback() noexcept override try {
    if (!to_begin_.empty()) {
      to_begin_ = {};
      return PQstatus(connection_) == CONNECTION_OK;
    }
    try {
      pipeline_->settle();
    } catch (...) {
      // Whatever was under way failed: that is why we roll back.
    }
    if (PQstatus(connection_) != CONNECTION_OK) return false;
    if (PQtransactionStatus(connection_) == PQTRANS_IDLE) return true;
    pipeline_->leave();
    const Result result(PQexec(connection_, "rollback"));
    return PQresultStatus(result.get()) == PGRES_COMMAND_OK;
  } catch (...) {
    return false;
  }

  std::int64_t execute(std::string_view sql, Params params) override {
    send(statement(sql), params);
    const Result result = pipeline_->settle();
    const std::string_view count = PQcmdTuples(result.get());
    return count.empty() ? 0 : integer_of(count);
  }

  void execute_later(std::string_view sql, Params params) override {
    send(statement(sql), params);
    if (pipeline_->pending() >= kMostPending) pipeline_->settle();
  }

  void query(std::string_view sql, Params params, RowVisitor& visitor) override {
    send(statement(sql), params);
    PostgresPipeline::Reading reading(*pipeline_);
    while (const Result result = reading.next()) {
      const PostgresRow row(result.get());
      if (!visitor.row(row)) return;
    }
  }

  void query_together(std::span<const Query> queries) override {
    std::vector<Result> answers(queries.size());
    try {
      for (std::size_t i = 0; i < queries.size(); ++i) send(statement(queries[i].sql), queries[i].params, &answers[i]);
      pipeline_->settle();
    } catch (...) {
      pipeline_->keep_nothing();
      throw;
    }
    for (std::size_t i = 0; i < queries.size(); ++i)
      for (int n = 0; n < PQntuples(answers[i].get()); ++n) queries[i].each(PostgresRow(answers[i].get(), n));
  }

  void run(std::string_view sql) override {
    begin_now();
    const Result result(PQexec(connection_, std::string(sql).c_str()));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) std::rethrow_exception(postgresql_error(connection_, result.get(), sql));
  }

  void bulk_insert(std::string_view table, const std::vector<std::string>& columns, Params rows) override {
    if (rows.size() >= kCopyFromRows * columns.size()) {
      const std::vector<Oid> types = column_types(table, columns);
      begin_now();
      if (copy_rows(connection_, table, columns, types, rows)) return;
    }
    const std::size_t most = 2000 * columns.size();
    for (std::size_t at = 0; at < rows.size(); at += most) {
      const ArrayInsert insert = array_insert(table, columns, rows.subspan(at, std::min(most, rows.size() - at)));
      const std::vector<Param> arrays(insert.arrays.begin(), insert.arrays.end());
      execute_later(insert.sql, arrays);
    }
  }

  bool has_table(std::string_view name) override {
    class Any final : public RowVisitor {
     public:
      bool row(const Row&) override { return !(found = true); }
      bool found = false;
    } any;
    const Param which[] = {name};
    query("select 1 from pg_class where oid = to_regclass(cast(? as text))", which, any);
    return any.found;
  }

  bool alive() noexcept override {
    if (PQstatus(connection_) != CONNECTION_OK) return false;
    // A server that closed the connection left an end-of-file to read; this costs no round trip.
    for (int look = 0; look < 3; ++look) {
      pollfd socket{PQsocket(connection_), POLLIN, 0};
      if (poll(&socket, 1, 0) <= 0) return true;
      if (PQconsumeInput(connection_) != 1 || PQstatus(connection_) != CONNECTION_OK) return false;
    }
    return true;
  }

 private:
  Statement& statement(std::string_view sql) {
    if (Statement* known = statements_.find(sql)) return *known;
    auto made = std::make_unique<Statement>();
    made->sql = sql;
    made->planned_anew = with_named_parameters(sql, &made->parameters, "$");
    if (made->parameters >= kPlannedAnew) return statements_.add(sql, std::move(made));
    made->planned_anew.clear();
    pipeline_->leave();
    made->prepared.reset(backend_->make_statement_backend());
    try {
      made->prepared->alloc();
      made->prepared->prepare(with_named_parameters(sql), soci::details::st_repeatable_query);
    } catch (const soci::postgresql_soci_error& error) {
      std::rethrow_exception(postgresql_error(PQstatus(connection_) == CONNECTION_OK ? error.sqlstate() : "08006", error.get_error_message(), sql));
    }
    return statements_.add(sql, std::move(made));
  }

  void send(Statement& to_run, Params params, Result* keep = nullptr) {
    if (params.size() != to_run.parameters)
      throw Error(MIF_E_INTERNAL, "参数个数不对 (" + std::to_string(to_run.parameters) + " parameters wanted, " + std::to_string(params.size()) + " given): " + shown(to_run.sql));
    const PostgresValues values(params);
    if (!to_begin_.empty()) {
      const Statement& begin = statement(std::exchange(to_begin_, {}));
      pipeline_->send(begin.prepared->statementName_, PostgresValues({}), begin.sql);
    }
    if (to_run.prepared) pipeline_->send(to_run.prepared->statementName_, values, to_run.sql, keep);
    else pipeline_->send_unprepared(to_run.planned_anew, values, to_run.sql, keep);
  }

  // Outside the pipeline and inside the transaction that was asked for.
  void begin_now() {
    pipeline_->leave();
    if (to_begin_.empty()) return;
    const std::string begin(std::exchange(to_begin_, {}));
    const Result result(PQexec(connection_, begin.c_str()));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) std::rethrow_exception(postgresql_error(connection_, result.get(), begin));
  }

  // Nobody waits for the end of a read.
  void end_read() {
    pipeline_->settle();
    try {
      send(statement(kCommit), {});
      pipeline_->settle_later();
    } catch (const ConnectionLost&) {
      // All that was asked for has been read; the pool will notice.
    }
  }

  const std::vector<Oid>& column_types(std::string_view table, const std::vector<std::string>& columns) {
    std::string sql = "select ";
    for (std::size_t i = 0; i < columns.size(); ++i) sql += (i ? ", " : "") + columns[i];
    sql += " from " + std::string(table) + " limit 0";
    const auto known = types_.find(sql);
    if (known != types_.end()) return known->second;
    send(statement(sql), {});
    const Result result = pipeline_->settle();
    std::vector<Oid> types;
    for (int i = 0; i < PQnfields(result.get()); ++i) types.push_back(PQftype(result.get(), i));
    return types_[sql] = types;
  }

  std::string shown_;
  soci::session session_;
  soci::postgresql_session_backend* backend_ = nullptr;
  PGconn* connection_ = nullptr;
  Mode mode_ = Mode::read;
  std::string_view to_begin_;
  std::optional<PostgresPipeline> pipeline_;
  StatementCache<Statement> statements_;
  std::map<std::string, std::vector<Oid>> types_;
};

}  // namespace

std::unique_ptr<Session> open_postgresql(const Dsn& dsn, const Options& options) { return std::make_unique<PostgresSession>(dsn, options); }

}  // namespace mif::store
