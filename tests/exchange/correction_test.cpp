// SPDX-License-Identifier: Apache-2.0
// Repeated, corrected and withdrawn documents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "home.h"
#include "mif/svc/ledger.h"

namespace mif::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using exchange::testing::Home;

TEST(Redelivery, TheSameDocumentUnderAnotherNumberHasOneEffectAndIsToldAgain) {
  Home home;
  home.individual("A", "100.00");
  home.job("exchange pull");
  home.individual("A", "100.00");
  EXPECT_TRUE(home.job("exchange pull").has("\"redelivered\":1"));
  EXPECT_EQ(home.payables().size(), 1u);
  home.job("exchange ack");
  EXPECT_EQ(home.value("select group_concat(seq || '=' || state) from (select * from ex_status order by seq)"), "1=drafted,2=drafted");
}

// Whether a number is known is asked in another way when collations might sort it otherwise than its bytes.
TEST(Redelivery, IsRecognisedWhateverTheNumbersAreMadeOf) {
  Home home;
  const std::vector<std::string> keys = {"a-1", "B2", "单3", "b_4"};
  for (const auto& key : keys) home.subsidy(key, "1.00");
  home.job("exchange pull");
  home.subsidy("C5", "1.00");
  for (const auto& key : keys) home.subsidy(key, "1.00");
  EXPECT_TRUE(home.job("exchange pull").has("\"redelivered\":4"));
  home.subsidy("B2", "1.00");  // alone on its page, and so asked for by its range
  EXPECT_TRUE(home.job("exchange pull").has("\"redelivered\":1"));
  EXPECT_EQ(home.value("select count(*) from ex_document"), "10");
  home.deployment().database().read([&](store::Txn& txn) { EXPECT_EQ(home.deployment().ledger().vouchers(txn, {}).size(), 5u); });
}

TEST(Conflict, TheSameKeyWithOtherContentIsRejectedAndTheFirstStands) {
  Home home;
  home.individual("A", "100.00");
  home.individual("A", "101.00");
  home.individual("A", "102.00");
  home.job("exchange pull");
  EXPECT_EQ(home.document("A", 1, 0), "drafted");
  EXPECT_EQ(home.document("A", 1, 1), "rejected");
  EXPECT_EQ(home.document("A", 1, 2), "rejected");
  EXPECT_THAT(home.reason("A", 1, 1), HasSubstr("101.00"));
  EXPECT_THAT(home.payables(), ElementsAre("demo/A#1 100.00 9900001004001>P1"));
  home.job("exchange ack");
  EXPECT_EQ(home.value("select group_concat(seq || '=' || state) from (select * from ex_status order by seq)"), "1=drafted,2=rejected,3=rejected");
}

TEST(NewVersion, ReplacesADraftThatNobodyApproved) {
  Home home;
  home.individual("A", "100.00");
  home.job("exchange pull");
  home.individual("A", "90.00", "20230613", 2);
  home.job("exchange pull");
  EXPECT_EQ(home.document("A", 1), "cancelled");
  EXPECT_EQ(home.document("A", 2), "drafted");
  EXPECT_EQ(home.voucher_state("demo/A#1"), MIF_VOUCHER_VOID);
  EXPECT_EQ(home.voucher_state("demo/A#2"), MIF_VOUCHER_SUBMITTED);
  EXPECT_THAT(home.payables(), ElementsAre("demo/A#2 90.00 9900001004001>P1"));
}

TEST(NewVersion, CuresAHeldDocument) {
  Home home;
  home.put("A", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"9\",\"province\":\"3.00\"", "3.00");
  home.job("exchange pull");
  home.subsidy("A", "3.00", 2);
  home.job("exchange pull");
  EXPECT_EQ(home.document("A", 1), "cancelled");
  EXPECT_EQ(home.document("A", 2), "drafted");
  EXPECT_TRUE(home.job("exchange retry").has("\"received\":0"));
}

TEST(NewVersion, OfAnApprovedPaymentIsRejected) {
  Home home;
  home.individual("A", "100.00");
  home.job("exchange pull");
  home.review_all();
  home.individual("A", "90.00", "20230613", 2);
  home.subsidy("C", "7.00");
  home.job("exchange pull");
  EXPECT_EQ(home.document("A", 2), "rejected");
  EXPECT_THAT(home.reason("A", 2), HasSubstr("冲销"));
  EXPECT_EQ(home.document("C"), "drafted");
  EXPECT_EQ(home.voucher_state("demo/A#1"), MIF_VOUCHER_APPROVED);
  EXPECT_THAT(home.payables(), ElementsAre("demo/A#1 100.00 9900001004001>P1"));
}

