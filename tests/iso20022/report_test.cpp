// SPDX-License-Identifier: Apache-2.0
// What is asked for by camt.060, and what is not believed of what comes back.
#include "report.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "http_line.h"
#include "mif/error.hpp"

namespace mif::bank_iso20022 {
namespace {

namespace fs = std::filesystem;
const Wanted kWanted{"camt.053", "A1", Day(2023, 6, 1), Day(2023, 6, 30)};

TEST(Camt060, IsValidAndAsksForTheGenerationOfThePayments) {
  for (const auto& [version, own, theirs] : {std::tuple{3, "camt.060.001.03", "camt.053.001.02"}, {9, "camt.060.001.05", "camt.053.001.08"}, {12, "camt.060.001.07", "camt.053.001.12"}}) {
    const std::string xml = write_camt060({version, "Q1", "i", "示例省<医保>基金", "", "2024-03-01T08:00:00"}, kWanted);
    EXPECT_NE(xml.find(std::string(own) + "\""), std::string::npos) << xml;
    EXPECT_NE(xml.find("<ReqdMsgNmId>" + std::string(theirs) + "<"), std::string::npos);
    EXPECT_NE(xml.find("<FrDt>2023-06-01</FrDt><ToDt>2023-06-30</ToDt>"), std::string::npos);
    if (version != 9) continue;
    const fs::path schema = fs::path(MIF_SOURCE_DIR) / "../shared/data/bank/xsd/camt.060.001.05.xsd";
    if (!fs::exists(schema)) GTEST_SKIP() << "no schema at " << schema;
    const fs::path file = fs::temp_directory_path() / ("camt060." + std::to_string(::getpid()) + ".xml");
    std::ofstream(file) << xml;
    EXPECT_EQ(std::system(("xmllint --nonet --noout --schema " + schema.string() + " " + file.string() + " 2>&1").c_str()), 0);
    fs::remove(file);
  }
}

std::string bal(const std::string& code, const std::string& amount) { return "<Bal><Tp><CdOrPrtry><Cd>" + code + "</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">" + amount + "</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2023-06-30</Dt></Dt></Bal>"; }
std::string entry(const std::string& amount, const std::string& day = "2023-06-02", const std::string& status = "BOOK") {
  return "<Ntry><Amt Ccy=\"CNY\">" + amount + "</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>" + status + "</Sts><BookgDt><Dt>" + day + "</Dt></BookgDt></Ntry>";
}
std::string statement(const std::string& inside, const std::string& account = "A1") {
  return "<Stmt><Id>1</Id><Acct><Id><Othr><Id>" + account + "</Id></Othr></Id><Ccy>CNY</Ccy></Acct>" + inside + "</Stmt>";
}
std::string message(const std::string& inside) { return "<Document><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>" + inside + "</BkToCstmrStmt></Document>"; }
std::string why(const std::string& bytes) {
  try {
    read_report(bytes, kWanted);
    return "";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_UNAVAILABLE);
    return e.what();
  }
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(IsoReport, StatementsOfOneMessageFollowEachOther) {
  const Report report = read_report(message(statement(bal("OPBD", "1") + bal("CLBD", "3.50") + entry("2.5")) + statement(bal("OPBD", "7") + bal("CLBD", "9"), "OTHER") +
                                            statement(bal("OPBD", "3.50") + bal("CLBD", "4") + entry("0.50") + entry("9", "2023-06-03", "PDNG"))), kWanted);
  EXPECT_EQ(report.opening, Fen(100));
  EXPECT_EQ(report.closing, Fen(400));
  ASSERT_EQ(report.lines.size(), 2u) << "what is pending has not moved the balance";
  EXPECT_EQ(report.lines[1].balance, Fen(400));
}

TEST(IsoReport, WhatCannotBeBelievedIsRefusedWithItsReason) {
  const std::string both = bal("OPBD", "1") + bal("CLBD", "1");
  EXPECT_EQ(why(message(statement(both))), "");
  EXPECT_TRUE(has(why(message(statement(both, "A2"))), "A1")) << "another account";
  std::string dollars = message(statement(both));
  for (std::size_t at; (at = dollars.find("CNY")) != std::string::npos;) dollars.replace(at, 3, "USD");
  EXPECT_TRUE(has(why(dollars), "USD"));
  EXPECT_TRUE(has(why(message(statement(bal("OPBD", "1")))), "期末"));
  EXPECT_TRUE(has(why(message(statement(bal("CLBD", "1")))), "期初"));
  EXPECT_TRUE(has(why(message(statement(bal("OPBD", "1") + bal("CLBD", "1.001")))), "整分"));
  EXPECT_EQ(why(message(statement(bal("OPBD", "1") + bal("CLBD", "1.0000")))), "");
  EXPECT_TRUE(has(why(message(statement(both + entry("1", "2023-07-01")))), "2023-07-01"));
  EXPECT_TRUE(has(why(message(statement(both + "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>" + entry("1")))), "2 笔"));
  EXPECT_TRUE(has(why(message(statement(both + "<TxsSummry><TtlCdtNtries><Sum>2</Sum></TtlCdtNtries></TxsSummry>" + entry("1")))), "合计"));
  EXPECT_TRUE(has(why(message(statement(both) + statement(bal("OPBD", "2") + bal("CLBD", "2")))), "不符"));
  const std::string whole = message(statement(both));
  EXPECT_NE(why(whole.substr(0, whole.size() - 5)), "");
  EXPECT_NE(why("<Document><CstmrPmtStsRpt/></Document>"), "");
  EXPECT_NE(why(""), "");
}

TEST(IsoReport, WhoseAnswerItIs) {
  const std::string body = statement("<X/>").insert(6, "<FrToDt><FrDtTm>2023-06-01T00:00:00</FrDtTm><ToDtTm>2023-06-30T23:59:59</ToDtTm></FrToDt>");
  const ReportHead silent = report_head(message(body));
  EXPECT_EQ(silent.kind, "camt.053");
  EXPECT_EQ(silent.account, "A1");
  EXPECT_TRUE(answers(silent, kWanted, "Q1")) << "same account and days";
  Wanted other = kWanted;
  other.to = Day(2023, 6, 29);
  EXPECT_FALSE(answers(silent, other, "Q1"));
  const ReportHead named = report_head("<Document><BkToCstmrStmt><GrpHdr><OrgnlBizQry><MsgId>Q1</MsgId></OrgnlBizQry></GrpHdr>" + body + "</BkToCstmrStmt></Document>");
  EXPECT_TRUE(answers(named, other, "Q1"));
  EXPECT_FALSE(answers(named, kWanted, "Q2")) << "it says whose it is";
  other.kind = "camt.052";
  EXPECT_FALSE(answers(named, other, "Q1"));
}

TEST(IsoPlace, AnAddressIsPlainAndTlsIsPinned) {
  const std::string pin(64, 'a');
  EXPECT_EQ(read_place("https://bank.example:8443/iso", pin).endpoint.port, 8443);
  EXPECT_EQ(read_place("http://bank", "").path, "/");
  for (const char* bad : {"bank", "ftp://bank/", "http://u:p@bank/", "http://bank/?x=1", "http:///x", "http://bank:x/"}) EXPECT_THROW(read_place(bad, ""), Error) << bad;
  EXPECT_THROW(read_place("https://bank/", ""), Error) << "TLS without a pin trusts anybody";
  EXPECT_THROW(read_place("http://bank/", pin), Error) << "a pin without TLS protects nothing";
  EXPECT_THROW(read_place("https://bank/", "abc"), Error);
}

}  // namespace
}  // namespace mif::bank_iso20022
