// SPDX-License-Identifier: Apache-2.0
// Documents sent by HTTP: answered at once, the same answer when sent again, many senders with one commit, and told later.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "home.h"
#include "mif/svc/ledger.h"

namespace mif::exchange {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using exchange::testing::Home;

class Push : public ::testing::Test {
 protected:
  void SetUp() override { home.replace_in("mif.info", "exchange { source demo", "exchange { source demo  push city { login maker1 }"); }
  static std::string one(const std::string& key, const std::string& amount, int version = 1, const std::string& type = "subsidy") {
    return R"({"doc_no":")" + key + R"(","version":)" + std::to_string(version) + R"(,"doc_type":")" + type +
           R"(","doc_day":20230612,"payload":{"book":"990000-310","batch":"B1","period":"2023-06","bank_account":"9900001003001","subsidy_kind":"1","province":")" + amount + R"(","amount":")" + amount + "\"}}";
  }
  std::string send(const std::string& documents) { return home.post("/documents", "{\"documents\":[" + documents + "]}", "maker1"); }
  Home home;
};

TEST_F(Push, ADocumentIsAnsweredAtOnceAndTheSameAgainHasTheSameAnswer) {
  const std::string first = send(one("P1", "5.00"));
  EXPECT_THAT(first, AllOf(HasSubstr("\"doc_no\":\"P1\""), HasSubstr("\"state\":\"drafted\""))) << first;
  EXPECT_EQ(home.voucher_state("city/P1#1"), MIF_VOUCHER_SUBMITTED);
  EXPECT_EQ(send(one("P1", "5.00")), first);
  home.deployment().database().read([&](store::Txn& txn) { EXPECT_EQ(home.deployment().ledger().vouchers(txn, {}).size(), 1u); });
  EXPECT_THAT(send(one("P1", "6.00")), HasSubstr("\"state\":\"rejected\""));
  EXPECT_TRUE(home.job("exchange verify").has("\"exit\":0"));
}

TEST_F(Push, OfManyEachHasItsOwnAnswerAndABadOneHurtsNobody) {
  const std::string answer = send(one("P1", "5.00") + "," + one("P2", "5.0x") + "," + one("P3", "7.00", 1, "no-such-type") + "," + one("P4", "8.00") +
                                  R"(,{"doc_no":"P1","version":1,"doc_day":20230612,"withdrawn":true},{"doc_no":"P9","version":1,"doc_day":20230612,"withdrawn":true})");
  std::vector<std::string> states;
  for (std::size_t at = 0; (at = answer.find("\"state\":\"", at)) != std::string::npos;) {
    at += 9;
    states.push_back(answer.substr(at, answer.find('"', at) - at));
  }
  EXPECT_EQ(states, (std::vector<std::string>{"cancelled", "held", "held", "drafted", "cancelled", "rejected"})) << answer;
}

TEST_F(Push, ABodyThatIsNotDocumentsIsRefusedWholeWithTheFieldNamed) {
  for (const auto& [body, says] : std::vector<std::pair<std::string, std::string>>{
           {"", "documents"}, {"[]", "documents"}, {R"({"documents":{}})", "documents"}, {R"({"documents":[]})", "没有单据"}, {R"({"documents":[1]})", "第 1 张"},
           {"{\"documents\":[" + one("A", "1.00") + R"(,{"doc_no":"B","version":"1","doc_type":"t","doc_day":20230612,"payload":{}}]})", "第 2 张单据: \"version\""},
           {R"({"documents":[{"doc_no":"B","version":0,"doc_type":"t","doc_day":20230612,"payload":{}}]})", "version"},
           {R"({"documents":[{"doc_no":"","version":1,"doc_type":"t","doc_day":20230612,"payload":{}}]})", "doc_no"},
           {R"({"documents":[{"doc_no":"B","version":1,"doc_type":"t","doc_day":20230612}]})", "payload"},
           {R"({"documents":[{"doc_no":"B","version":1,"doc_type":"t","doc_day":20230612,"payload":{},"extra":1}]})", "extra"},
           {"{\"documents\":[" + one("A", "1.00") + "]} x", "documents"}}) {
    const std::string answer = home.post("/documents", body, "maker1");
    EXPECT_THAT(answer, AllOf(HasSubstr(says), Not(HasSubstr("items")))) << body;
  }
  EXPECT_EQ(home.document("A"), "");
}

TEST_F(Push, OnlyASenderMaySend) { EXPECT_THAT(home.post("/documents", "{\"documents\":[" + one("A", "1.00") + "]}", "reviewer1"), HasSubstr("reviewer1")); }

TEST_F(Push, WhatBecomesOfThemIsToldInOrderUntilItIsConfirmed) {
  send(one("P1", "5.00") + "," + one("P2", "6.00"));
  home.review_all();
  home.job("exchange ack");
  const std::string told = home.get("/answers", "", "maker1");
  EXPECT_THAT(told, AllOf(HasSubstr(R"("doc_no":"P2","version":1,"state":"posted")"), HasSubstr("2023-06 收-")));
  EXPECT_LT(told.find(R"("doc_no":"P1","version":1,"state":"drafted")"), told.find(R"("doc_no":"P1","version":1,"state":"posted")"));
  EXPECT_EQ(home.get("/answers", "", "maker1"), told);
  const auto at = told.find("\"next\":\"") + 8;
  const std::string next = told.substr(at, told.find('"', at) - at);
  EXPECT_THAT(home.get("/answers", "after=" + next, "maker1"), HasSubstr("\"items\":[]"));
  EXPECT_THAT(home.post("/answers", "{\"through\":\"" + next + "\"}", "maker1"), HasSubstr("\"told\":4"));
  EXPECT_THAT(home.post("/answers", "{\"through\":\"x\"}", "maker1"), HasSubstr("next"));
  EXPECT_TRUE(home.job("exchange status").has("待回告 0 条"));
}

TEST_F(Push, SharedVouchersAreMadeByTheNextPullAndToldToEachMember) {
  home.replace_in("templates/vouchers/employee.info", "summary \"财政补助 {period} {payer}\"", "gather batch\n    summary \"财政补助 {period} {payer}\"");
  EXPECT_THAT(send(one("P1", "5.00") + "," + one("P2", "6.00")), HasSubstr("drafted"));
  EXPECT_EQ(home.voucher_state("city/subsidy/1/990000-310/202306/B1#1"), 0);
  home.job("exchange pull");
  home.review_all();
  home.job("exchange ack");
  const std::string told = home.get("/answers", "", "maker1");
  EXPECT_THAT(told, AllOf(HasSubstr(R"("doc_no":"P1","version":1,"state":"posted")"), HasSubstr(R"("doc_no":"P2","version":1,"state":"posted")")));
  EXPECT_TRUE(home.job("exchange verify").has("\"exit\":0"));
}

TEST_F(Push, ManyAtOnceAreEachTakenOnce) {
  home.deployment();
  constexpr int kSenders = 16, kEach = 12;
  std::atomic<int> drafted{0}, bad{0};
  std::vector<std::thread> senders;
  for (int s = 0; s < kSenders; ++s)
    senders.emplace_back([&, s] {
      for (int i = 0; i < kEach; ++i) {
        const std::string document = one("S" + std::to_string(s / 2) + "-" + std::to_string(i), "1.0" + std::to_string(s / 2 % 10));  // each document by two senders
        const std::string answer = send(document);
        (answer.find("\"state\":\"drafted\"") != std::string::npos ? drafted : bad)++;
      }
    });
  for (auto& t : senders) t.join();
  EXPECT_EQ(bad.load(), 0);
  EXPECT_EQ(drafted.load(), kSenders * kEach);
  home.deployment().database().read([&](store::Txn& txn) {
    EXPECT_EQ(*txn.integer("select count(*) from x_exchange_document"), kSenders / 2 * kEach);
    ledger::VoucherQuery all;
    all.limit = 10000;
    EXPECT_EQ(home.deployment().ledger().vouchers(txn, all).size(), static_cast<std::size_t>(kSenders / 2 * kEach));
  });
  EXPECT_TRUE(home.job("exchange verify").has("\"exit\":0"));
}

}  // namespace
}  // namespace mif::exchange
