// SPDX-License-Identifier: Apache-2.0
// Amounts as ministries print them, and the file of published figures.
#include <gtest/gtest.h>

#include "compare.h"
#include "fixture.h"
#include "table.h"

namespace mif::reporting {
namespace {

// A table of the unit with a count, a percentage and a quotient in lines of their own.
Table table(const std::string& unit, const std::string& more = {}) {
  const std::string text = "table { code T title 试 scheme 310 unit " + unit + " " + more + " }\nrows { 1 金额 2 { name 人次 unit 人次 } 3 { name 天 unit 天 decimals 1 } }\ncols { 1 本年 2 { name 增减 unit \"%\" decimals 1 } }\n";
  return load_table(memory_files({{"T.info", text}}).info("T.info"), "T.info", Dimensions());
}
std::string shown(const Table& t, const char* row, const char* col, const Value& value) { return t.shown(t.row(row), t.col(col), value); }
Value money(std::int64_t fen) { return Value::money(Fen(fen)); }
Value number(const char* text) { return text[0] == '-' ? -Value::parse_number(text + 1) : Value::parse_number(text); }

TEST(Printed, AmountsArePrintedInTheUnitAndDecimalsOfTheirTable) {
  const auto in = [](const std::string& unit, std::int64_t fen, const std::string& more = {}) { return shown(table(unit, more), "1", "1", money(fen)); };
  EXPECT_EQ(in("元", 129021239), "1,290,212.39");
  EXPECT_EQ(in("元", 0), "0.00");
  EXPECT_EQ(in("元", 0, "zero blank"), "");
  EXPECT_EQ(in("元", -5), "-0.05");
  EXPECT_EQ(in("万元", 27362000037), "27,362");
  EXPECT_EQ(in("亿元", 335013600000000, "decimals 2"), "33,501.36");
  EXPECT_EQ(in("亿元", 335013550000000, "decimals 2"), "33,501.36");
  EXPECT_EQ(in("亿元", 335013549999999, "decimals 2"), "33,501.35");
  EXPECT_EQ(in("亿元", 335013549999999), "33,501");
  EXPECT_EQ(in("万元", 1079960000, "decimals 2"), "1,079.96");
  EXPECT_EQ(in("万元", 1079960050, "decimals 4"), "1,079.9601");
  EXPECT_EQ(in("万元", -1079960000, "decimals 1"), "-1,080.0");
  EXPECT_EQ(in("人", 234000), "2,340");
  EXPECT_EQ(in("万元", 500000), "1");
  EXPECT_EQ(in("万元", 499999), "0");
  EXPECT_EQ(in("万元", -500000), "-1");
  EXPECT_EQ(in("万元", -499999), "0");
  EXPECT_EQ(in("万元", INT64_MIN), "-9,223,372,036,855");
}

TEST(Printed, QuotientsCountsAndPercentagesAreNotMoney) {
  const Table t = table("万元");
  EXPECT_EQ(shown(t, "1", "1", number("1234567.5")), "1,234,567.50");
  EXPECT_EQ(shown(t, "1", "1", number("0.333333")), "0.33");
  EXPECT_EQ(shown(t, "1", "1", number("-0.005")), "-0.01");
  EXPECT_EQ(shown(t, "2", "1", number("1234567")), "1,234,567");
  EXPECT_EQ(shown(t, "3", "1", number("7.46")), "7.5");
  EXPECT_EQ(shown(t, "2", "2", number("12.34")), "12.3");  // the column says it before the row
  EXPECT_EQ(shown(t, "1", "1", Value::text("甲")), "甲");
  EXPECT_EQ(shown(t, "1", "1", Value()), "");
  EXPECT_EQ(t.unit(t.row("1"), t.col("2")), "%");
  EXPECT_TRUE(t.counts(t.row("2"), t.col("1")));
  EXPECT_FALSE(t.counts(t.row("2"), t.col("2")));
  EXPECT_EQ(complaint([] { (void)load_table(memory_files({{"T.info", "table { code T title 试 }\nrows { 1 { name a unit 斤 } }\ncols { 1 b }\n"}}).info("T.info"), "T.info", Dimensions()); }).rfind("T.info:2: 行或栏的 unit 应为 ", 0), 0u);
}

TEST(Printed, ATypedCountIsAWholeNumberAndIsNotMoney) {
  const Table t = table("元"), people = table("人");
  const auto refused = [](const Table& of, const char* row, const char* amount) { return complaint([&] { of.refuse_fraction(of.row(row), of.col("1"), amount); }); };
  EXPECT_EQ(refused(t, "2", "10"), "");
  EXPECT_EQ(refused(t, "2", "10.00"), "");
  EXPECT_EQ(refused(t, "2", "-3"), "");
  EXPECT_EQ(refused(t, "1", "10.5"), "");
  EXPECT_EQ(refused(t, "2", "10.5"), "T[2,1] 的单位是“人次”，只能填整数，不能填 10.5 (a count is a whole number) [report.count-fraction]");
  EXPECT_NE(refused(people, "1", "0.01"), "");
  EXPECT_EQ(t.typed(t.row("2"), t.col("1"), Fen(123400)).kind(), Value::Kind::number);
  EXPECT_EQ(text(t.typed(t.row("2"), t.col("1"), Fen(123400))), "1234");
  EXPECT_EQ(text(t.typed(t.row("1"), t.col("1"), Fen(123400))), "1234.00");
  // Cost by visits is money again.
  EXPECT_EQ((money(30000) / t.typed(t.row("2"), t.col("1"), Fen(400))).kind(), Value::Kind::money);
}

TEST(Published, DigitsCutOffInTheSourceAreNotCompared) {
  reporting::Published p;
  p.unit = "元";
  p.value = "501828751.9?";
  EXPECT_TRUE(reporting::equals_published(p, false, Fen::parse("501828751.95")));
  EXPECT_FALSE(reporting::equals_published(p, false, Fen::parse("501828751.89")));
  EXPECT_FALSE(reporting::equals_published(p, true, Fen()));
  p.value = "1.00";
  EXPECT_FALSE(reporting::equals_published(p, false, Fen::parse("1.01")));
  p.unit = "万元";
  p.value = "376";
  EXPECT_TRUE(reporting::equals_published(p, false, Fen::parse("3764999.99")));
  EXPECT_FALSE(reporting::equals_published(p, false, Fen::parse("3765000.00")));
  p.value = "";
  EXPECT_TRUE(reporting::equals_published(p, true, Fen()));
  EXPECT_FALSE(reporting::equals_published(p, false, Fen::parse("5000.00")));
}

TEST(Published, AMalformedFileIsToldByLine) {
  const auto refused = [](const std::string& rest) {
    return reporting::complaint([&] { (void)reporting::read_published("package,table,book,period,row,col,value,unit,source,note\n" + rest, "f.csv"); });
  };
  EXPECT_EQ(refused("a,b,c,2023-06,1,1,5.00,元,s,n\n"), "");
  EXPECT_EQ(refused("a,b,c,2023-06,1,1,5.00,元,s\n").rfind("f.csv:2: ", 0), 0u);
  EXPECT_EQ(refused("a,b,c,2023-06,1,1,5.001,元,s,n\n").rfind("f.csv:2: ", 0), 0u);
  EXPECT_EQ(refused("a,b,c,2023-14,1,1,5.00,元,s,n\n").rfind("f.csv:2: ", 0), 0u);
  EXPECT_EQ(refused("a,b,c,2023-06,1,1,5.00,亿元,s,n\n").rfind("f.csv:2: ", 0), 0u);
  EXPECT_EQ(refused("a,b,c,2023-06,1,1,\"5.00,元,s,n\n").rfind("f.csv:2: ", 0), 0u);
}

}  // namespace
}  // namespace mif::reporting
