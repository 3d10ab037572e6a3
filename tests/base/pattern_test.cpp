// SPDX-License-Identifier: Apache-2.0
#include "mif/pattern.hpp"

#include <gtest/gtest.h>

namespace mif {
namespace {

TEST(AccountPattern, PrefixesRangesAndExceptions) {
  EXPECT_TRUE(AccountPattern("").matches("1001"));
  EXPECT_TRUE(AccountPattern("5001").matches("50010101"));
  EXPECT_TRUE(AccountPattern("5001*").matches("5001"));
  EXPECT_FALSE(AccountPattern("5001").matches("5101"));
  EXPECT_TRUE(AccountPattern("5001:5401").matches("540102"));
  EXPECT_FALSE(AccountPattern("5001:5301").matches("5401"));
  const AccountPattern except("5001*, -50010104");
  EXPECT_TRUE(except.matches("50010101"));
  EXPECT_FALSE(except.matches("50010104"));
  EXPECT_TRUE(AccountPattern("-5001").matches("4001"));
  EXPECT_THROW(AccountPattern("50x1"), Error);
  EXPECT_THROW(AccountPattern("5001,,5002"), Error);
}

TEST(AuxFilter, AlternativesAbsenceAndNegation) {
  const std::string aux = "insutype=510;mode=1";
  EXPECT_TRUE(AuxFilter("").matches(aux));
  EXPECT_TRUE(AuxFilter("mode=1|3").matches(aux));
  EXPECT_FALSE(AuxFilter("mode=2").matches(aux));
  EXPECT_TRUE(AuxFilter("mode=!2").matches(""));
  EXPECT_FALSE(AuxFilter("insutype=!510").matches(aux));
  EXPECT_TRUE(AuxFilter("insutype=-|310").matches("mode=1"));
  EXPECT_FALSE(AuxFilter("insutype=-").matches(aux));
  EXPECT_EQ(format_aux(parse_aux("b=2;a=1")), "a=1;b=2");
  EXPECT_THROW(parse_aux("a=1;a=2"), Error);
  EXPECT_THROW(parse_aux("a="), Error);
}

}  // namespace
}  // namespace mif
