// SPDX-License-Identifier: Apache-2.0
// From a reviewed voucher to a proved, matched and posted payment, on the real kernel and a bank in its own process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>

#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(TreasuryFlow, pays_a_month_and_bank_statement_and_book_agree) {
  Province p;
  p.receive("BF1", Fen(500000000));
  p.restart_bank();
  p.restart();
  const auto due = p.owe(65);
  p.review(due);
  auto result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "prepared"), 65);
  EXPECT_EQ(result->getValue<int>("exit"), 0);
  EXPECT_EQ(p.total(p.run("pay approve"), "approved"), 65);
  result = p.run("pay send");
  EXPECT_EQ(p.total(result, "offered"), 65);
  EXPECT_EQ(result->getArray("items")->size(), 3u) << "65 payments travel in packets of 30";
  EXPECT_EQ(p.posted(due), 0) << "accepted is not paid";
  EXPECT_EQ(p.total(p.run("pay query"), "posted_vouchers"), 65);
  EXPECT_EQ(p.posted(due), 65);
  EXPECT_EQ(p.total(p.run("statement import", R"({"from":"2023-06-01","to":"2023-06-30"})"), "new_lines"), 66);
  result = p.run("statement match");
  EXPECT_EQ(p.total(result, "matched"), 66);
  EXPECT_EQ(p.total(result, "unmatched"), 0);
  result = p.run("statement status");
  EXPECT_EQ(result->getValue<int>("exit"), 0) << result->getValue<std::string>("summary");
  EXPECT_EQ(p.total(result, "equal"), 1);
  const SimTotals bank = p.bank();
  EXPECT_EQ(bank.executed_once, 65);
  EXPECT_EQ(bank.executed_more, 0);
  EXPECT_EQ(bank.look_alikes, 0);
  EXPECT_EQ(p.count("select count(*) from ledger_hold where state = 1"), 0);
  EXPECT_TRUE(p.verified());
}

TEST(TreasuryFlow, what_somebody_changed_behind_its_back_is_named) {
  Province p;
  const auto due = p.owe(2);
  p.review(due);
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query", "statement import", "statement match"}) p.run(job);
  const auto clean = p.run("treasury verify");
  EXPECT_EQ(clean->getArray("items")->size(), 0u);
  EXPECT_THAT(clean->getObject("evidence")->getValue<std::string>("P7"), HasSubstr("2 笔付款"));
  for (const char* change : {"update x_treasury_payment set payee_account = '1' where id = 1", "update x_treasury_payment set fen = fen + 1 where id = 1",
                             "update x_treasury_payment set code = 'YB00000000000000000' where id = 1", "update x_treasury_payment set state = 'failed' where id = 1",
                             "update x_treasury_payment set settled = 0 where id = 1", "update x_treasury_payable set fen = fen + 1 where id = 1",
                             "update x_treasury_batch set digest = 'x'", "update x_treasury_line set fen = fen + 1 where ord = 1", "delete from x_treasury_line where ord = 2",
                             "delete from x_treasury_answer where outcome = 2", "update x_treasury_statement set closing_fen = closing_fen + 1"}) {
    p.deployment().database().write([&](store::Txn& txn) {
      txn.execute("create table keep_payment as select * from x_treasury_payment");
      txn.execute("create table keep_payable as select * from x_treasury_payable");
      txn.execute("create table keep_batch as select * from x_treasury_batch");
      txn.execute("create table keep_line as select * from x_treasury_line");
      txn.execute("create table keep_answer as select * from x_treasury_answer");
      txn.execute("create table keep_statement as select * from x_treasury_statement");
      txn.execute(change);
    });
    EXPECT_EQ(p.exit_of("treasury verify"), 3) << change;
    p.deployment().database().write([&](store::Txn& txn) {
      for (const std::string table : {"payment", "payable", "batch", "line", "answer", "statement"}) {
        txn.execute("delete from x_treasury_" + table);
        txn.execute("insert into x_treasury_" + table + " select * from keep_" + table);
        txn.execute("drop table keep_" + table);
      }
    });
    EXPECT_EQ(p.exit_of("treasury verify"), 0) << "after undoing " << change;
  }
}

