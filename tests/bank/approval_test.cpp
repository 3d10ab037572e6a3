// SPDX-License-Identifier: Apache-2.0
// What is looked at before money leaves: payee, limits, look-alikes, blacklist, hours; and as many people as the amount needs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>

#include <chrono>

#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;

std::string reason_of(const Poco::JSON::Object::Ptr& result, unsigned item = 0) { return result->getArray("items")->getObject(item)->optValue<std::string>("reason", ""); }

class PaymentChecks : public ::testing::Test {};

TEST_F(PaymentChecks, a_payee_that_cannot_be_paid_is_not_prepared) {
  Province p;
  const auto good = p.owe(1);
  p.review(good);
  p.owe_to("6225-88 1", "102290000012");
  p.owe_to("62258811", "10229000001");
  p.owe_to("62258811", "");
  const auto result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "prepared"), 2) << "the good one and the one within the bank";
  EXPECT_EQ(p.total(result, "stopped"), 2);
  EXPECT_EQ(result->getValue<int>("exit"), 3);
  EXPECT_THAT(reason_of(result, 0), HasSubstr("收款账号"));
  EXPECT_THAT(reason_of(result, 1), HasSubstr("12 位"));
}

TEST_F(PaymentChecks, what_looks_paid_already_needs_a_reason_that_is_kept) {
  Province p({}, "duplicate-days 5");
  p.owe_to("622588A", "102290000012", Fen(5000));
  EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 1);
  p.owe_to("622588A", "102290000012", Fen(5000));
  p.owe_to("622588A", "102290000012", Fen(5001));
  auto result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "prepared"), 1) << "another amount is another payment";
  EXPECT_EQ(p.total(result, "warned"), 1);
  EXPECT_THAT(reason_of(result), HasSubstr("--reason"));
  result = p.run("pay prepare", R"({"reason":"两批住院费同额"})");
  EXPECT_EQ(p.total(result, "prepared"), 1);
  EXPECT_EQ(p.count("select count(*) from x_treasury_warning where reason = '两批住院费同额' and made_by = 'maker1'"), 1);
}

TEST_F(PaymentChecks, two_alike_that_come_together_are_seen) {
  Province p({}, "duplicate-days 5");
  p.owe_to("622588A", "102290000012", Fen(5000));
  p.owe_to("622588A", "102290000012", Fen(5000));
  const auto result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "prepared"), 1);
  EXPECT_EQ(p.total(result, "warned"), 1);
}

TEST_F(PaymentChecks, whom_nobody_pays_is_not_prepared_and_not_approved) {
  Province p({}, "blacklist \"config/barred.info\"");
  p.write_file("config/barred.info", "payee 62258877 { reason \"诈骗\" }\npayee \"\" { name \"黑名单医院\" }\n");
  p.owe_to("62258877", "102290000012");
  p.owe_to("62258878", "102290000012");
  auto result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "stopped"), 1);
  EXPECT_THAT(reason_of(result), HasSubstr("诈骗"));
  p.review(p.owe(1, "黑名单医院"));
  EXPECT_EQ(p.total(p.run("pay prepare"), "stopped"), 2);
  p.write_file("config/barred.info", "payee 62258878\n");  // since it was prepared
  result = p.run("pay approve");
  EXPECT_EQ(p.total(result, "approved"), 0);
  EXPECT_EQ(p.total(result, "refused"), 1);
  EXPECT_THAT(reason_of(result), HasSubstr("禁付名单"));
  p.write_file("config/barred.info", "somebody\n");
  EXPECT_THROW(p.run("pay prepare"), Error);
}

