// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "compare.h"
#include "fixture.h"
#include "upload.h"

namespace mif::report_leaf {
namespace {

struct Cells {
  mif_cell_source c = sized<mif_cell_source>();
  Cells() {
    c.get = [](mif_cell_source*, mif_str, mif_str row, mif_str col, mif_cell* out) -> std::int32_t {
      if (str(row) == "2" && str(col) == "2") return 0;
      out->kind = MIF_CELL_MONEY;
      out->fen = 129021239;
      out->text = s("1,290,212.39");
      return 1;
    };
  }
};
const char* const kTask = R"({"ministry":"nhsa","package":"p","title":"t","unit":"990000","unitName":"示例省","period":"2023-06",
  "template":"aa","result":"bb","tables":[{"code":"T","title":"t","unit":"元","rows":["1","2"],"cols":["1","2"]}],
  "checks":[{"id":"Z01","table":"T","place":"[1,1]","level":"error","state":"pass","left":"1.00","right":"1.00","difference":"0.00","message":"甲,乙"}]})";

std::string file() {
  Cells cells;
  return write_upload(kTask, cells.c);
}

TEST(Upload, ReadsBackWhatWasWritten) {
  const auto parts = read_upload(file());
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0].name, "manifest.json");
  EXPECT_NE(parts[0].bytes.find("\"cells\":3"), std::string::npos);
  EXPECT_EQ(parts[1].bytes, "unit,table,row,col,value,printed\n990000,T,1,1,1290212.39,\"1,290,212.39\"\n990000,T,1,2,1290212.39,\"1,290,212.39\"\n"
                            "990000,T,2,1,1290212.39,\"1,290,212.39\"\n");
  EXPECT_NE(parts[2].bytes.find("Z01,T,\"[1,1]\",error,pass,1.00,1.00,0.00,\"甲,乙\"\n"), std::string::npos);
}

TEST(Upload, IsTheSameBytesEveryTime) { EXPECT_EQ(file(), file()); }

TEST(Upload, EveryFlippedByteAndEveryTruncationIsFound) {
  const std::string good = file();
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_THROW(read_upload(bad), Error) << "byte " << i;
    EXPECT_THROW(read_upload(std::string_view(good).substr(0, i)), Error) << "cut at " << i;
  }
  EXPECT_THROW(read_upload(good + "x"), Error);
}

TEST(Upload, AmountsArePrintedInTheMinistrysUnit) {
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