TEST(TreasuryFlow, every_job_run_again_changes_nothing) {
  Province p;
  const auto due = p.owe(3);
  p.review(due);
  for (int round = 0; round < 2; ++round) {
    for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query", "statement import", "statement match", "statement status"}) {
      p.run(job);
      const auto again = p.run(job);
      if (std::string(job) == "statement status") continue;
      for (const char* what : {"prepared", "approved", "offered", "new_lines", "matched"}) EXPECT_EQ(p.total(again, what), 0) << job << " " << what;
    }
    p.restart();
  }
  EXPECT_EQ(p.bank().executed_once, 3);
  EXPECT_EQ(p.count("select count(*) from x_treasury_statement"), 1);
  EXPECT_EQ(p.posted(due), 3);
}

TEST(TreasuryFlow, what_is_not_reviewed_waits_and_what_is_withdrawn_is_never_paid) {
  Province p;
  const auto due = p.owe(3);
  p.review({due[0]});
  p.deployment().database().write([&](store::Txn& txn) { p.deployment().withdraw(txn, {"maker1", "test", ""}, due[1].voucher, "单据撤回"); });
  const auto result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "prepared"), 1);
  EXPECT_EQ(p.total(result, "waiting_vouchers"), 1);
  EXPECT_EQ(p.total(result, "withdrawn"), 1);
}

TEST(TreasuryFlow, what_its_reviewer_sent_back_can_be_withdrawn) {
  Province p;
  const auto due = p.owe(1);
  p.decide(due[0].voucher, "review", false, "reviewer1");
  p.deployment().database().write([&](store::Txn& txn) { p.deployment().withdraw(txn, {"maker1", "test", ""}, due[0].voucher, "单据撤回"); });
  EXPECT_EQ(p.voucher(due[0].voucher).state, ledger::State::void_);
  EXPECT_EQ(p.total(p.run("pay prepare"), "withdrawn"), 1);
  EXPECT_TRUE(p.verified());
}

TEST(TreasuryFlow, maker_reviewer_and_payer_are_three_people) {
  Province p;
  const auto due = p.owe(1);
  p.review(due);
  p.run("pay prepare");
  EXPECT_THROW(p.run("pay approve", "{}", "maker1"), Error);
  EXPECT_THROW(p.run("pay approve", "{}", "reviewer1"), Error);
  EXPECT_EQ(p.total(p.run("pay approve", "{}", "county1"), "approved"), 0) << "another unit's payer sees none of it";
  EXPECT_THROW(p.run("pay approve", R"({"book":"990000-310"})", "county1"), Error);
  EXPECT_EQ(p.total(p.run("pay approve"), "approved"), 1);
}

TEST(TreasuryFlow, a_batch_edited_after_it_was_prepared_is_not_approved) {
  Province p;
  p.review(p.owe(2));
  p.run("pay prepare");
  p.write_sql("update x_treasury_payment set payee_account = '6666' where id = (select max(id) from x_treasury_payment)");
  const auto result = p.run("pay approve");
  EXPECT_EQ(p.total(result, "approved"), 0);
  EXPECT_EQ(result->getValue<int>("exit"), 3);
}

TEST(TreasuryFlow, money_that_is_not_in_the_book_cannot_be_approved_but_the_rest_can) {
  Province p;
  auto due = p.owe(2);
  const Due big = p.owe_in_parts({Fen(5000000000)});  // 50 million; the account holds 45
  due.push_back(big);
  p.review(due);
  EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 3);
  const auto result = p.run("pay approve");
  EXPECT_EQ(p.total(result, "approved"), 2);
  EXPECT_EQ(p.total(result, "refused"), 1);
  EXPECT_EQ(p.voucher(big.voucher).state, ledger::State::approved) << "its pay node is open still";
}

