// SPDX-License-Identifier: Apache-2.0
// Peer: the same row writes as one posted voucher, through bare libpq in pipeline mode: one round trip a voucher, no checks.
//   bare_libpq post CONNINFO CLIENTS BOOKS SECONDS     durable vouchers a second
//   bare_libpq rows CONNINFO COUNT                     line rows a second by COPY BINARY
#include <arpa/inet.h>
#include <endian.h>
#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

[[noreturn]] void die(PGconn* c, const char* what) {
  std::fprintf(stderr, "bare_libpq: %s: %s\n", what, PQerrorMessage(c));
  std::exit(1);
}

void run(PGconn* c, const char* sql) {
  PGresult* r = PQexec(c, sql);
  if (PQresultStatus(r) != PGRES_COMMAND_OK) die(c, sql);
  PQclear(r);
}

const char* kSchema[] = {
    "drop table if exists p_voucher, p_line, p_balance, p_counter, p_entry, p_head",
    "create table p_voucher (book bigint, year bigint, month bigint, id bigint, day bigint, word varchar(8), number bigint, state bigint, closing bigint, reverses bigint,"
    " attachments bigint, total bigint, flow varchar(80), source_plugin varchar(80), source_key varchar(200), summary varchar(400), maker varchar(80), reviewer varchar(80),"
    " poster varchar(80), content_hash varchar(64), workflow_instance bigint, created_ms bigint, posted_ms bigint, primary key (book, year, month, id))",
    "create unique index p_voucher_id on p_voucher (id)", "create unique index p_voucher_source on p_voucher (source_plugin, source_key)",
    "create unique index p_voucher_number on p_voucher (book, year, month, word, number)",
    "create table p_line (book bigint, year bigint, month bigint, voucher bigint, line bigint, side bigint, fen bigint, account varchar(20), aux varchar(400), summary varchar(400),"
    " primary key (book, year, month, voucher, line))",
    "create table p_balance (book bigint, year bigint, month bigint, account varchar(20), aux varchar(400), debit bigint, credit bigint, closing_debit bigint, closing_credit bigint,"
    " primary key (book, year, month, account, aux)) with (fillfactor = 50)",
    "create table p_counter (book bigint, year bigint, month bigint, word varchar(8), last bigint, primary key (book, year, month, word)) with (fillfactor = 20)",
    "create table p_entry (chain varchar(64), seq bigint, at_ms bigint, actor varchar(128), origin varchar(128), trace varchar(128), action varchar(128), object varchar(256),"
    " object_digest varchar(64), body varchar(8000000), hash varchar(64), primary key (chain, seq))",
    "create table p_head (chain varchar(64) primary key, seq bigint, hash varchar(64)) with (fillfactor = 20)"};

struct Statement {
  const char* name;
  const char* sql;
};
const Statement kStatements[] = {
    {"b", "begin"},
    {"k", "insert into p_counter values ($1,2023,1,'付',1) on conflict (book,year,month,word) do update set last = p_counter.last + 1"},
    {"v", "insert into p_voucher values ($1,2023,1,$2,20230115,'付',$2,4,0,0,0,12345678,'','bench',$3,$4,'maker','reviewer','bench',$5,0,1700000000000,1700000000000)"},
    {"l", "insert into p_line values ($1,2023,1,$2,1,1,1234567,'50010101','mode=1',$3),($1,2023,1,$2,2,1,1234567,'50010102','mode=1',$3),"
          "($1,2023,1,$2,3,1,1234567,'50010103','mode=1',$3),($1,2023,1,$2,4,-1,3703701,'1004','bank_account=1',$3)"},
    {"a", "insert into p_balance values ($1,2023,1,'1004','bank_account=1',0,3703701,0,0),($1,2023,1,'50010101','mode=1',1234567,0,0,0),"
          "($1,2023,1,'50010102','mode=1',1234567,0,0,0),($1,2023,1,'50010103','mode=1',1234567,0,0,0)"
          " on conflict (book,year,month,account,aux) do update set debit = p_balance.debit + excluded.debit, credit = p_balance.credit + excluded.credit"},
    {"h", "insert into p_head values ($1,$2,$3) on conflict (chain) do update set seq = excluded.seq, hash = excluded.hash"},
    {"e", "insert into p_entry values ($1,$2,1700000000000,'bench','bench','','voucher.import','voucher:1',$3,$4,$3)"},
    {"c", "commit"}};

