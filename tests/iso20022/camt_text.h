// SPDX-License-Identifier: Apache-2.0
// Small camt messages made by hand.
#pragma once
#include <string>

namespace mif::bank_iso20022::testing {

inline std::string message(const std::string& statements, const std::string& prolog = R"(<?xml version="1.0" encoding="UTF-8"?>)") {
  return prolog + R"(<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>)" + statements + "</BkToCstmrStmt></Document>";
}
inline std::string balance(const std::string& code, const std::string& amount, const std::string& sign = "CRDT", const std::string& currency = "CNY") {
  return "<Bal><Tp><CdOrPrtry><Cd>" + code + "</Cd></CdOrPrtry></Tp><Amt Ccy=\"" + currency + "\">" + amount + "</Amt>" + (sign.empty() ? "" : "<CdtDbtInd>" + sign + "</CdtDbtInd>") + "<Dt><Dt>2024-03-01</Dt></Dt></Bal>";
}
inline std::string statement(const std::string& body, const std::string& account = "<Othr><Id>6222000011</Id></Othr>") {
  return "<Stmt><Id>S1</Id><ElctrncSeqNb>7</ElctrncSeqNb><Acct><Id>" + account + "</Id><Ccy>CNY</Ccy></Acct>" + body + "</Stmt>";
}
inline std::string entry(const std::string& amount, const std::string& sign, const std::string& more = "<Sts>BOOK</Sts>", const std::string& currency = "CNY") {
  return "<Ntry><Amt Ccy=\"" + currency + "\">" + amount + "</Amt>" + (sign.empty() ? "" : "<CdtDbtInd>" + sign + "</CdtDbtInd>") + more + "</Ntry>";
}
inline std::string details(const std::string& transactions) { return "<NtryDtls>" + transactions + "</NtryDtls>"; }
inline std::string transaction(const std::string& inside) { return "<TxDtls>" + inside + "</TxDtls>"; }

}  // namespace mif::bank_iso20022::testing