TEST(NewVersion, TakesAPostedOneBackInRedAndIsBookedItself) {
  Home home;
  home.subsidy("B", "5.00");
  home.job("exchange pull");
  home.review_all();
  home.subsidy("B", "6.00", 2);
  home.job("exchange pull");
  EXPECT_EQ(home.document("B", 1), "cancelled");
  EXPECT_THAT(home.reason("B", 1), HasSubstr("已冲销"));
  EXPECT_EQ(home.document("B", 2), "drafted");
  service::Deployment& d = home.deployment();
  int linked = 0;
  d.database().read([&](store::Txn& txn) {
    for (const auto& v : d.ledger().vouchers(txn, {}))
      if (v.reverses != 0) {
        ++linked;
        EXPECT_EQ(v.total, Fen(-500));
        EXPECT_EQ(d.ledger().voucher(txn, v.reverses).source_key, "demo/B#1");
      }
  });
  EXPECT_EQ(linked, 1);
  home.review_all();
  home.job("exchange ack");
  EXPECT_EQ(home.value("select group_concat(version || '=' || state) from (select * from ex_status order by seq)"), "1=cancelled,2=posted");
  EXPECT_TRUE(home.job("exchange verify").has("\"exit\":0"));
}

TEST(NewVersion, OfAnEarlierYearIsRejectedAfterPosting) {
  Home home;
  home.subsidy("B", "5.00");
  home.job("exchange pull");
  home.review_all();
  home.put("B", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"1\",\"province\":\"6.00\"", "6.00", "20240105", 2);
  home.job("exchange pull");
  EXPECT_EQ(home.document("B", 1), "posted");
  EXPECT_EQ(home.document("B", 2), "rejected");
  EXPECT_THAT(home.reason("B", 2), HasSubstr("2023"));
}

TEST(NewVersion, AnOlderOneThatComesLateIsRejected) {
  Home home;
  home.subsidy("A", "2.00", 2);
  home.subsidy("A", "1.00", 1);
  home.job("exchange pull");
  EXPECT_EQ(home.document("A", 2), "drafted");
  EXPECT_EQ(home.document("A", 1), "rejected");
}

TEST(Withdrawal, TakesBackWhatIsNotApproved) {
  Home home;
  home.individual("A", "100.00");
  home.put("H", "subsidy", "\"subsidy_kind\":\"9\"", "3.00");
  home.withdraw("A");
  home.job("exchange pull");  // document and withdrawal in one batch
  EXPECT_EQ(home.document("A"), "cancelled");
  EXPECT_EQ(home.voucher_state("demo/A#1"), MIF_VOUCHER_VOID);
  EXPECT_THAT(home.payables(), IsEmpty());
  home.withdraw("H");
  home.job("exchange pull");
  EXPECT_EQ(home.document("H"), "cancelled");
  home.job("exchange ack");
  EXPECT_EQ(home.value("select group_concat(seq || '=' || state) from (select * from ex_status order by seq)"), "1=cancelled,2=cancelled,3=cancelled,4=cancelled");
}

TEST(Withdrawal, ComesTooLateAfterApprovalAndTheBusinessSideIsToldSo) {
  Home home;
  home.individual("A", "100.00");
  home.subsidy("B", "5.00");
  home.job("exchange pull");
  home.review_all();
  home.withdraw("A");
  home.withdraw("B");
  home.withdraw("never-seen");
  home.job("exchange pull");
  EXPECT_EQ(home.document("A"), "drafted");
  EXPECT_EQ(home.voucher_state("demo/A#1"), MIF_VOUCHER_APPROVED);
  EXPECT_EQ(home.payables().size(), 1u);
  home.job("exchange ack");
  EXPECT_EQ(home.value("select group_concat(seq || '=' || state) from (select * from ex_status order by seq)"), "1=drafted,2=posted,3=rejected,4=rejected,5=rejected");
}

TEST(Withdrawal, ADocumentVoidedByItsReviewersEndsCancelledToo) {
  Home home;
  home.individual("A", "100.00");
  home.job("exchange pull");
  service::Deployment& d = home.deployment();
  d.database().write([&](store::Txn& txn) { d.withdraw(txn, {"maker1", "test", ""}, d.ledger().vouchers(txn, {}).front().id, "制单人撤回"); });
  home.job("exchange ack");
  EXPECT_EQ(home.document("A"), "cancelled");
  EXPECT_THAT(home.payables(), IsEmpty());
}

}  // namespace
}  // namespace mif::exchange
