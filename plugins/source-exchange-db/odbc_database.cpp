// SPDX-License-Identifier: Apache-2.0
// Any ODBC database. SOCI opens the connection; reading and binding use its handle directly, because SOCI's ODBC backend cuts
// long texts without a word and trusts a driver's length beyond its own buffer. SQLGetData in pieces is exact.
#include <sql.h>
#include <sqlext.h>

#include <soci/odbc/soci-odbc.h>
#include <soci/soci.h>

#include <cstring>
#include <string_view>

#include "exchange_database.h"

namespace mif::source_exchange {

namespace {

constexpr ComparePlaces kPlaces{"?", "?", "?", "?", "?", "?", "?"};

struct Diagnosed {
  std::string text;
};

std::string diagnosis(SQLSMALLINT kind, SQLHANDLE handle) {
  SQLCHAR state[6] = "", message[1024] = "driver gives no reason";
  SQLINTEGER native = 0;
  SQLSMALLINT length = 0;
  SQLGetDiagRec(kind, handle, 1, state, &native, message, sizeof message, &length);
  return std::string(reinterpret_cast<const char*>(state)) + " " + reinterpret_cast<const char*>(message);
}

class Statement {
 public:
  Statement(SQLHDBC connection, const std::string& sql) {
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, connection, &handle_))) throw Diagnosed{diagnosis(SQL_HANDLE_DBC, connection)};
    // freed by the destructor only once construction has succeeded
    if (!SQL_SUCCEEDED(SQLPrepare(handle_, reinterpret_cast<SQLCHAR*>(const_cast<char*>(sql.c_str())), SQL_NTS))) {
      const Diagnosed why{diagnosis(SQL_HANDLE_STMT, handle_)};
      SQLFreeHandle(SQL_HANDLE_STMT, handle_);
      throw why;
    }
  }
  ~Statement() { SQLFreeHandle(SQL_HANDLE_STMT, handle_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Bound by address: the values must outlive the execution.
  Statement& bind(const std::string& text) {
    lengths_.push_back(std::make_unique<SQLLEN>(static_cast<SQLLEN>(text.size())));
    const SQLULEN size = text.empty() ? 1 : text.size();
    check(SQLBindParameter(handle_, ++bound_, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, size, 0, const_cast<char*>(text.c_str()), static_cast<SQLLEN>(text.size()), lengths_.back().get()));
    return *this;
  }
  Statement& bind(const long long& number) {
    lengths_.push_back(std::make_unique<SQLLEN>(0));
    check(SQLBindParameter(handle_, ++bound_, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 19, 0, const_cast<long long*>(&number), 0, lengths_.back().get()));
    return *this;
  }
  void execute() {
    const SQLRETURN result = SQLExecute(handle_);
    if (result != SQL_NO_DATA) check(result);  // an update of nothing
  }
  void again() {
    SQLFreeStmt(handle_, SQL_CLOSE);
    execute();
  }
  SQLLEN affected() {
    SQLLEN rows = 0;
    check(SQLRowCount(handle_, &rows));
    return rows;
  }
  bool fetch() {
    const SQLRETURN result = SQLFetch(handle_);
    if (result == SQL_NO_DATA) return false;
    check(result);
    return true;
  }
  std::string text(SQLUSMALLINT column) {
    std::string value;
    char piece[4096];
    for (;;) {
      SQLLEN length = 0;
      const SQLRETURN result = SQLGetData(handle_, column, SQL_C_CHAR, piece, sizeof piece, &length);
      if (result == SQL_NO_DATA) return value;
      check(result);
      if (length == SQL_NULL_DATA) return {};
      // cut short: the buffer is full but for its NUL, whatever the length says
      const bool cut = result == SQL_SUCCESS_WITH_INFO && (length == SQL_NO_TOTAL || length >= static_cast<SQLLEN>(sizeof piece));
      value.append(piece, cut ? std::strlen(piece) : static_cast<std::size_t>(length));
      if (!cut) return value;
    }
  }
  // As text and parsed here: drivers differ in how they give a number, not in how they print it.
  long long number(SQLUSMALLINT column) {
    const std::string value = text(column);
    const auto digits = value.find_first_not_of("0123456789", value.empty() || value[0] != '-' ? 0 : 1);
    if (value.empty() || value.size() > 19 || digits != std::string::npos) throw Diagnosed{"第 " + std::to_string(column) + " 列不是整数 (not an integer): \"" + value.substr(0, 40) + "\""};
    return std::stoll(value);
  }

 private:
  void check(SQLRETURN result) {
    if (!SQL_SUCCEEDED(result)) throw Diagnosed{diagnosis(SQL_HANDLE_STMT, handle_)};
  }
  SQLHSTMT handle_ = SQL_NULL_HSTMT;
  SQLUSMALLINT bound_ = 0;
  std::vector<std::unique_ptr<SQLLEN>> lengths_;
};

class OdbcDatabase : public ExchangeDatabase {
 public:
  OdbcDatabase(const Dsn& dsn, const Layout& layout) : dsn_(dsn), layout_(layout) {
    auto opening = std::make_unique<soci::session>();
    try {
      soci::connection_parameters parameters(soci::odbc, dsn.connect);
      parameters.set_option(soci::odbc_option_driver_complete, "0");  // SQL_DRIVER_NOPROMPT
      opening->open(parameters);
    } catch (const soci::soci_error& e) {
      throw Error(MIF_E_UNAVAILABLE, "source.database", "交换库 (exchange database) " + dsn_.shown + ": " + std::string(e.what()).substr(0, 300));
    }
    connection_ = static_cast<soci::odbc_session_backend*>(opening->get_backend())->hdbc_;
    session_ = opening.release();
  }
  ~OdbcDatabase() override {
    // SOCI's session ends the program when the driver will not disconnect; leave it nothing to refuse.
    SQLEndTran(SQL_HANDLE_DBC, connection_, SQL_ROLLBACK);
    SQLUINTEGER dead = SQL_CD_FALSE;
    SQLGetConnectAttr(connection_, SQL_ATTR_CONNECTION_DEAD, &dead, sizeof dead, nullptr);
    if (dead == SQL_CD_FALSE && !broken_) delete session_;
    // A broken one is set aside: a few hundred bytes for each lost connection, and no call into a confused driver.
  }

  std::vector<SourceRow> documents(const std::string& feed, long long after, std::uint32_t n) override {
    return read([&] {
      std::vector<SourceRow> rows;
      Statement st(connection_, document_sql(layout_, n, "?", "?"));
      st.bind(feed).bind(after).execute();
      while (rows.size() < n && st.fetch()) {
        SourceRow row;
        row.seq = st.number(1);
        row.key = st.text(2);
        row.version = st.number(3);
        row.type = st.text(4);
        row.day = st.number(5);
        row.payload = st.text(6);
        rows.push_back(std::move(row));
      }
      return rows;
    });
  }

  std::vector<SourceRow> withdrawals(const std::string& feed, long long after, std::uint32_t n) override {
    return read([&] {
      std::vector<SourceRow> rows;
      Statement st(connection_, withdrawal_sql(layout_, n, "?", "?"));
      st.bind(feed).bind(after).execute();
      while (rows.size() < n && st.fetch()) {
        SourceRow row;
        row.withdrawn = true;
        row.seq = st.number(1);
        row.key = st.text(2);
        row.version = st.number(3);
        row.day = st.number(4);
        rows.push_back(std::move(row));
      }
      return rows;
    });
  }

  std::vector<TotalRow> totals(const std::string& feed, DayRange days) override {
    return read([&] {
      std::vector<TotalRow> rows;
      Statement st(connection_, totals_sql(layout_, days, kPlaces));
      st.bind(feed).bind(feed).bind(feed).bind(feed).execute();
      while (st.fetch()) {
        TotalRow row;
        row.type = st.text(1);
        row.unit = st.text(2);
        row.scheme = st.text(3);
        row.book = st.text(4);
        row.documents = st.number(5);
        row.fen = st.number(6);
        rows.push_back(std::move(row));
      }
      return rows;
    });
  }

  std::vector<KeyRow> keys(const std::string& feed, DayRange days, const std::string& type, const std::string& book, long long after, std::uint32_t n) override {
    return read([&] {
      std::vector<KeyRow> rows;
      Statement st(connection_, keys_sql(layout_, days, n, kPlaces));
      st.bind(feed).bind(feed).bind(feed).bind(feed).bind(type).bind(book).bind(after).execute();
      while (rows.size() < n && st.fetch()) {
        KeyRow row;
        row.seq = st.number(1);
        row.key = st.text(2);
        row.version = st.number(3);
        row.day = st.number(4);
        row.fen = st.number(5);
        rows.push_back(std::move(row));
      }
      return rows;
    });
  }

  void put_status(const std::vector<StatusRow>& rows) override {
    SQLSetConnectAttr(connection_, SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(SQL_AUTOCOMMIT_OFF), 0);
    try {
      read([&] {
        for (const auto& r : rows) {
          Statement update(connection_, "update " + layout_.status + " set doc_no = ?, version = ?, state = ?, reason = ?, voucher = ?, told_ms = ? where feed = ? and seq = ?");
          update.bind(r.key).bind(r.version).bind(r.state).bind(r.reason).bind(r.voucher).bind(r.told_ms).bind(r.feed).bind(r.seq).execute();
          if (update.affected() > 0) continue;
          Statement insert(connection_, "insert into " + layout_.status + " (feed, seq, doc_no, version, state, reason, voucher, told_ms) values (?, ?, ?, ?, ?, ?, ?, ?)");
          insert.bind(r.feed).bind(r.seq).bind(r.key).bind(r.version).bind(r.state).bind(r.reason).bind(r.voucher).bind(r.told_ms).execute();
        }
        if (!SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, connection_, SQL_COMMIT))) throw Diagnosed{diagnosis(SQL_HANDLE_DBC, connection_)};
      });
    } catch (...) {
      SQLEndTran(SQL_HANDLE_DBC, connection_, SQL_ROLLBACK);
      SQLSetConnectAttr(connection_, SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(SQL_AUTOCOMMIT_ON), 0);
      throw;
    }
    SQLSetConnectAttr(connection_, SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(SQL_AUTOCOMMIT_ON), 0);
  }

 private:
  template <class F>
  auto read(F&& body) -> decltype(body()) {
    try {
      return body();
    } catch (const Diagnosed& d) {
      broken_ = d.text.rfind("08", 0) == 0;  // SQLSTATE class 08: the connection itself
      throw Error(MIF_E_UNAVAILABLE, "source.database", "交换库 (exchange database) " + dsn_.shown + ": " + d.text.substr(0, 300));
    }
  }

  Dsn dsn_;
  Layout layout_;
  soci::session* session_ = nullptr;
  SQLHDBC connection_ = SQL_NULL_HDBC;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<ExchangeDatabase> open_odbc(const Dsn& dsn, const Layout& layout) { return std::make_unique<OdbcDatabase>(dsn, layout); }

}  // namespace mif::source_exchange
