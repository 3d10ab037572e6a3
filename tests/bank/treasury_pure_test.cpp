// SPDX-License-Identifier: Apache-2.0
// The rules of the treasury that need no host: codes, states, proofs, matches.
#include <gtest/gtest.h>

#include <set>

#include "calendar.h"
#include "matcher.h"
#include "payment_code.h"
#include "payment_state.h"

namespace mif::treasury {
namespace {

TEST(PaymentCode, carries_check_digits_that_find_a_mistyped_or_swapped_figure) {
  const std::string code = payment_code(installation_tag(1'700'000'000'000), 42);
  EXPECT_EQ(code.size(), 20u);
  EXPECT_TRUE(valid_payment_code(code)) << code;
  for (std::size_t i = 2; i < code.size(); ++i) {
    const bool digit = code[i] >= '0' && code[i] <= '9';
    for (const char c : std::string(digit ? "0123456789" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
      std::string slip = code;
      if (slip[i] == c) continue;
      slip[i] = c;
      EXPECT_FALSE(valid_payment_code(slip)) << slip;
    }
  }
  for (std::size_t i = 8; i + 1 < code.size(); ++i) {
    std::string swapped = code;
    std::swap(swapped[i], swapped[i + 1]);
    if (swapped != code) {
      EXPECT_FALSE(valid_payment_code(swapped)) << swapped;
    }
  }
}
TEST(PaymentCode, is_new_for_every_number_and_installation) {
  std::set<std::string> all;
  for (int i = 1; i <= 5000; ++i) all.insert(payment_code("AAAAAA", i));
  for (int i = 1; i <= 5000; ++i) all.insert(payment_code("AAAAAB", i));
  EXPECT_EQ(all.size(), 10000u);
}

TEST(PaymentState, no_answer_ever_frees_an_obligation_but_a_final_refusal_or_return) {
  for (int outcome = 0; outcome <= 20; ++outcome)
    for (const State now : {State::sending, State::accepted, State::processing, State::awaits_bank, State::scheduled, State::suspended, State::unknown}) {
      const bool final = outcome == MIF_PAY_REFUSED || outcome == MIF_PAY_RETURNED;
      EXPECT_EQ(live(after_query(now, outcome)), !final) << outcome;
      EXPECT_EQ(live(after_submit(now, outcome, 1)), !final) << outcome;
    }
}
TEST(PaymentState, doubt_is_unknown_and_only_a_first_offer_can_be_provably_unsent) {
  EXPECT_EQ(after_submit(State::sending, MIF_PAY_UNKNOWN, 0), State::unknown);
  EXPECT_EQ(after_submit(State::sending, MIF_PAY_DUPLICATE, 0), State::unknown);
  EXPECT_EQ(after_submit(State::sending, 99, 0), State::unknown);
  EXPECT_EQ(after_submit(State::sending, MIF_PAY_UNSENT, 0), State::approved);
  EXPECT_EQ(after_submit(State::sending, MIF_PAY_UNSENT, 1), State::unknown);
  EXPECT_EQ(after_query(State::unknown, MIF_PAY_NOT_FOUND), State::unknown);
  EXPECT_EQ(after_query(State::unknown, MIF_PAY_UNSENT), State::unknown);
}
TEST(PaymentState, last_words_stay_except_that_a_done_payment_may_come_back) {
  for (int outcome = 0; outcome <= 20; ++outcome) {
    EXPECT_EQ(after_query(State::done, outcome), outcome == MIF_PAY_RETURNED ? State::returned : State::done);
    for (const State now : {State::failed, State::returned, State::cancelled, State::prepared, State::approved}) {
      EXPECT_EQ(after_query(now, outcome), now);
      EXPECT_EQ(after_submit(now, outcome, 0), now);
    }
    EXPECT_EQ(after_submit(State::done, outcome, 1), State::done);
  }
}
TEST(PaymentState, names_are_read_back_and_queries_slow_down) {
  for (const State s : {State::prepared, State::approved, State::sending, State::unknown, State::done, State::returned}) EXPECT_EQ(state_of(name_of(s)), s);
  for (int i = 0; i < 10; ++i) EXPECT_LE(query_delay_ms(i), query_delay_ms(i + 1));
}

TEST(Matching, takes_codes_and_documents_and_nothing_else) {
  const std::map<std::string, KnownPayment> payments = {{"YB1", {1, Fen(100)}}, {"YB2", {2, Fen(200)}}, {"YB3", {3, Fen(300)}}};
  const std::multimap<std::string, KnownVoucher> vouchers = {{"BF1", {11, Fen(500), true}}, {"BF2", {12, Fen(600), false}}, {"BF3", {13, Fen(1), true}}, {"BF4", {14, Fen(9), true}}, {"BF4", {15, Fen(9), true}}};
  const Matched m = match({{1, Fen(-100), "YB1"}, {2, Fen(-201), "YB2"}, {3, Fen(300), "YB3"}, {4, Fen(500), "BF1"}, {5, Fen(600), "BF2"}, {6, Fen(700), "BF3"},
                           {7, Fen(9), "BF4"}, {8, Fen(-100), ""}, {9, Fen(-100), "YB1"}, {10, Fen(100), "XX"}, {11, Fen(-5), "YB9"}},
                          payments, vouchers);
  ASSERT_EQ(m.pairs.size(), 3u);
  EXPECT_EQ(m.pairs[0].kind, "payment");
  EXPECT_EQ(m.pairs[1].kind, "return");
  EXPECT_EQ(m.pairs[2].target, 11);
  EXPECT_EQ(m.strays.size(), 8u);
}
TEST(Matching, a_whole_code_in_the_remark_is_a_code_and_a_cut_one_is_none) {
  const std::string code = payment_code("K3F7Q2", 12), other = payment_code("K3F7Q2", 13);
  EXPECT_EQ(reference_of("", "网银转账 " + code + " 某医院"), code);
  EXPECT_EQ(reference_of("R", code), "R");
  EXPECT_EQ(reference_of("", code.substr(0, 19)), "");
  EXPECT_EQ(reference_of("", code + "7"), "") << "part of something longer";
  EXPECT_EQ(reference_of("", code + " " + other), "") << "two codes are none";
  EXPECT_EQ(reference_of("", code + "," + code), code);
  const std::map<std::string, KnownPayment> payments = {{code, {1, Fen(100)}}};
  EXPECT_EQ(match({{1, Fen(-100), "", "付" + code}}, payments, {}).pairs.size(), 1u);
  EXPECT_EQ(match({{1, Fen(-99), "", "付" + code}}, payments, {}).pairs.size(), 0u);
  EXPECT_EQ(match({{1, Fen(-100), "", "付" + other}}, payments, {}).pairs.size(), 0u);
}
TEST(Matching, under_a_code_paid_twice_no_credit_is_a_return) {
  const std::map<std::string, KnownPayment> fresh = {{"C", {1, Fen(100)}}}, known = {{"C", {1, Fen(100), true}}};
  EXPECT_EQ(match({{1, Fen(-100), "C"}, {2, Fen(100), "C"}}, fresh, {}).pairs.size(), 2u);
  EXPECT_EQ(match({{1, Fen(-100), "C"}, {2, Fen(-100), "C"}, {3, Fen(100), "C"}}, fresh, {}).pairs.size(), 1u);
  EXPECT_EQ(match({{2, Fen(-100), "C"}, {3, Fen(100), "C"}}, known, {}).pairs.size(), 0u);
  EXPECT_EQ(match({{3, Fen(100), "C"}}, known, {}).pairs.size(), 1u);
}
TEST(Calendar, working_days_leave_out_weekends) {
  EXPECT_EQ(working_days(Day(2023, 6, 20), Day(2023, 6, 20)), 0);
  EXPECT_EQ(working_days(Day(2023, 6, 20), Day(2023, 6, 22)), 2);
  EXPECT_EQ(working_days(Day(2023, 6, 16), Day(2023, 6, 18)), 0) << "Friday to Sunday";
  EXPECT_EQ(working_days(Day(2023, 6, 16), Day(2023, 6, 19)), 1);
  EXPECT_EQ(working_days(Day(2023, 6, 17), Day(2023, 7, 15)), 20);
  EXPECT_EQ(working_days(Day(2023, 6, 20), Day(2023, 6, 1)), 0);
}
TEST(Matching, reads_the_document_out_of_a_source_key) {
  EXPECT_EQ(document_of("demo/JS2023060001#1"), "JS2023060001");
  EXPECT_EQ(document_of("a/b/c#12"), "c");
  EXPECT_EQ(document_of("plain"), "plain");
}

}  // namespace
}  // namespace mif::treasury