TEST_F(PaymentChecks, one_payment_and_one_day_have_limits_from_a_day_on) {
  Province p({}, {}, "limits { from 2023-01-01 single \"1.00\" } limits { from 2023-12-01 single \"200.00\" day \"300.00\" } limits { from 2024-01-01 single \"1.00\" }");
  p.owe_to("622588A", "102290000012", Fen(20001));
  p.owe_to("622588B", "102290000012", Fen(20000));
  p.owe_to("622588C", "102290000012", Fen(10000));
  p.owe_to("622588D", "102290000012", Fen(1));
  auto result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "stopped"), 1);
  EXPECT_EQ(p.total(result, "prepared"), 3);
  EXPECT_THAT(reason_of(result), HasSubstr("单笔限额"));
  result = p.run("pay approve");
  EXPECT_EQ(p.total(result, "approved"), 2) << "up to the limit of the day exactly";
  EXPECT_EQ(p.total(result, "refused"), 1);
  EXPECT_THAT(reason_of(result), HasSubstr("日限额"));
  EXPECT_EQ(p.count("select count(*) from ledger_hold where state = 1"), 2) << "what is refused holds nothing";
  EXPECT_EQ(p.count("select cast(sum(fen) as bigint) from x_treasury_payment where state = 'approved'"), 30000);
}

TEST_F(PaymentChecks, a_budget_its_source_names_is_not_overspent) {
  Province p("refuse:1");
  p.owe_to("622588A", "102290000012", Fen(6000), "医疗服务|100.00");
  p.owe_to("622588B", "102290000012", Fen(4000), "医疗服务|100.00");
  p.owe_to("622588C", "102290000012", Fen(1), "医疗服务|100.00");
  p.owe_to("622588D", "102290000012", Fen(9000), "其他|100.00");
  p.owe_to("622588E", "102290000012", Fen(9000));
  auto result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "prepared"), 4);
  EXPECT_EQ(p.total(result, "stopped"), 1);
  EXPECT_THAT(reason_of(result), HasSubstr("预算 医疗服务"));
  EXPECT_EQ(p.total(p.run("pay prepare"), "stopped"), 1) << "what is prepared counts";
  EXPECT_EQ(p.total(p.run("pay approve"), "approved"), 4);
  p.run("pay send");
  p.run("pay query");
  result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "prepared"), 1) << "the first was refused by the bank: there is room for one of the two again";
}

TEST_F(PaymentChecks, above_a_budget_that_is_only_flagged_it_is_paid_and_the_finding_stays_with_it) {
  Province p;
  p.owe_to("622588A", "102290000012", Fen(6000), "医疗服务|100.00|flag");
  p.owe_to("622588B", "102290000012", Fen(4000), "医疗服务|100.00|flag");
  const std::string kept = "select count(*) from x_treasury_warning where kind = 'budget'";
  auto result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "flagged"), 0) << "to the fen of the budget nothing is above it";
  EXPECT_EQ(p.count(kept), 0);
  p.owe_to("622588C", "102290000012", Fen(1), "医疗服务|100.00|flag");
  result = p.run("pay prepare");
  EXPECT_EQ(p.total(result, "prepared"), 1);
  EXPECT_EQ(p.total(result, "stopped"), 0);
  EXPECT_EQ(p.total(result, "flagged"), 1);
  EXPECT_EQ(result->getValue<int>("exit"), 3);
  EXPECT_THAT(reason_of(result), HasSubstr("预算 医疗服务 为 100.00，连这一笔共 100.01，超出 0.01"));
  EXPECT_EQ(p.count(kept), 1);
  EXPECT_EQ(p.total(p.run("pay approve"), "approved"), 3);
  EXPECT_EQ(p.count(kept + " and what like '%100.01%'"), 1) << "one finding of a payment, as it was first seen";
  // A limit that shrank behind a flagged payment is told at the approval.
  p.owe_to("622588D", "102290000012", Fen(5000), "其他|50.00|flag");
  p.run("pay prepare");
  p.write_sql("update x_treasury_payable set budget_fen = 4999 where budget = '其他'");
  EXPECT_EQ(p.total(p.run("pay approve"), "approved"), 1);
  EXPECT_EQ(p.count(kept), 2);
}

