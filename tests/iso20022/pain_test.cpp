// SPDX-License-Identifier: Apache-2.0
#include "pain.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace mif::bank_iso20022 {
namespace {

namespace fs = std::filesystem;

Order order(const std::string& ref, std::int64_t fen = 12345) { return {Day(2024, 3, 1), Fen(fen), ref, "6222000011", "990001", "示例市<第一>人民医院 & 分院", "102100099996", "基金结算"}; }

TEST(Pain001, EveryVersionIsValidAgainstItsSchema) {
  const fs::path schemas = fs::path(MIF_SOURCE_DIR) / "../shared/data/bank/xsd";
  if (!fs::exists(schemas)) GTEST_SKIP() << "no schemas at " << schemas;
  const fs::path folder = fs::temp_directory_path() / ("pain_test." + std::to_string(::getpid()));
  fs::create_directories(folder);
  Order other = order("R3");
  other.day = Day(2024, 3, 2);
  other.purpose.clear();
  other.payee_bank_no.clear();
  for (const int version : {3, 9, 12}) {
    const fs::path file = folder / "order.xml";
    std::ofstream(file) << write_pain001({version, "M1", "示例省医保中心", "示例省医保基金", version == 9 ? "" : "102100099996", "2024-03-01T08:00:00"}, {order("R1"), order("R2"), other});
    const std::string schema = (schemas / ("pain.001.001." + std::string(version < 10 ? "0" : "") + std::to_string(version) + ".xsd")).string();
    EXPECT_EQ(std::system(("xmllint --nonet --noout --schema " + schema + " " + file.string() + " 2>&1").c_str()), 0) << version;
  }
  fs::remove_all(folder);
}

TEST(Pain001, SumsAndGroups) {
  Order other = order("R3", 1);
  other.payer_account = "7";
  const std::string xml = write_pain001({9, "M1", "i", "p", "", "2024-03-01T08:00:00"}, {order("R1", 100), order("R2", 250), other});
  EXPECT_NE(xml.find("<NbOfTxs>3</NbOfTxs><CtrlSum>3.51</CtrlSum>"), std::string::npos) << xml;
  EXPECT_NE(xml.find("<NbOfTxs>2</NbOfTxs><CtrlSum>3.50</CtrlSum>"), std::string::npos) << xml;
  EXPECT_NE(xml.find("<PmtInfId>M1-2</PmtInfId>"), std::string::npos);
  EXPECT_NE(xml.find("示例市&lt;第一&gt;人民医院 &amp; 分院"), std::string::npos);
}

TEST(Pain001, NothingIsCut) {
  EXPECT_EQ(refusal_of(order("R")), "");
  Order o = order(std::string(36, 'r'));
  EXPECT_NE(refusal_of(o).find("35"), std::string::npos);
  o = order("R");
  for (int i = 0; i < 140; ++i) o.purpose += "医";
  EXPECT_NE(refusal_of(o), "");
  o.purpose.erase(0, std::string("基金结算").size());
  EXPECT_EQ(refusal_of(o), "") << "140 characters, not bytes";
  o = order("R", 0);
  EXPECT_NE(refusal_of(o), "");
  o = order("R");
  o.payee_name = "a\nb";
  EXPECT_NE(refusal_of(o), "");
  o = order("");
  EXPECT_NE(refusal_of(o), "");
}

std::string report(const std::string& group_word, const std::string& rest) {
  return "<Document><CstmrPmtStsRpt><GrpHdr><MsgId>B</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId>" + (group_word.empty() ? "" : "<GrpSts>" + group_word + "</GrpSts>") + "</OrgnlGrpInfAndSts>" + rest +
         "</CstmrPmtStsRpt></Document>";
}
std::string group(const std::string& word, const std::string& rows = "") { return "<OrgnlPmtInfAndSts><OrgnlPmtInfId>M1-1</OrgnlPmtInfId>" + (word.empty() ? "" : "<PmtInfSts>" + word + "</PmtInfSts>") + rows + "</OrgnlPmtInfAndSts>"; }
std::string row(const std::string& ref, const std::string& word, const std::string& more = "") {
  return "<TxInfAndSts><OrgnlInstrId>i</OrgnlInstrId><OrgnlEndToEndId>" + ref + "</OrgnlEndToEndId><TxSts>" + word + "</TxSts>" + more + "</TxInfAndSts>";
}
Outcome said(const std::string& xml, const std::string& ref = "R1") {
  StatusReport r;
  EXPECT_EQ(read_pain002(xml, r), "");
  EXPECT_EQ(r.message_id, "M1");
  return outcome_of(r, "M1-1", ref);
}

TEST(Pain002, Words) {
  const std::pair<const char*, int> words[] = {{"RCVD", MIF_PAY_ACCEPTED}, {"ACTC", MIF_PAY_ACCEPTED},   {"ACCP", MIF_PAY_ACCEPTED}, {"PDNG", MIF_PAY_PROCESSING}, {"ACSP", MIF_PAY_PROCESSING}, {"ACWC", MIF_PAY_PROCESSING},
                                               {"ACSC", MIF_PAY_DONE},     {"ACCC", MIF_PAY_DONE},       {"RJCT", MIF_PAY_REFUSED},  {"CANC", MIF_PAY_REFUSED},    {"RVNM", MIF_PAY_UNKNOWN},    {"PART", MIF_PAY_UNKNOWN}};
  for (const auto& [word, outcome] : words) EXPECT_EQ(said(report("", group("", row("R1", word)))).outcome, outcome) << word;
}

TEST(Pain002, ARowSaysTheMost) {
  const Outcome o = said(report("ACTC", group("PART", row("R2", "ACSC") + row("R1", "RJCT", "<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>账号不对</AddtlInf></StsRsnInf><AcctSvcrRef>B7</AcctSvcrRef><OrgnlTxRef><Amt><InstdAmt Ccy=\"CNY\">123.45</InstdAmt></Amt></OrgnlTxRef>"))));
  EXPECT_EQ(o.outcome, MIF_PAY_REFUSED);
  EXPECT_EQ(o.word, "RJCT");
  EXPECT_EQ(o.reason, "AC01 账号不对");
  EXPECT_EQ(o.bank_ref, "B7");
  EXPECT_EQ(o.amount, "123.45");
  EXPECT_EQ(said(report("", group("", row("R1", "ACSC") + row("R1", "RJCT")))).outcome, MIF_PAY_UNKNOWN) << "told twice, not alike";
}

TEST(Pain002, AWordForAllSpeaksOnlyWhenItEndsAll) {
  for (const std::string word : {"RJCT", "ACSC", "ACCC"}) {
    EXPECT_EQ(said(report(word, "")).outcome, outcome_of_word(word)) << word;
    EXPECT_EQ(said(report("", group(word))).outcome, outcome_of_word(word)) << word;
  }
  for (const std::string word : {"ACTC", "ACCP", "ACSP", "PDNG", "CANC", "PART", "RVMC"}) {
    EXPECT_EQ(said(report(word, "")).outcome, MIF_PAY_UNKNOWN) << word;
    EXPECT_EQ(said(report("", group(word))).outcome, MIF_PAY_UNKNOWN) << word;
  }
  EXPECT_EQ(said(report("RJCT", group("", row("R2", "RJCT")))).outcome, MIF_PAY_UNKNOWN) << "rows are named and this is none of them";
  EXPECT_EQ(said(report("", group("RJCT", row("R2", "RJCT")))).outcome, MIF_PAY_UNKNOWN);
  EXPECT_EQ(said(report("RJCT", "<OrgnlPmtInfAndSts><OrgnlPmtInfId>M1-2</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts></OrgnlPmtInfAndSts>")).outcome, MIF_PAY_UNKNOWN) << "said of another group";
}

TEST(Pain002, WhatIsNotWholeIsNotRead) {
  StatusReport r;
  const std::string whole = report("RJCT", "");
  EXPECT_NE(read_pain002(whole.substr(0, whole.size() - 5), r), "");
  EXPECT_NE(read_pain002("<Document/>", r), "");
  EXPECT_NE(read_pain002("", r), "");
  EXPECT_NE(read_pain002("<!DOCTYPE a>" + whole, r), "");
}

}  // namespace
}  // namespace mif::bank_iso20022
