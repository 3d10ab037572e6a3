// SPDX-License-Identifier: Apache-2.0
// Money that came back: linked with its line, its voucher proposed and never posted by itself, paid again only after a decision.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>

#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;

constexpr const char *kRed = "returns { as red }", *kReceipt = "returns { as receipt account 200104 }";

std::string refusal(const std::function<void()>& what) {
  try {
    what();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

class PaymentReturn : public ::testing::Test {
 protected:
  static void pay(Province& p) {
    for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  }
  // Paid, come back, and both lines on the statement.
  static void come_back(Province& p) {
    pay(p);
    p.run("pay query", R"({"returns":"30"})");
    p.run("statement import");
    const auto matched = p.run("statement match");
    for (const auto& item : *matched->getArray("items")) ADD_FAILURE() << item.extract<Poco::JSON::Object::Ptr>()->optValue<std::string>("reason", "");
  }
  static std::string returned_code(Province& p) { return p.run("pay status", R"({"state":"returned"})")->getArray("items")->getObject(0)->getValue<std::string>("code"); }
  static std::int64_t voucher_of(Province& p) { return p.count("select voucher_id from x_treasury_return"); }
  static std::string reopening(const std::string& code, const std::string& more = "") { return R"({"code":")" + code + R"(","reason":"账号已由医院更正")" + more + "}"; }
  static Poco::JSON::Object::Ptr reopen(Province& p, const std::string& code, const std::string& more = "") { return p.run("pay reopen", reopening(code, more), "maker1"); }
};

TEST_F(PaymentReturn, a_red_voucher_is_proposed_and_waits_for_its_reviewer) {
  Province p("returning:1", kRed);
  const auto due = p.owe(2);
  p.review(due);
  come_back(p);
  ASSERT_GT(voucher_of(p), 0);
  const auto red = p.voucher(voucher_of(p));
  EXPECT_NE(red.state, ledger::State::posted) << "never posted by itself";
  ASSERT_EQ(red.lines.size(), 2u);
  for (const auto& l : red.lines) EXPECT_LT(l.fen, Fen(0));
  const auto status = p.run("pay status");
  EXPECT_EQ(status->getValue<int>("exit"), 3);
  EXPECT_EQ(p.total(status, "returns_undecided"), 1);
  EXPECT_THAT(status->getValue<std::string>("summary"), HasSubstr("警示"));
  EXPECT_THAT(p.web("/returns"), HasSubstr(returned_code(p)));
  EXPECT_THAT(p.web("/payments/" + returned_code(p)), HasSubstr("\"return\":"));
  p.run("statement match");
  EXPECT_EQ(p.count("select count(*) from ledger_voucher where source_plugin = 'treasury'"), 1) << "proposed once";
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  p.decide(red.id, "review", true, "reviewer1");
  EXPECT_EQ(p.total(p.run("statement status"), "open_items"), 0) << "bank and book have both";
  p.run("reconcile run", "{}", "maker1");
  EXPECT_EQ(p.count("select count(*) from x_treasury_line l where not exists (select 1 from x_treasury_member m where m.account = l.account and m.kind = 1 and m.id = l.id and m.n = 0 and m.undone = 0)"), 0);
}

TEST_F(PaymentReturn, as_a_receipt_it_waits_on_the_configured_account) {
  Province p("returning:1", kReceipt);
  const auto due = p.owe(1);
  p.review(due);
  come_back(p);
  ASSERT_GT(voucher_of(p), 0) << p.run("statement match")->getValue<std::string>("summary");
  const auto receipt = p.voucher(voucher_of(p));
  ASSERT_EQ(receipt.lines.size(), 2u);
  EXPECT_EQ(receipt.lines[0].account, "1004");
  EXPECT_EQ(receipt.lines[0].side, MIF_DEBIT);
  EXPECT_EQ(receipt.lines[1].account, "200104");
  EXPECT_EQ(receipt.lines[1].fen, due[0].amount);
}

TEST_F(PaymentReturn, it_is_paid_again_to_the_corrected_payee_after_a_decision_as_a_new_instruction) {
  for (const char* form : {kRed, kReceipt}) {
    Province p("returning:1", form);
    const auto due = p.owe(1);
    p.review(due);
    come_back(p);
    const std::string code = returned_code(p);
    EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 0) << "not by itself";
    EXPECT_THAT(refusal([&] { reopen(p, code); }), HasSubstr("还没有入账")) << "not before the return is booked";
    p.decide(voucher_of(p), "review", true, "reviewer1");
    EXPECT_THAT(refusal([&] { p.run("pay reopen", R"({"code":")" + code + "\"}", "maker1"); }), HasSubstr("reason"));
    const auto reopened = reopen(p, code, R"(,"payee-account":"6225889999","payee-name":"示例市第一人民医院工会")");
    const auto again = reopened->getArray("items")->getObject(0)->getValue<std::int64_t>("voucher");
    EXPECT_NE(again, due[0].voucher);
    EXPECT_THAT(refusal([&] { reopen(p, code); }), HasSubstr("决定重付")) << "once";
    EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 0) << "its voucher waits for review";
    p.decide(again, "review", true, "reviewer1");
    pay(p);
    EXPECT_EQ(p.voucher(again).state, ledger::State::posted);
    EXPECT_EQ(p.count("select count(*) from x_treasury_payment where state = 'done' and payee_account = '6225889999' and retry_of = 1"), 1);
    EXPECT_EQ(p.count("select count(distinct code) from x_treasury_payment"), 2);
    EXPECT_EQ(p.count("select count(*) from x_treasury_payable_version"), 2);
    const auto status = p.run("pay status");
    EXPECT_EQ(p.total(status, "returns_undecided"), 0);
    EXPECT_EQ(status->getValue<int>("exit"), 0);
    p.run("statement import");
    EXPECT_EQ(p.total(p.run("statement match"), "unmatched"), 0);
    EXPECT_EQ(p.total(p.run("statement status"), "equal"), 1) << form;
    EXPECT_EQ(p.bank().executed_once, 2);
    EXPECT_EQ(p.exit_of("treasury verify"), 0);
    EXPECT_TRUE(p.verified());
  }
}

