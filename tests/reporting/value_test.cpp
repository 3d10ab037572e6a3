// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fixture.h"

namespace mif::reporting {
namespace {

Value yuan(const char* text) { return Value::money(Fen::parse(text)); }

TEST(Value, BlankIsNotZeroAndDisappearsInASum) {
  EXPECT_TRUE((Value() + Value()).blank());
  EXPECT_EQ(text(Value() + yuan("1.00")), "1.00");
  EXPECT_FALSE((yuan("1.00") - yuan("1.00")).blank());
  EXPECT_TRUE((Value() * yuan("3.00")).blank());
}

TEST(Value, DividingByZeroOrBlankGivesBlank) {
  EXPECT_TRUE((yuan("3.00") / Value()).blank());
  EXPECT_TRUE((yuan("3.00") / yuan("0.00")).blank());
}

TEST(Value, RoundsHalfUpAwayFromZeroToWholeTenThousands) {
  const Wide unit = Value::kOne * 10000;
  EXPECT_EQ(text(yuan("273624999.99").rounded(unit)), "273620000.00");
  EXPECT_EQ(text(yuan("273625000.00").rounded(unit)), "273630000.00");
  EXPECT_EQ(text(yuan("-5000.00").rounded(unit)), "-10000.00");
  EXPECT_EQ(text(yuan("-4999.99").rounded(unit)), "0.00");
}

TEST(Value, TenthsAddExactly) {
  Value sum;
  for (int i = 0; i < 10; ++i) sum = sum + yuan("0.10");
  EXPECT_EQ(Value::compare(sum, yuan("1.00")), 0);
  EXPECT_EQ(text(Value::parse_number("30%")), "0.3");
}

TEST(Value, TheLargestAmountSurvivesAndOneFenMoreIsRefused) {
  const Value most = Value::money(Fen(INT64_MAX));
  EXPECT_EQ((most + Value()).fen().value(), INT64_MAX);
  EXPECT_THROW((most + Value::money(Fen(1))).fen(), Error);
}

TEST(Value, MoneyTimesMoneyIsRefused) { EXPECT_THROW(yuan("1.00") * yuan("1.00"), Error); }

}  // namespace
}  // namespace mif::reporting
