// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "home.h"
#include "mif/svc/ledger.h"

namespace mif::exchange {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using exchange::testing::Home;

TEST(Pull, DocumentsBecomeDraftsAndPayablesAndTheSameAgainChangesNothing) {
  Home home;
  home.individual("A1", "100.00");
  home.subsidy("A2", "250.50");
  EXPECT_TRUE(home.job("exchange pull").has("\"drafted\":2"));
  EXPECT_EQ(home.document("A1"), "drafted");
  EXPECT_EQ(home.voucher_state("demo/A1#1"), MIF_VOUCHER_SUBMITTED);
  EXPECT_THAT(home.payables(), ElementsAre("demo/A1#1 100.00 9900001004001>P1"));
  const std::string before = home.state_hash();
  EXPECT_TRUE(home.job("exchange pull").has("\"received\":0"));
  EXPECT_EQ(home.state_hash(), before);
  EXPECT_EQ(home.payables().size(), 1u);
}

TEST(Pull, TheMakerIsTheConfiguredPersonNotWhoRanTheJob) {
  Home home;
  home.subsidy("A", "1.00");
  home.job("exchange pull", "{}", "chief1");
  home.deployment().database().read([&](store::Txn& txn) { EXPECT_EQ(home.deployment().ledger().vouchers(txn, {}).front().maker, "maker1"); });
}

TEST(Pull, ABadDocumentEndsHeldOrRejectedAndItsNeighboursAreDrafted) {
  Home home;
  home.subsidy("good1", "1.00");
  home.individual("closed", "2.00", "20230531");
  home.put("nocode", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"9\",\"province\":\"3.00\"", "3.00");
  home.put("sums", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"1\",\"province\":\"3.00\"", "3.01");
  home.put("nobook", "subsidy", "\"book2\":\"x\"", "3.01");
  home.put("unit", "subsidy", "\"unit\":\"990101\",\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"1\",\"province\":\"3.00\"", "3.00");
  home.sql("insert into ex_document values ('main', 90, 'json', 1, 'subsidy', 20230612, 'no json')");
  home.sql("insert into ex_document values ('main', 91, 'day', 1, 'subsidy', 20230231, '{}')");
  home.sql("insert into ex_document values ('main', 92, '', 1, 'subsidy', 20230612, '{}')");
  home.sql("insert into ex_document values ('main', 93, 'good2', 1, 'subsidy', 20230612, '{\"book\":\"990000-310\",\"bank_account\":\"9900001003001\",\"province\":\"4.00\",\"subsidy_kind\":\"1\",\"amount\":\"4.00\"}')");
  const auto answer = home.job("exchange pull");
  EXPECT_TRUE(answer.has("\"drafted\":2")) << answer.text;
  EXPECT_EQ(home.document("closed"), "rejected");
  EXPECT_THAT(home.reason("closed"), HasSubstr("2023-06"));
  for (const char* key : {"nocode", "sums", "nobook", "unit", "json", "day"}) {
    EXPECT_EQ(home.document(key), "held") << key;
    EXPECT_NE(home.reason(key), "") << key;
  }
  EXPECT_EQ(home.document("good2"), "drafted");
  const auto held = home.job("exchange held");
  EXPECT_TRUE(held.has("\"exit\":3"));
  EXPECT_TRUE(held.has("nocode") && held.has("closed"));
  EXPECT_TRUE(home.job("exchange status").has("\"exit\":0"));
}

TEST(Pull, WhatTheLedgerRefusesIsHeldWithTheLedgersReasonAndPoisonsNobody) {
  Home home;
  // a rule that passes every check of its own but leaves out an auxiliary item the chart demands
  home.replace_in("templates/vouchers/employee.info", "line { side debit  account 540102  amount amount  aux \"mode={mode}\" }", "line { side debit  account 540102  amount amount }");
  home.subsidy("before", "1.00");
  home.put("refused", "account-clearing", "\"mode\":\"1\",\"bank_account\":\"9900001004001\",\"payee_account\":\"P\",\"payee_name\":\"n\",\"payee_bank_no\":\"9\",\"cleared\":\"5.00\"", "5.00");
  home.subsidy("after", "2.00");
  home.job("exchange pull");
  EXPECT_EQ(home.document("before"), "drafted");
  EXPECT_EQ(home.document("refused"), "held");
  EXPECT_THAT(home.reason("refused"), HasSubstr("mode"));
  EXPECT_EQ(home.document("after"), "drafted");
  EXPECT_THAT(home.payables(), IsEmpty());

  // the rule is mended: the held document is drafted, once
  home.replace_in("templates/vouchers/employee.info", "line { side debit  account 540102  amount amount }", "line { side debit  account 540102  amount amount  aux \"mode={mode}\" }");
  EXPECT_TRUE(home.job("exchange retry").has("\"drafted\":1"));
  EXPECT_EQ(home.document("refused"), "drafted");
  EXPECT_THAT(home.payables(), ElementsAre("demo/refused#1 5.00 9900001004001>P"));
  EXPECT_TRUE(home.job("exchange retry").has("\"drafted\":0"));
  EXPECT_EQ(home.payables().size(), 1u);
}

TEST(Pull, ARuleFileWithAnErrorStopsBeforeAnythingIsTaken) {
  Home home;
  home.subsidy("A", "1.00");
  home.replace_in("templates/vouchers/employee.info", "account 410102", "account 419999");
  try {
    home.job("exchange pull");
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), AllOf(HasSubstr("templates/vouchers/employee.info:"), HasSubstr("419999")));
  }
  EXPECT_EQ(home.document("A"), "");
  home.replace_in("templates/vouchers/employee.info", "account 419999", "account 410102");
  home.job("exchange pull");
  EXPECT_EQ(home.document("A"), "drafted");
}

