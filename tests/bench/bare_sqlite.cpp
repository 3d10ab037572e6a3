// SPDX-License-Identifier: Apache-2.0
// Peer: the same row writes as one posted voucher, through the bare sqlite3 API: no checks, no hashing, no triggers.
//   bare_sqlite post FILE SECONDS     durable vouchers a second
//   bare_sqlite rows FILE COUNT       line rows a second in one transaction, prepared row by row
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

sqlite3* db;

void run(const char* sql) {
  char* error = nullptr;
  if (sqlite3_exec(db, sql, nullptr, nullptr, &error) != SQLITE_OK) {
    std::fprintf(stderr, "bare_sqlite: %s in %s\n", error, sql);
    std::exit(1);
  }
}

sqlite3_stmt* prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) != SQLITE_OK) {
    std::fprintf(stderr, "bare_sqlite: %s in %s\n", sqlite3_errmsg(db), sql);
    std::exit(1);
  }
  return statement;
}

struct Bind {
  sqlite3_stmt* statement;
  int at = 0;
  Bind& operator<<(long long i) { sqlite3_bind_int64(statement, ++at, i); return *this; }
  Bind& operator<<(const char* text) { sqlite3_bind_text(statement, ++at, text, -1, SQLITE_STATIC); return *this; }
  void go() {
    if (sqlite3_step(statement) != SQLITE_DONE) {
      std::fprintf(stderr, "bare_sqlite: %s\n", sqlite3_errmsg(db));
      std::exit(1);
    }
    sqlite3_reset(statement);
  }
};

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

const char* kSchema =
    "create table voucher (book bigint, year bigint, month bigint, id bigint, day bigint, word varchar(8), number bigint, state bigint, closing bigint, reverses bigint,"
    " attachments bigint, total bigint, flow varchar(80), source_plugin varchar(80), source_key varchar(200), summary varchar(400), maker varchar(80), reviewer varchar(80),"
    " poster varchar(80), content_hash varchar(64), workflow_instance bigint, created_ms bigint, posted_ms bigint, primary key (book, year, month, id)) without rowid;"
    "create unique index voucher_id on voucher (id); create unique index voucher_source on voucher (source_plugin, source_key);"
    "create unique index voucher_number on voucher (book, year, month, word, number);"
    "create table line (book bigint, year bigint, month bigint, voucher bigint, line bigint, side bigint, fen bigint, account varchar(20), aux varchar(400), summary varchar(400),"
    " primary key (book, year, month, voucher, line)) without rowid;"
    "create table balance (book bigint, year bigint, month bigint, account varchar(20), aux varchar(400), debit bigint, credit bigint, closing_debit bigint, closing_credit bigint,"
    " primary key (book, year, month, account, aux)) without rowid;"
    "create table counter (book bigint, year bigint, month bigint, word varchar(8), last bigint, primary key (book, year, month, word)) without rowid;"
    "create table entry (chain varchar(64), seq bigint, at_ms bigint, actor varchar(128), origin varchar(128), trace varchar(128), action varchar(128), object varchar(256),"
    " object_digest varchar(64), body varchar(8000000), hash varchar(64), primary key (chain, seq));"
    "create table head (chain varchar(64) primary key, seq bigint, hash varchar(64));";

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string mode = argv[1];
  std::remove(argv[2]);
  if (sqlite3_open(argv[2], &db) != SQLITE_OK) return 1;
  run("pragma journal_mode = wal");
  run("pragma synchronous = full");
  run("pragma cache_size = -65536");
  run(kSchema);
  sqlite3_stmt* line = prepare("insert into line values (?,?,?,?,?,?,?,?,?,?)");
  if (mode == "rows") {
    const long long count = std::atoll(argv[3]);
    const double start = now();
    run("begin immediate");
    for (long long i = 0; i < count; ++i)
      (Bind{line} << 1LL << 2023LL << 1LL << i / 4 << i % 4 << (i % 4 == 3 ? -1LL : 1LL) << i * 7919 % 9000000 + 1 << "50010101" << "mode=1" << "定点医疗机构月结").go();
    run("commit");
    std::printf("%.1f\n", static_cast<double>(count) / (now() - start));
    return 0;
  }
  sqlite3_stmt* begin = prepare("begin immediate");
  sqlite3_stmt* commit = prepare("commit");
  sqlite3_stmt* voucher = prepare("insert into voucher values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  sqlite3_stmt* balance = prepare("insert into balance values (?,?,?,?,?,?,?,0,0) on conflict do update set debit = debit + excluded.debit, credit = credit + excluded.credit");
  sqlite3_stmt* counter = prepare("insert into counter values (?,?,?,?,1) on conflict do update set last = last + 1");
  sqlite3_stmt* entry = prepare("insert into entry values (?,?,?,?,?,?,?,?,?,?,?)");
  sqlite3_stmt* head = prepare("insert into head values (?,?,?) on conflict do update set seq = excluded.seq, hash = excluded.hash");
  const std::string hash(64, 'a'), body(960, 'b');
  static const char* const accounts[] = {"50010101", "50010102", "50010103", "1004"};
  const double until = std::atof(argv[3]), start = now();
  long long i = 0;
  for (; now() - start < until; ++i) {
    const std::string key = "1/" + std::to_string(1700000000000 + i), summary = "定点医疗机构月结 " + std::to_string(i);
    Bind{begin}.go();
    (Bind{counter} << 1LL << 2023LL << 1LL << "付").go();
    (Bind{voucher} << 1LL << 2023LL << 1LL << i << 20230115LL << "付" << i << 4LL << 0LL << 0LL << 0LL << 12345678LL << "" << "bench" << key.c_str() << summary.c_str() << "maker"
                   << "reviewer" << "bench" << hash.c_str() << 0LL << 1700000000000LL << 1700000000000LL).go();
    for (long long k = 0; k < 4; ++k)
      (Bind{line} << 1LL << 2023LL << 1LL << i << k << (k == 3 ? -1LL : 1LL) << 1234567LL << accounts[k] << "mode=1" << summary.c_str()).go();
    for (long long k = 0; k < 4; ++k) (Bind{balance} << 1LL << 2023LL << 1LL << accounts[k] << "mode=1" << (k == 3 ? 0LL : 1234567LL) << (k == 3 ? 1234567LL : 0LL)).go();
    (Bind{entry} << "370001" << i << 1700000000000LL << "bench" << "bench" << "" << "voucher.import" << "voucher:1" << hash.c_str() << body.c_str() << hash.c_str()).go();
    (Bind{head} << "370001" << i << hash.c_str()).go();
    Bind{commit}.go();
  }
  std::printf("%.1f\n", static_cast<double>(i) / (now() - start));
  return 0;
}
