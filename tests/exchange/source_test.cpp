// SPDX-License-Identifier: Apache-2.0
// The exchange database read through SQLite, PostgreSQL, and both over ODBC: one suite, the same rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>

#include "exchange_database.h"
#include "tests/support/postgres_server.h"

namespace mif::source_exchange {
namespace {

constexpr const char* kSchema =
    "create table ex_document (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, doc_type varchar(40) not null,"
    " doc_day bigint not null, payload varchar(8000), primary key (feed, seq));"
    "create table ex_withdrawal (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, doc_day bigint not null, primary key (feed, seq));"
    "create table ex_status (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, state varchar(20) not null,"
    " reason varchar(600) not null, voucher varchar(40) not null, told_ms bigint not null, primary key (feed, seq));";

// 200 hanzi and more: where drivers cut.
std::string long_payload() {
  std::string text = "{\"remark\":\"";
  for (int i = 0; i < 1200; ++i) text += "医";
  return text + "\"}";
}

std::string rows_sql() {
  std::string sql;
  for (int i = 1; i <= 9; ++i)
    if (i != 4)
      sql += "insert into ex_document values ('main', " + std::to_string(i == 9 ? 900000000000000000 : i) + ", 'D" + std::to_string(i) + "', 1, 't', 20230601, '" +
             (i == 2 ? long_payload() : "{\"n\":\"" + std::to_string(i) + "\"}") + "');";
  return sql + "insert into ex_document values ('other', 1, 'X', 1, 't', 20230601, '{}'); insert into ex_withdrawal values ('main', 4, 'D1', 1, 20230602);";
}

class Backend {
 public:
  virtual ~Backend() = default;
  virtual void run(const std::string& sql) = 0;
  virtual std::string value(const std::string& sql) = 0;
  virtual std::string dsn() const = 0;
};

class SqliteBackend : public Backend {
 public:
  explicit SqliteBackend(bool odbc) : odbc_(odbc), file_(::testing::TempDir() + "/mif-source-" + std::to_string(getpid()) + (odbc ? "-o" : "") + ".db") {
    std::remove(file_.c_str());
    sqlite3_open(file_.c_str(), &db_);
  }
  ~SqliteBackend() override {
    sqlite3_close(db_);
    std::remove(file_.c_str());
  }
  void run(const std::string& sql) override { ASSERT_EQ(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db_); }
  std::string value(const std::string& sql) override {
    std::string result;
    sqlite3_exec(db_, sql.c_str(), [](void* out, int, char** v, char**) { *static_cast<std::string*>(out) = v[0] ? v[0] : ""; return 0; }, &result, nullptr);
    return result;
  }
  std::string dsn() const override { return odbc_ ? "odbc://Driver=SQLite3;Database=" + file_ + ";" : "sqlite://" + file_; }

 private:
  bool odbc_;
  std::string file_;
  sqlite3* db_ = nullptr;
};

mif::testing::PostgresServer& server() {
  static mif::testing::PostgresServer one;
  return one;
}

class PostgresBackend : public Backend {
 public:
  explicit PostgresBackend(bool odbc) : odbc_(odbc), database_(server().fresh_database()) { connection_ = PQconnectdb(server().dsn(database_).substr(11).c_str()); }
  ~PostgresBackend() override { PQfinish(connection_); }
  void run(const std::string& sql) override {
    PGresult* r = PQexec(connection_, sql.c_str());
    EXPECT_EQ(PQresultStatus(r), PGRES_COMMAND_OK) << PQerrorMessage(connection_);
    PQclear(r);
  }
  std::string value(const std::string& sql) override {
    PGresult* r = PQexec(connection_, sql.c_str());
    const std::string text = PQntuples(r) ? PQgetvalue(r, 0, 0) : "";
    PQclear(r);
    return text;
  }
  std::string dsn() const override { return odbc_ ? server().odbc_dsn(database_) : server().dsn(database_); }

