// SPDX-License-Identifier: Apache-2.0
// A day of business documents from an exchange database to posted vouchers and back, and what the same rows cost barely.
//   exchange_bench fill FILE DOCUMENTS BOOKS     writes a SQLite exchange database of settlements, pharmacies, reimbursements, subsidies
//   exchange_bench run HOME FILE BOOKS [DSN]     seconds: taking in, drafting, review and posting, following, telling; peak MB; vouchers
//   exchange_bench bare FILE TARGET CHUNK        seconds: reading the source, inserting the same rows, writing the answers; SQLite by hand
//   exchange_bench push PORT COOKIE CSRF CLIENTS SECONDS PERIOD_MS BOOK   milliseconds of the median and of 99 in 100, documents per second
//   exchange_bench copy FILE CONNINFO            seconds of a bare COPY of the same rows into the same tables of a PostgreSQL
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "kernel/identity/identity.h"
#include "kernel/service/auto_review.h"
#include "kernel/service/deployment.h"
#include "kernel/service/job_runner.h"
#include "mif/error.hpp"
#include "tests/bench/exchange_day.h"
#include "tests/bench/fixture.h"

namespace mif::bench {
namespace {

namespace fs = std::filesystem;
const Who kWho{"chief1", "bench", ""};

void check(sqlite3* db, int rc) {
  if (rc != SQLITE_OK && rc != SQLITE_DONE && rc != SQLITE_ROW) throw Error(MIF_E_INTERNAL, sqlite3_errmsg(db));
}

class Sqlite {
 public:
  explicit Sqlite(const std::string& file) {
    check(db_, sqlite3_open(file.c_str(), &db_));
    exec("pragma journal_mode = wal; pragma synchronous = full");
  }
  ~Sqlite() { sqlite3_close(db_); }
  Sqlite(const Sqlite&) = delete;
  void exec(const std::string& sql) { check(db_, sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr)); }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    check(db_, sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr));
    return statement;
  }
  sqlite3* get() { return db_; }

 private:
  sqlite3* db_ = nullptr;
};

std::string text_of(sqlite3_stmt* s, int i) { return {reinterpret_cast<const char*>(sqlite3_column_text(s, i)), static_cast<std::size_t>(sqlite3_column_bytes(s, i))}; }

// --- the business side ----------------------------------------------------------------------------------------------

int fill(const std::string& file, std::int64_t documents, int books) {
  fs::remove(file);
  Sqlite db(file);
  db.exec("pragma synchronous = off");
  db.exec("create table ex_document (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, doc_type varchar(40) not null,"
          " doc_day bigint not null, payload varchar(8000) not null, primary key (feed, seq));"
          "create table ex_withdrawal (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, doc_day bigint not null, primary key (feed, seq));"
          "create table ex_status (feed varchar(20) not null, seq bigint not null, doc_no varchar(40) not null, version bigint not null, state varchar(20) not null,"
          " reason varchar(600) not null, voucher varchar(40) not null, told_ms bigint not null, primary key (feed, seq)); begin");
  sqlite3_stmt* insert = db.prepare("insert into ex_document values ('main', ?, ?, 1, ?, ?, ?)");
  for (std::int64_t i = 1; i <= documents; ++i) {
    const BusinessDocument m = document_of_day(i, books / 2);
    const std::string key = fmt::format("JS{}{:010}", kDay, i);
    sqlite3_bind_int64(insert, 1, i);
    sqlite3_bind_text(insert, 2, key.data(), static_cast<int>(key.size()), SQLITE_TRANSIENT);
    sqlite3_bind_text(insert, 3, m.type.data(), static_cast<int>(m.type.size()), SQLITE_TRANSIENT);
    sqlite3_bind_int(insert, 4, kDay);
    sqlite3_bind_text(insert, 5, m.payload.data(), static_cast<int>(m.payload.size()), SQLITE_TRANSIENT);
    check(db.get(), sqlite3_step(insert));
    sqlite3_reset(insert);
    if (i % 1000000 == 0) fmt::print(stderr, "  {} documents written\n", i);
  }
  sqlite3_finalize(insert);
  db.exec("commit");
  return 0;
}

