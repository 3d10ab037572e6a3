// SPDX-License-Identifier: Apache-2.0
// Documents that share a voucher: gathered, told apart again, corrected, and never lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "home.h"
#include "mif/svc/ledger.h"

namespace mif::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using exchange::testing::Home;

// Hospital settlements share a voucher per institution and day, subsidies one per batch.
void gather(Home& home) {
  home.replace_in("templates/vouchers/employee.info", "summary \"{period} 医疗机构月结 {institution_name}\"", "gather institution-day\n    summary \"{period} 医疗机构月结 {institution_name}\"");
  home.replace_in("templates/vouchers/employee.info", "summary \"财政补助 {period} {payer}\"", "gather batch\n    summary \"财政补助 {period} {payer}\"");
}

void settlement(Home& home, const std::string& key, const std::string& institution, const std::string& amount, const std::string& day = "20230612", int version = 1) {
  home.put(key, "institution-settlement",
           "\"mode\":\"1\",\"insutype\":\"310\",\"fund_pay_type\":\"310100\",\"bank_account\":\"9900001004001\",\"institution\":\"" + institution +
               "\",\"institution_name\":\"医院\",\"payee_account\":\"P" + institution + "\",\"payee_name\":\"医院\",\"payee_bank_no\":\"9\",\"inpatient\":\"" + amount + "\"",
           amount, day, version);
}

std::string key_of(const std::string& institution, const std::string& day = "20230612") { return "demo/institution-settlement/1/990000-310/" + day + "/" + institution; }

std::vector<std::string> lines_of(Home& home, const std::string& source_key) {
  std::vector<std::string> lines;
  service::Deployment& d = home.deployment();
  d.database().read([&](store::Txn& txn) {
    for (const auto& v : d.ledger().vouchers(txn, {}))
      if (v.source_key == source_key)
        for (const auto& l : d.ledger().voucher(txn, v.id).lines) lines.push_back((l.side == MIF_DEBIT ? "D " : "C ") + l.account + " " + l.fen.plain());
  });
  return lines;
}

class Gather : public ::testing::Test {
 protected:
  void SetUp() override { gather(home); }
  void expect_sound() {
    const auto found = home.job("exchange verify");
    EXPECT_TRUE(found.has("\"exit\":0")) << found.text;
    EXPECT_TRUE(home.job("exchange status").has("\"exit\":0"));
  }
  Home home;
};

TEST_F(Gather, DocumentsOfOneInstitutionAndDayShareAVoucherAndAPayable) {
  settlement(home, "A1", "H1", "100.00");
  settlement(home, "A2", "H2", "7.00");
  settlement(home, "A3", "H1", "20.50");
  settlement(home, "A4", "H1", "1.00", "20230613");
  const auto pulled = home.job("exchange pull");
  EXPECT_TRUE(pulled.has("\"drafted\":4")) << pulled.text;
  EXPECT_THAT(lines_of(home, key_of("H1") + "#1"), ElementsAre("D 50010101 120.50", "C 1004 120.50"));
  EXPECT_THAT(lines_of(home, key_of("H2") + "#1"), ElementsAre("D 50010101 7.00", "C 1004 7.00"));
  EXPECT_THAT(home.payables(), ElementsAre(key_of("H1") + "#1 120.50 9900001004001>PH1", key_of("H2") + "#1 7.00 9900001004001>PH2", key_of("H1", "20230613") + "#1 1.00 9900001004001>PH1"));
  expect_sound();
  // Both ways: the voucher of a document, the documents of a voucher.
  const std::string one = home.get("/documents/A3");
  const auto at = one.find("\"voucherId\":");
  ASSERT_NE(at, std::string::npos) << one;
  const std::string voucher = one.substr(at + 12, one.find(',', at) - at - 12);
  EXPECT_NE(voucher, "0");
  const std::string members = home.get("/documents", "voucher=" + voucher);
  EXPECT_THAT(members, HasSubstr("\"A1\""));
  EXPECT_THAT(members, HasSubstr("\"A3\""));
  EXPECT_THAT(members, Not(HasSubstr("\"A2\"")));
}

