// SPDX-License-Identifier: Apache-2.0
// Amounts as ministries print them, and the file of published figures.
#include <gtest/gtest.h>

#include "compare.h"
#include "fixture.h"
#include "printed_units.h"

namespace mif::report_leaf {
namespace {

TEST(Printed, AmountsArePrintedInTheMinistrysUnit) {
  EXPECT_EQ(in_yuan(129021239), "1,290,212.39");
  EXPECT_EQ(in_ten_thousand_yuan(27362000037), "27,362");
  EXPECT_EQ(in_units(335013600000000, 10000000000, 2), "33,501.36");  // 亿元
  EXPECT_EQ(in_units(335013550000000, 10000000000, 2), "33,501.36");
  EXPECT_EQ(in_units(335013549999999, 10000000000, 2), "33,501.35");
  EXPECT_EQ(in_units(1079960000, 1000000, 2), "1,079.96");
  EXPECT_EQ(in_units(-1079960000, 1000000, 1), "-1,080.0");
  EXPECT_EQ(in_units(234000, 100, 0), "2,340");
  EXPECT_EQ(in_ten_thousand_yuan(500000), "1");
  EXPECT_EQ(in_ten_thousand_yuan(499999), "0");
  EXPECT_EQ(in_ten_thousand_yuan(-500000), "-1");
  EXPECT_EQ(in_ten_thousand_yuan(INT64_MIN), "-9,223,372,036,855");
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
}  // namespace mif::report_leaf
