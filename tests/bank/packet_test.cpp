// SPDX-License-Identifier: Apache-2.0
// Every packet is stored masked, before anything else happens, and never changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>

#include "mif/ext/bank_adapter.h"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPayee = "赵钱孙李示例医院";

class PaymentPackets : public ::testing::Test {
 protected:
  static void pay(Province& p) {
    for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  }
  static std::string code(Province& p) { return p.text("select min(code) from x_treasury_payment"); }
};

TEST_F(PaymentPackets, no_account_or_name_of_a_packet_is_in_the_database_but_its_digest_is) {
  Province p;
  p.review(p.owe(3, kPayee));
  pay(p);
  EXPECT_EQ(p.count("select count(*) from x_treasury_packet where direction = 1 and operation = 'submit'"), 1);
  EXPECT_EQ(p.count("select count(*) from x_treasury_packet where direction = 2 and operation = 'submit' and wire = 2"), 1);
  EXPECT_GE(p.count("select count(*) from x_treasury_packet where operation = 'query'"), 2);
  EXPECT_EQ(p.count("select count(*) from x_treasury_packet where length(sha256) <> 64 or bytes < 100 or length(body) < 50"), 0);
  for (const char* secret : {"9900001004001", "6225881", "赵钱孙李示例医院", "钱孙李"})
    EXPECT_EQ(p.count(std::string("select count(*) from x_treasury_packet where body like '%") + secret + "%'"), 0) << secret;
  const std::string out = p.text("select body from x_treasury_packet where direction = 1 and operation = 'submit'");
  EXPECT_THAT(out, HasSubstr("赵**"));
  EXPECT_THAT(out, HasSubstr("****4001"));
  EXPECT_THAT(out, HasSubstr(code(p)));
  EXPECT_EQ(p.count("select count(*) from x_treasury_packet_of o join x_treasury_packet k on k.id = o.packet_id where k.operation = 'submit'"), 6);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

TEST_F(PaymentPackets, half_a_reply_is_kept_and_what_left_stands_before_it) {
  Province p("half-reply:1");
  p.review(p.owe(1, kPayee));
  for (const char* job : {"pay prepare", "pay approve", "pay send"}) p.run(job);
  EXPECT_EQ(p.count("select wire from x_treasury_packet where ord = 1"), MIF_WIRE_LEAVING);
  EXPECT_EQ(p.count("select wire from x_treasury_packet where ord = 2"), MIF_WIRE_PART);
  EXPECT_GT(p.count("select bytes from x_treasury_packet where ord = 2"), 0);
  EXPECT_THAT(p.text("select body from x_treasury_packet where ord = 2"), Not(HasSubstr("钱孙李")));
  EXPECT_THAT(p.text("select reason from x_treasury_packet where ord = 2"), Not(::testing::IsEmpty()));
}

TEST_F(PaymentPackets, a_bank_that_cannot_be_reached_leaves_a_packet_that_never_left) {
  Province p;
  p.review(p.owe(1));
  p.run("pay prepare");
  p.run("pay approve");
  p.stop_bank();
  p.run("pay send");
  EXPECT_EQ(p.count("select count(*) from x_treasury_packet where wire = 5"), 1);
  EXPECT_EQ(p.count("select count(*) from x_treasury_packet"), 2);
}

TEST_F(PaymentPackets, what_was_stored_and_changed_or_lost_is_a_finding) {
  Province p;
  p.review(p.owe(2));
  pay(p);
  const auto finding = [&] {
    const auto items = p.run("treasury verify")->getArray("items");
    return items->empty() ? std::string() : items->getObject(0)->getValue<std::string>("what");
  };
  ASSERT_EQ(finding(), "");
  const auto tampered = [&](const std::string& there, const std::string& back) {
    p.write_sql(there);
    EXPECT_THAT(finding(), HasSubstr("报文")) << there;
    p.write_sql(back);
    EXPECT_EQ(finding(), "") << back;
  };
  tampered("update x_treasury_packet set bytes = bytes + 1 where ord = 2", "update x_treasury_packet set bytes = bytes - 1 where ord = 2");
  tampered("update x_treasury_packet set body = body || ' ' where ord = 1", "update x_treasury_packet set body = trim(body) where ord = 1");
  tampered("update x_treasury_packet_of set code = 'x' || code where packet_id = (select min(packet_id) from x_treasury_packet_of)",
           "update x_treasury_packet_of set code = substr(code, 2) where code like 'x%'");
  p.write_sql("delete from x_treasury_packet where ord = (select max(ord) from x_treasury_packet)");
  EXPECT_THAT(finding(), HasSubstr("报文")) << "the last one is missed too";
}

TEST_F(PaymentPackets, questions_about_an_account_are_kept_masked_too) {
  Province p;
  p.review(p.owe(3, kPayee));
  pay(p);
  constexpr const char* kJune = R"({"from":"2023-06-01","to":"2023-06-30"})";
  p.run("statement import", kJune);
  p.run("treasury balance");
  p.run("receipt fetch", kJune);
  for (const char* operation : {"statement", "balance", "receipts"}) {
    EXPECT_EQ(p.count(std::string("select count(*) from x_treasury_look where wire = 1 and direction = 1 and operation = '") + operation + "'"), 1) << operation;
    EXPECT_EQ(p.count(std::string("select count(*) from x_treasury_look where wire = 2 and direction = 2 and operation = '") + operation + "'"), 1) << operation;
  }
  EXPECT_EQ(p.count("select count(*) from x_treasury_look where length(sha256) <> 64 or bytes < 50 or length(body) < 50 or length(body) > 4000"), 0);
  for (const char* secret : {"9900001004001", "6225881", "赵钱孙李示例医院", "钱孙李", "JVBERi0"})
    EXPECT_EQ(p.count(std::string("select count(*) from x_treasury_look where body like '%") + secret + "%'"), 0) << secret;
  EXPECT_THAT(p.text("select body from x_treasury_look where direction = 2 and operation = 'statement'"), HasSubstr(code(p))) << "what says which payment it was stays";
  EXPECT_EQ(p.count("select count(*) from x_treasury_packet where operation not in ('submit', 'query')"), 0);
  const std::string page = p.web("/looks", "", "payer1", false);
  EXPECT_THAT(page, HasSubstr("回单列表"));
  EXPECT_THAT(p.web("/looks", "", "county1", false), Not(HasSubstr("回单列表")));
  p.stop_bank();
  p.run("treasury balance");
  EXPECT_EQ(p.count("select count(*) from x_treasury_look where wire = 5 and operation = 'balance'"), 1);
  ASSERT_EQ(p.exit_of("treasury verify"), 0);
  p.write_sql("update x_treasury_look set bytes = bytes + 1 where ord = 2");
  EXPECT_EQ(p.exit_of("treasury verify"), 3);
  p.write_sql("update x_treasury_look set bytes = bytes - 1 where ord = 2");
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  p.write_sql("delete from x_treasury_look where ord = 1");
  EXPECT_EQ(p.exit_of("treasury verify"), 3) << "not thinned out: gone";
  p.write_sql("update x_treasury_look_head set gone = 1, gone_chain = 'x'");
  EXPECT_EQ(p.exit_of("treasury verify"), 3) << "saying so does not help";
}

TEST_F(PaymentPackets, of_questions_the_last_ones_stay_and_verify_knows_how_many) {
  Province p;
  p.stop_bank();
  for (int i = 0; i < 253; ++i) p.run("treasury balance");
  EXPECT_EQ(p.count("select count(*) from x_treasury_look"), 500);
  EXPECT_EQ(p.count("select min(ord) from x_treasury_look"), 7);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  p.write_sql("delete from x_treasury_look where ord < 10");
  EXPECT_EQ(p.exit_of("treasury verify"), 3);
}

TEST_F(PaymentPackets, where_nothing_can_be_kept_nothing_is_paid) {
  Province p;
  p.review(p.owe(1));
  p.run("pay prepare");
  p.run("pay approve");
  p.write_sql("insert into x_treasury_packet (id, account, ord, adapter, direction, operation, wire, body, cut, sha256, bytes, reason, told_ms, chain)"
              " values (999999, '9900001004001', 1, '', 1, '', 1, '', 0, '', 0, '', 0, '')");
  p.run("pay send");
  EXPECT_EQ(p.bank().refs, 0);
  EXPECT_EQ(p.count("select count(*) from x_treasury_payment where state = 'approved'"), 1) << "it may be sent once packets can be kept";
}

}  // namespace
}  // namespace mif::test
