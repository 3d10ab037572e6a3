// SPDX-License-Identifier: Apache-2.0
// What is printed is what the views on the screen say, to the fen: random books, each printed ledger beside its view.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <random>

#include "kernel/print/ledger_tables.h"
#include "tests/ledger/fixture.h"
#include "tests/print/support.h"

namespace mif::testing {
namespace {

using sheet::Row;
using sheet::RowKind;

std::string word(const sheet::Cell& cell) { return std::get<std::string>(cell); }
Fen on_side(int side, Fen net) { return side == MIF_DEBIT ? net : -net; }

class PrintedViews : public ::testing::TestWithParam<unsigned> {
 protected:
  void SetUp() override {
    f_.apply_charts();
    f_.add_book("A");
    f_.database().write([&](store::Txn& txn) {
      f_.ledger().set_opening(txn, LedgerFixture::who(), "A", {line("D 1003 bank_account=1 5000.00"), line("D 110101 counterparty=H1 50.00"), line("C 300101 5050.00")});
    });
    std::mt19937 random(GetParam());
    const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    static const std::vector<std::string> places = {"1001", "1003 bank_account=1", "1003 bank_account=2", "110101 counterparty=H1", "110101", "40010101 mode=1", "40010201 mode=2",
                                                    "50010101 mode=1", "50010101 mode=2;insutype=310", "50010203 mode=1"};
    for (int i = 0; i < 40; ++i) {
      ledger::Draft d = draft("A", Day(2023, 1 + upto(11), 1 + upto(28)), std::to_string(i), {});
      if (upto(10) == 0) {
        d.day = Day(2023, 12, 31);
        d.month = 13;
      }
      d.word = upto(2) ? "记" : "付";
      d.attachments = upto(4);
      Fen sum;
      for (int n = 1 + upto(4); n > 0; --n) {
        const Fen amount((1 + upto(100000)) * (upto(6) == 0 ? -1 : 1));
        const int side = upto(2) ? MIF_DEBIT : MIF_CREDIT;
        d.lines.push_back({side, amount, {}, {}, upto(3) ? "第" + std::to_string(n) + "笔" : std::string()});
        sum += side == MIF_DEBIT ? amount : -amount;
      }
      if (sum == Fen()) d.lines.push_back({MIF_DEBIT, Fen(7), {}, {}, {}});
      d.lines.push_back({MIF_CREDIT, sum == Fen() ? Fen(7) : sum, {}, {}, {}});
      for (auto& line : d.lines) {
        const std::string& place = places[static_cast<std::size_t>(upto(static_cast<int>(places.size())))];
        line.account = place.substr(0, place.find(' '));
        if (place.find(' ') != std::string::npos) line.aux = place.substr(place.find(' ') + 1);
      }
      f_.post(d);
    }
    auto year = std::make_shared<print::BookYear>();
    f_.database().read([&](store::Txn& txn) { year->views = std::make_shared<const books::Year>(txn, f_.ledger(), f_.charts(), "A", 2023, true); });
    year_ = year;
  }
  books::Filter filter(int from = 1, int to = 13) const {
    books::Filter filter;
    filter.books = {"A"};
    filter.year = 2023;
    filter.month_from = from;
    filter.month_to = to;
    return filter;
  }
  template <class Fn>
  void with_books(Fn&& fn) {
    f_.database().read([&](store::Txn& txn) { fn(txn, books::Books(f_.ledger(), f_.charts())); });
  }
  // The lines and totals of a view, and the same of a printed table.
  static std::vector<std::string> of_view(const books::DetailLedger& ledger, int side) {
    std::vector<std::string> all;
    for (const auto& row : ledger.rows) {
      if (row.kind == books::RowKind::day_total) continue;
      std::string text = fmt::format("{} {} {} {} {}", row.kind == books::RowKind::line ? row.line.summary : "", row.day.iso(), row.debit.plain(), row.credit.plain(), on_side(side, row.balance).plain());
      for (std::size_t i = 0; i < ledger.columns.size(); ++i) text += ' ' + (row.columns.empty() ? Fen() : row.columns[i]).plain();
      all.push_back(text);
    }
    return all;
  }
  static std::vector<std::string> of_print(const Kept::Table& table, std::size_t columns = 0) {
    std::vector<std::string> all;
    const std::size_t debit = table.head.columns[3].title == "对方科目" ? 4 : 3;
    for (const auto& row : table.rows) {
      const std::string words = word(row.cells[2]);
      if (words == "本日合计" || words == "年末余额" || words == "结转下年") continue;
      std::string text = fmt::format("{} {} {} {} {}", row.kind == RowKind::detail ? words : "", std::get<Day>(row.cells[0]).iso(), fen(row.cells[debit]).plain(), fen(row.cells[debit + 1]).plain(), fen(row.cells[debit + 3]).plain());
      for (std::size_t i = 0; i < columns; ++i) text += ' ' + fen(row.cells[7 + i]).plain();
      all.push_back(text);
    }
    return all;
  }
  LedgerFixture f_;
  print::BookYearPtr year_;
};

TEST_P(PrintedViews, BalancesAreThoseOfTheTrialTable) {
  for (const auto& [from, to] : std::vector<std::pair<int, int>>{{1, 13}, {3, 7}, {12, 13}}) {
    const Kept all = kept(print::trial_balance_table(year_, from, to, 2));
    with_books([&, from = from, to = to](store::Txn& txn, const books::Books& books) {
      const books::TrialTable table = books.trial(txn, filter(from, to), 2);
      ASSERT_EQ(all.tables[0].rows.size(), table.rows.size() + 1);
      for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const auto& cells = all.tables[0].rows[i].cells;
        EXPECT_EQ(word(cells[0]), table.rows[i].account);
        const books::Sums& sums = table.rows[i].sums;
        EXPECT_EQ(fen(cells[2]) - fen(cells[3]), sums.opening);
        EXPECT_EQ(fen(cells[4]), sums.debit);
        EXPECT_EQ(fen(cells[5]), sums.credit);
        EXPECT_EQ(fen(cells[6]), sums.year_debit);
        EXPECT_EQ(fen(cells[7]), sums.year_credit);
        EXPECT_EQ(fen(cells[8]) - fen(cells[9]), sums.closing);
      }
      const auto& total = all.tables[0].rows.back().cells;
      EXPECT_EQ(fen(total[2]), table.opening_debit);
      EXPECT_EQ(fen(total[9]), table.closing_credit);
    });
  }
}

TEST_P(PrintedViews, DetailLedgersAreThoseOfTheScreenRowByRow) {
  std::size_t tables = 0;
  with_books([&](store::Txn& txn, const books::Books& books) {
    for (const auto& account : books.trial(txn, filter()).rows) {
      if (!account.leaf) continue;
      books::Filter of = filter();
      of.accounts = account.account;
      const Kept all = kept(print::detail_ledger_tables(year_, account.account));
      ASSERT_EQ(all.tables.size(), 1u) << account.account;
      EXPECT_EQ(of_print(all.tables[0]), of_view(books.detail(txn, of, {false, 1000000, {}, true}), account.side)) << account.account;
      ++tables;
    }
  });
  EXPECT_EQ(kept(print::detail_ledger_tables(year_, "")).tables.size(), tables);
}

TEST_P(PrintedViews, AuxiliaryAndColumnarLedgersToo) {
  with_books([&](store::Txn& txn, const books::Books& books) {
    std::size_t tables = 0;
    const Kept all = kept(print::auxiliary_ledger_tables(year_, "mode", "4,5"));
    const auto table = books.auxiliary(txn, filter(), {"mode"}, true);
    for (const auto& row : table.rows) {
      books::Filter of = filter();
      of.accounts = row.account;
      of.aux = "mode=" + row.items[0];
      ASSERT_LT(tables, all.tables.size());
      EXPECT_EQ(of_print(all.tables[tables++]), of_view(books.detail(txn, of, {false, 1000000, {}, true}), row.account[0] == '4' ? MIF_CREDIT : MIF_DEBIT)) << row.account << ' ' << of.aux;
    }
    EXPECT_EQ(all.tables.size(), tables);

    const auto balances = kept(print::auxiliary_balance_table(year_, 1, 13, "mode", "")).tables[0];
    ASSERT_EQ(balances.rows.size(), table.rows.size() + 1);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      EXPECT_EQ(fen(balances.rows[i].cells[9]) - fen(balances.rows[i].cells[10]), table.rows[i].sums.closing);
      EXPECT_EQ(fen(balances.rows[i].cells[5]), table.rows[i].sums.debit);
    }
    books::ColumnarDefinition definition;
    definition.account = "5001";
    for (const std::string dimension : {"", "mode"}) {
      definition.dimension = dimension;
      const auto view = books.columnar(txn, filter(), definition, {false, 1000000, {}, true});
      EXPECT_EQ(of_print(kept(print::multi_column_table(year_, "5001", dimension)).tables[0], view.columns.size()), of_view(view, MIF_DEBIT)) << dimension;
    }
  });
}

