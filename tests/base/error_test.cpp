// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernel/base/within.h"
#include "mif/error.hpp"

namespace mif {
namespace {

TEST(Error, TheRuleStandsAtTheEndOfTheMessage) {
  const Error error(MIF_E_INVALID, "voucher.unbalanced", "借贷不平 (unbalanced)");
  EXPECT_STREQ(error.what(), "借贷不平 (unbalanced) [voucher.unbalanced]");
  EXPECT_EQ(error.rule(), "voucher.unbalanced");
}

TEST(Error, WhatOnlyLooksLikeARuleIsNone) {
  for (const char* message : {"", "]", "[a.b", "看 [3]", "x [a.]", "x [.b]", "x [a.b.c]", "x [A.b]", "x [a b.c]", "x [a.b] y"}) EXPECT_EQ(rule_of(message), "") << message;
}

TEST(Error, APlaceInFrontKeepsStatusAndRule) {
  const Error error = within("第 2 行", Error(MIF_E_CONFLICT, "item.settled", "已经全部核销"));
  EXPECT_EQ(error.code(), MIF_E_CONFLICT);
  EXPECT_STREQ(error.what(), "第 2 行: 已经全部核销 [item.settled]");
}

}  // namespace
}  // namespace mif