// --- our side --------------------------------------------------------------------------------------------------------

void write_home(const fs::path& home, const std::string& file, const std::string& dsn) {
  const fs::path source = MIF_SOURCE_DIR;
  fs::create_directories(home / "config");
  for (const char* name : {"roles.info", "workflow.info", "people.info"}) fs::copy_file(source / "config/demo-province" / name, home / "config" / name, fs::copy_options::overwrite_existing);
  fs::create_directories(home / "templates/vouchers");
  for (const char* name : {"employee.info", "resident.info"}) gathering_rules(source / "templates/vouchers" / name, home / "templates/vouchers" / name);
  const bool measured = std::getenv("MIF_BENCH_QUALITY") != nullptr;  // with the shipped profile rules
  if (measured) fs::copy(source / "templates/quality", home / "templates/quality");
  std::ofstream(home / "mif.info") << "name \"bench\"\nmode development\nclock { business-day 2023-06-12 }\n"
                                   << (dsn.empty() ? "" : "database { dsn \"" + dsn + "\" }\n")
                                   << "plugin {\n  source-exchange-db { source demo { dsn \"sqlite://" << file
                                   << "\" } }\n  exchange { source demo  maker maker1  batch 20000  rules \"templates/vouchers/employee.info\"  rules \"templates/vouchers/resident.info\""
                                   << (measured ? "  quality \"templates/quality/exchange.info\"" : "") << " }\n}\n";
}

