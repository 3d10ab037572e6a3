// SPDX-License-Identifier: Apache-2.0
// The shipped templates against balances that hold the published figures.
#include <gtest/gtest.h>

#include "fixture.h"

namespace mif::reporting {
namespace {

std::string printed(Evaluator& e, const std::string& table, const std::string& row, const std::string& col, Period period) {
  const Table& t = e.catalog().table(table, period);
  return text(t.printed(e.cell(t, t.row(row), t.col(col), period).value));
}

void expect_sound(Evaluator& e, Period period, std::size_t at_least) {
  std::size_t ran = 0;
  for (const auto& package : e.catalog().packages()) {
    if (!package.valid_in(period) || !package.ends_in(period)) continue;
    for (const auto& r : run_checks(e, package, period)) {
      ++ran;
      EXPECT_NE(r.state, "fail") << r.id << " " << r.table << r.place << " " << r.message << ": " << text(r.left) << " / " << text(r.right);
    }
  }
  EXPECT_GE(ran, at_least);
}

void expect_explained(Evaluator& e, Period period, std::size_t at_least) {
  const auto items = run_bridge(e, e.catalog().bridges().front(), period);
  EXPECT_GE(items.size(), at_least);
  for (const auto& item : items) EXPECT_EQ(text(item.unexplained), "0.00") << item.id << " " << item.subject << ": " << text(item.a) << " / " << text(item.b);
}

TEST(Figures, TheEmployeeMonthEqualsThePublishedTable) {
  Books b;
  b.books = {Books::book("E", "u", "310", {2023, 6})};
  const auto income = [&](const char* account, const char* aux, const char* credit) { b.add("E", 2023, 6, account, aux, "0.00", credit); };
  const auto expense = [&](const char* account, const char* aux, const char* debit) { b.add("E", 2023, 6, account, aux, debit, "0.00"); };
  b.add("E", 2023, 0, "1003", "bank_account=1", "1000000000.00", "0.00");
  b.add("E", 2023, 0, "300101", "", "0.00", "800000000.00");
  b.add("E", 2023, 0, "300102", "", "0.00", "200000000.00");
  income("40010101", "mode=1", "538226417.36");
  income("40010201", "mode=1", "203518940.72");
  income("410102", "", "1290212.39");
  income("42010101", "", "17531387.89");
  income("42010201", "", "848.56");
  income("450101", "", "1545428.92");
  income("450102", "", "588.39");
  income("4301", "", "690688.55");
  income("440101", "", "124870657.32");
  income("440102", "", "44126.10");
  income("440201", "", "3117889.36");
  income("440202", "", "198092.98");
  income("4601", "", "5000.00");
  expense("50010101", "insutype=310;mode=1", "476568553.92");
  expense("50010104", "insutype=510;mode=1", "9864318.23");
  expense("50010105", "insutype=510;mode=1", "15395879.80");
  expense("540101", "insutype=510;mode=1", "79.40");
  expense("5101", "", "20900000.00");
  expense("530101", "", "82416000.00");
  expense("530201", "", "31326306.15");
  expense("50010202", "insutype=310;mode=1", "178733627.17");
  expense("5201", "", "214380.62");
  expense("540102", "mode=1", "28479.32");
  Fen cash;
  for (const auto& row : b.rows[{"E", 2023}])
    if (row.month == 6) cash += row.credit - row.debit;
  b.add("E", 2023, 6, "1003", "bank_account=1", cash.plain(), "0.00");
  const Period june{2023, 6};
  Facts facts = b.facts();
  Evaluator e(*shipped_catalog(), facts, b.books, "u", nullptr);
  EXPECT_EQ(printed(e, "NHSA_M01", "1", "7", june), "1290212.39");
  EXPECT_EQ(printed(e, "NHSA_M01", "1", "17", june), "636471137.50");
  EXPECT_EQ(printed(e, "NHSA_M01", "1", "18", june), "501828751.95");
  EXPECT_EQ(printed(e, "NHSA_M01", "2", "17", june), "25260277.43");
  EXPECT_EQ(printed(e, "NHSA_M01", "2", "18", june), "25260198.03");
  EXPECT_EQ(printed(e, "NHSA_M01", "4", "17", june), "178976487.11");
  EXPECT_EQ(printed(e, "NHSA_M01", "5", "10", june), "17532236.45");
  EXPECT_EQ(printed(e, "NHSA_M01", "5", "15", june), "124914783.42");
  EXPECT_EQ(printed(e, "NHSA_M01", "5", "17", june), "815447624.61");
  EXPECT_EQ(printed(e, "NHSA_M01", "5", "18", june), "680562379.12");
  EXPECT_EQ(printed(e, "NHSA_M01", "3", "17", june), "");
  EXPECT_EQ(printed(e, "FS01_E", "8", "4", june), "5000.00");
  EXPECT_EQ(printed(e, "FS02_E", "38", "1", june), "5000.00");
  expect_sound(e, june, 90);
  expect_explained(e, june, 30);
  // The months after: nothing happens, nothing breaks.
  expect_sound(e, {2023, 7}, 90);
  expect_explained(e, {2023, 12}, 30);
  // One fen more than the ledger holds is found by the checks.
  b.add("E", 2023, 6, "1003", "bank_account=1", "0.01", "0.00");
  Facts wrong = b.facts();
  Evaluator broken(*shipped_catalog(), wrong, b.books, "u", nullptr);
  int failed = 0;
  for (const auto& r : run_checks(broken, *broken.catalog().select("mof-2023-statement", june, agency_of(b.books, "u")).front(), june)) failed += r.state == "fail";
  EXPECT_EQ(failed, 1);
}

TEST(Figures, TheCountyYearEqualsThePublishedColumn) {
  Books b;
  b.books = {Books::book("R", "u", "390", {2023, 1})};
  b.add("R", 2023, 0, "1003", "bank_account=1", "352260000.00", "0.00");
  b.add("R", 2023, 0, "3001", "", "0.00", "352260000.00");
  const auto both = [&](int month, const char* account, const char* aux, const char* amount, bool income) {
    b.add("R", 2023, month, account, aux, income ? "0.00" : amount, income ? amount : "0.00");
    b.add("R", 2023, month, "1003", "bank_account=1", income ? amount : "0.00", income ? "0.00" : amount);
  };
  both(1, "400101", "contribution_source=1", "248870000.37", true);
  both(4, "400101", "contribution_source=3", "8970000.00", true);
  both(3, "400101", "contribution_source=4", "15780000.00", true);
  both(3, "410101", "subsidy_kind=1", "275000000.00", true);
  both(6, "410104", "subsidy_kind=1", "225330000.00", true);
  both(4, "410102", "subsidy_kind=2", "4080000.00", true);
  both(3, "420101", "", "3761234.56", true);
  both(9, "4501", "", "14740000.00", true);
  both(5, "500101", "insutype=390", "595850000.00", false);
  both(11, "500102", "insutype=390", "111790000.00", false);
  both(12, "5101", "", "72700000.00", false);
  const Period year{2023, 12};
  Facts facts = b.facts();
  Evaluator e(*shipped_catalog(), facts, b.books, "u", nullptr);
  const auto wan = [&](const char* row, const char* col) { return printed(e, "MOF_07", row, col, year); };
  EXPECT_EQ(wan("1", "1"), "273620000.00");
  EXPECT_EQ(wan("2", "1"), "");
  EXPECT_EQ(wan("5", "1"), "504410000.00");
  EXPECT_EQ(wan("8", "1"), "3760000.00");
  EXPECT_EQ(wan("13", "1"), "796530000.00");
  EXPECT_EQ(wan("13", "2"), "780340000.00");
  EXPECT_EQ(wan("14", "2"), "16190000.00");
  EXPECT_EQ(wan("15", "1"), "352260000.00");
  EXPECT_EQ(wan("15", "2"), "368450000.00");
  EXPECT_EQ(wan("16", "1"), "1148790000.00");
  EXPECT_EQ(wan("16", "2"), "1148790000.00");
  expect_sound(e, year, 40);
  expect_explained(e, year, 25);
  for (int month = 1; month <= 12; ++month) expect_sound(e, {2023, month}, 30);
  // Rounding is the only difference, and it is said how much.
  for (const auto& item : run_bridge(e, e.catalog().bridges().front(), year))
    if (item.id == "R08") {
      EXPECT_EQ(item.kinds, "rounding");
      EXPECT_EQ(text(item.difference), "1234.56");
    }
}

TEST(Figures, ClosingTheBooksChangesNoStatementLine) {
  Books b;
  b.books = {Books::book("R", "u", "390", {2023, 1})};
  b.add("R", 2023, 1, "4101", "subsidy_kind=1", "0.00", "100.00");
  b.add("R", 2023, 1, "5001", "", "40.00", "0.00");
  b.add("R", 2023, 1, "1004", "bank_account=1", "60.00", "0.00");
  const auto all = [&] {
    Facts facts = b.facts();
    Evaluator e(*shipped_catalog(), facts, b.books, "u", nullptr);
    std::string text;
    for (const char* code : {"FS01_R", "FS02_R", "MOF_07", "NHSA_M03"}) {
      const Table& t = e.catalog().table(code, {2023, 1});
      for (std::size_t r = 0; r < t.rows.size(); ++r)
        for (std::size_t c = 0; c < t.cols.size(); ++c) text += reporting::text(e.cell(t, static_cast<int>(r), static_cast<int>(c), {2023, 1}).value) + "|";
    }
    return text;
  };
  const std::string before = all();
  b.add("R", 2023, 1, "4101", "subsidy_kind=1", "100.00", "0.00", true);
  b.add("R", 2023, 1, "5001", "", "0.00", "40.00", true);
  b.add("R", 2023, 1, "3001", "", "40.00", "100.00", true);
  EXPECT_EQ(all(), before);
}

}  // namespace
}  // namespace mif::reporting
