// SPDX-License-Identifier: Apache-2.0
// Each odd thing a bank writes, as one small file.
#include <gtest/gtest.h>

#include "camt_text.h"
#include "collect.h"
#include "mif/sdk.hpp"

namespace mif::bank_iso20022 {
namespace {

using namespace testing;

// The only statement of a file that is told without trouble.
Statement only(const std::string& bytes) {
  const Told told = collect(bytes);
  for (const Trouble& t : told.troubles) ADD_FAILURE() << t.code << " " << t.what;
  EXPECT_EQ(told.statements.size(), 1u);
  EXPECT_TRUE(!told.statements.empty() && told.statements[0].closed);
  return told.statements.empty() ? Statement() : told.statements[0];
}
Entry only_entry(const std::string& ntry) {
  const Statement s = only(message(statement(ntry)));
  EXPECT_EQ(s.entries.size(), 1u);
  return s.entries.empty() ? Entry() : s.entries[0];
}

TEST(Camt, AStatementIsToldInOrder) {
  const Statement s = only(message(statement(balance("OPBD", "100.00") + balance("CLBD", "70.50") +
                                             "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>50.50</Sum></TtlNtries><TtlCdtNtries><Sum>10.50</Sum></TtlCdtNtries><TtlDbtNtries><Sum>40.00</Sum></TtlDbtNtries></TxsSummry>" +
                                             entry("10.50", "CRDT") + entry("40.00", "DBIT"))));
  EXPECT_EQ(s.account, "6222000011");
  EXPECT_EQ(s.currency, "CNY");
  EXPECT_EQ(s.id, "S1");
  EXPECT_EQ(s.number, "7");
  ASSERT_EQ(s.balances.size(), 2u);
  EXPECT_EQ(s.balances[0].kind, MIF_BALANCE_OPENING);
  EXPECT_EQ(s.balances[0].amount, "100");
  EXPECT_EQ(s.balances[0].day, 20240301);
  EXPECT_EQ(s.balances[1].kind, MIF_BALANCE_CLOSING);
  EXPECT_EQ(s.balances[1].amount, "70.5");
  ASSERT_EQ(s.entries.size(), 2u);
  EXPECT_EQ(s.entries[0].amount, "10.5");
  EXPECT_EQ(s.entries[1].amount, "-40");
  EXPECT_EQ(s.declared_entries, 2);
  EXPECT_EQ(s.sum, "50.5");
  EXPECT_EQ(s.credits, "10.5");
  EXPECT_EQ(s.debits, "40");
}

TEST(Camt, SeveralStatementsAccountsAndCurrenciesInOneFile) {
  const Told told = collect(message(statement(balance("OPBD", "1") + balance("CLBD", "1")) + statement(balance("PRCD", "2", "DBIT", "EUR") + entry("3", "CRDT", "", "EUR"), "<IBAN>DE00</IBAN>") + "<Stmt/>"));
  ASSERT_EQ(told.statements.size(), 3u);
  EXPECT_EQ(told.statements[0].entries.size(), 0u);
  EXPECT_TRUE(told.statements[0].closed);
  EXPECT_EQ(told.statements[1].account, "DE00");
  EXPECT_EQ(told.statements[1].currency, "EUR") << "the account's label says CNY, its money is EUR";
  EXPECT_NE(told.find("camt.currency"), nullptr);
  EXPECT_EQ(told.statements[1].balances[0].kind, MIF_BALANCE_OPENING) << "PRCD stands for OPBD";
  EXPECT_EQ(told.statements[1].balances[0].amount, "-2");
  EXPECT_EQ(told.statements[1].entries[0].status, MIF_ENTRY_BOOKED) << "no Sts";
  EXPECT_EQ(told.statements[2].account, "");
  EXPECT_TRUE(told.statements[2].closed);
}

TEST(Camt, KindsOfBalances) {
  const auto kinds = [](const std::string& balances) {
    std::string all;
    for (const Balance& b : only(message(statement(balances))).balances) all += std::to_string(b.kind);
    return all;
  };
  EXPECT_EQ(kinds(balance("OPBD", "1") + balance("PRCD", "2") + balance("CLBD", "3")), "162");
  EXPECT_EQ(kinds(balance("ITBD", "1")), "4");
  EXPECT_EQ(kinds(balance("ITBD", "1") + balance("ITBD", "2")), "34");
  EXPECT_EQ(kinds(balance("CLAV", "1") + balance("FWAV", "2") + balance("XPCD", "3")), "556");
  std::string page = balance("OPBD", "1") + balance("CLBD", "2");
  for (std::size_t at = 0; (at = page.find("</CdOrPrtry>", at)) != std::string::npos; at += 40) page.insert(at + 12, "<SubTp><Cd>INTM</Cd></SubTp>");
  EXPECT_EQ(kinds(page), "34");
}

TEST(Camt, ABalanceWithoutASignIsReadAsWritten) {
  const Told told = collect(message(statement(balance("OPBD", "-5.00", "") + balance("CLBD", "8", ""))));
  EXPECT_EQ(told.statements.at(0).balances[0].amount, "-5");
  EXPECT_EQ(told.statements.at(0).balances[1].amount, "8");
  ASSERT_NE(told.find("camt.balance-sign"), nullptr);
  EXPECT_EQ(told.find("camt.balance-sign")->level, MIF_TROUBLE_NOTE);
}

TEST(Camt, AmountsAreExact) {
  const Statement s = only(message(statement(balance("OPBD", "100.0000000000005") + balance("CLBD", "0.12345") + entry("0.050", "DBIT") + entry("00012.5", "CRDT") + entry("9223372036854775807", "CRDT") +
                                             entry("1.00000000000000000000000", "CRDT") + entry(".5", "CRDT"))));
  EXPECT_EQ(s.balances[0].amount, "100.0000000000005");
  EXPECT_EQ(s.balances[1].amount, "0.12345");
  EXPECT_EQ(s.entries[0].amount, "-0.05");
  EXPECT_EQ(s.entries[1].amount, "12.5");
  EXPECT_EQ(s.entries[2].amount, "9223372036854775807");
  EXPECT_EQ(s.entries[3].amount, "1");
  EXPECT_EQ(s.entries[4].amount, "0.5");
}

TEST(Camt, AnAmountThatCannotBeKeptIsToldAndNotGiven) {
  for (const std::string amount : {"9223372036854775808", "1,50", "1e3", "", "-", "1.2.3", "0.1234567890123456789"}) {
    const Told told = collect(message(statement(entry(amount, "CRDT"))));
    ASSERT_EQ(told.statements.at(0).entries.size(), 1u) << amount;
    EXPECT_EQ(told.statements[0].entries[0].amount, "") << amount;
    ASSERT_NE(told.find("camt.amount"), nullptr) << amount;
    EXPECT_EQ(told.find("camt.amount")->level, MIF_TROUBLE_WARNING);
  }
}

TEST(Camt, AReversalsSignIsItsEffect) {
  const Entry back = only_entry(entry("6.00", "DBIT", "<RvslInd>true</RvslInd><Sts>BOOK</Sts>"));
  EXPECT_EQ(back.amount, "-6");
  EXPECT_EQ(back.reversal, 1);
  EXPECT_EQ(only_entry(entry("6.00", "CRDT", "<RvslInd>false</RvslInd>")).reversal, 0);
  EXPECT_EQ(only_entry(entry("6.00", "CRDT", "<RvslInd>1</RvslInd>")).reversal, 1);
}

TEST(Camt, StatusOldAndNew) {
  EXPECT_EQ(only_entry(entry("1", "CRDT", "<Sts>PDNG</Sts>")).status, MIF_ENTRY_PENDING);
  EXPECT_EQ(only_entry(entry("1", "CRDT", "<Sts><Cd>PDNG</Cd></Sts>")).status, MIF_ENTRY_PENDING);
  EXPECT_EQ(only_entry(entry("1", "CRDT", "<Sts><Cd>BOOK</Cd></Sts>")).status, MIF_ENTRY_BOOKED);
  EXPECT_EQ(only_entry(entry("1", "CRDT", "<Sts>INFO</Sts>")).status, MIF_ENTRY_INFO);
  const Told told = collect(message(statement(entry("1", "CRDT", "<Sts>WHAT</Sts>"))));
  EXPECT_EQ(told.statements.at(0).entries.at(0).status, MIF_ENTRY_INFO) << "an unknown word moves no balance";
  EXPECT_NE(told.find("camt.status"), nullptr);
}

TEST(Camt, DaysAsDtOrDtTmOrAbsent) {
  EXPECT_EQ(only_entry(entry("1", "CRDT", "<BookgDt><Dt>2024-02-29</Dt></BookgDt><ValDt><DtTm>2024-03-01T23:59:59.999+08:00</DtTm></ValDt>")).value_day, 20240301);
  EXPECT_EQ(only_entry(entry("1", "CRDT", "<BookgDt><DtTm>2024-02-29T00:00:00</DtTm></BookgDt>")).day, 20240229);
  EXPECT_EQ(only_entry(entry("1", "CRDT", "<BookgDt><Dt>2024-02-29+08:00</Dt></BookgDt>")).day, 20240229);
  EXPECT_EQ(only_entry(entry("1", "CRDT", "<BookgDt><Dt>20240229</Dt></BookgDt>")).day, 20240229);
  EXPECT_EQ(only_entry(entry("1", "CRDT", "")).day, 0);
  const Told told = collect(message(statement(entry("1", "CRDT", "<BookgDt><Dt>2023-02-30</Dt></BookgDt>"))));
  EXPECT_EQ(told.statements.at(0).entries.at(0).day, 0);
  EXPECT_NE(told.find("camt.day"), nullptr);
}

TEST(Camt, OneTransactionSpeaksForItsEntry) {
  const std::string parties = "<RltdPties><Dbtr><Nm>甲医院</Nm></Dbtr><DbtrAcct><Id><Othr><Id>111</Id></Othr></Id></DbtrAcct><Cdtr><Pty><Nm>乙局</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>DE22</IBAN></Id></CdtrAcct></RltdPties>";
  const auto with = [&](const std::string& sign, const std::string& more) {
    return only_entry(entry("5.00", sign,
                            more + "<AcctSvcrRef>B1</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>" +
                                details(transaction("<Refs><InstrId>I1</InstrId><EndToEndId>E1</EndToEndId></Refs>" + parties + "<RmtInf><Ustrd>款</Ustrd><Ustrd>二</Ustrd></RmtInf>")) + "<AddtlNtryInf>补充</AddtlNtryInf>"));
  };
  const Entry in = with("CRDT", "");
  EXPECT_EQ(in.bank_ref, "B1");
  EXPECT_EQ(in.client_ref, "E1");
  EXPECT_EQ(in.counter_name, "甲医院");
  EXPECT_EQ(in.counter_account, "111");
  EXPECT_EQ(in.text, "款 二 补充");
  EXPECT_EQ(in.code, "PMNT/RCDT/ESCT");
  EXPECT_EQ(in.details, 1);
  EXPECT_EQ(in.details_sum, "") << "no amount in the transaction";
  EXPECT_EQ(with("DBIT", "").counter_name, "乙局") << "v8 names a party one level deeper";
  EXPECT_EQ(with("DBIT", "").counter_account, "DE22");
  EXPECT_EQ(with("DBIT", "<RvslInd>true</RvslInd>").counter_name, "甲医院") << "roles are those of the payment taken back";
}

TEST(Camt, TheCounterpartyIsNeverTheAccountItself) {
  const std::string parties = "<RltdPties><Dbtr><Nm>我</Nm></Dbtr><DbtrAcct><Id><Othr><Id>6222000011</Id></Othr></Id></DbtrAcct><Cdtr><Nm>他</Nm></Cdtr><CdtrAcct><Id><Othr><Id>9</Id></Othr></Id></CdtrAcct></RltdPties>";
  EXPECT_EQ(only_entry(entry("5", "CRDT", "<NtryDtls>" + transaction(parties) + "</NtryDtls>")).counter_name, "他");
}

TEST(Camt, ReferencesThatSayNothingAreNone) {
  const auto ref = [](const std::string& refs, const std::string& more = "") { return only_entry(entry("1", "CRDT", more + details(transaction("<Refs>" + refs + "</Refs>")))); };
  EXPECT_EQ(ref("<EndToEndId>NOTPROVIDED</EndToEndId><InstrId>I9</InstrId>").client_ref, "I9");
  EXPECT_EQ(ref("<EndToEndId>NOTPROVIDED</EndToEndId>").client_ref, "");
  EXPECT_EQ(ref("<AcctSvcrRef>T1</AcctSvcrRef>").bank_ref, "T1");
  EXPECT_EQ(ref("", "<NtryRef>1</NtryRef>").bank_ref, "") << "a number within the statement is no reference of the bank's";
  EXPECT_EQ(ref("", "<NtryRef>1</NtryRef>").client_ref, "1");
}

TEST(Camt, ABatchIsOneEntry) {
  const Entry e = only_entry(entry("99.50", "DBIT",
                                   "<NtryDtls><Btch><PmtInfId>P7</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>" + transaction("<Refs><EndToEndId>A</EndToEndId></Refs><Amt Ccy=\"CNY\">60.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>") +
                                       transaction("<AmtDtls><TxAmt><Amt Ccy=\"CNY\">40.00</Amt></TxAmt></AmtDtls>") + "</NtryDtls>"));
  EXPECT_EQ(e.amount, "-99.5");
  EXPECT_EQ(e.details, 2);
  EXPECT_EQ(e.details_sum, "-100") << "charges make the difference";
  EXPECT_EQ(e.client_ref, "P7");
  EXPECT_EQ(e.counter_name, "");
  const Entry told = only_entry(entry("7", "CRDT", "<NtryDtls><Btch><NbOfTxs>30</NbOfTxs><TtlAmt Ccy=\"CNY\">7.00</TtlAmt></Btch></NtryDtls>"));
  EXPECT_EQ(told.details, 30);
  EXPECT_EQ(told.details_sum, "7");
  const Entry foreign = only_entry(entry("7", "CRDT", details(transaction("<Amt Ccy=\"USD\">1.00</Amt>"))));
  EXPECT_EQ(foreign.details_sum, "") << "another currency says nothing of the account's";
}

TEST(Camt, AnEntryWithoutASign) {
  EXPECT_EQ(only_entry(entry("5", "", details(transaction("<CdtDbtInd>DBIT</CdtDbtInd>")))).amount, "-5");
  const Told told = collect(message(statement(entry("5", "") + entry("-5", "DBIT") + entry("5", "OUT"))));
  EXPECT_EQ(told.statements.at(0).entries.at(0).amount, "5");
  EXPECT_NE(told.find("camt.entry-sign"), nullptr);
  EXPECT_EQ(told.statements[0].entries.at(1).amount, "-5") << "a debit marked twice is a debit";
  EXPECT_NE(told.find("camt.negative-amount"), nullptr);
  EXPECT_NE(told.find("camt.sign-word"), nullptr);
}

TEST(Camt, PrefixesEnvelopesAndOtherMessages) {
  const Told told = collect("<e:Env xmlns:e='x' xmlns:n='y'><h/><n:Document><n:BkToCstmrAcctRpt><n:Rpt><n:Acct><n:Id><n:IBAN>A</n:IBAN></n:Id></n:Acct><n:Ntry><n:Amt Ccy='EUR'>1</n:Amt><n:CdtDbtInd>DBIT</n:CdtDbtInd></n:Ntry></n:Rpt></n:BkToCstmrAcctRpt></n:Document></e:Env>", {"camt.053", "", 3});
  ASSERT_EQ(told.statements.size(), 1u);
  EXPECT_EQ(told.statements[0].account, "A");
  EXPECT_EQ(told.statements[0].currency, "EUR");
  EXPECT_EQ(told.statements[0].entries.at(0).amount, "-1");
  EXPECT_NE(told.find("camt.other-kind"), nullptr);
  const Told other = collect("<Document><CstmrPmtStsRpt/></Document>");
  EXPECT_TRUE(other.broken());
  EXPECT_NE(other.find("camt.not-camt"), nullptr);
}

TEST(Camt, BytesOneByOneSayTheSame) {
  const std::string file = message(statement(balance("OPBD", "1") + entry("2", "CRDT", details(transaction("<RmtInf><Ustrd>一&amp;二<![CDATA[<三>]]></Ustrd></RmtInf>")))));
  for (const std::size_t chunk : {1, 2, 7, 100000}) EXPECT_EQ(collect(file, {"", "", chunk}).statements.at(0).entries.at(0).text, "一&二<三>") << chunk;
}

TEST(Camt, EnoughIsEnough) {
  const Told told = collect(message(statement(entry("1", "CRDT") + entry("2", "CRDT") + entry("3", "CRDT"))) + "garbage", {"", "", 1 << 18, 2});
  EXPECT_EQ(told.statements.at(0).entries.size(), 2u);
  EXPECT_TRUE(told.troubles.empty());
}

TEST(Camt, Sniffing) {
  std::string format;
  EXPECT_GE(sniff_camt(message(""), format), 90);
  EXPECT_EQ(format, "camt.053");
  EXPECT_GE(sniff_camt("\xEF\xBB\xBF<x:Document><x:BkToCstmrDbtCdtNtfctn>", format), 90);
  EXPECT_EQ(format, "camt.054");
  std::string wide;
  for (const char c : std::string("<Document><BkToCstmrAcctRpt>")) wide += {c, '\0'};
  EXPECT_GE(sniff_camt("\xFF\xFE" + wide, format), 90);
  EXPECT_EQ(format, "camt.052");
  for (const std::string no : {"", ":20:X", "<OFX>", "BkToCstmrStmt", "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.03\">"}) EXPECT_EQ(sniff_camt(no, format), 0) << no;
}

}  // namespace
}  // namespace mif::bank_iso20022