 private:
  bool odbc_;
  std::string database_;
  PGconn* connection_ = nullptr;
};

class SourceSuite : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string kind = GetParam();
    if (kind.find("postgresql") != std::string::npos && !mif::testing::PostgresServer::installed()) GTEST_SKIP() << "no PostgreSQL server programs";
    if (kind.rfind("sqlite", 0) == 0) backend_ = std::make_unique<SqliteBackend>(kind == "sqlite_odbc");
    else backend_ = std::make_unique<PostgresBackend>(kind == "postgresql_odbc");
    backend_->run(kSchema);
    backend_->run(rows_sql());
    database_ = open_database(parse_dsn(backend_->dsn()), {});
  }
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<ExchangeDatabase> database_;
};

TEST_P(SourceSuite, ReadsDocumentsAndWithdrawalsInOneOrderFromTheCursor) {
  std::string order;
  for (const auto& row : read_after(*database_, "main", 0, 100)) order += (row.withdrawn ? "-" : "") + row.key + " ";
  EXPECT_EQ(order, "D1 D2 D3 -D1 D5 D6 D7 D8 D9 ");
  const auto page = read_after(*database_, "main", 2, 3);
  ASSERT_EQ(page.size(), 3u);
  EXPECT_EQ(page.front().key, "D3");
  EXPECT_EQ(page.back().key, "D5");
}

TEST_P(SourceSuite, TheSameCursorGivesTheSameDocuments) {
  const auto a = read_after(*database_, "main", 1, 4), b = read_after(*database_, "main", 1, 4);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].payload, b[i].payload);
}

TEST_P(SourceSuite, LongChineseTextAndLargeNumbersArriveWhole) {
  const auto rows = read_after(*database_, "main", 0, 100);
  EXPECT_EQ(rows[1].payload, long_payload());
  EXPECT_EQ(rows.back().seq, 900000000000000000);
  EXPECT_EQ(rows[0].day, 20230601);
}

TEST_P(SourceSuite, AcknowledgingTwiceLeavesOneRowWithTheLastState) {
  StatusRow row;
  row.feed = "main";
  row.seq = 2;
  row.key = "D2";
  row.state = "drafted";
  row.told_ms = 1700000000000;
  database_->put_status({row});
  database_->put_status({row});
  row.state = "posted";
  row.reason = "理由";
  row.voucher = "2023-06 付-12";
  StatusRow other = row;
  other.seq = 900000000000000000;
  database_->put_status({row, other});
  EXPECT_EQ(backend_->value("select count(*) from ex_status"), "2");
  EXPECT_EQ(backend_->value("select voucher from ex_status where seq = 2"), "2023-06 付-12");
  EXPECT_EQ(backend_->value("select reason from ex_status where seq = 2"), "理由");
  EXPECT_EQ(backend_->value("select told_ms from ex_status where seq = 2"), "1700000000000");
}

TEST_P(SourceSuite, AFailedAcknowledgementLeavesNothingHalfWritten) {
  StatusRow good, bad;
  good.feed = bad.feed = "main";
  good.seq = 1;
  bad.seq = 2;
  good.key = bad.key = "D";
  good.state = bad.state = "drafted";
  backend_->run("create table block_rows (seq bigint primary key)");
  // a second row with the same primary key inside one batch cannot happen; a missing table can
  Layout layout;
  layout.status = "no_such_table";
  auto broken = open_database(parse_dsn(backend_->dsn()), layout);
  EXPECT_THROW(broken->put_status({good, bad}), Error);
  EXPECT_EQ(backend_->value("select count(*) from ex_status"), "0");
  database_->put_status({good});
  EXPECT_EQ(backend_->value("select count(*) from ex_status"), "1");
}

TEST_P(SourceSuite, AMissingTableIsUnavailableAndTheConnectionStaysUsable) {
  Layout layout;
  layout.document = "no_such_table";
  auto broken = open_database(parse_dsn(backend_->dsn()), layout);
  try {
    broken->documents("main", 0, 10);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_UNAVAILABLE);
  }
  EXPECT_EQ(broken->withdrawals("main", 0, 10).size(), 1u);
}

