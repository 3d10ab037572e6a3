// SPDX-License-Identifier: Apache-2.0
#include "iso.h"
#include "mif/error.hpp"

namespace mif::banksim {

namespace {

Tree amount(Fen fen) {
  Tree tree((fen < Fen(0) ? -fen : fen).plain());
  tree.put("<xmlattr>.Ccy", "CNY");
  return tree;
}
const char* sign(Fen fen) { return fen < Fen(0) ? "DBIT" : "CRDT"; }

Tree balance(const char* code, Fen fen, Day day) {
  Tree b;
  b.put("Tp.CdOrPrtry.Cd", code);
  b.add_child("Amt", amount(fen));
  b.put("CdtDbtInd", sign(fen));
  b.put("Dt.Dt", day.iso());
  return b;
}

// From .08 on a status is a choice and a party stands one floor deeper.
Tree entry(const Entry& e, const std::string& account, bool newer) {
  const bool debit = e.amount < Fen(0), back = !debit && e.text.rfind("退汇", 0) == 0;
  Tree n;
  n.add_child("Amt", amount(e.amount));
  n.put("CdtDbtInd", sign(e.amount));
  n.put(newer ? "Sts.Cd" : "Sts", "BOOK");
  n.put("BookgDt.Dt", e.day.iso());
  n.put("ValDt.Dt", e.day.iso());
  n.put("AcctSvcrRef", "I" + std::to_string(1000000000 + e.id));
  n.put("BkTxCd.Domn.Cd", "PMNT");
  n.put("BkTxCd.Domn.Fmly.Cd", debit ? "ICDT" : "RCDT");
  n.put("BkTxCd.Domn.Fmly.SubFmlyCd", back ? "RRTN" : "ESCT");
  Tree tx;
  tx.put("Refs.AcctSvcrRef", e.serial);
  tx.put("Refs.EndToEndId", e.ref.empty() ? "NOTPROVIDED" : e.ref);
  tx.add_child("Amt", amount(e.amount));
  tx.put("CdtDbtInd", sign(e.amount));
  const auto party = [&](const std::string& role, const std::string& name, const std::string& number) {
    if (!name.empty()) tx.put("RltdPties." + role + (newer ? ".Pty.Nm" : ".Nm"), name);
    if (!number.empty()) tx.put("RltdPties." + role + "Acct.Id.Othr.Id", number);
  };
  party("Dbtr", debit ? "" : e.counter_name, debit ? account : e.counter);
  party("Cdtr", debit ? e.counter_name : "", debit ? e.counter : account);
  if (!e.text.empty()) tx.put("RmtInf.Ustrd", e.text);
  if (back) tx.put("RtrInf.Rsn.Cd", "AC04");
  n.add_child("NtryDtls.TxDtls", tx);
  return n;
}

}  // namespace

std::string iso_report(Counter& counter, const Tree& request) {
  const auto& asked = request.get_child_optional("RptgReq");
  if (!asked) throw Error(MIF_E_INVALID, "FF01 no RptgReq");
  const std::string wanted = text_at(*asked, "ReqdMsgNmId"), kind = wanted.substr(0, 8), account = text_at(*asked, "Acct.Id.Othr.Id");
  const bool statement = kind == "camt.053", notice = kind == "camt.054";
  if ((!statement && !notice && kind != "camt.052") || wanted.size() != 15) throw Error(MIF_E_INVALID, "FF01 \"" + wanted + "\" is not spoken here");
  if (!counter.ledger.has_account(account)) throw Error(MIF_E_NOT_FOUND, "AC02 no account " + account);
  const bool newer = wanted.substr(13) >= "04";
  const std::string from = text_at(*asked, "RptgPrd.FrToDt.FrDt"), to = text_at(*asked, "RptgPrd.FrToDt.ToDt");
  const Day first = from.empty() ? counter.today : Day::parse(from), last = to.empty() ? first : Day::parse(to);
  const Extract extract = counter.extract(account, first, last);
  Tree report;
  report.put("Id", "R" + text_at(request, "GrpHdr.MsgId").substr(0, 34));
  report.put("CreDtTm", counter.today.iso() + "T08:00:00");
  report.put("FrToDt.FrDtTm", first.iso() + "T00:00:00");
  report.put("FrToDt.ToDtTm", last.iso() + "T23:59:59");
  report.put("Acct.Id.Othr.Id", account);
  report.put("Acct.Ccy", "CNY");
  if (statement) report.add_child("Bal", balance("OPBD", extract.opening, first));
  if (statement) report.add_child("Bal", balance("CLBD", extract.closing, last));
  // What it is now, whatever the days.
  if (kind == "camt.052") report.add_child("Bal", balance("ITBD", counter.ledger.balance(account), counter.today));
  Fen credits, debits;
  std::size_t in = 0, out = 0;
  for (const Entry& e : extract.entries) {
    (e.amount < Fen(0) ? debits : credits) += e.amount < Fen(0) ? -e.amount : e.amount;
    ++(e.amount < Fen(0) ? out : in);
  }
  report.put("TxsSummry.TtlNtries.NbOfNtries", std::to_string(in + out));
  report.put("TxsSummry.TtlCdtNtries.NbOfNtries", std::to_string(in));
  report.put("TxsSummry.TtlCdtNtries.Sum", credits.plain());
  report.put("TxsSummry.TtlDbtNtries.NbOfNtries", std::to_string(out));
  report.put("TxsSummry.TtlDbtNtries.Sum", debits.plain());
  for (const Entry& e : extract.entries) report.add_child("Ntry", entry(e, account, newer));
  Tree message;
  message.put("GrpHdr.MsgId", "R" + text_at(request, "GrpHdr.MsgId").substr(0, 34));
  message.put("GrpHdr.CreDtTm", counter.today.iso() + "T08:00:00");
  if (newer) message.put("GrpHdr.OrgnlBizQry.MsgId", text_at(request, "GrpHdr.MsgId"));  // the older ones have no place for it
  message.add_child(statement ? "Stmt" : notice ? "Ntfctn" : "Rpt", report);
  Tree document;
  document.put("Document.<xmlattr>.xmlns", "urn:iso:std:iso:20022:tech:xsd:" + wanted);
  document.add_child(statement ? "Document.BkToCstmrStmt" : notice ? "Document.BkToCstmrDbtCdtNtfctn" : "Document.BkToCstmrAcctRpt", message);
  return write_xml(document, "UTF-8");
}

}  // namespace mif::banksim