void client(const char* conninfo, int number, int clients, int books, std::atomic<bool>& stop, std::atomic<long long>& next, std::atomic<long long>& done) {
  PGconn* c = PQconnectdb(conninfo);
  if (PQstatus(c) != CONNECTION_OK) die(c, "connect");
  for (const auto& s : kStatements) PQclear(PQprepare(c, s.name, s.sql, 0, nullptr));
  if (!PQenterPipelineMode(c)) die(c, "pipeline");
  const std::string hash(64, 'a'), body(960, 'b');
  for (long long mine = number; !stop; mine += clients) {
    const long long i = next++;
    const std::string book = std::to_string(mine % books + 1), id = std::to_string(i), key = "k" + id, summary = "定点医疗机构月结 " + id, chain = "3700" + book;
    const auto send = [&](const char* name, std::vector<const char*> values) {
      if (!PQsendQueryPrepared(c, name, static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0)) die(c, name);
    };
    send("b", {});
    send("h", {chain.c_str(), id.c_str(), hash.c_str()});
    send("k", {book.c_str()});
    send("v", {book.c_str(), id.c_str(), key.c_str(), summary.c_str(), hash.c_str()});
    send("l", {book.c_str(), id.c_str(), summary.c_str()});
    send("a", {book.c_str()});
    send("e", {chain.c_str(), id.c_str(), hash.c_str(), body.c_str()});
    send("c", {});
    PQpipelineSync(c);
    for (std::size_t n = 0; n < std::size(kStatements); ++n) {
      PGresult* r = PQgetResult(c);
      if (PQresultStatus(r) != PGRES_COMMAND_OK) die(c, kStatements[n].name);
      PQclear(r);
      PQgetResult(c);  // NULL between results
    }
    PQclear(PQgetResult(c));  // the sync
    ++done;
  }
  PQfinish(c);
}

void put16(std::string& out, int v) {
  const auto n = htons(static_cast<unsigned short>(v));
  out.append(reinterpret_cast<const char*>(&n), 2);
}
void put32(std::string& out, int v) {
  const auto n = htonl(static_cast<unsigned>(v));
  out.append(reinterpret_cast<const char*>(&n), 4);
}
void put_int(std::string& out, long long v) {
  put32(out, 8);
  const auto n = htobe64(static_cast<unsigned long long>(v));
  out.append(reinterpret_cast<const char*>(&n), 8);
}
void put_text(std::string& out, const char* text) {
  put32(out, static_cast<int>(std::strlen(text)));
  out += text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  PGconn* c = PQconnectdb(argv[2]);
  if (PQstatus(c) != CONNECTION_OK) die(c, "connect");
  run(c, "set client_min_messages = error");
  for (const char* sql : kSchema) run(c, sql);
  if (std::string(argv[1]) == "rows") {
    const long long count = std::atoll(argv[3]);
    const double start = now();
    run(c, "begin");
    PQclear(PQexec(c, "copy p_line from stdin (format binary)"));
    std::string out("PGCOPY\n\377\r\n\0", 11);
    put32(out, 0);
    put32(out, 0);
    for (long long i = 0; i < count; ++i) {
      put16(out, 10);
      for (const long long v : {1LL, 2023LL, 1LL, i / 4, i % 4, i % 4 == 3 ? -1LL : 1LL, i * 7919 % 9000000 + 1}) put_int(out, v);
      put_text(out, "50010101");
      put_text(out, "mode=1");
      put_text(out, "定点医疗机构月结");
      if (out.size() > 65536) {
        PQputCopyData(c, out.data(), static_cast<int>(out.size()));
        out.clear();
      }
    }
    put16(out, -1);
    PQputCopyData(c, out.data(), static_cast<int>(out.size()));
    PQputCopyEnd(c, nullptr);
    PGresult* r = PQgetResult(c);
    if (PQresultStatus(r) != PGRES_COMMAND_OK) die(c, "copy");
    PQclear(r);
    while ((r = PQgetResult(c))) PQclear(r);
    run(c, "commit");
    std::printf("%.1f\n", static_cast<double>(count) / (now() - start));
    return 0;
  }
  if (argc != 6) return 2;
  const int clients = std::atoi(argv[3]), books = std::atoi(argv[4]);
  std::atomic<bool> stop{false};
  std::atomic<long long> next{1}, done{0};
  std::vector<std::thread> threads;
  const double start = now(), until = std::atof(argv[5]);
  for (int i = 0; i < clients; ++i) threads.emplace_back(client, argv[2], i, clients, books, std::ref(stop), std::ref(next), std::ref(done));
  while (now() - start < until) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const long long count = done;
  const double elapsed = now() - start;
  stop = true;
  for (auto& t : threads) t.join();
  std::printf("%.1f\n", static_cast<double>(count) / elapsed);
  return 0;
}
