// SPDX-License-Identifier: Apache-2.0
#include "camt_path.h"

#include <array>
#include <vector>

namespace mif::bank_iso20022 {

namespace {

using P = Place;
struct Step {
  P parent;
  std::string_view name;
  P child;
};

constexpr Step kSteps[] = {
    {P::message, "Rpt", P::statement}, {P::message, "Stmt", P::statement}, {P::message, "Ntfctn", P::statement},
    {P::statement, "Ntry", P::entry}, {P::statement, "Bal", P::balance}, {P::statement, "Id", P::statement_id}, {P::statement, "ElctrncSeqNb", P::statement_number},
    {P::statement, "LglSeqNb", P::legal_number}, {P::statement, "Acct", P::account}, {P::statement, "TxsSummry", P::summary},
    {P::account, "Id", P::account_id}, {P::account, "Ccy", P::account_currency},
    {P::account_id, "IBAN", P::iban}, {P::account_id, "Othr", P::account_other}, {P::account_id, "PrtryAcct", P::account_other}, {P::account_id, "BBAN", P::account_number},
    {P::account_other, "Id", P::account_number},
    {P::balance, "Tp", P::balance_type}, {P::balance, "Amt", P::balance_amount}, {P::balance, "CdtDbtInd", P::balance_sign}, {P::balance, "Dt", P::balance_day},
    {P::balance_type, "CdOrPrtry", P::balance_word}, {P::balance_type, "Cd", P::balance_code}, {P::balance_type, "SubTp", P::balance_subtype},
    {P::balance_word, "Cd", P::balance_code}, {P::balance_word, "Prtry", P::balance_code}, {P::balance_subtype, "Cd", P::balance_interim},
    {P::balance_day, "Dt", P::balance_date}, {P::balance_day, "DtTm", P::balance_date},
    {P::summary, "TtlNtries", P::all}, {P::summary, "TtlCdtNtries", P::credits}, {P::summary, "TtlDbtNtries", P::debits},
    {P::all, "NbOfNtries", P::all_count}, {P::all, "Sum", P::all_sum}, {P::credits, "Sum", P::credit_sum}, {P::debits, "Sum", P::debit_sum},
    {P::entry, "Amt", P::entry_amount}, {P::entry, "CdtDbtInd", P::entry_sign}, {P::entry, "Sts", P::entry_status}, {P::entry, "BookgDt", P::booking},
    {P::entry, "ValDt", P::value}, {P::entry, "NtryDtls", P::entry_details}, {P::entry, "TxDtls", P::tx}, {P::entry, "BkTxCd", P::entry_code},
    {P::entry, "AcctSvcrRef", P::entry_bank_ref}, {P::entry, "NtryRef", P::entry_ref}, {P::entry, "AddtlNtryInf", P::entry_text}, {P::entry, "RvslInd", P::entry_reversal},
    {P::entry_status, "Cd", P::entry_status}, {P::entry_status, "Prtry", P::entry_status},
    {P::booking, "Dt", P::booking_day}, {P::booking, "DtTm", P::booking_day}, {P::value, "Dt", P::value_day}, {P::value, "DtTm", P::value_day},
    {P::entry_code, "Domn", P::code_domain}, {P::entry_code, "Prtry", P::code_own}, {P::code_domain, "Cd", P::code_domain_word}, {P::code_domain, "Fmly", P::code_family},
    {P::code_family, "Cd", P::code_family_word}, {P::code_family, "SubFmlyCd", P::code_sub_word}, {P::code_own, "Cd", P::code_own_word},
    {P::entry_details, "TxDtls", P::tx}, {P::entry_details, "Btch", P::batch},
    {P::batch, "PmtInfId", P::batch_id}, {P::batch, "NbOfTxs", P::batch_count}, {P::batch, "TtlAmt", P::batch_sum},
    {P::tx, "Refs", P::refs}, {P::tx, "Amt", P::tx_sum}, {P::tx, "CdtDbtInd", P::tx_sign}, {P::tx, "AmtDtls", P::amounts}, {P::tx, "RltdPties", P::parties},
    {P::tx, "RmtInf", P::remittance}, {P::tx, "AddtlTxInf", P::tx_text}, {P::tx, "BkTxCd", P::entry_code},
    {P::refs, "EndToEndId", P::end_to_end}, {P::refs, "InstrId", P::instruction}, {P::refs, "AcctSvcrRef", P::tx_bank_ref},
    {P::amounts, "TxAmt", P::tx_amount}, {P::tx_amount, "Amt", P::tx_sum_old},
    {P::parties, "Dbtr", P::debtor}, {P::parties, "Cdtr", P::creditor}, {P::parties, "DbtrAcct", P::debtor_account}, {P::parties, "CdtrAcct", P::creditor_account},
    {P::debtor, "Nm", P::debtor_name}, {P::debtor, "Pty", P::debtor_more}, {P::debtor, "Agt", P::debtor_more}, {P::debtor_more, "Nm", P::debtor_name},
    {P::debtor_more, "FinInstnId", P::debtor_bank}, {P::debtor_bank, "Nm", P::debtor_name},
    {P::creditor, "Nm", P::creditor_name}, {P::creditor, "Pty", P::creditor_more}, {P::creditor, "Agt", P::creditor_more}, {P::creditor_more, "Nm", P::creditor_name},
    {P::creditor_more, "FinInstnId", P::creditor_bank}, {P::creditor_bank, "Nm", P::creditor_name},
    {P::debtor_account, "Id", P::debtor_id}, {P::debtor_id, "IBAN", P::debtor_number}, {P::debtor_id, "BBAN", P::debtor_number}, {P::debtor_id, "Othr", P::debtor_other},
    {P::debtor_id, "PrtryAcct", P::debtor_other}, {P::debtor_other, "Id", P::debtor_number},
    {P::creditor_account, "Id", P::creditor_id}, {P::creditor_id, "IBAN", P::creditor_number}, {P::creditor_id, "BBAN", P::creditor_number}, {P::creditor_id, "Othr", P::creditor_other},
    {P::creditor_id, "PrtryAcct", P::creditor_other}, {P::creditor_other, "Id", P::creditor_number},
    {P::remittance, "Ustrd", P::unstructured}, {P::remittance, "Strd", P::structured}, {P::structured, "CdtrRefInf", P::creditor_ref}, {P::creditor_ref, "Ref", P::structured_ref},
    {P::creditor_ref, "CdtrRef", P::structured_ref},
};

using Children = std::array<std::vector<Step>, static_cast<std::size_t>(P::count)>;

Children children() {
  Children all;
  for (const Step& s : kSteps) all[static_cast<std::size_t>(s.parent)].push_back(s);
  return all;
}

}  // namespace

Place below(Place parent, std::string_view name) {
  static const Children all = children();
  // Wherever the message stands: banks wrap it in envelopes of their own.
  if (parent == P::outside) return name.substr(0, 9) == "BkToCstmr" ? P::message : P::outside;
  for (const Step& s : all[static_cast<std::size_t>(parent)])
    if (s.name == name) return s.child;
  return P::ignored;
}

}  // namespace mif::bank_iso20022
