// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "report-package/csv.h"
#include "report-package/decimal.h"
#include "report-package/names.h"

namespace mif::report_package {
namespace {

TEST(PackageNames, AreOnesEveryFileSystemTakes) {
  for (const char* good : {"a", "NHSA_M01", "社决附01", "a b", "console", "com10", "x-1.csv"}) EXPECT_TRUE(is_plain_name(good)) << good;
  for (const std::string bad : {"", ".", "..", ".x", "x.", " x", "x ", "-x", "a/b", "a\\b", "c:d", "a*", "a?", "a\"", "a<", "a|", "CON", "nul.txt", "com1", "LPT9.csv", "a\nb", "\x7F", "\xFF", "\xC0\xAE",
                                "x\xE2\x80\xAEslx", "x\xE2\x80\x8By", "\xEF\xBB\xBFx"})
    EXPECT_FALSE(is_plain_name(bad)) << bad;
  EXPECT_FALSE(is_plain_name(std::string("a\0b", 3)));
  EXPECT_FALSE(is_plain_name(std::string(121, 'a')));
  for (const char* bad : {"/a", "a/", "a//b", "a/../b", "../a", "a/./b", ""}) EXPECT_FALSE(is_plain_path(bad)) << bad;
  EXPECT_TRUE(is_plain_path("units/330100/data/T.csv"));
}

TEST(PackageDecimals, AreExactAndHaveOneForm) {
  for (const char* good : {"0", "0.00", "-0.01", "1290212.39", "999999999999999999.999999", "-1"}) EXPECT_TRUE(is_decimal(good)) << good;
  for (const char* bad : {"", "-", "-0", "-0.00", "00", "01", "1.", ".5", "+1", "1e3", "1,000", "1234567890123456789", "0.1234567", " 1", "1 ", "NaN", "--1", "1.2.3"}) EXPECT_FALSE(is_decimal(bad)) << bad;
  Total t;
  for (const char* value : {"0.1", "0.20", "-0.31"}) t.add(value);
  EXPECT_EQ(t.text(), "-0.01");
  t.add("1");  // the longest addend decides, not the last
  EXPECT_EQ(t.text(), "0.99");
  EXPECT_EQ(Total().text(), "0");
  Total large;
  for (int i = 0; i < 1000; ++i) large.add("999999999999999999.999999");
  EXPECT_EQ(large.text(), "999999999999999999999.999000");
}

TEST(PackageCsv, TextsThatLookLikeFormulasAreHarmlessAndComeBack) {
  for (const char* text : {"=1+1", "+1", "-a", "@SUM(A1)", "\t=1", "'=1", "''+x", "-1+cmd|' /C calc'!A0", "＝1", "－x", "-", "+", "\r=1", "-1,2,3=", "-.5"}) {
    EXPECT_EQ(guarded(text)[0], '\'') << text;
    EXPECT_EQ(unguarded(guarded(text)), text);
  }
  for (const char* text : {"-1290212.39", "-1,290,212.39", "-12%", "0.61", "", "统筹", "a=b", "'", "'x", "1-2"}) {
    EXPECT_EQ(guarded(text), text);
    EXPECT_EQ(unguarded(text), text);
  }
}

}  // namespace
}  // namespace mif::report_package