// What the business side has: versions, withdrawals and repeated rows counted as it counts them.
TEST_P(SourceSuite, TotalsCountEveryDocumentOnceAsItIsNowAndTheKeysAddUpToThem) {
  backend_->run(
      "create table cmp_document (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, doc_type varchar(40) not null, unit varchar(20) not null,"
      " scheme varchar(10) not null, book varchar(40) not null, doc_day bigint not null, amount_fen bigint not null, payload varchar(8000), primary key (feed, seq));"
      "create table cmp_withdrawal (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, doc_day bigint not null, primary key (feed, seq));");
  int seq = 0;
  const auto put = [&](const std::string& key, int version, int day, const std::string& fen, const std::string& book = "B", const std::string& type = "t", const std::string& feed = "main") {
    backend_->run("insert into cmp_document values ('" + feed + "', " + std::to_string(++seq) + ", '" + key + "', " + std::to_string(version) + ", '" + type + "', 'U', '310', '" + book + "', " +
                  std::to_string(day) + ", " + fen + ", '{}')");
  };
  put("A", 1, 20230601, "100");                       // replaced by version 2
  put("A", 2, 20230602, "90");
  put("B", 1, 20230630, "1000");                      // withdrawn
  put("C", 1, 20230630, "5000000000000000");          // delivered twice
  put("C", 1, 20230630, "5000000000000000");
  put("D", 1, 20230731, "7");                         // another month
  put("E", 1, 20230615, "-30", "B2");                 // another book
  put("F", 1, 20230615, "11", "B", "other");          // another type
  put("G", 1, 20230615, "11", "B", "t", "second");    // another feed
  put("H", 1, 20230631, "3");                         // no such day, but June all the same
  put("I", 1, 20230610, "8");                         // its next version lies in July
  put("I", 2, 20230701, "8");
  backend_->run("insert into cmp_withdrawal values ('main', 900, 'B', 1, 20230701); insert into cmp_withdrawal values ('main', 901, 'A', 1, 20230701);");
  Layout layout;
  layout.document = "cmp_document";
  layout.withdrawal = "cmp_withdrawal";
  auto database = open_database(parse_dsn(backend_->dsn()), layout);
  const DayRange june{20230600, 20230699};
  std::string said;
  for (const auto& t : database->totals("main", june)) said += t.type + " " + t.unit + " " + t.scheme + " " + t.book + " " + std::to_string(t.documents) + " " + std::to_string(t.fen) + "\n";
  EXPECT_EQ(said, "other U 310 B 1 11\nt U 310 B 3 5000000000000093\nt U 310 B2 1 -30\n");
  std::string keys;
  long long after = 0;
  for (;;) {  // one at a time: pages join without a gap
    const auto page = database->keys("main", june, "t", "B", after, 1);
    if (page.empty()) break;
    ASSERT_EQ(page.size(), 1u);
    keys += page[0].key + "#" + std::to_string(page[0].version) + "=" + std::to_string(page[0].fen) + " ";
    after = page[0].seq;
  }
  EXPECT_EQ(keys, "A#2=90 C#1=5000000000000000 H#1=3 ");
}

INSTANTIATE_TEST_SUITE_P(Backends, SourceSuite, ::testing::Values("sqlite", "postgresql", "sqlite_odbc", "postgresql_odbc"),
                         [](const auto& info) { return std::string(info.param); });

TEST(SourceDsn, KindsAreRecognisedAndPasswordsNeverShown) {
  EXPECT_EQ(parse_dsn("sqlite://exchange/x.db").connect, "exchange/x.db");
  EXPECT_EQ(parse_dsn("postgresql:host=a password=geheim dbname=b").shown, "postgresql host=a password=*** dbname=b");
  EXPECT_THAT(parse_dsn("postgresql://u:geheim@h/db").shown, ::testing::Not(::testing::HasSubstr("geheim")));
  EXPECT_EQ(parse_dsn("odbc://Driver=X;PWD=geheim;").shown, "odbc Driver=X;pwd=***;");
  EXPECT_THROW(parse_dsn("mysql://x"), Error);
  EXPECT_THROW(parse_dsn("sqlite://"), Error);
}

TEST(SourceDsn, AMissingFileIsNotSilentlyCreated) {
  EXPECT_THROW(open_database(parse_dsn("sqlite:///nonexistent/exchange.db"), {}), Error);
  EXPECT_NE(access("/nonexistent/exchange.db", F_OK), 0);
}

TEST(SourceLayout, ATableNameIsAnIdentifier) {
  Layout layout;
  layout.document = "ex_document; drop table x";
  EXPECT_THROW(open_database(parse_dsn("sqlite:///tmp"), layout), Error);
}

}  // namespace
}  // namespace mif::source_exchange
