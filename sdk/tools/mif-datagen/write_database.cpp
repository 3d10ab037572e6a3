// SPDX-License-Identifier: Apache-2.0
// The exchange database (docs/exchange/ddl.md) as one SQLite file, written in one transaction.
#include <sqlite3.h>

#include <cstdio>
#include <map>
#include <memory>

#include "generate.h"

namespace mif::datagen {

namespace {

constexpr const char* kSchema =
    "create table ex_batch (batch_no varchar(40) not null primary key, feed varchar(20) not null, unit varchar(20) not null,"
    " scheme varchar(10) not null, book varchar(40) not null, period varchar(7) not null, documents bigint not null, amount_fen bigint not null);"
    "create table ex_document (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null,"
    " doc_type varchar(40) not null, unit varchar(20) not null, scheme varchar(10) not null, book varchar(40) not null, doc_day bigint not null,"
    " period varchar(7) not null, batch_no varchar(40) not null, amount_fen bigint not null, payload varchar(8000) not null, primary key (feed, seq));"
    "create table ex_withdrawal (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null,"
    " doc_day bigint not null, reason varchar(200) not null, primary key (feed, seq));"
    "create table ex_status (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null,"
    " state varchar(20) not null, reason varchar(600) not null, voucher varchar(40) not null, told_ms bigint not null, primary key (feed, seq));"
    "create table ex_dictionary (dictionary varchar(40) not null, code varchar(40) not null, name varchar(100) not null, primary key (dictionary, code));";

class Sqlite {
 public:
  explicit Sqlite(const std::string& file) {
    if (sqlite3_open_v2(file.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) != SQLITE_OK) fail();
  }
  ~Sqlite() { sqlite3_close(db_); }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  void run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }
  sqlite3* raw() { return db_; }
  [[noreturn]] void fail() { throw Error(MIF_E_UNAVAILABLE, std::string("写交换库失败 (cannot write the exchange database): ") + sqlite3_errmsg(db_)); }

 private:
  sqlite3* db_ = nullptr;
};

class Insert {
 public:
  Insert(Sqlite& db, const std::string& table, int columns) : db_(db) {
    std::string sql = "insert into " + table + " values (?";
    for (int i = 1; i < columns; ++i) sql += ",?";
    if (sqlite3_prepare_v2(db.raw(), (sql + ")").c_str(), -1, &statement_, nullptr) != SQLITE_OK) db.fail();
  }
  ~Insert() { sqlite3_finalize(statement_); }
  Insert(const Insert&) = delete;
  Insert& operator=(const Insert&) = delete;

  Insert& text(const std::string& value) {
    sqlite3_bind_text(statement_, ++at_, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    return *this;
  }
  Insert& number(std::int64_t value) {
    sqlite3_bind_int64(statement_, ++at_, value);
    return *this;
  }
  void row() {
    if (sqlite3_step(statement_) != SQLITE_DONE) db_.fail();
    sqlite3_reset(statement_);
    at_ = 0;
  }

 private:
  Sqlite& db_;
  sqlite3_stmt* statement_ = nullptr;
  int at_ = 0;
};

struct Control {
  const Document* first = nullptr;
  std::int64_t documents = 0;
  Fen amount;
};

void write_rows(Sqlite& db, const std::vector<Figures>& files, const Exchange& exchange) {
  std::map<std::string, Control> batches;
  Insert document(db, "ex_document", 13);
  for (const auto& d : exchange.documents) {
    document.text(d.feed).number(d.seq).text(d.doc_no).number(d.version).text(d.type).text(d.unit).text(d.scheme).text(d.book);
    document.number(d.day.value()).text(d.period.iso()).text(d.batch).number(d.amount.value()).text(d.payload).row();
    Control& control = batches[d.batch];
    if (!control.first) control.first = &d;
    ++control.documents;
    control.amount += d.amount;
  }
  Insert batch(db, "ex_batch", 8);
  for (const auto& [number, c] : batches)
    batch.text(number).text(c.first->feed).text(c.first->unit).text(c.first->scheme).text(c.first->book).text(c.first->period.iso()).number(c.documents).number(c.amount.value()).row();
  Insert withdrawal(db, "ex_withdrawal", 6);
  for (const auto& w : exchange.withdrawals) withdrawal.text(w.feed).number(w.seq).text(w.doc_no).number(w.version).number(w.day.value()).text(w.reason).row();
  std::map<std::pair<std::string, std::string>, std::string> entries;
  for (const auto& figures : files)
    for (const auto& [name, items] : figures.dictionaries)
      for (const auto& [code, text] : items) entries.emplace(std::pair(name, code), text);
  Insert dictionary(db, "ex_dictionary", 3);
  for (const auto& [key, name] : entries) dictionary.text(key.first).text(key.second).text(name).row();
}

}  // namespace

void write_database(const std::string& file, const std::vector<Figures>& files, const Exchange& exchange) {
  // built beside the target and moved over it: a reader never sees half a database
  const std::string building = file + ".building";
  std::remove(building.c_str());
  {
    Sqlite db(building);
    db.run("pragma journal_mode=off; pragma synchronous=off;");
    db.run("begin");
    db.run(kSchema);
    write_rows(db, files, exchange);
    db.run("commit");
  }
  if (std::rename(building.c_str(), file.c_str()) != 0) throw Error(MIF_E_UNAVAILABLE, "写不了文件 (cannot write) " + file);
}

}  // namespace mif::datagen
