// SPDX-License-Identifier: Apache-2.0
#include "kernel/sheet/decimal.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>

#include "mif/money.hpp"

namespace mif::sheet {
namespace {

TEST(DecimalTest, WhatWasWrittenIsKept) {
  for (const auto& [written, plain] : std::initializer_list<std::pair<const char*, const char*>>{
           {"1234.1", "1234.1"}, {"1.2341E3", "1234.1"}, {"1.2341e+03", "1234.1"}, {"-5E-2", "-0.05"}, {"1E2", "100"}, {"007", "7"}, {".5", "0.5"}, {"5.", "5"}, {"0.10", "0.10"},
           {"-0", "0"}, {"-0.00", "0.00"}, {"92233720368547758.07", "92233720368547758.07"}, {"1234567890123456.78", "1234567890123456.78"}, {"6222021234567890123", "6222021234567890123"}})
    EXPECT_EQ(plain_decimal(written), plain) << written;
  for (const char* bad : {"", "-", ".", "1e", "1e999", "0x10", "1,000", "NaN", "1.2.3", " 1", "1 ", "--1"}) EXPECT_FALSE(plain_decimal(bad)) << bad;
}

TEST(DecimalTest, BinaryNoiseIsTakenAway) {
  EXPECT_EQ(plain_decimal("1234.0999999999999"), "1234.1");
  EXPECT_EQ(plain_decimal("0.30000000000000004"), "0.3");
  EXPECT_EQ(plain_decimal("9999999999.9900002"), "9999999999.99");
  EXPECT_EQ(plain_decimal("1234.1234567890123"), "1234.1234567890123");  // no noise: somebody means these digits
}

// Whatever amount a spreadsheet keeps in its binary form and writes down with 17 digits is read to the fen.
TEST(DecimalTest, EveryAmountOfASpreadsheetComesBack) {
  std::mt19937_64 random(20230630);
  for (int i = 0; i < 100000; ++i) {
    const Fen fen(static_cast<std::int64_t>(random() % 1'000'000'000'000'000ULL) >> (random() % 40));
    char written[64];
    std::snprintf(written, sizeof written, "%.17g", std::strtod(fen.plain().c_str(), nullptr));
    const auto plain = plain_decimal(written);
    ASSERT_TRUE(plain) << written;
    ASSERT_EQ(Fen::parse(*plain), fen) << written;
  }
}

TEST(DecimalTest, Days) {
  EXPECT_EQ(moment_of_serial("45107", false)->day, Day(2023, 6, 30));
  EXPECT_EQ(moment_of_serial("43645", true)->day, Day(2023, 6, 30));
  EXPECT_EQ(moment_of_serial("61", false)->day, Day(1900, 3, 1));
  EXPECT_EQ(moment_of_serial("45351", false)->day, Day(2024, 2, 29));
  EXPECT_EQ(moment_of_serial("45107.5", false)->seconds, 43200);
  EXPECT_EQ(moment_of_serial("45107.999999999", false)->day, Day(2023, 7, 1));
  for (const char* bad : {"60", "-1", "2958466", "99999999999999999999"}) EXPECT_FALSE(moment_of_serial(bad, false)) << bad;
}

}  // namespace
}  // namespace mif::sheet