TEST_F(Gather, EachDocumentIsToldWhatBecameOfTheSharedVoucher) {
  settlement(home, "A1", "H1", "100.00");
  settlement(home, "A2", "H1", "20.00");
  home.put("S1", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"1\",\"province\":\"3.00\"", "3.00", "20230611");
  home.put("S2", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"1\",\"province\":\"4.00\"", "4.00", "20230614");
  home.job("exchange pull");
  home.job("exchange ack");
  EXPECT_EQ(home.value("select group_concat(doc_no || '=' || state) from (select * from ex_status order by seq)"), "A1=drafted,A2=drafted,S1=drafted,S2=drafted");
  home.review_all();
  home.job("exchange ack");
  EXPECT_EQ(home.value("select group_concat(doc_no || '=' || state || ' ' || voucher) from (select * from ex_status order by seq)"),
            "A1=drafted ,A2=drafted ,S1=posted 2023-06 收-1,S2=posted 2023-06 收-1");  // a payment waits for the bank
  EXPECT_EQ(home.value("select count(*) from ex_status"), "4");
  EXPECT_THAT(lines_of(home, "demo/subsidy/1/990000-310/202306/B1#1"), ElementsAre("D 1003 7.00", "C 410102 7.00"));
  expect_sound();
}

TEST_F(Gather, AMemberThatLeavesADraftHasItsVoucherMadeAgain) {
  settlement(home, "A1", "H1", "100.00");
  settlement(home, "A2", "H1", "20.00");
  home.job("exchange pull");
  home.withdraw("A1");
  settlement(home, "A2", "H1", "25.00", "20230612", 2);
  settlement(home, "A3", "H1", "3.00");
  home.job("exchange pull");
  EXPECT_EQ(home.voucher_state(key_of("H1") + "#1"), MIF_VOUCHER_VOID);
  EXPECT_THAT(lines_of(home, key_of("H1") + "#1.2"), ElementsAre("D 50010101 28.00", "C 1004 28.00"));
  EXPECT_EQ(home.document("A1"), "cancelled");
  EXPECT_EQ(home.document("A2", 1), "cancelled");
  EXPECT_THAT(home.payables(), ElementsAre(key_of("H1") + "#1.2 28.00 9900001004001>PH1"));
  expect_sound();
}

TEST_F(Gather, LaterDocumentsOfTheSameKeyMakeTheNextVoucher) {
  settlement(home, "A1", "H1", "100.00");
  home.job("exchange pull");
  settlement(home, "A2", "H1", "20.00");
  home.job("exchange pull");
  EXPECT_THAT(lines_of(home, key_of("H1") + "#1"), ElementsAre("D 50010101 100.00", "C 1004 100.00"));
  EXPECT_THAT(lines_of(home, key_of("H1") + "#2"), ElementsAre("D 50010101 20.00", "C 1004 20.00"));
  expect_sound();
}

TEST_F(Gather, AllMembersGoneMeansNoVoucher) {
  settlement(home, "A1", "H1", "100.00");
  home.withdraw("A1");
  home.job("exchange pull");
  EXPECT_THAT(home.payables(), IsEmpty());
  home.deployment().database().read([&](store::Txn& txn) { EXPECT_TRUE(home.deployment().ledger().vouchers(txn, {}).empty()); });
  expect_sound();
}

TEST_F(Gather, AGroupTheLedgerRefusesIsHeldWholeAndItsNeighboursAreDrafted) {
  home.replace_in("templates/vouchers/employee.info", "line { side debit  account 50010101  amount inpatient  aux \"@benefit-of\" }",
                  "line { side debit  account 50010101  amount inpatient  aux \"mode={region}\" }");
  settlement(home, "A1", "H1", "100.00");
  home.put("S1", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"1\",\"province\":\"3.00\"", "3.00");
  settlement(home, "A2", "H1", "20.00");
  home.job("exchange pull");
  EXPECT_EQ(home.document("A1"), "held");
  EXPECT_EQ(home.document("A2"), "held");
  EXPECT_NE(home.reason("A2"), "");
  EXPECT_THAT(lines_of(home, "demo/subsidy/1/990000-310/202306/B1#1"), ElementsAre("D 1003 3.00", "C 410102 3.00"));
  expect_sound();
  home.replace_in("templates/vouchers/employee.info", "aux \"mode={region}\" }", "aux \"@benefit-of\" }");
  EXPECT_TRUE(home.job("exchange retry").has("\"drafted\":2"));
  EXPECT_THAT(lines_of(home, key_of("H1") + "#2"), ElementsAre("D 50010101 120.00", "C 1004 120.00"));
  expect_sound();
}

