// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generate.h"
#include "rule_files.h"

namespace mif::exchange {
namespace {

using ::testing::HasSubstr;
using namespace mif::exchange::testing;

const RuleSet& employee() {
  static const RuleSet rules = shipped_rules("employee");
  return rules;
}

const std::string kSettlement =
    R"({"book":"990000-310","batch":"b","period":"2023-06","mode":"1","insutype":"310","fund_pay_type":"310100","bank_account":"A1","institution":"H1",)"
    R"("institution_name":"医院","payee_account":"P1","payee_name":"医院","payee_bank_no":"9","inpatient":"100.00","account_outpatient":"20.50","amount":"120.50"})";

std::string changed(std::string payload, const std::string& from, const std::string& to) {
  const auto at = payload.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return payload.replace(at, from.size(), to);
}

std::string held(const std::string& payload, const std::string& type = "institution-settlement") {
  try {
    map_document(employee(), document(type, payload));
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_INVALID);
    return e.what();
  }
  return "mapped";
}

std::string printed(const Mapped& m) {
  std::string text = m.draft.word + " " + m.draft.flow + " " + m.draft.summary + "\n";
  for (const auto& l : m.draft.lines) text += (l.side == MIF_DEBIT ? "D " : "C ") + l.account + " " + l.fen.plain() + " " + l.aux + " " + l.summary + "\n";
  if (m.payable) text += m.payable->payer_account + ">" + m.payable->payee_account + " " + m.payable->fen.plain() + " " + m.payable->payee_name + " " + m.payable->purpose;
  return text;
}

TEST(Mapping, AnInstitutionSettlementBecomesOneBalancedPaymentVoucher) {
  const Mapped m = map_document(employee(), document("institution-settlement", kSettlement));
  EXPECT_EQ(printed(m),
            "付 voucher-payment 2023-06 医疗机构月结 医院\n"
            "D 50010101 100.00 counterparty=H1;fund_pay_type=310100;insutype=310;mode=1 2023-06 医疗机构月结 医院\n"
            "D 50010202 20.50 counterparty=H1;fund_pay_type=310100;insutype=310;mode=1 2023-06 医疗机构月结 医院\n"
            "C 1004 120.50 bank_account=A1 2023-06 医疗机构月结 医院\n"
            "A1>P1 120.50 医院 2023-06 月结 K1");
  EXPECT_EQ(m.rule, "employee 2026.1 institution-settlement/1");
}

TEST(Mapping, IsPureTheSameDocumentGivesTheSameDraftWhateverCameBetween) {
  const Document d = document("institution-settlement", kSettlement);
  const std::string first = printed(map_document(employee(), d));
  held(changed(kSettlement, "\"mode\":\"1\"", "\"mode\":\"9\""));
  EXPECT_EQ(printed(map_document(employee(), d)), first);
}

TEST(Mapping, WhatDoesNotFollowTheStandardIsHeldWithItsReason) {
  EXPECT_THAT(held(changed(kSettlement, "\"insutype\":\"310\"", "\"insutype\":\"999\"")), HasSubstr("999"));
  EXPECT_THAT(held(changed(kSettlement, "120.50\"}", "120.51\"}")), HasSubstr("120.51"));
  EXPECT_THAT(held(changed(kSettlement, "\"institution\":\"H1\",", "")), HasSubstr("institution"));
  EXPECT_THAT(held(changed(kSettlement, "\"batch\":", "\"bacth\":")), HasSubstr("bacth"));
  EXPECT_THAT(held(changed(kSettlement, "\"payee_account\":\"P1\"", "\"payee_account\":\"\"")), HasSubstr("payee_account"));
  EXPECT_THAT(held(changed(kSettlement, "\"100.00\"", "\"-100.00\"")), HasSubstr("-100.00"));
  EXPECT_THAT(held(kSettlement, "no-such-type"), HasSubstr("no-such-type"));
  EXPECT_THAT(held(changed(kSettlement, "\"book\":\"990000-310\"", "\"book\":\"990000-310\",\"scheme\":\"390\"")), HasSubstr("390"));
  EXPECT_THAT(held(changed(kSettlement, "\"institution\":\"H1\"", "\"institution\":\"H1;insutype=510\"")), HasSubstr("counterparty"));
}

TEST(Mapping, HostileAmountsAreHeldNeverRoundedOrWrapped) {
  for (const char* amount : {"1e3", "1.234", "0x10", "９９.００", "", " 1.00", "1.", "99999999999999999999.00", "--1.00", "1.00-", "NaN"})
    EXPECT_NE(held(changed(kSettlement, "\"100.00\"", "\"" + std::string(amount) + "\"")), "mapped") << amount;
  // parts that overflow together
  EXPECT_NE(held(changed(changed(kSettlement, "\"100.00\"", "\"92233720368547758.07\""), "\"20.50\"", "\"92233720368547758.07\"")), "mapped");
  EXPECT_THAT(held(changed(kSettlement, "\"100.00\"", "100.00")), HasSubstr("inpatient"));
}

TEST(Mapping, AReversalIsARedEntryOnTheSameSide) {
  const Mapped m = map_document(employee(), document("treasury-collection", R"({"book":"b","period":"2023-06","mode":"1","pool_current":"-5.00","amount":"-5.00"})"));
  ASSERT_EQ(m.draft.lines.size(), 2u);
  EXPECT_EQ(m.draft.lines[0].side, MIF_DEBIT);
  EXPECT_EQ(m.draft.lines[0].fen.plain(), "-5.00");
  EXPECT_EQ(m.draft.lines[1].side, MIF_CREDIT);
}

TEST(Mapping, TheYearOfTheOriginalDecidesTheAccountOfARecovery) {
  const std::string payload = R"({"book":"b","mode":"1","original_year":"current","bank_kind":"1003","bank_account":"A","inpatient":"5.00","amount":"5.00"})";
  EXPECT_EQ(map_document(employee(), document("benefit-recovery", payload)).draft.lines[1].account, "50010101");
  EXPECT_EQ(map_document(employee(), document("benefit-recovery", changed(payload, "current", "prior"))).draft.lines[1].account, "450101");
}

TEST(Mapping, TheRuleValidOnTheDocumentsDayIsTaken) {
  const std::string rule = " word 收 flow f summary s\n line { side debit account 1 amount amount }\n line { side credit account 2 amount amount } }\n";
  const RuleSet rules = parse_rules("rules { name t chart c scheme 310 version 1 }\ndocument d { name D\n rule { valid-from 2018-01-01 valid-to 2022-12-31" + rule +
                                    " rule { valid-from 2023-01-01" + rule + "}\n");
  const auto rule_on = [&](Day day) { return map_document(rules, document("d", R"({"amount":"1.00"})", day)).rule; };
  EXPECT_EQ(rule_on(Day(2022, 12, 31)), "t 1 d/1");
  EXPECT_EQ(rule_on(Day(2023, 1, 1)), "t 1 d/2");
  EXPECT_THROW(rule_on(Day(2017, 12, 31)), Error);
}

// Every document mif-datagen writes for the demonstration is either mapped to a balanced draft or wrong on purpose.
TEST(Mapping, AllDocumentsOfTheDemonstrationMapToBalancedDrafts) {
  const std::string figures = MIF_SOURCE_DIR "/config/demo-province/figures/";
  const auto exchange = datagen::generate({datagen::read_figures(figures + "employee-2023-06.info"), datagen::read_figures(figures + "resident-2023.info"), datagen::read_figures(figures + "closed-pool-2023-06.info")}, 1);
  const RuleSet resident = shipped_rules("resident");
  std::size_t mapped = 0, closed = 0;
  for (const auto& from : exchange.documents) {
    const Document d = document(from.type, from.payload, from.day);
    if (from.expect == "held") {
      EXPECT_THROW(map_document(from.scheme == "310" ? employee() : resident, d), Error) << from.doc_no;
      continue;
    }
    const Mapped m = map_document(from.scheme == "310" ? employee() : resident, d);
    Fen balance;
    const bool of_closed_pool = from.payload.find("\"pool_kind\":\"2\"") != std::string::npos;
    closed += of_closed_pool;
    for (const auto& l : m.draft.lines) {
      balance += l.fen * l.side;
      // Every line of income or expense says which pool it is of, when the document does.
      EXPECT_EQ(l.aux.find("pool=2") != std::string::npos, of_closed_pool && (l.account[0] == '4' || l.account[0] == '5')) << from.doc_no << " " << l.account;
    }
    ASSERT_EQ(balance, Fen()) << from.doc_no;
    ASSERT_EQ(m.amount, from.amount) << from.doc_no;
    ++mapped;
  }
  EXPECT_GT(mapped, 2500u);
  EXPECT_GT(closed, 40u);
}

}  // namespace
}  // namespace mif::exchange