void install(service::Deployment& d, int books) {
  d.database().write([&](store::Txn& txn) {
    d.identity().put_unit(txn, kWho, {"990000", "某省", "province", ""});
    for (int b = 1; b <= books / 2; ++b) d.identity().put_unit(txn, kWho, {unit_of(b), fmt::format("单位 {}", b), "county", "990000"});
    for (const auto& person : identity::read_people_info(d.path("config/people.info"))) {
      if (person.unit == "990000") d.identity().put_person(txn, kWho, person);
    }
    for (const char* name : {"employee", "resident"}) d.charts().apply_folder(txn, kWho, name, MIF_SOURCE_DIR "/config/demo-province/chart");
    for (int b = 1; b <= books / 2; ++b)
      for (const char* scheme : {"310", "390"}) {
        ledger::Book book;
        book.unit = unit_of(b);
        book.code = book.unit + "-" + scheme;
        book.scheme = scheme;
        book.chart = book.scheme == "310" ? "employee" : "resident";
        book.name = book.code;
        book.start = {2023, 6};
        d.ledger().create_book(txn, kWho, book);
      }
    d.rules().propose(txn, {"reviewer1", "bench", ""}, "all", "source exchange");
    d.rules().approve(txn, kWho, "all", 1);
  });
  for (const char* id : {"exchange", "source-exchange-db"}) d.plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::int64_t peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

int run(const fs::path& home, const std::string& file, int books, const std::string& dsn) {
  write_home(home, file, dsn);
  install(*service::Deployment::open(home, false), books);
  const auto d = service::Deployment::open(home, true);
  for (const auto& p : d->plugins().list())
    if (p.status != plugin::Status::active) throw Error(MIF_E_UNAVAILABLE, p.manifest.id + ": " + p.reason);
  service::JobRunner jobs(*d);
  identity::Caller maker, reviewer;
  d->database().read([&](store::Txn& txn) {
    maker = d->identity().caller(txn, "maker1");
    reviewer = d->identity().caller(txn, "reviewer1");
  });
  const auto job = [&](const std::string& name, const std::string& params = "{}") {
    const Stopwatch watch;
    const double cpu = cpu_seconds();
    jobs.run(name, params, {"maker1", "bench", ""}, &maker);
    fmt::print(stderr, "  {} {:.1f} s, of the processor {:.1f} s, {} MB\n", name, watch.seconds(), cpu_seconds() - cpu, peak_mb());
    return watch.seconds();
  };
  std::int64_t waiting = 0;
  {
    Sqlite source(file);
    sqlite3_stmt* count = source.prepare("select count(*) from ex_document");
    if (sqlite3_step(count) == SQLITE_ROW) waiting = sqlite3_column_int64(count, 0);
    sqlite3_finalize(count);
  }
  const double take = job("exchange pull", fmt::format(R"({{"limit":"{}"}})", waiting)), fold = job("exchange fold");  // as one pull does
  const Stopwatch watch;
  const auto reviewed = service::auto_review(*d, {"reviewer1", "bench", ""}, reviewer);
  const double review = watch.seconds();
  for (const auto& r : reviewed)
    if (!r.problem.empty()) throw Error(MIF_E_INTERNAL, "not reviewed: " + r.problem);
  fmt::print(stderr, "  review of {} vouchers {:.1f} s\n", reviewed.size(), review);
  const double ack = job("exchange ack");
  std::int64_t posted = 0, documents = 0;
  d->database().read([&](store::Txn& txn) {
    documents = *txn.integer("select count(*) from x_exchange_document");
    posted = *txn.integer("select count(*) from x_exchange_document left join x_exchange_group on group_id = gathered_in where state = 'posted' or (state = 'gathered' and group_state = 'posted')");
  });
  if (posted != documents || documents == 0) throw Error(MIF_E_INTERNAL, fmt::format("{} of {} documents posted", posted, documents));
  fmt::print("{:.3f} {:.3f} {:.3f} {:.3f} {} {} {}\n", take, fold, review, ack, peak_mb(), reviewed.size(), documents);
  return 0;
}

// --- by HTTP ---------------------------------------------------------------------------------------------------------

// `clients` connections, each sending one document every `period_ms` (0 = as soon as it was answered).
int push(int port, const std::string& cookie, const std::string& csrf, int clients, int seconds, int period_ms, const std::string& book) {
  using Clock = std::chrono::steady_clock;
  std::vector<std::vector<double>> latencies(static_cast<std::size_t>(clients));
  std::atomic<int> failed{0};
  std::string first_failure;
  std::mutex mutex;
  std::vector<std::thread> threads;
  const auto until = Clock::now() + std::chrono::seconds(seconds);
  for (int c = 0; c < clients; ++c)
    threads.emplace_back([&, c] {
      try {
        Poco::Net::HTTPClientSession session("127.0.0.1", static_cast<Poco::UInt16>(port));
        session.setKeepAlive(true);
        session.setTimeout(Poco::Timespan(30, 0));
        auto next = Clock::now() + std::chrono::milliseconds(period_ms ? c * period_ms / clients : 0);
        for (int i = 0; Clock::now() < until; ++i) {
          if (period_ms) {
            std::this_thread::sleep_until(next);
            next += std::chrono::milliseconds(period_ms);
          }
          const std::string body = fmt::format(R"({{"documents":[{{"doc_no":"W{}-{}-{}","version":1,"doc_type":"subsidy","doc_day":20230712,"payload":{{"book":"{}","batch":"W","period":"2023-07","bank_account":"9900001003001","subsidy_kind":"1","payer":"省财政厅","province":"{}.00","amount":"{}.00"}}}}]}})",
                                               port, c, i, book, i + 1, i + 1);
          const auto sent = Clock::now();
          Poco::Net::HTTPRequest request("POST", "/api/v1/x/exchange/documents", "HTTP/1.1");
          request.set("Cookie", cookie);
          request.set("X-CSRF-Token", csrf);
          request.setContentType("application/json");
          request.setContentLength(static_cast<std::streamsize>(body.size()));
          session.sendRequest(request) << body;
          Poco::Net::HTTPResponse response;
          std::istream& in = session.receiveResponse(response);
          std::string answer(std::istreambuf_iterator<char>(in), {});
          latencies[static_cast<std::size_t>(c)].push_back(std::chrono::duration<double, std::milli>(Clock::now() - sent).count());
          if (response.getStatus() == 200 && answer.find("\"state\":\"drafted\"") != std::string::npos) continue;
          ++failed;
          const std::lock_guard lock(mutex);
          if (first_failure.empty()) first_failure = answer;
        }
      } catch (const std::exception& e) {
        ++failed;
        const std::lock_guard lock(mutex);
        if (first_failure.empty()) first_failure = e.what();
      }
    });
  for (auto& t : threads) t.join();
  if (failed) throw Error(MIF_E_INTERNAL, fmt::format("{} documents failed: {}", failed.load(), first_failure));
  std::vector<double> all;
  for (const auto& l : latencies) all.insert(all.end(), l.begin(), l.end());
  std::sort(all.begin(), all.end());
  fmt::print("{:.3f} {:.3f} {:.1f}\n", all[all.size() / 2], all[all.size() * 99 / 100], static_cast<double>(all.size()) / seconds);
  return 0;
}

// --- the bare rows ---------------------------------------------------------------------------------------------------

std::string our_tables() {
  const fs::path sql = fs::path(MIF_SOURCE_DIR) / "plugins/exchange/sql";
  std::vector<fs::path> files;
  for (const auto& f : fs::directory_iterator(sql)) files.push_back(f.path());
  std::sort(files.begin(), files.end());
  std::string all;
  for (const auto& f : files) all += read_file(f) + ";\n";
  return all;
}

constexpr const char* kColumns = "id, source, feed, cursor_text, doc_key, doc_version, arrival, doc_type, book, unit, batch, doc_day, amount_fen, payload, digest, state, reason, rule_name,"
                                 " voucher_id, voucher_no, received_ms, changed_ms, gathered_in, delivery_id";

// A row as ours looks, from a row of the source. Calls each(column, text) or each(column, number).
template <class Text, class Number>
void row_of(sqlite3_stmt* source, std::int64_t id, const Text& text, const Number& number) {
  static const std::string digest(64, 'd'), book = "990001-310", unit = "990001", rule = "employee 2026.1 institution-settlement/1", batch = "20230612-990001-310";
  const std::string seq = std::to_string(sqlite3_column_int64(source, 0));
  number(0, id);
  text(1, std::string("demo"));
  text(2, std::string("demo/main"));
  text(3, seq);
  text(4, text_of(source, 1));
  number(5, 1);
  number(6, 0);
  text(7, text_of(source, 2));
  text(8, book);
  text(9, unit);
  text(10, batch);
  number(11, kDay);
  number(12, id * 7 % 1000000);
  text(13, text_of(source, 3));
  text(14, digest);
  text(15, std::string("gathered"));
  text(16, std::string());
  text(17, rule);
  number(18, 0);
  text(19, std::string());
  number(20, 1686528000000);
  number(21, 1686528000000);
  number(22, id * 7919 % 9000);
  number(23, id / 20000);
}

int bare(const std::string& file, const std::string& target, std::int64_t chunk) {
  fs::remove(target);
  Sqlite source(file), ours(target);
  ours.exec(our_tables());
  const Stopwatch watch;
  sqlite3_stmt* read = source.prepare("select seq, doc_no, doc_type, payload from ex_document where feed = 'main' and seq > 0 order by seq");
  std::string marks = "?";
  for (int i = 1; i < 24; ++i) marks += ", ?";
  sqlite3_stmt* insert = ours.prepare(std::string("insert into x_exchange_document (") + kColumns + ") values (" + marks + ")");
  std::int64_t id = 0;
  ours.exec("begin immediate");
  while (sqlite3_step(read) == SQLITE_ROW) {
    row_of(read, ++id, [&](int i, const std::string& t) { sqlite3_bind_text(insert, i + 1, t.data(), static_cast<int>(t.size()), SQLITE_TRANSIENT); },
           [&](int i, std::int64_t n) { sqlite3_bind_int64(insert, i + 1, n); });
    check(ours.get(), sqlite3_step(insert));
    sqlite3_reset(insert);
    if (id % chunk == 0) ours.exec("commit; begin immediate");
  }
  ours.exec("commit");
  sqlite3_finalize(read);
  sqlite3_finalize(insert);
  const double in = watch.seconds();
  const Stopwatch back;
  source.exec("delete from ex_status; begin immediate");
  sqlite3_stmt* answer = source.prepare("insert into ex_status values ('main', ?, ?, 1, 'posted', '', '2023-06 付-1', 1686528000000)");
  sqlite3_stmt* keys = source.prepare("select seq, doc_no from ex_document where feed = 'main' order by seq");
  std::int64_t n = 0;
  while (sqlite3_step(keys) == SQLITE_ROW) {
    sqlite3_bind_int64(answer, 1, sqlite3_column_int64(keys, 0));
    const std::string key = text_of(keys, 1);
    sqlite3_bind_text(answer, 2, key.data(), static_cast<int>(key.size()), SQLITE_TRANSIENT);
    check(source.get(), sqlite3_step(answer));
    sqlite3_reset(answer);
    ++n;
  }
  source.exec("commit");
  sqlite3_finalize(answer);
  sqlite3_finalize(keys);
  const double told = back.seconds();
  source.exec("delete from ex_status");
  fmt::print("{:.3f} {:.3f} {}\n", in, told, n);
  return 0;
}

void check(PGconn* c, PGresult* r, ExecStatusType expected) {
  const bool good = PQresultStatus(r) == expected;
  const std::string why = PQerrorMessage(c);
  PQclear(r);
  if (!good) throw Error(MIF_E_INTERNAL, why);
}

int copy(const std::string& file, const std::string& conninfo) {
  PGconn* c = PQconnectdb(conninfo.c_str());
  if (PQstatus(c) != CONNECTION_OK) throw Error(MIF_E_UNAVAILABLE, PQerrorMessage(c));
  check(c, PQexec(c, "drop schema if exists bare cascade; create schema bare; set search_path = bare"), PGRES_COMMAND_OK);
  check(c, PQexec(c, our_tables().c_str()), PGRES_COMMAND_OK);
  Sqlite source(file);
  const Stopwatch watch;
  sqlite3_stmt* read = source.prepare("select seq, doc_no, doc_type, payload from ex_document where feed = 'main' order by seq");
  check(c, PQexec(c, (std::string("copy x_exchange_document (") + kColumns + ") from stdin").c_str()), PGRES_COPY_IN);
  std::int64_t id = 0;
  std::string line;
  while (sqlite3_step(read) == SQLITE_ROW) {
    row_of(read, ++id,
           [&](int i, const std::string& t) {
             if (i) line += '\t';
             for (const char b : t) {
               if (b == '\\') line += '\\';
               line += b;
             }
           },
           [&](int i, std::int64_t n) {
             if (i) line += '\t';
             line += std::to_string(n);
           });
    line += '\n';
    if (line.size() < 60000) continue;
    if (PQputCopyData(c, line.data(), static_cast<int>(line.size())) != 1) throw Error(MIF_E_INTERNAL, PQerrorMessage(c));
    line.clear();
  }
  if (!line.empty() && PQputCopyData(c, line.data(), static_cast<int>(line.size())) != 1) throw Error(MIF_E_INTERNAL, PQerrorMessage(c));
  PQputCopyEnd(c, nullptr);
  check(c, PQgetResult(c), PGRES_COMMAND_OK);
  sqlite3_finalize(read);
  fmt::print("{:.3f} {}\n", watch.seconds(), id);
  PQfinish(c);
  return 0;
}

}  // namespace
}  // namespace mif::bench

int main(int argc, char** argv) {
  try {
    using namespace mif::bench;
    const std::string what = argc > 1 ? argv[1] : "";
    if (what == "fill" && argc == 5) return fill(argv[2], std::stoll(argv[3]), std::stoi(argv[4]));
    if (what == "run" && (argc == 5 || argc == 6)) return run(argv[2], argv[3], std::stoi(argv[4]), argc == 6 ? argv[5] : "");
    if (what == "bare" && argc == 5) return bare(argv[2], argv[3], std::stoll(argv[4]));
    if (what == "push" && argc == 9) return push(std::stoi(argv[2]), argv[3], argv[4], std::stoi(argv[5]), std::stoi(argv[6]), std::stoi(argv[7]), argv[8]);
    if (what == "copy" && argc == 4) return copy(argv[2], argv[3]);
  } catch (const std::exception& e) {
    fmt::print(stderr, "exchange_bench: {}\n", e.what());
    return 1;
  }
  fmt::print(stderr, "usage: see the head of exchange_bench.cpp\n");
  return 2;
}
