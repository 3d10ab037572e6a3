// SPDX-License-Identifier: Apache-2.0
// Reconciliation by the treasury's own job on a home in a file: what is loaded, matched and written back.
//   reconcile_bench fill FOLDER LINES    a home with LINES statement lines and as many postings of the year, nothing matched
//   reconcile_bench upgrade FOLDER       takes the plugins as built now into the home: seconds of its migrations
//   reconcile_bench run FOLDER           prints: seconds of `reconcile run`, groups, peak of memory in MiB
//   reconcile_bench day FOLDER LINES     a further day of LINES lines and postings: seconds of its import, of `reconcile run`, groups
#include <fmt/format.h>
#include <sys/resource.h>

#include <deque>
#include <filesystem>
#include <fstream>

#include "kernel/app/mifctl/books.h"
#include "kernel/service/deployment.h"
#include "kernel/service/job_runner.h"
#include "kernel/store/database.h"
#include "mif/error.hpp"
#include "tests/bench/fixture.h"

namespace mif::bench {
namespace {

namespace fs = std::filesystem;
constexpr const char* kAccount = "9900001003001";
constexpr const char* kOther = "9900001002001";
constexpr const char* kBook = "990000-310";
constexpr std::int64_t kFirst = 1'000'000'000;  // far from what the sequences will give
const Who kWho{"system", "bench", ""};

void make_home(const fs::path& folder) {
  const fs::path source = MIF_SOURCE_DIR;
  fs::create_directories(folder / "templates");
  fs::copy(source / "config/demo-province", folder / "config", fs::copy_options::recursive);
  fs::copy(source / "templates/bank", folder / "templates/bank", fs::copy_options::recursive);
  std::ofstream(folder / "mif.info") << "name \"bench\"\nmode development\nclock { business-day 2023-12-31 }\nplugin {\n  treasury {\n    flow voucher-payment\n    account " << kAccount << " { book " << kBook
                                     << "\n ledger-account 1003 }\n  }\n}\n";
  auto bare = service::Deployment::open(folder.string(), false);
  const auto books = app::read_books_info(bare->path("config/books.info"));
  bare->database().write([&](store::Txn& txn) {
    for (const auto& unit : identity::read_units_info(bare->path("config/units.info"))) bare->identity().put_unit(txn, kWho, unit);
    for (const auto& person : identity::read_people_info(bare->path("config/people.info"))) bare->identity().put_person(txn, kWho, person);
    bare->charts().apply_folder(txn, kWho, "employee", bare->path("config/chart"));
  });
  bare->database().write([&](store::Txn& txn) {
    for (auto [book, opening] : books.books)
      if (book.code == kBook) {
        book.start = {2023, 1};
        bare->ledger().create_book(txn, kWho, book);
      }
  });
  for (const char* id : {"treasury", "bank-csv"}) bare->plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
}

std::unique_ptr<service::Deployment> home(const fs::path& folder) {
  auto d = service::Deployment::open(folder.string(), true);
  for (const auto& p : d->plugins().list())
    if (p.status != plugin::Status::active) throw Error(MIF_E_UNAVAILABLE, p.manifest.id + ": " + p.reason);
  return d;
}

Fen fen_of(std::int64_t i) { return Fen(10'000 + i * 7); }
std::string document(std::int64_t i) { return fmt::format("BF{:012}", i); }
bool by_party(std::int64_t i) { return i % 20 == 7; }      // neither evidence nor document: one line in twenty
bool by_evidence(std::int64_t i) { return i % 20 != 7 && i % 20 != 13; }  // nine in ten

std::vector<std::int64_t> post(service::Deployment& d, std::int64_t from, std::int64_t to, const std::function<Day(std::int64_t)>& day) {
  std::vector<std::int64_t> ids;
  for (std::int64_t at = from; at < to; at += 20'000) {
    std::vector<ledger::Draft> drafts;
    for (std::int64_t i = at; i < std::min(at + 20'000, to); ++i) {
      ledger::Draft draft;
      draft.day = day(i);
      draft.book = kBook;
      draft.word = "收";
      draft.source_plugin = "exchange";
      draft.source_key = "demo/" + document(i) + "#1";
      draft.summary = "保费收入";
      draft.maker = "maker1";
      draft.lines = {{MIF_DEBIT, fen_of(i), "1003", "bank_account=" + std::string(kAccount), "保费收入"}, {MIF_CREDIT, fen_of(i), "1002", "bank_account=" + std::string(kOther), "保费收入"}};
      drafts.push_back(std::move(draft));
    }
    d.database().write([&](store::Txn& txn) {
      const auto some = d.ledger().import_posted(txn, kWho, drafts, "reviewer1");
      ids.insert(ids.end(), some.begin(), some.end());
    });
  }
  return ids;
}

int fill(const fs::path& folder, std::int64_t lines) {
  make_home(folder);
  const auto d = home(folder);
  const std::int64_t per_day = lines / 336 + 1;
  const auto day = [&](std::int64_t i) { return Day(2023, static_cast<int>(i / per_day / 28) + 1, static_cast<int>(i / per_day % 28) + 1); };
  const auto vouchers = post(*d, 0, lines, day);
  d->database().write([&](store::Txn& txn) {
    std::deque<std::string> texts;
    std::vector<store::Param> rows, matches, statement;
    const auto text = [&](std::string t) { return store::Param(texts.emplace_back(std::move(t))); };
    const std::vector<std::string> columns = {"id", "statement_id", "account", "line_key", "ord", "day", "fen", "balance_fen", "bank_ref", "client_ref", "counter_account", "counter_name", "text"};
    const std::vector<std::string> match_columns = {"line_id", "account", "kind", "target", "rule", "matched_by", "matched_ms"};
    Fen balance;
    const auto flush = [&] {
      if (!rows.empty()) txn.bulk_insert("x_treasury_line", columns, rows);
      if (!matches.empty()) txn.bulk_insert("x_treasury_match", match_columns, matches);
      rows.clear();
      matches.clear();
      texts.clear();
    };
    for (std::int64_t i = 0; i < lines; ++i) {
      const std::int64_t id = kFirst + i;
      balance += fen_of(i);
      rows.insert(rows.end(), {id, kFirst, text(kAccount), text(fmt::format("r:{:012}", i)), i % per_day + 1, day(i), fen_of(i), balance, text(fmt::format("S{:012}", i)), text(by_party(i) ? "" : document(i)),
                               text(kOther), text("示例省财政厅"), text("社会保险费")});
      if (by_evidence(i)) matches.insert(matches.end(), {id, text(kAccount), text("voucher"), vouchers[static_cast<std::size_t>(i)], text("P1-document"), text("maker1"), std::int64_t{0}});
      if (rows.size() > 50'000) flush();
    }
    flush();
    statement.insert(statement.end(), {kFirst, text(kAccount), std::int64_t{1}, Day(2023, 1, 1), Day(2023, 12, 28), Fen(), balance, lines, text("proved"), text(""), text("e"), text("maker1"), std::int64_t{0}});
    txn.bulk_insert("x_treasury_statement", {"id", "account", "ord", "day_from", "day_to", "opening_fen", "closing_fen", "lines", "state", "reason", "evidence", "imported_by", "imported_ms"}, statement);
  });
  return 0;
}

int upgrade(const fs::path& folder) {
  auto bare = service::Deployment::open(folder.string(), false);
  for (const char* id : {"treasury", "bank-csv"}) bare->plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
  bare.reset();
  const Stopwatch watch;
  home(folder);
  fmt::print("seconds {:.3f}\n", watch.seconds());
  return 0;
}

double timed_job(service::Deployment& d, const char* job, const std::string& params, std::string& said) {
  identity::Caller caller;
  d.database().read([&](store::Txn& txn) { caller = d.identity().caller(txn, "maker1"); });
  service::JobRunner jobs(d);
  const Stopwatch watch;
  said = jobs.run(job, params, {caller.login, "bench", ""}, &caller);
  return watch.seconds();
}

std::int64_t total(const std::string& said, const std::string& name) {
  const auto at = said.find("\"" + name + "\":");
  return at == std::string::npos ? -1 : std::stoll(said.substr(at + name.size() + 3));
}

int run(const fs::path& folder) {
  const auto d = home(folder);
  std::string said;
  const double seconds = timed_job(*d, "reconcile run", "{\"account\":\"" + std::string(kAccount) + "\"}", said);
  if (total(said, "open_lines") != 0) throw Error(MIF_E_INTERNAL, "not all were matched: " + said.substr(0, 500));
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  fmt::print("seconds {:.3f} groups {} peak {}\n", seconds, total(said, "groups"), used.ru_maxrss / 1024);
  return 0;
}

int day(const fs::path& folder, std::int64_t lines) {
  const auto d = home(folder);
  constexpr std::int64_t kFrom = 10'000'000;
  post(*d, kFrom, kFrom + lines, [](std::int64_t) { return Day(2023, 12, 29); });
  Fen balance;
  d->database().read([&](store::Txn& txn) { balance = Fen(txn.integer("select closing_fen from x_treasury_statement where day_from = 20230101").value_or(0)); });
  const auto file = folder / "day.csv";
  {
    std::ofstream out(file);
    out << "日期,金额,余额,流水号,凭据号,对方账号,对方户名,摘要\n";
    for (std::int64_t i = kFrom; i < kFrom + lines; ++i) {
      balance += fen_of(i);
      out << "2023-12-29," << fen_of(i).plain() << ',' << balance.plain() << ",S" << i << ',' << (by_party(i) ? "" : document(i)) << ',' << kOther << ",示例省财政厅,社会保险费\n";
    }
  }
  std::string said;
  const double taken = timed_job(*d, "statement import-file", "{\"account\":\"" + std::string(kAccount) + "\",\"map\":\"statement-signed\",\"file\":\"" + file.string() + "\"}", said);
  if (total(said, "new_lines") != lines) throw Error(MIF_E_INTERNAL, said.substr(0, 500));
  const double matched = timed_job(*d, "reconcile run", "{\"days\":\"45\",\"account\":\"" + std::string(kAccount) + "\"}", said);
  if (total(said, "groups") != lines || total(said, "open_lines") != 0) throw Error(MIF_E_INTERNAL, said.substr(0, 500));
  fmt::print("import {:.3f} match {:.3f} groups {}\n", taken, matched, total(said, "groups"));
  return 0;
}

}  // namespace
}  // namespace mif::bench

int main(int argc, char** argv) {
  using namespace mif::bench;
  const std::vector<std::string> a(argv + 1, argv + argc);
  try {
    if (a.size() == 3 && a[0] == "fill") return fill(a[1], std::stoll(a[2]));
    if (a.size() == 2 && a[0] == "upgrade") return upgrade(a[1]);
    if (a.size() == 2 && a[0] == "run") return run(a[1]);
    if (a.size() == 3 && a[0] == "day") return day(a[1], std::stoll(a[2]));
  } catch (const std::exception& e) {
    fmt::print(stderr, "reconcile_bench: {}\n", e.what());
    return 1;
  }
  fmt::print(stderr, "usage: see the head of reconcile_bench.cpp\n");
  return 2;
}
