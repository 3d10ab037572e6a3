// SPDX-License-Identifier: Apache-2.0
// What a payment became goes back to the plugin its payable came from: after the voucher is posted, in order, at least once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PaymentResults : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("MIF_TEST_RESULTS", file_.c_str(), 1);
    forget();
  }
  void TearDown() override {
    forget();
    ::unsetenv("MIF_TEST_RESULTS");
  }
  void forget() const {
    std::remove(file_.c_str());
    std::remove((file_ + ".refuse").c_str());
  }
  void refuse() const { std::ofstream(file_ + ".refuse") << "x"; }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
  // "obligation state" of everything told so far.
  std::vector<std::string> told() const {
    std::vector<std::string> all;
    for (const auto& line : lines()) {
      std::istringstream fields(line);
      std::string obligation, state;
      std::getline(fields, obligation, '|');
      std::getline(fields, state, '|');
      all.push_back(obligation + " " + state);
    }
    return all;
  }
  static void pay(Province& p) {
    for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  }
  const std::string file_ = ::testing::TempDir() + "/mif-results-" + std::to_string(getpid());
};

TEST_F(PaymentResults, paid_is_told_once_it_is_posted_and_not_before) {
  Province p;
  const auto due = p.owe(2);
  p.review(due);
  for (const char* job : {"pay prepare", "pay approve", "pay send"}) p.run(job);
  p.run("pay tell");
  EXPECT_THAT(told(), IsEmpty()) << "accepted is not paid";
  EXPECT_EQ(p.total(p.run("pay query"), "told"), 2);
  EXPECT_EQ(p.posted(due), 2);
  EXPECT_THAT(told(), ElementsAre(due[0].obligation + " paid", due[1].obligation + " paid"));
  EXPECT_THAT(lines()[0], HasSubstr("|" + due[0].amount.plain() + "|"));
  for (const char* job : {"pay query", "pay tell", "statement import", "statement match", "reconcile run"})
    EXPECT_EQ(p.total(p.run(job, "{}", std::string(job) == "reconcile run" ? "maker1" : "payer1"), "told"), 0) << job;
  EXPECT_EQ(told().size(), 2u);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

TEST_F(PaymentResults, a_failure_is_told_with_its_reason_and_then_the_second_attempt) {
  Province p("refuse:1");
  const auto due = p.owe(1);
  p.review(due);
  pay(p);
  EXPECT_THAT(told(), ElementsAre(due[0].obligation + " failed"));
  EXPECT_GT(lines()[0].size(), lines()[0].rfind('|') + 1) << "the bank's words";
  pay(p);
  EXPECT_THAT(told(), ElementsAre(due[0].obligation + " failed", due[0].obligation + " paid"));
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

TEST_F(PaymentResults, money_that_came_back_is_told_after_it_was_paid) {
  Province p("returning:1");
  const auto due = p.owe(1);
  p.review(due);
  pay(p);
  EXPECT_THAT(told(), ElementsAre(due[0].obligation + " paid"));
  p.run("pay query", R"({"returns":"30"})");
  EXPECT_THAT(told(), ElementsAre(due[0].obligation + " paid", due[0].obligation + " returned"));
}

TEST_F(PaymentResults, a_statement_line_alone_is_enough_to_tell) {
  Province p;
  const auto due = p.owe(1);
  p.review(due);
  for (const char* job : {"pay prepare", "pay approve", "pay send"}) p.run(job);
  p.run("statement import");
  EXPECT_EQ(p.total(p.run("statement match"), "told"), 1);
  EXPECT_THAT(told(), ElementsAre(due[0].obligation + " paid"));
}

TEST_F(PaymentResults, a_source_that_does_not_take_them_gets_them_later_also_after_a_restart) {
  Province p;
  const auto due = p.owe(3);
  p.review(due);
  refuse();
  pay(p);
  EXPECT_EQ(p.posted(due), 3) << "telling is not paying";
  EXPECT_EQ(p.exit_of("pay tell"), 3);
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_EQ(p.count("select count(*) from job where name = 'pay tell'"), 1) << "tried again without anybody's doing";
  p.restart();
  std::remove((file_ + ".refuse").c_str());
  EXPECT_EQ(p.total(p.run("pay tell"), "told"), 3);
  EXPECT_EQ(told().size(), 3u);
}

TEST_F(PaymentResults, what_was_told_and_not_marked_is_told_again_as_the_same_fact) {
  Province p;
  const auto due = p.owe(1);
  p.review(due);
  pay(p);
  p.write_sql("update x_treasury_result set told_ms = 0");  // the power went between telling and marking
  p.run("pay tell");
  const auto all = lines();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0], all[1]);
}

TEST_F(PaymentResults, verify_holds_what_is_told_against_what_happened) {
  Province p("refuse:1");
  const auto due = p.owe(2);
  p.review(due);
  pay(p);
  ASSERT_EQ(p.exit_of("treasury verify"), 0);
  for (const char* change : {"update x_treasury_result set fen = fen + 1 where state = 'paid'", "update x_treasury_result set state = 'paid' where state = 'failed'",
                             "update x_treasury_result set obligation = 'other' where state = 'paid'", "delete from x_treasury_result where state = 'failed'",
                             "delete from x_treasury_result where state = 'paid'"}) {
    p.write_sql("create table keep_result as select * from x_treasury_result");
    p.write_sql(change);
    EXPECT_EQ(p.exit_of("treasury verify"), 3) << change;
    p.write_sql("delete from x_treasury_result");
    p.write_sql("insert into x_treasury_result select * from keep_result");
    p.write_sql("drop table keep_result");
    EXPECT_EQ(p.exit_of("treasury verify"), 0) << "after undoing " << change;
  }
}

}  // namespace
}  // namespace mif::test