TEST_F(PaymentChecks, a_budget_that_shrank_stops_the_approval) {
  Province p;
  p.owe_to("622588A", "102290000012", Fen(6000), "医疗服务|100.00");
  p.run("pay prepare");
  p.write_sql("update x_treasury_payable set budget_fen = 5999");
  const auto result = p.run("pay approve");
  EXPECT_EQ(p.total(result, "refused"), 1);
  EXPECT_THAT(reason_of(result), HasSubstr("预算"));
}

TEST_F(PaymentChecks, outside_its_hours_nothing_leaves) {
  const auto now = std::chrono::duration_cast<std::chrono::minutes>(std::chrono::system_clock::now().time_since_epoch()).count() + 480;
  const bool morning = now % 1440 < 720;
  Province p({}, {}, std::string("limits { from 2023-01-01 hours \"") + (morning ? "22:00-23:00" : "01:00-02:00") + "\" }");
  p.review(p.owe(1));
  p.run("pay prepare");
  p.run("pay approve");
  const auto result = p.run("pay send");
  EXPECT_EQ(result->getValue<int>("exit"), 3);
  EXPECT_THAT(reason_of(result), HasSubstr("付款时间"));
  EXPECT_EQ(p.bank().refs, 0);
  EXPECT_EQ(p.count("select count(*) from x_treasury_payment where state = 'approved' and code is null"), 1);
}

TEST_F(PaymentChecks, settings_that_make_no_sense_are_refused_with_their_line) {
  for (const char* wrong : {"limits { single \"1.00\" }", "limits { from 2023-01-01 single x }", "limits { from 2023-01-01 hours \"17:00-08:30\" }", "limits { from 2023-01-01 other 1 }", "approval { to \"1.00\" approvers 1 }",
                            "approval { to \"2.00\" approvers 1 to \"1.00\" approvers 2 above 3 }", "approval { to \"2.00\" approvers 2 above 1 }", "approval { above 0 }", "approval { approvers 1 above 2 }"})
    EXPECT_THROW(Province({}, {}, wrong), std::runtime_error) << wrong;
  for (const char* wrong : {"returns { as blue }", "returns { as receipt }", "returns { as red account 1 }", "duplicate-days 0"}) EXPECT_THROW(Province({}, wrong), std::runtime_error) << wrong;
}

constexpr const char* kTiers = "approval { to \"150.00\" approvers 1 to \"10000.00\" approvers 2 above 3 }";

class PaymentApproval : public ::testing::Test {};