TEST_F(PaymentReturn, booked_elsewhere_its_voucher_is_named_and_must_be_that_of_this_return) {
  Province p("returning:1");
  const auto due = p.owe(1);
  p.review(due);
  come_back(p);
  const std::string code = returned_code(p);
  EXPECT_THAT(refusal([&] { reopen(p, code); }), HasSubstr("还没有入账")) << "nothing is proposed without a rule";
  const auto other = p.receive("BF9", Fen(777), false), right = p.receive("BF10", due[0].amount, false);
  EXPECT_THAT(refusal([&] { reopen(p, code, ",\"voucher\":\"" + std::to_string(other) + "\""); }), HasSubstr("不是这笔退汇的"));
  EXPECT_THAT(refusal([&] { reopen(p, code, ",\"voucher\":\"" + std::to_string(due[0].voucher) + "\""); }), HasSubstr("不是这笔退汇的"));
  EXPECT_NO_THROW(reopen(p, code, ",\"voucher\":\"" + std::to_string(right) + "\""));
}

TEST_F(PaymentReturn, that_came_before_its_voucher_posted_frees_the_money_and_keeps_the_voucher_open) {
  Province p("returning:1", kRed);
  const auto due = p.owe_in_parts({Fen(10000), Fen(20000)});
  p.review({due});
  for (const char* job : {"pay prepare", "pay approve", "pay send"}) p.run(job);
  const std::string first = p.run("pay status")->getArray("items")->getObject(1)->getValue<std::string>("code");
  p.run("pay query", R"({"code":")" + first + "\"}");
  p.run("pay query", R"({"returns":"30","code":")" + first + "\"}");
  ASSERT_EQ(p.count("select count(*) from x_treasury_payment where state = 'returned' and settled = 0"), 1);
  EXPECT_EQ(p.count("select count(*) from ledger_hold where state = 1"), 1) << "of the other part only";
  p.run("pay query");
  EXPECT_EQ(p.posted({due}), 0) << "a part of it came back";
  EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 0);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  reopen(p, first);
  pay(p);
  EXPECT_EQ(p.posted({due}), 1) << "with the second attempt";
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  EXPECT_EQ(p.bank().executed_once, 3);
}

TEST_F(PaymentReturn, only_what_came_back_is_reopened_and_only_by_its_people) {
  Province p("returning:1", kRed);
  const auto due = p.owe(2);
  p.review(due);
  come_back(p);
  const std::string done = p.run("pay status", R"({"state":"done"})")->getArray("items")->getObject(0)->getValue<std::string>("code");
  EXPECT_THAT(refusal([&] { reopen(p, done); }), HasSubstr("不是退汇"));
  EXPECT_THAT(refusal([&] { reopen(p, "YB0"); }), HasSubstr("没有这笔付款"));
  EXPECT_THROW(p.run("pay reopen", reopening(returned_code(p)), "reviewer1"), Error);
}

TEST_F(PaymentReturn, an_attempt_too_many_is_refused_by_the_database_and_found_by_verify) {
  Province p("returning:1", kRed);
  const auto due = p.owe(1);
  p.review(due);
  come_back(p);
  p.decide(voucher_of(p), "review", true, "reviewer1");
  reopen(p, returned_code(p));
  ASSERT_EQ(p.exit_of("treasury verify"), 0);
  for (const char* change : {"update x_treasury_return set reopened_ms = 0", "update x_treasury_return set voucher_id = 0", "delete from x_treasury_return", "update x_treasury_return set reason = ''",
                             "delete from x_treasury_payable_version where version = 1", "update x_treasury_payable set payee_account = '1'", "update x_treasury_payable set retry_payment = 0"}) {
    for (const char* table : {"return", "payable_version", "payable"}) p.write_sql(std::string("create table keep_") + table + " as select * from x_treasury_" + table);
    p.write_sql(change);
    EXPECT_EQ(p.exit_of("treasury verify"), 3) << change;
    for (const char* table : {"return", "payable_version", "payable"}) {
      p.write_sql(std::string("delete from x_treasury_") + table);
      p.write_sql(std::string("insert into x_treasury_") + table + " select * from keep_" + table);
      p.write_sql(std::string("drop table keep_") + table);
    }
  }
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

}  // namespace
}  // namespace mif::test
