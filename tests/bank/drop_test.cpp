// SPDX-License-Identifier: Apache-2.0
// Payments given up for good: by two people, never paid again, told to the source, and the voucher with somebody who can end it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <Poco/JSON/Array.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;

class PaymentDrop : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("MIF_TEST_RESULTS", file_.c_str(), 1);
    std::remove(file_.c_str());
  }
  void TearDown() override {
    std::remove(file_.c_str());
    ::unsetenv("MIF_TEST_RESULTS");
  }
  // The last word told about anything: "obligation state".
  std::string last_told() const {
    std::ifstream in(file_);
    std::string line, last;
    while (std::getline(in, line)) last = line;
    const auto bar = last.find('|');
    return bar == std::string::npos ? last : last.substr(0, bar) + " " + last.substr(bar + 1, last.find('|', bar + 1) - bar - 1);
  }
  static void pay(Province& p) {
    for (const char* job : {"pay prepare", "pay approve", "pay send", "pay query"}) p.run(job);
  }
  static std::string code_in(Province& p, const std::string& state) { return p.text("select max(code) from x_treasury_payment where state = '" + state + "'"); }
  static Poco::JSON::Object::Ptr drop(Province& p, const std::string& code, const std::string& login, const std::string& more = {}) {
    return p.run("pay drop", R"({"code":")" + code + R"(","reason":"收款人已销户")" + more + "}", login);
  }
  static std::string refusal(Province& p, const std::string& code, const std::string& login = "payer1") {
    try {
      drop(p, code, login);
      return "done";
    } catch (const Error& e) {
      return std::string(e.rule());
    }
  }
  static std::string now_of(const Poco::JSON::Object::Ptr& result) { return result->getArray("items")->getObject(0)->getValue<std::string>("voucher_now"); }
  static void drop_by_two(Province& p, const std::string& code) {
    drop(p, code, "payer1");
    drop(p, code, "payer2");
  }
  const std::string file_ = ::testing::TempDir() + "/mif-drops-" + std::to_string(getpid());
};

TEST_F(PaymentDrop, two_people_end_a_failed_one_and_its_voucher_is_back_with_its_maker) {
  Province p("refuse:1");
  const auto due = p.owe(1);
  p.review(due);
  pay(p);
  const std::string code = code_in(p, "failed");
  drop(p, code, "payer1");
  EXPECT_EQ(p.count("select closed from x_treasury_payable"), 0) << "one person decides nothing";
  drop(p, code, "payer1");
  EXPECT_EQ(p.count("select closed from x_treasury_payable"), 0) << "nor the same one twice";
  EXPECT_EQ(last_told(), due[0].obligation + " failed");
  EXPECT_EQ(now_of(drop(p, code, "payer2")), "sent-back");
  EXPECT_EQ(last_told(), due[0].obligation + " resolved");
  EXPECT_EQ(p.voucher(due[0].voucher).state, ledger::State::draft);
  EXPECT_EQ(p.count("select count(*) from audit_entry where action = 'treasury.payment.drop'"), 3);
  EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 0) << "never prepared again";
  EXPECT_EQ(p.count("select count(*) from ledger_hold where state = 1"), 0);
  EXPECT_EQ(refusal(p, code), "payment.dropped");
  EXPECT_EQ(p.total(p.run("pay status"), "dropped"), 1);
  EXPECT_THAT(p.web("/payments/" + code, "", "payer1", false), HasSubstr("不再付"));
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  p.deployment().database().write([&](store::Txn& txn) { p.deployment().withdraw(txn, {"maker1", "test", ""}, due[0].voucher, "收款人已销户"); });
  EXPECT_EQ(p.voucher(due[0].voucher).state, ledger::State::void_) << "its maker ends it";
  EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 0);
  EXPECT_EQ(p.bank().refs, 1);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  EXPECT_TRUE(p.verified());
}