TEST_F(Gather, ALaterVersionTakesItsShareOfAPostedVoucherBackInRed) {
  home.put("S1", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"1\",\"province\":\"3.00\"", "3.00");
  home.put("S2", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"1\",\"province\":\"4.00\"", "4.00");
  home.job("exchange pull");
  home.review_all();
  home.job("exchange ack");
  home.put("S1", "subsidy", "\"bank_account\":\"9900001003001\",\"subsidy_kind\":\"1\",\"province\":\"5.00\"", "5.00", "20230620", 2);
  home.job("exchange pull");
  EXPECT_EQ(home.document("S1", 1), "cancelled");
  EXPECT_THAT(lines_of(home, "demo/S1#1/reversal"), ElementsAre("D 1003 -3.00", "C 410102 -3.00"));
  EXPECT_THAT(lines_of(home, "demo/subsidy/1/990000-310/202306/B1#2"), ElementsAre("D 1003 5.00", "C 410102 5.00"));
  expect_sound();
  home.review_all();
  home.job("exchange ack");
  expect_sound();
  EXPECT_EQ(home.value("select group_concat(doc_no || '#' || version || '=' || state) from (select * from ex_status order by seq)"), "S1#1=cancelled,S2#1=posted,S1#2=posted");
}

TEST_F(Gather, APostedPaymentIsNotTakenBackByALaterVersion) {
  settlement(home, "A1", "H1", "100.00");
  home.job("exchange pull");
  home.review_all();
  settlement(home, "A1", "H1", "90.00", "20230613", 2);
  home.job("exchange pull");
  EXPECT_EQ(home.document("A1", 2), "rejected");
  EXPECT_THAT(home.reason("A1", 2), HasSubstr("冲销"));
  EXPECT_THAT(home.payables(), ElementsAre(key_of("H1") + "#1 100.00 9900001004001>PH1"));
  expect_sound();
}

TEST_F(Gather, VerificationFindsAMemberThatSaysSomethingElse) {
  settlement(home, "A1", "H1", "100.00");
  settlement(home, "A2", "H1", "20.00");
  home.job("exchange pull");
  const auto database = [&](const std::string& sql) { home.deployment().database().write([&](store::Txn& txn) { txn.execute(sql); }); };
  for (const char* sql : {"update x_exchange_document set amount_fen = amount_fen + 1 where doc_key = 'A1'", "update x_exchange_document set gathered_in = 0, voucher_id = 0, state = 'held' where doc_key = 'A2'",
                          "update x_exchange_group set group_documents = 3", "update x_exchange_payable set state = 'cancelled'"}) {
    database("create table keep_documents as select * from x_exchange_document");
    database("create table keep_groups as select * from x_exchange_group");
    database("create table keep_payables as select * from x_exchange_payable");
    database(sql);
    EXPECT_TRUE(home.job("exchange verify").has("\"exit\":3")) << sql;
    for (const char* table : {"document", "group", "payable"}) {
      database(std::string("delete from x_exchange_") + table);
      database(std::string("insert into x_exchange_") + table + " select * from keep_" + table + "s");
      database(std::string("drop table keep_") + table + "s");
    }
    expect_sound();
  }
}

void fill(Home& home) {
  for (int i = 0; i < 180; ++i) {
    const std::string key = "K" + std::to_string(i), amount = std::to_string(i + 1) + ".01";
    if (i % 3 == 0) home.individual(key, amount);
    else settlement(home, key, "H" + std::to_string(i % 7), amount, i % 40 == 1 ? "20230531" : i % 2 ? "20230612" : "20230613");
    if (i % 50 == 7) home.withdraw(key);
    if (i % 60 == 11) settlement(home, key, "H" + std::to_string(i % 7), "9.00", "20230613", 2);
  }
}

TEST(GatherInterrupted, APullThatIsKilledAnywhereContinuesToTheSameState) {
  Home reference(7);
  gather(reference);
  fill(reference);
  reference.job("exchange pull");
  const std::string expected = reference.state_hash();
  const auto owed = reference.payables();

  Home home(7);
  gather(home);
  fill(home);
  const int killed = home.killed_often("exchange pull", 30000, 12000);
  home.job("exchange pull");
  EXPECT_EQ(home.state_hash(), expected);
  EXPECT_EQ(home.payables(), owed);
  EXPECT_GT(killed, 0);
  EXPECT_TRUE(home.job("exchange verify").has("\"exit\":0"));
}

TEST(GatherInterrupted, TakenInPiecesOrAtOnceIsTheSame) {
  Home pieces(7), whole(1000);
  for (Home* h : {&pieces, &whole}) {
    gather(*h);
    fill(*h);
  }
  while (!pieces.job("exchange pull", "{\"limit\":\"10\"}").has("\"received\":0,\"amount\":\"0.00\",\"drafted\":0")) continue;
  whole.job("exchange pull");
  EXPECT_EQ(pieces.state_hash(), whole.state_hash());
  EXPECT_EQ(pieces.payables(), whole.payables());
}

}  // namespace
}  // namespace mif::exchange
