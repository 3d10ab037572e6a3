// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <random>
#include <sstream>

#include "kernel/print/table_pages.h"
#include "tests/print/support.h"

namespace mif::testing {
namespace {

using sheet::Column;
using sheet::Kind;
using sheet::Row;
using sheet::RowKind;

print::TableForm a4() { return print::read_table_form(std::string(MIF_SOURCE_DIR) + "/templates/print/table-a4.info"); }

sheet::Head detail_ledger(const std::string& account) {
  sheet::Head head;
  head.title = "三栏明细账";
  head.name = account;
  head.left = "核算单位：示例省医疗保障事业管理中心";
  head.centre = "科目：" + account;
  head.right = "2023 年  单位：元";
  head.columns = {{"日期", Kind::day, 11}, {"凭证字号", Kind::centred, 10}, {"摘要", Kind::text, 40}, {"借方", Kind::money, 18, "", false, true}, {"贷方", Kind::money, 18, "", false, true},
                  {"方向", Kind::centred, 5}, {"余额", Kind::money, 18}};
  head.ledger_page = true;
  head.balance = 6;
  head.signatures = {"会计主管：蒋主管", "记账：周记账", "打印：郑制单"};
  return head;
}

// A year of one account: every month some lines, its total and the year so far.
struct Year {
  std::vector<Row> rows;
  std::vector<std::pair<Fen, Fen>> carried;  // after every detail row, since the month began
};
Year year_of(unsigned seed, int per_month) {
  std::mt19937 random(seed);
  Year year;
  Fen balance(8'000'000'000), year_debit, year_credit;
  const auto side = [](Fen f) { return std::string(f == Fen() ? "平" : f < Fen() ? "贷" : "借"); };
  year.rows.push_back({{Day(2023, 1, 1), std::string(), std::string("上年结转"), {}, {}, side(balance), balance}, RowKind::opening});
  for (int month = 1; month <= 12; ++month) {
    Fen debit, credit;
    for (int i = 0; i < per_month; ++i) {
      const Fen fen(static_cast<std::int64_t>(random() % 900'000'000) + 1);
      const bool in = random() % 2 == 0;
      (in ? debit : credit) += fen;
      balance += in ? fen : -fen;
      year.rows.push_back({{Day(2023, month, i % 28 + 1), fmt::format("记-{:04}", i + 1), std::string("支付统筹基金住院费用"), sheet::if_any(in ? fen : Fen()), sheet::if_any(in ? Fen() : fen), side(balance), balance}, RowKind::detail});
    }
    year_debit += debit;
    year_credit += credit;
    year.rows.push_back({{Day(2023, month, 28), std::string(), std::string("本月合计"), debit, credit, side(balance), balance}, RowKind::month_total});
    year.rows.push_back({{Day(2023, month, 28), std::string(), std::string("本年累计"), year_debit, year_credit, side(balance), balance}, month == 12 ? RowKind::year_end : RowKind::year_to_date});
  }
  year.rows.push_back({{Day(2023, 12, 31), std::string(), std::string("结转下年"), {}, {}, side(balance), balance}, RowKind::opening});
  return year;
}

print::Source source_of(const std::vector<std::pair<std::string, std::vector<Row>>>& accounts) {
  return [accounts](sheet::Receiver& to) {
    for (const auto& [name, rows] : accounts) {
      to.begin(detail_ledger(name));
      for (const auto& row : rows) to.row(row);
      to.end();
    }
  };
}

Draw ledger(const print::Source& source) {
  return [source](print::Canvas& canvas) { print::print_tables(canvas, a4(), source, {"示例省医疗保障事业管理中心", "mif", 1, true}); };
}

int count(const std::string& text, const std::string& what) {
  int n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++n;
  return n;
}

TEST(TablePrint, LooksAsAgreed) {
  EXPECT_EQ(golden("ledger-detail", ledger(source_of({{"1004 支出户存款", year_of(1, 3).rows}}))), "");
  sheet::Head wide;
  wide.title = "多栏明细账";
  wide.left = "核算单位：示例省医疗保障事业管理中心";
  wide.columns = {{"日期", Kind::day, 11, "", true}, {"凭证字号", Kind::centred, 10, "", true}, {"摘要", Kind::text, 26, "", true}};
  for (int i = 1; i <= 14; ++i) wide.columns.push_back({"住院费用支出" + std::to_string(i), Kind::money, 15, i <= 8 ? "统筹基金" : "个人账户基金", false, true});
  EXPECT_EQ(golden("ledger-wide", [&](print::Canvas& canvas) {
              print::print_tables(canvas, a4(), [&](sheet::Receiver& to) {
                to.begin(wide);
                for (int r = 0; r < 5; ++r) {
                  Row row{{Day(2023, 6, r + 1), std::string("记-0001"), std::string("支付住院费用")}, RowKind::detail};
                  for (int i = 0; i < 14; ++i) row.cells.push_back(sheet::if_any(i == r ? Fen(1234567890 - 400000000 * r) : Fen()));
                  to.row(row);
                }
                to.end();
              });
            }),
            "");
}

// The carried figures of every page are the sums of the lines since the month began, and nothing is lost between pages.
TEST(TablePrint, EveryPageCarriesTheMonthSoFar) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    const Year year = year_of(seed, static_cast<int>(seed * 3));
    const auto source = source_of({{"1004 支出户存款", year.rows}});
    const auto plan = print::plan_tables(a4(), source);
    ASSERT_EQ(plan.size(), 1u);
    const std::string pdf = pdf_of(ledger(source));
    EXPECT_EQ(pdf_pages(pdf), plan[0].pages);
    const std::string text = pdf_text(pdf);
    EXPECT_EQ(count(text, "过次页"), plan[0].pages - 1);
    EXPECT_EQ(count(text, "承前页"), plan[0].pages - 1);
    std::istringstream sheets(text);
    for (std::string page; std::getline(sheets, page, '\f');) EXPECT_EQ(count(page, "本月合计"), count(page, "本年累计")) << page;  // a month's two totals stay together
    // Read the pages as a person does: add up the detail lines and compare at every 过次页 and 本月合计.
    Fen debit, credit;
    std::size_t next = 0;
    int lines = 0;
    std::istringstream in(text);
    const auto expect = [&](const std::string& line) {
      for (const Fen sum : {debit, credit}) EXPECT_TRUE(sum == Fen() || line.find(sum.grouped()) != std::string::npos) << line << sum.grouped();
    };
    for (std::string line; std::getline(in, line);) {
      if (line.find("过次页") != std::string::npos || line.find("承前页") != std::string::npos) expect(line);
      if (line.find("本月合计") != std::string::npos) {
        expect(line);
        debit = credit = Fen();
      }
      if (line.find("支付统筹") == std::string::npos) continue;
      ++lines;
      while (year.rows[next].kind != RowKind::detail) ++next;
      const Row& row = year.rows[next++];
      if (const auto* fen = std::get_if<Fen>(&row.cells[3])) debit += *fen;
      if (const auto* fen = std::get_if<Fen>(&row.cells[4])) credit += *fen;
    }
    EXPECT_EQ(lines, static_cast<int>(seed * 3) * 12);
  }
}

TEST(TablePrint, NumbersPagesThroughAllAccounts) {
  const auto source = source_of({{"1002 收入户存款", year_of(1, 9).rows}, {"1003 财政专户存款", year_of(2, 2).rows}, {"1004 支出户存款", year_of(3, 20).rows}});
  const auto plan = print::plan_tables(a4(), source, 5);
  ASSERT_EQ(plan.size(), 3u);
  EXPECT_EQ(plan[0].first, 5);
  for (std::size_t i = 1; i < plan.size(); ++i) EXPECT_EQ(plan[i].first, plan[i - 1].first + plan[i - 1].pages);
  const int last = plan[2].first + plan[2].pages - 1;
  const std::string text = pdf_text(pdf_of([&](print::Canvas& canvas) { print::print_tables(canvas, a4(), source, {"", "", 5, true}); }));
  for (int page = 5; page <= last; ++page) EXPECT_EQ(count(text, fmt::format("第 {} 页 共 {} 页", page, last)), 1) << page;
}

TEST(TablePrint, SameInputSameBytes) {
  const auto source = source_of({{"1004 支出户存款", year_of(5, 7).rows}});
  EXPECT_EQ(pdf_of(ledger(source)), pdf_of(ledger(source)));
}

}  // namespace
}  // namespace mif::testing
