// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernel/base/amount_in_words.h"

namespace mif {
namespace {

TEST(AmountInWords, AsTheRulesWriteIt) {
  const std::pair<const char*, const char*> cases[] = {{"0", "零元整"},
                                                       {"0.05", "伍分"},
                                                       {"0.30", "叁角整"},
                                                       {"1.00", "壹元整"},
                                                       {"10.00", "壹拾元整"},
                                                       {"100.05", "壹佰元零伍分"},
                                                       {"101.50", "壹佰零壹元伍角整"},
                                                       {"1680.32", "壹仟陆佰捌拾元零叁角贰分"},
                                                       {"1409.50", "壹仟肆佰零玖元伍角整"},
                                                       {"6007.14", "陆仟零柒元壹角肆分"},
                                                       {"16409.02", "壹万陆仟肆佰零玖元零贰分"},
                                                       {"325.04", "叁佰贰拾伍元零肆分"},
                                                       {"10050.00", "壹万零伍拾元整"},
                                                       {"107000.53", "壹拾万柒仟元零伍角叁分"},
                                                       {"100000000.00", "壹亿元整"},
                                                       {"100007000.00", "壹亿零柒仟元整"},
                                                       {"1000000000000.00", "壹兆元整"},
                                                       {"100010000.00", "壹亿零壹万元整"},
                                                       {"628619762.21", "陆亿贰仟捌佰陆拾壹万玖仟柒佰陆拾贰元贰角壹分"},
                                                       {"596300000000", "伍仟玖佰陆拾叁亿元整"},
                                                       {"-1234.50", "负壹仟贰佰叁拾肆元伍角整"}};
  for (const auto& [amount, words] : cases) EXPECT_EQ(amount_in_words(Fen::parse(amount)), words) << amount;
}

}  // namespace
}  // namespace mif