TEST_F(PaymentApproval, a_small_batch_needs_one_and_a_large_one_several) {
  Province p({}, {}, kTiers);
  p.owe_to("622588A", "102290000012", Fen(15000));
  p.run("pay prepare");
  EXPECT_EQ(p.total(p.run("pay approve"), "approved"), 1);
  p.owe_to("622588B", "102290000012", Fen(1000001));
  p.run("pay prepare");
  auto result = p.run("pay approve");
  EXPECT_EQ(p.total(result, "approved"), 0);
  EXPECT_EQ(p.total(result, "waiting_batches"), 1);
  const auto item = result->getArray("items")->getObject(0);
  EXPECT_EQ(item->getValue<int>("needed"), 3);
  EXPECT_EQ(item->getValue<int>("missing"), 2);
  EXPECT_THAT(reason_of(result), HasSubstr("还需 2 位"));
  EXPECT_EQ(p.count("select count(*) from ledger_hold where state = 1"), 1) << "nothing is reserved before the last";
  EXPECT_EQ(p.total(p.run("pay approve"), "waiting_batches"), 1) << "the same person is one person";
  EXPECT_EQ(p.run("pay approve", "{}", "payer2")->getArray("items")->getObject(0)->getValue<int>("missing"), 1);
  EXPECT_EQ(p.total(p.run("pay send"), "offered"), 1) << "only what is approved";
  EXPECT_EQ(p.total(p.run("pay approve", "{}", "payer3"), "approved"), 1);
  EXPECT_EQ(p.count("select count(*) from x_treasury_approval where needed = 3"), 3);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

TEST_F(PaymentApproval, who_made_reviewed_or_prepared_does_not_count) {
  Province p({}, {}, "approval { above 2 }");
  const auto due = p.owe(1);
  p.decide(due[0].voucher, "review", true, "hats1");
  p.run("pay prepare", "{}", "payer2");
  auto result = p.run("pay approve", "{}", "hats1");
  EXPECT_THAT(reason_of(result), HasSubstr("复核人"));
  EXPECT_EQ(p.total(result, "refused"), 1);
  EXPECT_THAT(reason_of(p.run("pay approve", "{}", "payer2")), HasSubstr("编制"));
  EXPECT_EQ(p.count("select count(*) from x_treasury_approval"), 0);
  p.run("pay approve");
  EXPECT_EQ(p.total(p.run("pay approve", "{}", "payer3"), "approved"), 1);
}

TEST_F(PaymentApproval, content_that_changed_has_no_approvals) {
  for (const char* change : {"payee_account = '1'", "payee_name = 'x'", "fen = fen + 1", "purpose = 'x'", "account = 'x'", "payee_bank_no = '102290000013'"}) {
    Province p({}, {}, "approval { above 2 }");
    p.review(p.owe(1));
    p.run("pay prepare");
    p.run("pay approve");
    if (std::string(change) == "account = 'x'") {
      p.write_sql("update x_treasury_batch set digest = 'of something else'");
    } else {
      p.write_sql(std::string("update x_treasury_payment set ") + change);
    }
    const auto result = p.run("pay approve", "{}", "payer2");
    EXPECT_EQ(p.total(result, "approved"), 0) << change;
    EXPECT_THAT(reason_of(result), HasSubstr("摘要")) << change;
    EXPECT_EQ(p.count("select count(*) from ledger_hold where state = 1"), 0);
  }
}

TEST_F(PaymentApproval, approvals_of_another_digest_do_not_count) {
  Province p({}, {}, "approval { above 2 }");
  p.review(p.owe(1));
  p.run("pay prepare");
  p.run("pay approve");
  p.write_sql("update x_treasury_approval set digest = 'before it was edited'");
  EXPECT_EQ(p.total(p.run("pay approve", "{}", "payer2"), "approved"), 0) << "payer1 approved something else";
  EXPECT_EQ(p.total(p.run("pay approve", "{}", "payer3"), "approved"), 1);
}

TEST_F(PaymentApproval, verify_counts_the_people_behind_every_batch) {
  Province p({}, {}, "approval { above 2 }");
  p.review(p.owe(1));
  p.run("pay prepare");
  p.run("pay approve");
  p.run("pay approve", "{}", "payer2");
  ASSERT_EQ(p.exit_of("treasury verify"), 0);
  for (const char* change : {"delete from x_treasury_approval where approver = 'payer1'", "update x_treasury_approval set digest = 'x' where approver = 'payer1'", "update x_treasury_approval set approver = 'maker1' where approver = 'payer1'",
                             "update x_treasury_payment set approved_by = 'somebody'"}) {
    p.write_sql("create table keep_approval as select * from x_treasury_approval");
    p.write_sql("create table keep_payment as select * from x_treasury_payment");
    p.write_sql(change);
    EXPECT_EQ(p.exit_of("treasury verify"), 3) << change;
    for (const char* table : {"approval", "payment"}) {
      p.write_sql(std::string("delete from x_treasury_") + table);
      p.write_sql(std::string("insert into x_treasury_") + table + " select * from keep_" + table);
      p.write_sql(std::string("drop table keep_") + table);
    }
  }
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

}  // namespace
}  // namespace mif::test
