// SPDX-License-Identifier: Apache-2.0
// The XML front-end adapter against a live simulator, fair weather.
#include <gtest/gtest.h>

#include "tests/bank/support.h"

namespace mif::test {
namespace {

using namespace bank_xmlfront;

class FrontTest : public ::testing::Test {
 protected:
  FrontTest() {
    folder_.write("bank.info", "account { number 9900001004001 name \"支出户\" opening 200000000000.00 }\n");
    sim_ = std::make_unique<SimProcess>(folder_.path("state"), std::vector<std::string>{"--script", folder_.path("bank.info")});
    front_ = front_to(sim_->port());
  }
  Folder folder_;
  std::unique_ptr<SimProcess> sim_;
  std::unique_ptr<Front> front_;
};

TEST_F(FrontTest, every_payment_of_several_packets_is_answered_and_then_done) {
  std::vector<Payment> all;
  std::vector<std::string> refs;
  for (int i = 0; i < 95; ++i) {
    all.push_back(payment("YB" + std::to_string(1000 + i), 100 + i));
    refs.push_back(all.back().client_ref);
  }
  const auto answers = front_->submit(all, 0);
  ASSERT_EQ(answers.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(answers[i].client_ref, refs[i]);
    EXPECT_EQ(answers[i].outcome, MIF_PAY_ACCEPTED);
    EXPECT_FALSE(answers[i].bank_ref.empty());
  }
  const auto states = front_->query("9900001004001", refs, 0);
  ASSERT_EQ(states.size(), refs.size());
  for (std::size_t i = 0; i < refs.size(); ++i) {
    EXPECT_EQ(states[i].outcome, MIF_PAY_DONE);
    EXPECT_EQ(states[i].fen, all[i].fen);
  }
  const SimTotals t = sim_ledger(folder_.path("state"));
  EXPECT_EQ(t.executed_once, 95);
  EXPECT_EQ(t.look_alikes, 0);
}

TEST_F(FrontTest, a_statement_adds_up_and_echoes_the_references) {
  front_->submit({payment("A1", 1), payment("A2", 9999999999999)}, 0);
  const Statement s = front_->statement("9900001004001", Day(2023, 6, 1), Day(2023, 6, 30), 0);
  ASSERT_EQ(s.lines.size(), 2u);
  Fen running = s.opening;
  for (const auto& l : s.lines) {
    running += l.fen;
    EXPECT_EQ(l.balance, running);
  }
  EXPECT_EQ(running, s.closing);
  EXPECT_EQ(s.lines[0].client_ref, "A1");
  EXPECT_EQ(s.lines[1].fen, Fen(-9999999999999));
  EXPECT_EQ(s.lines[1].counter_name, "示例市第一人民医院");
  EXPECT_EQ(front_->balance("9900001004001", 0), s.closing);
}

TEST_F(FrontTest, an_offered_code_that_was_paid_is_a_duplicate_not_a_refusal) {
  front_->submit({payment("A1", 100)}, 0);
  const auto again = front_->submit({payment("A1", 100), payment("A2", 100)}, 0);
  EXPECT_EQ(again[0].outcome, MIF_PAY_DUPLICATE);
  EXPECT_EQ(again[0].code, "NCB4241");
  EXPECT_EQ(again[1].outcome, MIF_PAY_ACCEPTED);
  EXPECT_EQ(sim_ledger(folder_.path("state")).debits, "2.00");
}

TEST_F(FrontTest, our_own_checks_keep_a_bad_row_home_and_let_the_others_go) {
  std::vector<Payment> all = {payment("A1", 100), payment("A2", 100, std::string(200, 'x')), payment("A3", 100, "王𬭎"), payment("A4", 0), payment("A5", 100, "线\x01"), payment("A6", 100, "A&B <甲>\"'")};
  const auto answers = front_->submit(all, 0);
  EXPECT_EQ(answers[0].outcome, MIF_PAY_ACCEPTED);
  for (const std::size_t bad : {1u, 2u, 3u, 4u}) {
    EXPECT_EQ(answers[bad].outcome, MIF_PAY_UNSENT) << bad;
    EXPECT_EQ(answers[bad].code, "LOCAL-CHECK");
    EXPECT_FALSE(answers[bad].text.empty());
  }
  EXPECT_EQ(answers[5].outcome, MIF_PAY_ACCEPTED);
  const Statement s = front_->statement("9900001004001", Day(2023, 6, 1), Day(2023, 6, 30), 0);
  ASSERT_EQ(s.lines.size(), 2u);
  EXPECT_EQ(s.lines[1].counter_name, "A&B <甲>\"'");
}

TEST_F(FrontTest, the_limit_counts_bytes_of_the_banks_character_set) {
  std::string sixty_two_hanzi;
  for (int i = 0; i < 62; ++i) sixty_two_hanzi += "医";
  const auto answers = front_->submit({payment("A1", 100, sixty_two_hanzi), payment("A2", 100, sixty_two_hanzi + "院")}, 0);
  EXPECT_EQ(answers[0].outcome, MIF_PAY_ACCEPTED) << answers[0].text;
  EXPECT_EQ(answers[1].outcome, MIF_PAY_UNSENT);
  EXPECT_NE(answers[1].text.find("126"), std::string::npos) << answers[1].text;
}

TEST_F(FrontTest, an_unknown_code_is_not_found_and_a_wrong_account_is_no_answer) {
  EXPECT_EQ(front_->query("9900001004001", {"NEVER"}, 0)[0].outcome, MIF_PAY_NOT_FOUND);
  EXPECT_THROW(front_->balance("0000", 0), Error);
  EXPECT_THROW(front_->statement("0000", Day(2023, 6, 1), Day(2023, 6, 30), 0), Error);
}

}  // namespace
}  // namespace mif::test
