// SPDX-License-Identifier: Apache-2.0
// A statement of many lines into a real home: parse, proof, dedupe and store by the treasury's own job.
//   statement_import_bench FOLDER LINES [sqlite|postgresql] [refs|plain]
// prints seconds: inspect, import, bare (the same rows through the same store into a table of the same keys), the import again,
// a following day of 20,000 lines; then the ratio import/bare and the peak of memory before and after the import in MiB.
// refs: every line has a reference of its own; plain: none has, so each is told apart by its content.
#include <fmt/format.h>
#include <sys/resource.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <cstring>

#include "kernel/app/mifctl/books.h"
#include "kernel/service/deployment.h"
#include "kernel/service/job_runner.h"
#include "kernel/store/database.h"
#include "tests/bench/fixture.h"
#include "tests/support/postgres_server.h"

namespace mif::bench {
namespace {

namespace fs = std::filesystem;
constexpr const char* kAccount = "9900001003001";
constexpr const char* kBook = "990000-310";
const Who kWho{"system", "bench", ""};

std::unique_ptr<service::Deployment> home(const fs::path& folder, const std::string& dsn) {
  const fs::path source = MIF_SOURCE_DIR;
  fs::create_directories(folder / "templates");
  fs::copy(source / "config/demo-province", folder / "config", fs::copy_options::recursive);
  fs::copy(source / "templates/bank", folder / "templates/bank", fs::copy_options::recursive);
  std::ofstream(folder / "mif.info") << "name \"bench\"\nmode development\n" << (dsn.empty() ? "" : "database { dsn \"" + dsn + "\" }\n") << "clock { business-day 2023-12-31 }\nplugin {\n  treasury {\n    flow voucher-payment\n    account "
                                     << kAccount << " { book " << kBook << "\n ledger-account 1003 }\n  }\n}\n";
  {
    auto bare = service::Deployment::open(folder.string(), false);
    const auto books = app::read_books_info(bare->path("config/books.info"));
    bare->database().write([&](store::Txn& txn) {
      for (const auto& unit : identity::read_units_info(bare->path("config/units.info"))) bare->identity().put_unit(txn, kWho, unit);
      for (const auto& person : identity::read_people_info(bare->path("config/people.info"))) bare->identity().put_person(txn, kWho, person);
      bare->charts().apply_folder(txn, kWho, "employee", bare->path("config/chart"));
    });
    bare->database().write([&](store::Txn& txn) {
      for (const auto& [book, opening] : books.books)
        if (book.code == kBook) bare->ledger().create_book(txn, kWho, book);
    });
    for (const char* id : {"treasury", "bank-csv"}) bare->plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
  }
  auto d = service::Deployment::open(folder.string(), true);
  for (const auto& p : d->plugins().list())
    if (p.status != plugin::Status::active) throw std::runtime_error(p.manifest.id + ": " + p.reason);
  return d;
}

struct Line {
  std::int64_t n;
  int day;
  std::string ref, client, other, name, text;
  Line(std::int64_t i, std::int64_t per_day, bool refs)  // 336 days of the year, then one more
      : n(i), day(i >= per_day * 336 ? 20231229 : static_cast<int>(20230101 + (i / per_day / 28) * 100 + i / per_day % 28)), ref(refs ? fmt::format("{}{:010}", day, i) : ""), client(fmt::format("YB{:018}", i)), other(fmt::format("6225881234{:06}", i % 1000000)),
        name(fmt::format("示例市第{}人民医院", i % 97)), text("医保基金待遇支付") {}
  std::int64_t fen() const { return 100 + n % 90000; }
};

double import(service::JobRunner& jobs, const identity::Caller& caller, const char* job, const std::string& file, std::string& said) {
  const Stopwatch watch;
  said = jobs.run(job, "{\"account\":\"" + std::string(kAccount) + "\",\"map\":\"statement-signed\",\"file\":\"" + file + "\"}", {caller.login, "bench", ""}, &caller);
  return watch.seconds();
}

std::string write_csv(const fs::path& path, std::int64_t from, std::int64_t to, std::int64_t per_day, bool refs, Fen& balance) {
  std::ofstream out(path);
  out << "日期,金额,余额,流水号,凭据号,对方账号,对方户名,摘要\n";
  for (std::int64_t i = from; i < to; ++i) {
    const Line l(i, per_day, refs);
    balance += Fen(l.fen());
    out << Day(l.day).iso() << ',' << Fen(l.fen()).plain() << ',' << balance.plain() << ',' << l.ref << ',' << l.client << ',' << l.other << ',' << l.name << ',' << l.text << '\n';
  }
  return path.string();
}

double bare_insert(store::Database& database, std::int64_t lines, std::int64_t per_day, bool refs) {
  database.write([&](store::Txn& txn) {
    txn.execute("create table bare_line (id BIGINT not null primary key, statement_id BIGINT not null, account VARCHAR(60) not null, line_key VARCHAR(160) not null, ord BIGINT not null, day BIGINT not null,"
                " fen BIGINT not null, balance_fen BIGINT not null, bank_ref VARCHAR(120) not null, client_ref VARCHAR(120) not null, counter_account VARCHAR(120) not null, counter_name VARCHAR(400) not null,"
                " text VARCHAR(2000) not null, unique (account, line_key))");
    txn.execute("create index bare_line_day on bare_line (account, day, ord)");
  });
  const Stopwatch watch;
  database.write([&](store::Txn& txn) {
    std::deque<std::string> texts;
    std::vector<store::Param> rows;
    std::int64_t balance = 0;
    const auto text = [&](const std::string& t) { rows.emplace_back(texts.emplace_back(t)); };
    const auto flush = [&] {
      txn.bulk_insert("bare_line", {"id", "statement_id", "account", "line_key", "ord", "day", "fen", "balance_fen", "bank_ref", "client_ref", "counter_account", "counter_name", "text"}, rows);
      rows.clear();
      texts.clear();
    };
    for (std::int64_t i = 0; i < lines; ++i) {
      const Line l(i, per_day, refs);
      rows.emplace_back(i);
      rows.emplace_back(std::int64_t{1});
      text(kAccount);
      text(refs ? "r:" + l.ref : fmt::format("h:{}:{:010}{:022}#1", l.day, (i * 2654435761) % 10000000000, i));
      for (const std::int64_t v : {i % per_day + 1, std::int64_t{l.day}, l.fen(), balance += l.fen()}) rows.emplace_back(v);
      for (const auto& t : {l.ref, l.client, l.other, l.name, l.text}) text(t);
      if (rows.size() > 50'000) flush();
    }
    if (!rows.empty()) flush();
  });
  return watch.seconds();
}

long peak_mib() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss / 1024;
}

int run(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: statement_import_bench FOLDER LINES [sqlite|postgresql] [refs|plain]\n");
    return 2;
  }
  const fs::path folder = argv[1];
  const std::int64_t lines = std::stoll(argv[2]), per_day = lines / 336 + 1;
  const bool postgresql = argc > 3 && std::strcmp(argv[3], "postgresql") == 0, refs = argc < 5 || std::strcmp(argv[4], "plain") != 0;
  std::unique_ptr<testing::PostgresServer> server;
  std::string dsn;
  if (postgresql) {
    server = std::make_unique<testing::PostgresServer>(testing::PostgresServer::Settings{true});
    dsn = server->dsn(server->fresh_database());
  }
  fs::create_directories(folder);
  auto d = home(folder, dsn);
  service::JobRunner jobs(*d);
  identity::Caller caller;
  d->database().read([&](store::Txn& txn) { caller = d->identity().caller(txn, "maker1"); });
  Fen balance;
  const std::string file = write_csv(folder / "year.csv", 0, lines, per_day, refs, balance), next = write_csv(folder / "next.csv", per_day * 336, per_day * 336 + 20'000, per_day, refs, balance);
  std::string said;
  const double look = import(jobs, caller, "statement inspect", file, said);
  const long before = peak_mib();
  const double first = import(jobs, caller, "statement import-file", file, said);
  const long after = peak_mib();
  if (said.find("\"new_lines\":" + std::to_string(lines)) == std::string::npos) throw std::runtime_error(said);
  const double again = import(jobs, caller, "statement import-file", file, said);
  if (said.find("\"new_lines\":0") == std::string::npos) throw std::runtime_error(said);
  const double day = import(jobs, caller, "statement import-file", next, said);
  if (said.find("\"new_lines\":20000") == std::string::npos) throw std::runtime_error(said);
  const double bare = bare_insert(d->database(), lines, per_day, refs);
  fmt::print("lines {}  database {}  keys {}  MiB {:.0f}\n", lines, postgresql ? "postgresql" : "sqlite", refs ? "refs" : "content", static_cast<double>(fs::file_size(file)) / 1048576);
  fmt::print("inspect {:.2f}  import {:.2f}  bare {:.2f}  again {:.2f}  next_day_20000 {:.2f}  ratio {:.2f}  rss_before {}  rss_after {}\n", look, first, bare, again, day, first / bare, before, after);
  return 0;
}

}  // namespace
}  // namespace mif::bench

int main(int argc, char** argv) {
  try {
    return mif::bench::run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}\n", e.what());
    return 1;
  }
}
