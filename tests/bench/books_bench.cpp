// SPDX-License-Identifier: Apache-2.0
// The accounting bench: books of many agencies over years. Each mode prints numbers; scripts/bench puts them beside their peers'.
//   books_bench fill     DSN BOOKS VOUCHERS YEAR   a year of every book, VOUCHERS each, its months closed but the last
//   books_bench close    DSN BOOKS YEAR            seconds to check and close December of every book; then it is closed
//   books_bench detail   DSN BOOK YEAR             ms: first page of the busiest account; then the same lines by plain SQL
//   books_bench columnar DSN BOOK YEAR             ms: 多栏账 of a month; then plain SQL
//   books_bench sum      DSN BOOKS YEAR            ms: balance of all books summed; then plain SQL
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "kernel/books/books.h"
#include "mif/error.hpp"
#include "tests/bench/fixture.h"

namespace mif::bench {
namespace {

constexpr Period kStart{2023, 1};
constexpr int kRounds = 21;

void import_month(Fixture& f, int book, std::int64_t count, int year, int month) {
  std::vector<ledger::Draft> batch;
  for (std::int64_t i = count * (month - 1) / 12; i < count * month / 12; ++i) batch.push_back(Fixture::draft(book, year * 100'000'000LL + i, Day(year, month, static_cast<int>(i % 28) + 1)));
  if (!batch.empty()) f.database().write([&](store::Txn& txn) { f.ledger().import_posted(txn, Fixture::who(), batch, "reviewer"); });
}

// As a person closes a month: 期末结转, the checklist, the close.
void close_month(Fixture& f, int book, Period period) {
  const std::string code = Fixture::book(book);
  f.database().write([&](store::Txn& txn) {
    std::vector<ledger::Draft> closing = f.ledger().closing_drafts(txn, code, period);
    for (auto& draft : closing) draft.maker = "maker";
    f.ledger().import_posted(txn, Fixture::who(), closing, "reviewer");
    for (const auto& item : f.ledger().closing_checklist(txn, code, period))
      if (item.result == ledger::CheckItem::Result::fail) throw Error(MIF_E_CONFLICT, code + ": " + item.title + ' ' + item.detail);
    f.ledger().close(txn, Fixture::who(), code, period);
  });
}

int fill(const std::string& dsn, int books, std::int64_t vouchers, int year) {
  Fixture f(dsn, books, kStart);
  for (int book = 1; book <= books; ++book) {
    if (year == kStart.year)
      f.database().write([&](store::Txn& txn) {
        f.ledger().set_opening(txn, Fixture::who(), Fixture::book(book), {{MIF_DEBIT, Fen(1'000'000'000'000'000), "1004", fmt::format("bank_account=37{:04}1004001", book), "期初"},
                                                                          {MIF_CREDIT, Fen(1'000'000'000'000'000), "300101", "", "期初"}});
      });
    for (int month = 1; month <= 12; ++month) {
      import_month(f, book, vouchers, year, month);
      if (month < 12) close_month(f, book, {year, month});
    }
  }
  return 0;
}

int close(const std::string& dsn, int books, int year) {
  Fixture f(dsn, books, kStart);
  const Stopwatch watch;
  for (int book = 1; book <= books; ++book) close_month(f, book, {year, 12});
  fmt::print("{:.3f}\n", watch.seconds());
  return 0;
}

// Milliseconds of two ways to the same answer, run alternately; the medians.
int compare(Fixture& f, const std::function<void(store::Txn&)>& ours, const std::function<void(store::Txn&)>& plain) {
  std::vector<double> a, b;
  for (int i = 0; i < kRounds; ++i)
    for (const bool first : {true, false})
      f.database().read([&](store::Txn& txn) {
        const Stopwatch watch;
        (first ? ours : plain)(txn);
        (first ? a : b).push_back(watch.seconds() * 1e3);
      });
  std::nth_element(a.begin(), a.begin() + kRounds / 2, a.end());
  std::nth_element(b.begin(), b.begin() + kRounds / 2, b.end());
  fmt::print("{:.3f} {:.3f}\n", a[kRounds / 2], b[kRounds / 2]);
  return 0;
}

books::Filter filter_of(std::vector<std::string> codes, int year, int from, int to, std::string accounts) {
  books::Filter filter;
  filter.books = std::move(codes);
  filter.year = year;
  filter.month_from = from;
  filter.month_to = to;
  filter.accounts = std::move(accounts);
  return filter;
}

int detail(const std::string& dsn, const std::string& book, int year) {
  Fixture f(dsn, 1, kStart);
  const books::Books books(f.ledger(), f.charts());
  const books::Filter filter = filter_of({book}, year, 1, 13, "1004");
  std::size_t rows = 0, plain_rows = 0;
  return compare(
      f, [&](store::Txn& txn) { rows = books.detail(txn, filter).rows.size(); },
      [&](store::Txn& txn) {
        plain_rows = 0;
        txn.query("select v.day, v.word, v.number, l.summary, l.side, l.fen, l.aux from ledger_book b join ledger_line l on l.book = b.id "
                  "join ledger_voucher v on v.book = l.book and v.year = l.year and v.month = l.month and v.id = l.voucher "
                  "where b.code = ? and l.year = ? and l.account = '1004' and v.state = 4 order by v.month, v.day, v.word, v.number, l.line limit 200",
                  {book, year}, [&](const store::Row& row) { plain_rows += row.text(3).empty() ? 0 : 1; });
      });
}

int columnar(const std::string& dsn, const std::string& book, int year) {
  Fixture f(dsn, 1, kStart);
  const books::Books books(f.ledger(), f.charts());
  const books::Filter filter = filter_of({book}, year, 6, 6, {});
  books::ColumnarDefinition definition;
  definition.account = "500101";
  books::DetailWish wish;
  wish.limit = 100000;
  std::size_t rows = 0;
  Fen sum;
  return compare(
      f, [&](store::Txn& txn) { rows = books.columnar(txn, filter, definition, wish).rows.size(); },
      [&](store::Txn& txn) {
        txn.query("select v.day, v.word, v.number, l.summary, sum(case when l.account = '50010101' then l.side * l.fen else 0 end), sum(case when l.account = '50010102' then l.side * l.fen else 0 end), "
                  "sum(case when l.account = '50010103' then l.side * l.fen else 0 end) from ledger_book b join ledger_line l on l.book = b.id "
                  "join ledger_voucher v on v.book = l.book and v.year = l.year and v.month = l.month and v.id = l.voucher "
                  "where b.code = ? and l.year = ? and l.month = 6 and l.account >= '500101' and l.account < '500102' and v.state = 4 group by v.day, v.word, v.number, l.line, l.summary order by 1, 2, 3",
                  {book, year}, [&](const store::Row& row) { sum += row.day(0).valid() ? Fen(1) : Fen(); });
      });
}

int sum(const std::string& dsn, int count, int year) {
  Fixture f(dsn, 1, kStart);
  const books::Books books(f.ledger(), f.charts());
  std::vector<std::string> codes;
  for (int book = 1; book <= count; ++book) codes.push_back(Fixture::book(book));
  const books::Filter filter = filter_of(codes, year, 1, 12, {});
  std::size_t rows = 0, plain_rows = 0;
  return compare(
      f, [&](store::Txn& txn) { rows = books.trial(txn, filter).rows.size(); },
      [&](store::Txn& txn) {
        plain_rows = 0;
        txn.query("select account, cast(sum(case when month = 0 then debit - credit else 0 end) as bigint), cast(sum(case when month > 0 then debit else 0 end) as bigint), "
                  "cast(sum(case when month > 0 then credit else 0 end) as bigint) from ledger_book b join ledger_balance l on l.book = b.id where l.year = ? and l.month <= 12 group by account",
                  {year}, [&](const store::Row&) { ++plain_rows; });
      });
}

}  // namespace
}  // namespace mif::bench

int main(int argc, char** argv) {
  using namespace mif::bench;
  const std::vector<std::string> a(argv + 1, argv + argc);
  try {
    if (a.size() == 5 && a[0] == "fill") return fill(a[1], std::stoi(a[2]), std::stoll(a[3]), std::stoi(a[4]));
    if (a.size() == 4 && a[0] == "close") return close(a[1], std::stoi(a[2]), std::stoi(a[3]));
    if (a.size() == 4 && a[0] == "detail") return detail(a[1], a[2], std::stoi(a[3]));
    if (a.size() == 4 && a[0] == "columnar") return columnar(a[1], a[2], std::stoi(a[3]));
    if (a.size() == 4 && a[0] == "sum") return sum(a[1], std::stoi(a[2]), std::stoi(a[3]));
  } catch (const std::exception& e) {
    fmt::print(stderr, "books_bench: {}\n", e.what());
    return 1;
  }
  fmt::print(stderr, "usage: see the head of books_bench.cpp\n");
  return 2;
}
