// SPDX-License-Identifier: Apache-2.0
// The double-payment oracle again, with a bank that speaks ISO 20022 by HTTP and by files.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/bank/province.h"

namespace mif::test {
namespace {

namespace fs = std::filesystem;

struct Weather {
  const char *speech, *faults;
};
void PrintTo(const Weather& w, std::ostream* out) { *out << w.speech << " " << w.faults; }

// The bank works on its files in its own time.
void until(const std::function<bool()>& done) {
  for (int i = 0; i < 100 && !done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
}
std::size_t files_in(const std::string& folder) {
  std::size_t n = 0;
  for (const auto& item : fs::directory_iterator(folder)) n += item.is_regular_file();
  return n;
}
void prepared(Province& p, const std::vector<Due>& due) {
  p.review(due);
  p.run("pay prepare");
  p.run("pay approve");
}
void pay(Province& p, const std::vector<Due>& due, int rounds) {
  for (int round = 0; round < rounds && p.posted(due) < static_cast<int>(due.size()); ++round) {
    if (round > 0) std::this_thread::sleep_for(std::chrono::milliseconds(120));
    p.run("pay send");
    until([&] { return files_in(p.at("drop/orders")) == 0; });
    p.run("pay query");
  }
}
void settled_once(Province& p, const std::vector<Due>& due) {
  const auto n = static_cast<std::int64_t>(due.size());
  EXPECT_EQ(p.posted(due), n);
  EXPECT_EQ(p.bank().executed_once, n);
  EXPECT_EQ(p.bank().executed_more, 0);
  EXPECT_EQ(p.bank().look_alikes, 0);
  EXPECT_EQ(p.count("select count(*) from ledger_hold where state = 1"), 0);
  EXPECT_EQ(p.run("treasury verify")->getValue<int>("exit"), 0);
}

class TreasuryIso : public ::testing::TestWithParam<Weather> {};

TEST_P(TreasuryIso, ends_with_every_debt_paid_exactly_once) {
  Province p(GetParam().faults, {}, {}, GetParam().speech);
  p.receive("BF1", Fen(100000));
  p.restart_bank(GetParam().faults);
  p.restart();
  const auto due = p.owe(10);
  prepared(p, due);
  pay(p, due, 8);
  for (int i = 0; i < 4 && p.run("statement import")->getValue<int>("exit") != 0; ++i) {
  }
  EXPECT_EQ(p.count("select count(*) from x_treasury_line"), 11);
  EXPECT_EQ(p.total(p.run("statement match"), "unmatched"), 0);
  settled_once(p, due);
  EXPECT_EQ(p.total(p.run("statement status"), "equal"), 1);
  p.run("reconcile run");
  EXPECT_EQ(p.total(p.run("statement import"), "new_lines"), 0) << "again is a no-op";
}

INSTANTIATE_TEST_SUITE_P(Weather, TreasuryIso,
                         ::testing::Values(Weather{"http", ""}, Weather{"http", "answer-later:2"}, Weather{"http", "half-reply:2"}, Weather{"http", "cut-after-send:2"},
                                           Weather{"http", "cut-before-execute:2"}, Weather{"http", "duplicate-answer:7"}, Weather{"http", "delay:1=2000"}, Weather{"http", "late:5"},
                                           Weather{"http", "query-cut:2,late:5"}, Weather{"http", "partial-reply:4"},
                                           Weather{"http", "cut-after-send:30%,garbage:30%,late:20%,duplicate-answer:10%"}, Weather{"file", ""}, Weather{"file", "reply-twice:1"},
                                           Weather{"file", "late:5"}, Weather{"file", "answer-later:1"}));

// Files have no question to ask: what the bank did not answer is known from the statement alone.
TEST(TreasuryIsoFiles, an_answer_that_is_lost_or_cut_is_replaced_by_the_statement) {
  for (const char* fault : {"cut-after-send:1", "half-reply:1", "garbage:1"}) {
    Province p(fault, {}, {}, "file");
    const auto due = p.owe(3);
    prepared(p, due);
    pay(p, due, 2);
    EXPECT_EQ(p.posted(due), 0) << fault;
    EXPECT_EQ(p.total(p.run("statement import"), "new_lines"), 3) << fault;
    EXPECT_EQ(p.total(p.run("statement match"), "matched"), 3) << fault;
    p.run("pay query");
    settled_once(p, due);
  }
}

TEST(TreasuryIsoFiles, an_order_the_bank_lost_stays_a_doubt_and_is_never_sent_again) {
  Province p("cut-before-execute:1", {}, {}, "file");
  const auto due = p.owe(2);
  prepared(p, due);
  pay(p, due, 4);
  EXPECT_EQ(p.bank().refs, 0);
  EXPECT_EQ(p.count("select count(*) from x_treasury_payment where state = 'unknown'"), 2);
  EXPECT_EQ(p.count("select sum(sends) from x_treasury_payment"), 2);
  p.restart();
  pay(p, due, 2);
  EXPECT_EQ(p.bank().refs, 0);
  EXPECT_EQ(files_in(p.at("drop/sent")), 1u);
}

TEST(TreasuryIsoLooks, questions_and_reports_are_kept_masked) {
  for (const char* speech : {"http", "file"}) {
    Province p({}, {}, {}, speech);
    const auto due = p.owe(2, "赵钱孙李示例医院");
    prepared(p, due);
    pay(p, due, 4);
    for (int i = 0; i < 4 && p.run("statement import")->getValue<int>("exit") != 0; ++i) {
    }
    p.run("treasury balance");
    EXPECT_GE(p.count("select count(*) from x_treasury_look where direction = 1 and wire = 1 and operation = 'statement'"), 1) << speech;
    EXPECT_GE(p.count("select count(*) from x_treasury_look where direction = 2 and wire = 2 and operation = 'statement'"), 1) << speech;
    EXPECT_GE(p.count("select count(*) from x_treasury_look where direction = 1 and wire = 1 and operation = 'balance'"), 1) << speech;
    EXPECT_EQ(p.count("select count(*) from x_treasury_look where length(sha256) <> 64 or length(body) < 50"), 0) << speech;
    for (const char* secret : {"9900001004001", "赵钱孙李示例医院", "钱孙李"})
      EXPECT_EQ(p.count(std::string("select count(*) from x_treasury_look where body like '%") + secret + "%'"), 0) << speech << " " << secret;
    EXPECT_EQ(p.exit_of("treasury verify"), 0) << speech;
  }
}

TEST(TreasuryIsoHttp, a_bank_that_cannot_be_reached_leaves_everything_unsent) {
  Province p({}, {}, {}, "http");
  const auto due = p.owe(3);
  prepared(p, due);
  p.stop_bank();
  p.run("pay send");
  EXPECT_EQ(p.count("select count(*) from x_treasury_payment where state = 'approved'"), 3);
  EXPECT_EQ(files_in(p.at("drop/sent")), 0u) << "what never left is not kept as sent";
  p.restart_bank();
  p.restart();
  pay(p, due, 3);
  settled_once(p, due);
}

TEST(TreasuryIsoHttp, a_program_that_died_while_sending_never_sends_as_new) {
  Province p({}, {}, {}, "http");
  const auto due = p.owe(2);
  prepared(p, due);
  p.run("pay send");
  p.write_sql("update x_treasury_payment set state = 'sending', bank_ref = ''");
  p.restart();
  pay(p, due, 3);
  settled_once(p, due);
}

TEST(TreasuryIsoHttp, a_statement_that_does_not_add_up_is_quarantined_or_refused) {
  for (const char* fault : {"statement-missing", "statement-wrong-opening", "statement-wrong-closing", "statement-repeated"}) {
    for (const char* speech : {"http", "file"}) {
      if (std::string(speech) == "file" && std::string(fault) != "statement-missing") continue;  // one reader behind both
      Province p(fault, {}, {}, speech);
      const auto due = p.owe(4);
      prepared(p, due);
      pay(p, due, 4);
      EXPECT_EQ(p.run("statement import")->getValue<int>("exit"), 3) << fault;
      EXPECT_EQ(p.count("select count(*) from x_treasury_line"), 0) << fault;
      EXPECT_EQ(p.total(p.run("statement import"), "new_lines"), 4) << fault;
      EXPECT_EQ(p.total(p.run("statement match"), "matched"), 4) << fault;
      settled_once(p, due);
    }
  }
}

}  // namespace
}  // namespace mif::test