TEST(TreasuryFlow, a_voucher_rejected_by_the_payer_takes_its_payment_along) {
  Province p;
  const auto due = p.owe(1);
  p.review(due);
  p.run("pay prepare");
  p.decide(due[0].voucher, "pay", false, "payer1");
  EXPECT_EQ(p.total(p.run("pay approve"), "cancelled"), 1);
  EXPECT_EQ(p.total(p.run("pay send"), "offered"), 0);
}

TEST(TreasuryFlow, a_voucher_in_parts_posts_when_its_last_part_is_paid) {
  Province p("late:1");
  const Due due = p.owe_in_parts({Fen(1000), Fen(2000), Fen(3000)});
  p.review({due});
  EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 3);
  EXPECT_EQ(p.total(p.run("pay approve"), "approved"), 3);
  p.run("pay send");
  p.run("pay query");
  EXPECT_EQ(p.posted({due}), 0) << "one part is still being processed";
  p.run("pay query");
  EXPECT_EQ(p.posted({due}), 1);
  EXPECT_EQ(p.bank().debits, "60.00");
}

TEST(TreasuryFlow, payables_that_do_not_add_up_to_their_voucher_are_held) {
  Province p;
  const auto due = p.owe(2);
  p.review(due);
  p.run("pay prepare", R"({"account":"9900001004001"})");
  // A second debt claimed under a voucher that is covered already.
  p.write_sql("insert into x_treasury_payable (id, source, source_id, obligation, book, voucher_id, day, fen, payer_account, payee_account, payee_name, payee_bank_no, purpose, closed)"
              " select 999, source, 999, 'twice', book, voucher_id, day, fen, payer_account, payee_account, payee_name, payee_bank_no, purpose, 0 from x_treasury_payable where id = 1");
  const auto result = p.run("pay prepare");
  EXPECT_EQ(result->getValue<int>("exit"), 3);
  EXPECT_EQ(p.total(result, "prepared"), 0);
}

TEST(TreasuryFlow, one_obligation_has_one_live_instruction_by_constraint) {
  Province p;
  p.review(p.owe(1));
  p.run("pay prepare");
  EXPECT_THROW(p.write_sql("insert into x_treasury_payment select id + 100, batch_id, payable_id, obligation, live_obligation, code, state, book, account, voucher_id, content_hash, day, fen,"
                           " payee_account, payee_name, payee_bank_no, purpose, retry_of, approved_by, sends, packet, sent_ms, queries, not_found, next_query_ms, bank_ref, bank_code,"
                           " bank_text, settled, changed_ms from x_treasury_payment"),
               Error);
}

TEST(TreasuryFlow, the_api_follows_a_payment_and_shows_it_to_its_own_people_only) {
  Province p;
  const auto due = p.owe(1);
  p.review(due);
  for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query", "statement import", "statement match"}) p.run(job);
  const std::string list = p.web("/payments", "state=done");
  const auto at = list.find("\"code\":\"");
  ASSERT_NE(at, std::string::npos) << list;
  const std::string code = list.substr(at + 8, 20);
  const std::string one = p.web("/payments/" + code);
  for (const char* part : {"\"number\":\"" , "\"reviewer\":\"reviewer1\"", "\"approved_by\":\"payer1\"", "\"outcome\":\"accepted\"", "\"outcome\":\"done\"", "\"rule\":\"P1-code\"", "\"word\":\"付\""})
    EXPECT_THAT(one, HasSubstr(part));
  EXPECT_THAT(one, HasSubstr("\"number\":\"" + due[0].obligation + "\""));
  EXPECT_THAT(p.web("/statements"), HasSubstr("\"state\":\"proved\""));
  EXPECT_THAT(p.web("/payments", "", "county1"), Not(HasSubstr(code)));
  EXPECT_THROW(p.web("/payments/" + code, "", "county1"), Error);
  EXPECT_THROW(p.web("/payments/NO"), Error);
  EXPECT_THROW(p.web("/payments", "limit=x"), Error);
}

}  // namespace
}  // namespace mif::test