TEST_P(PrintedViews, TheGeneralLedgerAndTheSummaryToo) {
  with_books([&](store::Txn& txn, const books::Books& books) {
    const auto view = books.general(txn, filter());
    const Kept all = kept(print::general_ledger_tables(year_));
    ASSERT_EQ(all.tables.size(), view.accounts.size());
    for (std::size_t i = 0; i < view.accounts.size(); ++i) {
      const auto& account = view.accounts[i];
      const auto& rows = all.tables[i].rows;
      ASSERT_EQ(rows.size(), 2 + 2 * account.months.size()) << account.account;
      for (std::size_t m = 0; m < account.months.size(); ++m) {
        EXPECT_EQ(fen(rows[1 + 2 * m].cells[3]), account.months[m].debit);
        EXPECT_EQ(fen(rows[2 + 2 * m].cells[4]), account.months[m].year_credit);
        EXPECT_EQ(fen(rows[2 + 2 * m].cells[6]), on_side(account.side, account.months[m].closing));
      }
      EXPECT_EQ(rows[rows.size() - 2].kind, RowKind::year_end);
    }
    const auto summary = books.voucher_summary(txn, filter(2, 9));
    const auto table = kept(print::voucher_summary_table(year_, 2, 9)).tables[0];
    ASSERT_EQ(table.rows.size(), summary.rows.size() + 1);
    for (std::size_t i = 0; i < summary.rows.size(); ++i) EXPECT_EQ(fen(table.rows[i].cells[2]) + fen(table.rows[i].cells[3]), summary.rows[i].debit + summary.rows[i].credit);
    for (const auto& w : summary.words) EXPECT_NE(table.head.centre.find(fmt::format("{} {} 张", w.word, w.vouchers)), std::string::npos) << table.head.centre;
    EXPECT_EQ(fen(table.rows.back().cells[2]), summary.debit);

    const auto journal = kept(print::journal_table(year_, 1, 13)).tables[0];
    books::Drill everything;
    everything.filter = filter();
    EXPECT_EQ(journal.rows.size(), books.lines(txn, everything, 1000000).lines.size() + 1);
  });
}

INSTANTIATE_TEST_SUITE_P(Seeds, PrintedViews, ::testing::Values(1u, 2u, 3u, 4u));

}  // namespace
}  // namespace mif::testing