TEST(Pull, ASourceThatNobodyProvidesIsNamed) {
  Home home;
  home.subsidy("A", "1.00");
  try {
    home.job("exchange pull", "{\"source\":\"elsewhere\"}");
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("elsewhere"));
  }
  EXPECT_EQ(home.document("A"), "");
}

TEST(Verify, FindsADocumentThatNoLongerMatchesItsVoucherOrItsPayable) {
  Home home;
  home.individual("A", "100.00");
  home.subsidy("B", "2.00");
  home.individual("C", "3.00");
  home.withdraw("C");
  home.job("exchange pull");
  home.review_all();
  home.job("exchange ack");
  EXPECT_TRUE(home.job("exchange verify").has("\"exit\":0")) << home.job("exchange verify").text;
  const auto after = [&](const std::string& sql) {
    home.deployment().database().write([&](store::Txn& txn) { txn.execute(sql); });
    return home.job("exchange verify");
  };
  EXPECT_TRUE(after("update x_exchange_document set payload = replace(payload, '100.00', '900.00') where doc_key = 'A'").has("payload is not what arrived"));
  EXPECT_TRUE(after("update x_exchange_payable set state = 'cancelled'").has("payable state differs"));
  EXPECT_TRUE(after("delete from x_exchange_document where doc_key = 'B'").has("a voucher without its document"));
}

TEST(Acknowledgement, TellsEachStateOnceAndThePostedVoucherByItsNumber) {
  Home home;
  home.individual("A1", "100.00");
  home.subsidy("A2", "250.50");
  home.individual("A3", "1.00", "20230531");
  home.job("exchange pull");
  home.job("exchange ack");
  EXPECT_EQ(home.value("select group_concat(doc_no || '=' || state) from (select * from ex_status order by doc_no)"), "A1=drafted,A2=drafted,A3=rejected");
  home.review_all();  // the subsidy's flow ends here; the payable one still has to be paid
  EXPECT_TRUE(home.job("exchange ack").has("\"sent\":1"));
  EXPECT_EQ(home.value("select state || ' ' || voucher from ex_status where doc_no = 'A2'"), "posted 2023-06 收-1");
  EXPECT_EQ(home.value("select state from ex_status where doc_no = 'A1'"), "drafted");
  EXPECT_TRUE(home.job("exchange ack").has("\"sent\":0"));
  EXPECT_EQ(home.document("A2"), "posted");
}

TEST(Acknowledgement, WaitsInTheOutboxWhileTheExchangeDatabaseIsAway) {
  Home home;
  home.subsidy("A", "1.00");
  home.job("exchange pull");
  home.sql("alter table ex_status rename to away");
  EXPECT_THROW(home.job("exchange ack"), Error);
  home.sql("alter table away rename to ex_status");
  EXPECT_TRUE(home.job("exchange ack").has("\"sent\":1"));
  EXPECT_EQ(home.value("select count(*) from ex_status"), "1");
}

TEST(WebApi, TheDrillEndsAtTheDocumentWithItsPayloadAndVoucher) {
  Home home;
  home.individual("A1", "100.00");
  home.subsidy("A2", "2.00");
  home.job("exchange pull");
  const std::string one = home.get("/documents/demo%2FA1%231");
  EXPECT_THAT(one, AllOf(HasSubstr("\"key\":\"A1\""), HasSubstr("\"inpatient\":\"100.00\""), HasSubstr("\"voucherId\":"), HasSubstr("\"state\":\"drafted\"")));
  EXPECT_EQ(home.get("/documents/A1"), one);
  EXPECT_EQ(home.get("/documents/demo/A1#1"), one);
  home.review("demo/A2#1");
  EXPECT_THAT(home.get("/documents/A2"), AllOf(HasSubstr("\"state\":\"posted\""), HasSubstr("2023-06 收-1")));  // before any acknowledgement
  EXPECT_THAT(home.get("/documents/none"), HasSubstr("2 "));
}

TEST(WebApi, ListsByStateAndBookInPagesAndOnlyWhatTheCallerMaySee) {
  Home home;
  for (int i = 0; i < 5; ++i) home.subsidy("S" + std::to_string(i), "1.00");
  home.job("exchange pull");
  const std::string first = home.get("/documents", "limit=3&state=drafted&book=990000-310");
  EXPECT_THAT(first, AllOf(HasSubstr("S0"), HasSubstr("S2"), Not(HasSubstr("S3")), HasSubstr("\"next\":\"3\"")));
  EXPECT_THAT(home.get("/documents", "limit=3&after=3"), AllOf(HasSubstr("S3"), HasSubstr("S4"), HasSubstr("\"next\":null")));
  EXPECT_THAT(home.get("/documents", "state=held"), HasSubstr("\"items\":[]"));
  EXPECT_THAT(home.get("/documents", "", "county1"), HasSubstr("\"items\":[]"));
  EXPECT_THAT(home.get("/documents", "book=990000-310", "county1"), HasSubstr("\"items\":[]"));
  EXPECT_THAT(home.get("/documents/S1", "", "county1"), HasSubstr("2 "));
  EXPECT_THAT(home.get("/status", "book=990000-310"), HasSubstr("\"received\":5"));
  EXPECT_THAT(home.get("/documents", "after=x"), HasSubstr("1 "));
}

}  // namespace
}  // namespace mif::exchange
