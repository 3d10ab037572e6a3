// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "mif/day.hpp"
#include "mif/json.hpp"
#include "mif/money.hpp"

namespace mif {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

TEST(Money, EveryAmountPrintsAndReadsBackExactly) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100000; ++i) {
    const Fen fen(static_cast<std::int64_t>(random()) >> (random() % 60));
    EXPECT_EQ(Fen::parse(fen.plain()), fen);
    EXPECT_EQ(Fen::parse(fen.grouped()), fen);
  }
  EXPECT_EQ(Fen::parse(Fen(kMin).plain()), Fen(kMin));
  EXPECT_EQ(Fen::parse(Fen(kMax).plain()), Fen(kMax));
  EXPECT_EQ(Fen(123456789).grouped(), "1,234,567.89");
  EXPECT_EQ(Fen(-5).plain(), "-0.05");
}

TEST(Money, OverflowIsRefusedNotWrapped) {
  EXPECT_THROW(Fen(kMax) + Fen(1), Error);
  EXPECT_THROW(Fen(kMin) - Fen(1), Error);
  EXPECT_THROW(-Fen(kMin), Error);
  EXPECT_THROW(Fen(kMax) * 2, Error);
  EXPECT_THROW(Fen::parse("92233720368547758.08"), Error);
  EXPECT_EQ(Fen::parse("-92233720368547758.08"), Fen(kMin));
}

TEST(Money, WhatIsNotAnAmountIsRefused) {
  for (const char* text : {"", "-", ".", "1.", ".5", "1.234", "1e3", "１２", "1 2", "--1", "+1", ",1", "0x10", "NaN", "1.2.3"})
    EXPECT_THROW(Fen::parse(text), Error) << text;
}

TEST(Day, OnlyDaysOfTheCalendar) {
  EXPECT_EQ(Day::parse("2024-02-29").value(), 20240229);
  EXPECT_EQ(Day(20230630).iso(), "2023-06-30");
  for (const char* text : {"2023-02-29", "2023-13-01", "2023-06-31", "2023-6-1", "0000-01-01", "20230600", ""})
    EXPECT_THROW(Day::parse(text), Error) << text;
}

TEST(Period, ThirteenMonthsAndTheirOrder) {
  EXPECT_EQ(Period::parse("2023-13").month, 13);
  EXPECT_EQ((Period{2023, 12}.next()), (Period{2024, 1}));
  EXPECT_TRUE((Period{2022, 12}) < (Period{2023, 1}));
  EXPECT_THROW(Period::parse("2023-14"), Error);
  EXPECT_THROW(Period::parse("2023-00"), Error);
}

TEST(Json, MoneyIsTextAndTextIsEscaped) {
  JsonWriter w;
  w.begin_object().field("fen", Fen(150)).field("text", "a\"\\\n\x01").key("list").begin_array().value(1).value(true).null().end_array().end_object();
  EXPECT_EQ(w.str(), "{\"fen\":\"1.50\",\"text\":\"a\\\"\\\\\\n\\u0001\",\"list\":[1,true,null]}");
}

}  // namespace
}  // namespace mif
