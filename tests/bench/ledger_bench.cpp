// SPDX-License-Identifier: Apache-2.0
// The kernel's side of the ledger bench. Each mode prints one number; scripts/bench puts it beside its peer's.
//   ledger_bench post   DSN CLIENTS BOOKS SECONDS     durable vouchers a second, one commit (or group commit) each
//   ledger_bench import DSN COUNT BOOKS               vouchers a second, drafts to posted in batches of 1000
//   ledger_bench rows   DSN COUNT                     line rows a second by the store's bulk path
//   ledger_bench rowwise DSN COUNT                    the same one statement a row
//   ledger_bench year   DSN COUNT YEAR                fills one book with COUNT vouchers over a year, prints nothing
//   ledger_bench trial  DSN BOOK YEAR                 seconds of one trial balance (median of 51), then of a key-range read of its rows
//   ledger_bench verify DSN                           seconds of the whole verification (log, objects, balances)
//   ledger_bench export DSN BOOK FORMAT FILE
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "kernel/audit/verify.h"
#include "kernel/interchange/exports.h"
#include "mif/error.hpp"
#include "tests/bench/fixture.h"

namespace mif::bench {
namespace {

constexpr Period kStart{2023, 1};

int post(const std::string& dsn, int clients, int books, double seconds) {
  Fixture f(dsn, books, kStart);
  std::atomic<std::int64_t> done{0}, next{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  const std::int64_t base = static_cast<std::int64_t>(std::chrono::system_clock::now().time_since_epoch().count() / 1000) % 1'000'000'000'000;
  const Stopwatch watch;
  for (int c = 0; c < clients; ++c)
    threads.emplace_back([&, c] {
      std::int64_t mine = c;
      while (!stop) {
        const std::int64_t i = next++;
        const std::vector<ledger::Draft> one{Fixture::draft(static_cast<int>(mine % books) + 1, base + i, Day(2023, 1, 15))};
        mine += clients;
        f.database().write([&](store::Txn& txn) { f.ledger().import_posted(txn, Fixture::who(), one, "reviewer"); });
        ++done;
      }
    });
  while (watch.seconds() < seconds) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const double elapsed = watch.seconds();
  const std::int64_t count = done;
  stop = true;
  for (auto& t : threads) t.join();
  fmt::print("{:.1f}\n", static_cast<double>(count) / elapsed);
  return 0;
}

void fill(Fixture& f, int book, std::int64_t count, int year) {
  constexpr std::int64_t kBatch = 1000;
  for (std::int64_t at = 0; at < count; at += kBatch) {
    std::vector<ledger::Draft> batch;
    for (std::int64_t i = at; i < std::min(count, at + kBatch); ++i)
      batch.push_back(Fixture::draft(book, year * 100'000'000LL + i, Day(year, static_cast<int>(i * 12 / count) + 1, static_cast<int>(i % 28) + 1)));
    f.database().write([&](store::Txn& txn) { f.ledger().import_posted(txn, Fixture::who(), batch, "reviewer"); });
  }
}

// One whole year of one book, closed month by month: the ledger lets nobody start the year after next before that.
void fill_year(Fixture& f, std::int64_t count, int year) {
  const std::string book = Fixture::book(1);
  f.database().write([&](store::Txn& txn) {
    if (year == kStart.year)
      f.ledger().set_opening(txn, Fixture::who(), book, {{MIF_DEBIT, Fen(1'000'000'000'000'000), "1004", "bank_account=3700011004001", "期初"},
                                                         {MIF_CREDIT, Fen(1'000'000'000'000'000), "300101", "", "期初"}});
  });
  fill(f, 1, count, year);
  for (int month = 1; month <= 12; ++month) {
    f.database().write([&](store::Txn& txn) {
      std::vector<ledger::Draft> closing = f.ledger().closing_drafts(txn, book, {year, month});
      for (auto& draft : closing) draft.maker = "maker";
      f.ledger().import_posted(txn, Fixture::who(), closing, "reviewer");
      f.ledger().close(txn, Fixture::who(), book, {year, month});
    });
  }
}

int import(const std::string& dsn, std::int64_t count, int books) {
  Fixture f(dsn, books, kStart);
  const Stopwatch watch;
  for (int b = 1; b <= books; ++b) fill(f, b, count / books, 2023);
  fmt::print("{:.1f}\n", static_cast<double>(count) / watch.seconds());
  return 0;
}

int rows(const std::string& dsn, std::int64_t count, bool one_by_one) {
  Fixture f(dsn, 1, kStart);
  constexpr std::int64_t kBatch = 10000;
  const std::vector<std::string> columns{"book", "year", "month", "voucher", "line", "side", "fen", "account", "aux", "summary"};
  f.database().write([](store::Txn& txn) {
    txn.execute("create table bench_line (book bigint not null, year bigint not null, month bigint not null, voucher bigint not null, line bigint not null, side bigint not null, fen bigint not null, "
                "account varchar(20) not null, aux varchar(400) not null, summary varchar(400) not null, primary key (book, year, month, voucher, line))");
  });
  const Stopwatch watch;
  f.database().write([&](store::Txn& txn) {
    std::vector<store::Param> values;
    for (std::int64_t at = 0; at < count; at += kBatch) {
      values.clear();
      for (std::int64_t i = at; i < std::min(count, at + kBatch); ++i)
        for (const store::Param& p : {store::Param(1), store::Param(2023), store::Param(1), store::Param(i / 4), store::Param(i % 4), store::Param(i % 4 == 3 ? -1 : 1),
                                      store::Param(i * 7919 % 9000000 + 1), store::Param("50010101"), store::Param("mode=1"), store::Param("定点医疗机构月结")})
          values.push_back(p);
      if (!one_by_one) txn.bulk_insert("bench_line", columns, values);
      for (std::size_t i = 0; one_by_one && i < values.size(); i += columns.size())
        txn.execute("insert into bench_line (book, year, month, voucher, line, side, fen, account, aux, summary) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    store::Params(values).subspan(i, columns.size()));
    }
  });
  fmt::print("{:.1f}\n", static_cast<double>(count) / watch.seconds());
  return 0;
}

int trial(const std::string& dsn, const std::string& book, int year) {
  Fixture f(dsn, 1, kStart);
  const auto median = [&](const std::function<void(store::Txn&)>& work) {
    std::vector<double> times;
    f.database().read([&](store::Txn& txn) {
      for (int i = 0; i < 51; ++i) {
        const Stopwatch watch;
        work(txn);
        times.push_back(watch.seconds());
      }
    });
    std::nth_element(times.begin(), times.begin() + 25, times.end());
    return times[25];
  };
  std::size_t lines = 0, rows_read = 0;
  const double ours = median([&](store::Txn& txn) { lines = f.ledger().trial_balance(txn, book, year, 1, 12).size(); });
  // The limit: the same result rows by their primary key, copied out and nothing else.
  std::vector<std::pair<std::string, std::int64_t>> sink;
  const double limit = median([&](store::Txn& txn) {
    sink.clear();
    const auto id = txn.integer("select id from ledger_book where code = ?", {book});
    txn.query("select month, account, aux, debit, credit, closing_debit, closing_credit from ledger_balance where book = ? and year = ? and month <= 12", {*id, year},
              [&](const store::Row& r) { sink.emplace_back(std::string(r.text(1)), r.integer(3) - r.integer(4)); });
    rows_read = sink.size();
  });
  fmt::print("{:.9f} {:.9f} {} {}\n", ours, limit, lines, rows_read);
  return 0;
}

int verify(const std::string& dsn) {
  Fixture f(dsn, 1, kStart);
  std::vector<audit::DigestSource> sources = chart::digest_sources(HashAlg::sha256);
  for (auto& s : ledger::digest_sources(HashAlg::sha256)) sources.push_back(s);
  const Stopwatch watch;
  std::size_t findings = 0;
  ledger::Totals totals;
  f.database().read([&](store::Txn& txn) {
    findings += audit::verify(txn, HashAlg::sha256, sources, nullptr).findings.size();
    findings += ledger::verify(txn, HashAlg::sha256, &totals).size();
  });
  fmt::print("{:.3f} {} {}\n", watch.seconds(), totals.vouchers, findings);
  return findings == 0 ? 0 : 1;
}

int export_to(const std::string& dsn, const std::string& book, const std::string& format, const std::string& path) {
  Fixture f(dsn, 1, kStart);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  f.database().read([&](store::Txn& txn) {
    interchange::export_book(interchange::BookReader(txn, f.ledger(), f.charts(), book), interchange::format_of(format), {},
                             [&](const std::string&, std::string_view text) { file.write(text.data(), static_cast<std::streamsize>(text.size())); });
  });
  return file.flush() ? 0 : 1;
}

}  // namespace
}  // namespace mif::bench

int main(int argc, char** argv) {
  using namespace mif::bench;
  const std::vector<std::string> a(argv + 1, argv + argc);
  try {
    if (a.size() == 5 && a[0] == "post") return post(a[1], std::stoi(a[2]), std::stoi(a[3]), std::stod(a[4]));
    if (a.size() == 4 && a[0] == "import") return import(a[1], std::stoll(a[2]), std::stoi(a[3]));
    if (a.size() == 3 && (a[0] == "rows" || a[0] == "rowwise")) return rows(a[1], std::stoll(a[2]), a[0] == "rowwise");
    if (a.size() == 4 && a[0] == "year") {
      Fixture f(a[1], 1, kStart);
      fill_year(f, std::stoll(a[2]), std::stoi(a[3]));
      return 0;
    }
    if (a.size() == 4 && a[0] == "trial") return trial(a[1], a[2], std::stoi(a[3]));
    if (a.size() == 2 && a[0] == "verify") return verify(a[1]);
    if (a.size() == 5 && a[0] == "export") return export_to(a[1], a[2], a[3], a[4]);
  } catch (const std::exception& e) {
    fmt::print(stderr, "ledger_bench: {}\n", e.what());
    return 1;
  }
  fmt::print(stderr, "usage: see the head of ledger_bench.cpp\n");
  return 2;
}
