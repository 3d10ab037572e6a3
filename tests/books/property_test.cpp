// SPDX-License-Identifier: Apache-2.0
// Random books: every figure of every ledger is what its drill adds up to and what a naive count of the vouchers gives; pages
// put together are the ledger; and what a ledger showed at a recorded time it shows again when asked as of that time.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "kernel/books/books.h"
#include "mif/pattern.hpp"
#include "tests/ledger/fixture.h"
#include "tests/support/postgres_server.h"

namespace mif {
namespace {

using books::Figure;
using testing::LedgerFixture;

constexpr Figure kFigures[] = {Figure::year_opening, Figure::opening, Figure::debit, Figure::credit, Figure::year_debit, Figure::year_credit, Figure::closing};

class RandomBooks {
 public:
  RandomBooks(const std::string& dsn, unsigned seed) : world(dsn), random_(seed) {
    world.apply_charts();
    world.add_book("A", "employee", {2022, 1}, "370000");
    world.add_book("B", "employee", {2022, 1}, "370100");
    world.database().write([&](store::Txn& txn) {
      world.ledger().set_opening(txn, LedgerFixture::who(), "A", {testing::line("D 1003 bank_account=1 5000.00"), testing::line("D 110101 counterparty=H1 50.00"), testing::line("C 300101 5050.00")});
    });
  }
  int upto(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  // Most are posted; some stay drafts. Two years, every month and the adjustments.
  void voucher() {
    static const std::vector<std::string> places = {"1001", "1003 bank_account=1", "1003 bank_account=2", "110101 counterparty=H1", "110101", "40010101 mode=1", "40010201 mode=2",
                                                    "440101 counterparty=370000", "50010101 mode=1", "50010101 mode=2;insutype=310", "50010203 mode=1", "530201 counterparty=370100"};
    ledger::Draft d;
    d.book = upto(3) ? "A" : "B";
    d.month = upto(12) == 0 ? 13 : 0;
    d.day = d.month == 13 ? Day(2022 + upto(2), 12, 31) : Day(2022 + upto(2), 1 + upto(12), 1 + upto(28));
    d.word = upto(2) ? "记" : "付";
    d.source_plugin = "property";
    d.source_key = std::to_string(++made_);
    d.summary = d.source_key;
    d.maker = "maker";
    d.closing = upto(9) == 0;
    Fen sum;
    for (int n = 1 + upto(4); n > 0; --n) {
      const Fen fen((1 + upto(100000)) * (upto(6) == 0 ? -1 : 1));
      const int side = upto(2) ? MIF_DEBIT : MIF_CREDIT;
      d.lines.push_back({side, fen, {}, {}, {}});
      sum += side == MIF_DEBIT ? fen : -fen;
    }
    if (sum != Fen()) d.lines.push_back({MIF_CREDIT, sum, {}, {}, {}});
    else d.lines.insert(d.lines.end(), {{MIF_DEBIT, Fen(7), {}, {}, {}}, {MIF_CREDIT, Fen(7), {}, {}, {}}});
    for (auto& line : d.lines) {
      const std::string& place = places[static_cast<std::size_t>(upto(static_cast<int>(places.size())))];
      line.account = place.substr(0, place.find(' '));
      if (place.find(' ') != std::string::npos) line.aux = place.substr(place.find(' ') + 1);
      line.summary = d.summary;
    }
    if (upto(5) == 0) world.propose(d);
    else world.post(d);
  }

  books::Filter filter(bool unposted = true) {
    books::Filter f;
    f.books = upto(3) == 0 ? std::vector<std::string>{"A", "B"} : std::vector<std::string>{upto(2) ? "A" : "B"};
    f.year = 2022 + upto(2);
    f.month_from = 1 + upto(13);
    f.month_to = f.month_from + upto(14 - f.month_from);
    static const std::vector<std::string> accounts = {"", "", "1003", "5001,-50010203", "4001:5001", "1101"}, aux = {"", "", "", "mode=1", "mode=!1", "counterparty=-"};
    f.accounts = accounts[static_cast<std::size_t>(upto(6))];
    f.aux = aux[static_cast<std::size_t>(upto(6))];
    f.unposted = unposted && upto(3) == 0;
    f.without_closing = upto(4) == 0;
    return f;
  }

  books::Books books() { return {world.ledger(), world.charts()}; }
  LedgerFixture world;

 private:
  std::mt19937 random_;
  int made_ = 0;
};

// All vouchers and opening balances of the books, as the ledger holds them.
struct Everything {
  std::vector<ledger::Voucher> vouchers;
  std::vector<std::pair<std::string, ledger::Balance>> openings;  // with their book
};
Everything everything(store::Txn& txn, RandomBooks& random) {
  Everything all;
  for (const std::string book : {"A", "B"}) {
    random.world.ledger().balances(txn, book, 2022, 0, [&](const ledger::Balance& b) { all.openings.emplace_back(book, b); });
    ledger::VoucherQuery query;
    query.book = book;
    query.limit = 1000000;
    for (const auto& head : random.world.ledger().vouchers(txn, query)) all.vouchers.push_back(random.world.ledger().voucher(txn, head.id));
  }
  return all;
}

// The figure counted from the vouchers themselves.
Fen counted(const Everything& all, const books::Filter& f, const std::string& below, Figure figure) {
  const AccountPattern pattern(f.accounts);
  const AuxFilter aux(f.aux);
  Fen sum;
  const auto wanted = [&](const std::string& account, const std::string& items) { return account.rfind(below, 0) == 0 && pattern.matches(account) && aux.matches(items); };
  const auto take = [&](int month, int side, Fen fen) {  // month 0: before the year
    const Fen net = side == MIF_DEBIT ? fen : -fen, debit = side == MIF_DEBIT ? fen : Fen(), credit = side == MIF_DEBIT ? Fen() : fen;
    switch (figure) {
      case Figure::year_opening: sum += month == 0 ? net : Fen(); break;
      case Figure::opening: sum += month < f.month_from ? net : Fen(); break;
      case Figure::debit: sum += month >= f.month_from && month <= f.month_to ? debit : Fen(); break;
      case Figure::credit: sum += month >= f.month_from && month <= f.month_to ? credit : Fen(); break;
      case Figure::year_debit: sum += month >= 1 && month <= f.month_to ? debit : Fen(); break;
      case Figure::year_credit: sum += month >= 1 && month <= f.month_to ? credit : Fen(); break;
      case Figure::closing: sum += month <= f.month_to ? net : Fen(); break;
    }
  };
  const auto asked = [&](const std::string& book) { return std::find(f.books.begin(), f.books.end(), book) != f.books.end(); };
  for (const auto& [book, b] : all.openings)
    if (asked(book) && wanted(b.account, b.aux)) take(0, MIF_DEBIT, b.debit - b.credit);
  for (const auto& v : all.vouchers) {
    const bool before = v.period.year < f.year;
    if (!asked(v.book) || v.period.year > f.year || (v.state != ledger::State::posted && !f.unposted)) continue;
    if (v.closing && f.without_closing && !before) continue;  // what a year before carried is carried
    for (const auto& l : v.lines)
      if (wanted(l.account, l.aux)) take(before ? 0 : v.period.month, l.side, l.fen);
  }
  return sum;
}

std::string text_of(const books::DetailRow& row) {
  return std::to_string(static_cast<int>(row.kind)) + ' ' + row.day.iso() + ' ' + row.line.label() + '/' + std::to_string(row.line.voucher) + '.' + std::to_string(row.line.line) + ' ' + row.debit.plain() + ' ' +
         row.credit.plain() + ' ' + row.balance.plain();
}

// Everything a filter shows, as one text.
std::string shown(store::Txn& txn, const books::Books& books, const books::Filter& f) {
  std::string text;
  for (const auto& row : books.trial(txn, f).rows)
    for (const Figure figure : kFigures) text += row.account + ' ' + row.sums.of(figure).plain() + '\n';
  for (const auto& account : books.general(txn, f, 2).accounts)
    for (const auto& m : account.months) text += account.account + ' ' + std::to_string(m.month) + ' ' + m.year_debit.plain() + ' ' + m.closing.plain() + '\n';
  for (const auto& row : books.detail(txn, f, {true, 1000000, {}}).rows) text += text_of(row) + '\n';
  for (const auto& row : books.auxiliary(txn, f, {"mode"}, true).rows) text += row.account + ' ' + row.items[0] + ' ' + row.sums.closing.plain() + '\n';
  for (const auto& row : books.voucher_summary(txn, f).rows) text += row.account + ' ' + row.debit.plain() + ' ' + row.credit.plain() + '\n';
  for (const auto& t : books.consolidate(txn, f).transfers) text += t.payer + t.receiver + t.paid.plain() + t.received.plain() + '\n';
  return text;
}

void check_figures(RandomBooks& random, int rounds) {
  const auto books = random.books();
  random.world.database().read([&](store::Txn& txn) {
    const Everything all = everything(txn, random);
    for (int i = 0; i < rounds; ++i) {
      const books::Filter f = random.filter();
      const std::string asked = books::Drill{f, {}, {}, {}}.text();
      SCOPED_TRACE(asked);
      const auto table = books.trial(txn, f);
      for (const auto& row : table.rows)
        for (const Figure figure : kFigures) {
          EXPECT_EQ(row.sums.of(figure).plain(), counted(all, f, row.account, figure).plain()) << row.account << ' ' << books::name_of(figure);
          EXPECT_EQ(row.sums.of(figure).plain(), books.value(txn, books::Drill::parse(table.drill(row, figure).text())).plain()) << table.drill(row, figure).text();
        }
      const auto aux = books.auxiliary(txn, f, {"mode"}, random.upto(2) == 0);
      for (const auto& row : aux.rows)
        for (const Figure figure : kFigures) EXPECT_EQ(row.sums.of(figure).plain(), books.value(txn, aux.drill(row, figure)).plain()) << aux.drill(row, figure).text();
      const auto matrix = books.matrix(txn, f, "counterparty", "account:1", kFigures[static_cast<std::size_t>(random.upto(7))]);
      for (std::size_t r = 0; r < matrix.rows.size(); ++r)
        for (std::size_t c = 0; c < matrix.columns.size(); ++c) EXPECT_EQ(matrix.cells[r][c].plain(), books.value(txn, matrix.drill(r, c)).plain()) << matrix.drill(r, c).text();
    }
  });
}

void check_pages(RandomBooks& random, int rounds) {
  const auto books = random.books();
  random.world.database().read([&](store::Txn& txn) {
    for (int i = 0; i < rounds; ++i) {
      const books::Filter f = random.filter();
      const bool daily = random.upto(2) == 0;
      std::vector<std::string> whole, pages;
      for (const auto& row : books.detail(txn, f, {daily, 1000000, {}}).rows) whole.push_back(text_of(row));
      books::DetailWish wish{daily, 1 + random.upto(7), {}};
      for (bool more = true; more;) {
        const auto page = books.detail(txn, f, wish);
        for (const auto& row : page.rows)
          if (row.kind != books::RowKind::brought_forward) pages.push_back(text_of(row));
        if (page.rows.size() > 1) { EXPECT_EQ(page.rows.back().balance, page.closing); }
        more = !page.next.empty();
        wish.after = page.next;
      }
      EXPECT_EQ(whole, pages) << books::Drill{f, {}, {}, {}}.text() << " by " << wish.limit;
    }
  });
}

void run(const std::string& dsn, unsigned seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomBooks random(dsn, seed);
  struct Seen {
    books::Filter filter;
    std::string text;
  };
  std::vector<Seen> seen;
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 15; ++i) random.voucher();
    books::Filter f = random.filter(false);
    Seen now{f, {}};
    random.world.database().read([&](store::Txn& txn) { now.text = shown(txn, random.books(), f); });
    now.filter.as_of_ms = random.world.now_ms();
    seen.push_back(std::move(now));
  }
  check_figures(random, 3);
  check_pages(random, 8);
  for (const auto& then : seen)
    random.world.database().read([&](store::Txn& txn) { EXPECT_EQ(shown(txn, random.books(), then.filter), then.text) << books::Drill{then.filter, {}, {}, {}}.text(); });
}

TEST(BooksProperty, SQLite) {
  for (unsigned seed = 1; seed <= 4; ++seed) run({}, seed);
}

TEST(BooksProperty, PostgreSQL) {
  if (!testing::PostgresServer::installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
  testing::PostgresServer server;
  run(server.dsn(server.fresh_database()), 99);
}

}  // namespace
}  // namespace mif