TEST_F(PaymentDrop, refused_while_it_may_still_be_paid) {
  Province p("refuse:1,cut-after-send:1");
  p.review(p.owe(2));
  for (const char* job : {"pay prepare", "pay approve", "pay send"}) p.run(job);
  EXPECT_EQ(refusal(p, p.text("select max(code) from x_treasury_payment where state <> 'failed'")), "payment.not-final") << "in doubt or under way";
  p.run("pay query");
  EXPECT_EQ(refusal(p, code_in(p, "done")), "payment.not-final") << "paid";
  const std::string failed = code_in(p, "failed");
  drop(p, failed, "payer1");
  p.run("pay prepare");
  EXPECT_EQ(refusal(p, failed, "payer2"), "payment.retried") << "a next attempt waits: proposing stopped nobody";
  EXPECT_EQ(refusal(p, failed, "maker1"), "identity.no-permission");
  EXPECT_EQ(refusal(p, "YB0"), "payment.not-found");
  EXPECT_EQ(refusal(p, failed, "county1"), "payment.not-found");
  pay(p);
  EXPECT_EQ(p.count("select count(*) from x_treasury_payment where state = 'done'"), 2);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

TEST_F(PaymentDrop, a_part_given_up_lets_the_voucher_post_and_a_red_one_takes_it_back) {
  Province p("refuse:1");
  const auto due = p.owe_in_parts({Fen(10000), Fen(20000)});
  p.review({due});
  pay(p);
  ASSERT_EQ(p.posted({due}), 0) << "a part is not paid";
  const std::string code = code_in(p, "failed");
  const Fen part(p.count("select fen from x_treasury_payment where state = 'failed'"));
  drop(p, code, "payer1");
  EXPECT_EQ(now_of(drop(p, code, "payer2")), "waits");
  EXPECT_EQ(p.posted({due}), 1) << "what was paid is booked";
  const auto red = p.voucher(p.count("select red_voucher from x_treasury_drop"));
  EXPECT_NE(red.state, ledger::State::posted) << "a reviewer decides";
  ASSERT_EQ(red.lines.size(), 2u);
  for (const auto& l : red.lines) EXPECT_EQ(l.fen, -part);
  p.decide(red.id, "review", true, "reviewer1");
  EXPECT_EQ(p.voucher(red.id).state, ledger::State::posted);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
  EXPECT_TRUE(p.verified());
  EXPECT_EQ(p.bank().executed_once, 1);
}

TEST_F(PaymentDrop, of_a_return_only_once_it_is_booked_and_then_nobody_reopens_it) {
  Province p("returning:1", "returns { as red }");
  const auto due = p.owe(1);
  p.review(due);
  pay(p);
  p.run("pay query", R"({"returns":"30"})");
  p.run("statement import");
  p.run("statement match");
  const std::string code = code_in(p, "returned");
  EXPECT_EQ(refusal(p, code), "payment.return-not-booked");
  p.decide(p.count("select voucher_id from x_treasury_return"), "review", true, "reviewer1");
  drop_by_two(p, code);
  EXPECT_EQ(last_told(), due[0].obligation + " resolved");
  EXPECT_EQ(p.voucher(due[0].voucher).state, ledger::State::posted) << "it was paid and came back: both are booked";
  const auto status = p.run("pay status");
  EXPECT_EQ(p.total(status, "returns_undecided"), 0);
  EXPECT_EQ(status->getValue<int>("exit"), 0);
  EXPECT_THAT(p.web("/returns"), ::testing::Not(HasSubstr(code)));
  try {
    p.run("pay reopen", R"({"code":")" + code + R"(","reason":"还是要付"})", "maker1");
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_EQ(e.rule(), "payment.dropped");
  }
  EXPECT_EQ(p.total(p.run("pay prepare"), "prepared"), 0);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

TEST_F(PaymentDrop, over_http_as_by_command) {
  Province p("refuse:1");
  const auto due = p.owe(2);
  p.review(due);
  pay(p);
  const std::string code = code_in(p, "failed"), paid = code_in(p, "done");
  const auto post = [&](const std::string& login, const std::string& path, const std::string& body) {
    try {
      return p.http("POST", path, {}, body, login);
    } catch (const Error& e) {
      return std::string(e.rule());
    }
  };
  const std::string path = "/payments/" + code + "/drop", body = R"({"reason":"收款人已销户"})";
  EXPECT_EQ(post("maker1", path, body), "identity.no-permission");
  EXPECT_EQ(post("county1", path, body), "payment.not-found") << "another unit's";
  EXPECT_EQ(post("payer1", path, R"({"reason":""})"), "payment.drop-params");
  EXPECT_EQ(post("payer1", "/payments/" + paid + "/drop", R"({"code":")" + code + R"(","reason":"收款人已销户"})"), "payment.not-final") << "the address says which payment, not the body";
  EXPECT_EQ(post("payer1", "/payments/" + code + "/end", body), "payment.path");
  EXPECT_THAT(p.web("/payments/" + code), ::testing::Not(HasSubstr("\"drop\"")));
  EXPECT_THAT(post("payer1", path, body), HasSubstr("\"state\":\"proposed\""));
  EXPECT_THAT(p.web("/payments/" + code), HasSubstr("\"drop\":{\"state\":\"proposed\",\"reason\":\"收款人已销户\",\"proposed_by\":\"payer1\",\"confirmed_by\":\"\""));
  EXPECT_EQ(p.count("select count(*) from x_treasury_payable where closed = 2"), 0);
  EXPECT_THAT(post("payer2", path, body), HasSubstr("\"voucher_now\":\"sent-back\""));
  EXPECT_THAT(p.web("/payments/" + code), HasSubstr("\"drop\":{\"state\":\"dropped\""));
  EXPECT_EQ(post("payer3", path, body), "payment.dropped");
  EXPECT_EQ(p.count("select count(*) from x_treasury_payable where closed = 2"), 1);
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

TEST_F(PaymentDrop, verify_holds_the_decision_against_what_is_stored) {
  Province p("refuse:1");
  p.review(p.owe(2));
  pay(p);
  drop_by_two(p, code_in(p, "failed"));
  ASSERT_EQ(p.exit_of("treasury verify"), 0);
  for (const char* change : {"update x_treasury_drop set confirmed_by = proposed_by", "update x_treasury_drop set reason = ''", "update x_treasury_drop set confirmed_ms = 0", "update x_treasury_payable set closed = 0 where closed = 2",
                             "update x_treasury_payable set closed = 2", "delete from x_treasury_result where state = 'resolved'"}) {
    for (const char* table : {"drop", "payable", "result"}) p.write_sql(std::string("create table keep_") + table + " as select * from x_treasury_" + table);
    p.write_sql(change);
    EXPECT_EQ(p.exit_of("treasury verify"), 3) << change;
    for (const char* table : {"drop", "payable", "result"}) {
      p.write_sql(std::string("delete from x_treasury_") + table);
      p.write_sql(std::string("insert into x_treasury_") + table + " select * from keep_" + table);
      p.write_sql(std::string("drop table keep_") + table);
    }
  }
  EXPECT_EQ(p.exit_of("treasury verify"), 0);
}

}  // namespace
}  // namespace mif::test
