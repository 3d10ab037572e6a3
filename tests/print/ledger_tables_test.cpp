// SPDX-License-Identifier: Apache-2.0
// The ledgers of a real book: what is printed adds up to the book's own balances.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <map>

#include "kernel/print/ledger_tables.h"
#include "kernel/print/volume.h"
#include "mif/error.hpp"
#include "tests/ledger/fixture.h"
#include "tests/print/support.h"

namespace mif::testing {
namespace {

using sheet::Row;
using sheet::RowKind;

class LedgerTables : public ::testing::Test {
 protected:
  void SetUp() override {
    f_.apply_charts();
    f_.add_book("A");
    f_.database().write([&](store::Txn& txn) {
      f_.ledger().set_opening(txn, LedgerFixture::who(), "A", {line("D 1004 bank_account=1 9000.00"), line("C 300101 9000.00")});
    });
    for (int month = 1; month <= 3; ++month)
      for (int i = 0; i < 5; ++i) {
        const std::string amount = fmt::format("{}.{:02}", 100 * month + i, i);
        f_.post(draft("A", Day(2023, month, 3 + i / 2), fmt::format("k{}-{}", month, i), {"D 50010101 mode=1 " + amount, "C 1004 bank_account=1 " + amount}));
      }
  }
  print::BookYearPtr year() {
    auto named = std::make_shared<print::BookYear>();
    f_.database().read([&](store::Txn& txn) { named->views = std::make_shared<const books::Year>(txn, f_.ledger(), f_.charts(), "A", 2023, true); });
    named->unit_name = "示例省医疗保障事业管理中心";
    named->signatures = {"会计主管：蒋主管", "记账：", "审核：", "打印：郑制单"};
    return named;
  }
  LedgerFixture f_;
};

TEST_F(LedgerTables, BalanceTableBalancesAndHoldsTheOpening) {
  const Kept all = kept(print::trial_balance_table(year(), 2, 3));
  ASSERT_EQ(all.tables.size(), 1u);
  const Row& total = all.tables[0].rows.back();
  EXPECT_EQ(total.kind, RowKind::total);
  for (int pair = 0; pair < 4; ++pair) EXPECT_EQ(fen(total.cells[2 + 2 * pair]), fen(total.cells[3 + 2 * pair])) << pair;
  Fen january;
  for (int i = 0; i < 5; ++i) january += Fen(10000 + i * 100 + i);
  for (const auto& row : all.tables[0].rows)
    EXPECT_TRUE(std::get<std::string>(row.cells[0]) != "1004" || fen(row.cells[2]) == Fen(900000) - january);
}

TEST_F(LedgerTables, DetailEndsWhereTheBalanceTableEnds) {
  const auto y = year();
  std::map<std::string, Fen> closing;
  f_.database().read([&](store::Txn& txn) {
    for (const auto& one : f_.ledger().trial_balance(txn, "A", 2023, 1, 13)) closing[one.account] = one.closing;
  });
  const Kept all = kept(print::detail_ledger_tables(y, ""));
  EXPECT_EQ(all.tables.size(), closing.size());
  for (const auto& table : all.tables) {
    const std::string code = table.head.name.substr(0, table.head.name.find(' '));
    const std::size_t debit = table.head.columns[3].title == "对方科目" ? 4 : 3, credit = debit + 1;
    Fen month_debit, month_credit, sums;
    int ends = 0;
    for (const auto& row : table.rows) {
      if (row.kind == RowKind::detail) {
        month_debit += fen(row.cells[debit]);
        month_credit += fen(row.cells[credit]);
      } else if (row.kind == RowKind::month_total) {
        EXPECT_EQ(fen(row.cells[debit]), month_debit);
        EXPECT_EQ(fen(row.cells[credit]), month_credit);
        sums += month_debit + month_credit;
        month_debit = month_credit = Fen();
      }
      ends += row.kind == RowKind::year_end;
    }
    EXPECT_EQ(ends, 1) << code;
    const Fen shown = fen(table.rows.back().cells.back());
    EXPECT_EQ(y->views->chart().find(code)->side == MIF_DEBIT ? shown : -shown, closing.at(code)) << code;
  }
}

TEST_F(LedgerTables, CashJournalsHaveDailyTotals) {
  const Kept all = kept(print::detail_ledger_tables(year(), "1004"));
  ASSERT_EQ(all.tables.size(), 1u);
  EXPECT_EQ(all.tables[0].head.title, "银行存款日记账");
  int days = 0;
  for (const auto& row : all.tables[0].rows) days += std::get<std::string>(row.cells[2]) == "本日合计";
  EXPECT_EQ(days, 6);  // two days of two vouchers in each of three months
}

// Of several accounts on the other side the codes, of many how many there are; and the upright sheet still holds it all.
TEST_F(LedgerTables, CashJournalsNameTheOtherAccount) {
  f_.post(draft("A", Day(2023, 4, 3), "two", {"D 50010101 mode=1 1.00", "D 50010103 mode=1 1.00", "C 1004 bank_account=1 2.00"}));
  f_.post(draft("A", Day(2023, 4, 4), "three", {"D 50010101 mode=1 1.00", "D 50010103 mode=1 1.00", "D 50010102 mode=1 1.00", "C 1004 bank_account=1 3.00"}));
  const Kept all = kept(print::detail_ledger_tables(year(), "1004"));
  std::vector<std::string> others;
  for (const auto& row : all.tables.at(0).rows) {
    if (row.kind == RowKind::detail) others.push_back(std::get<std::string>(row.cells[3]));
    else EXPECT_EQ(std::get<std::string>(row.cells[3]), "");
  }
  ASSERT_EQ(others.size(), 17u);
  EXPECT_EQ(others[0], "50010101 住院费用支出");
  EXPECT_EQ(others[15], "50010101、50010103");
  EXPECT_EQ(others[16], "50010101 等 3 个科目");
  const auto upright = print::read_table_form(std::string(MIF_SOURCE_DIR) + "/templates/print/table-a4-upright.info");
  EXPECT_EQ(print::split_columns(upright, all.tables[0].head.columns).size(), 1u);
}

TEST_F(LedgerTables, ColumnsOfAMultiColumnLedgerAddUpToItsAccount) {
  const Kept all = kept(print::multi_column_table(year(), "500101"));
  ASSERT_EQ(all.tables.size(), 1u);
  for (const auto& row : all.tables[0].rows) {
    Fen columns;
    for (std::size_t i = 7; i < row.cells.size(); ++i) columns += fen(row.cells[i]);
    EXPECT_EQ(columns, fen(row.cells[3]) - fen(row.cells[4]));
  }
  EXPECT_THROW(kept(print::multi_column_table(year(), "50010101")), Error);  // nothing below it
}

TEST_F(LedgerTables, AuxiliaryLedgersSplitTheirAccount) {
  const Kept all = kept(print::auxiliary_ledger_tables(year(), "bank_account", "1004"));
  ASSERT_EQ(all.tables.size(), 1u);
  const Kept detail = kept(print::detail_ledger_tables(year(), "1004"));
  EXPECT_EQ(fen(all.tables[0].rows.back().cells.back()), fen(detail.tables[0].rows.back().cells.back()));
}

TEST_F(LedgerTables, SummaryAndJournalHaveEqualSides) {
  for (const auto& source : {print::voucher_summary_table(year(), 1, 3), print::journal_table(year(), 1, 3)}) {
    const Row total = kept(source).tables.at(0).rows.back();
    const std::size_t n = total.cells.size();
    EXPECT_EQ(fen(total.cells[n - 2]), fen(total.cells[n - 1]));
    EXPECT_NE(fen(total.cells[n - 1]), Fen());
  }
}

TEST_F(LedgerTables, AVolumeOpensWithItsFormAndContents) {
  print::VolumeHead head;
  head.unit = "示例省医疗保障事业管理中心";
  head.book = "示例省本级职工基本医疗保险基金";
  head.title = "明细分类账";
  head.number = "A-2023-1";
  head.year = 2023;
  head.opened = Day(2023, 1, 1);
  head.chief = "蒋主管";
  const auto source = print::detail_ledger_tables(year(), "");
  const auto form = print::read_table_form(std::string(MIF_SOURCE_DIR) + "/templates/print/table-a4.info");
  const Draw draw = [&](print::Canvas& canvas) { print::print_volume(canvas, form, head, source); };
  const std::string pdf = pdf_of(draw), text = pdf_text(pdf);
  const auto plan = print::plan_tables(form, source);
  EXPECT_EQ(pdf_pages(pdf), 2 + plan.back().first + plan.back().pages - 1);
  EXPECT_NE(text.find("账簿启用及经管人员一览表"), std::string::npos);
  for (const auto& place : plan) EXPECT_NE(text.find(place.name), std::string::npos) << place.name;
  EXPECT_EQ(golden("volume", draw), "");
}

TEST_F(LedgerTables, EveryLedgerLooksAsItDid) {
  const auto form = print::read_table_form(std::string(MIF_SOURCE_DIR) + "/templates/print/table-a4.info");
  for (const auto& [name, source] : std::vector<std::pair<std::string, print::Source>>{{"balance", print::trial_balance_table(year(), 1, 13)},
                                                                                       {"general", print::general_ledger_tables(year())},
                                                                                       {"auxiliary", print::auxiliary_ledger_tables(year(), "bank_account", "1004")},
                                                                                       {"auxiliary-balance", print::auxiliary_balance_table(year(), 1, 13, "bank_account", "")},
                                                                                       {"multi-column", print::multi_column_table(year(), "500101")},
                                                                                       {"cash", print::detail_ledger_tables(year(), "1004")},
                                                                                       {"summary", print::voucher_summary_table(year(), 2, 2)},
                                                                                       {"journal", print::journal_table(year(), 1, 3)}})
    EXPECT_EQ(golden("form-" + name, [&, source = source](print::Canvas& canvas) { print::print_tables(canvas, form, source, {"示例省医疗保障事业管理中心", "打印 郑制单 2023-12-31", 1, true}); }),
              "") << name;
}

TEST_F(LedgerTables, UnknownLedgersAreRefusedByName) {
  EXPECT_THROW(print::ledger_table(year(), {"nonsense"}), Error);
  EXPECT_THROW(print::ledger_table(year(), {"auxiliary"}), Error);
}

}  // namespace
}  // namespace mif::testing
