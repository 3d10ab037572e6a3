// SPDX-License-Identifier: Apache-2.0
#include "report.h"

namespace mif::bank_iso20022 {

namespace {

void escape(std::string& xml, std::string_view text) {
  for (const char c : text) switch (c) {
      case '&': xml += "&amp;"; break;
      case '<': xml += "&lt;"; break;
      case '>': xml += "&gt;"; break;
      default: xml += c;
    }
}
std::string leaf(std::string_view tag, std::string_view text) {
  std::string xml = "<" + std::string(tag) + ">";
  escape(xml, text);
  return xml.append("</").append(tag).append(">");
}

}  // namespace

std::string write_camt060(const OrderHead& head, const Wanted& wanted) {
  const char* own = head.version == 3 ? "03" : head.version == 9 ? "05" : "07";
  const char* theirs = head.version == 3 ? ".001.02" : head.version == 9 ? ".001.08" : ".001.12";
  std::string xml = std::string("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.060.001.") + own + "\"><AcctRptgReq><GrpHdr>";
  xml += leaf("MsgId", head.message_id) + leaf("CreDtTm", head.created) + "</GrpHdr><RptgReq>";
  xml += leaf("Id", head.message_id) + leaf("ReqdMsgNmId", wanted.kind + theirs) + "<Acct><Id><Othr>" + leaf("Id", wanted.account) + "</Othr></Id></Acct>";
  xml += "<AcctOwnr><Pty>" + leaf("Nm", head.payer_name) + "</Pty></AcctOwnr>";
  xml += "<RptgPrd><FrToDt>" + leaf("FrDt", wanted.from.iso()) + leaf("ToDt", wanted.to.iso()) + "</FrToDt><FrToTm><FrTm>00:00:00</FrTm><ToTm>23:59:59</ToTm></FrToTm><Tp>ALLL</Tp></RptgPrd>";
  return xml + "</RptgReq></AcctRptgReq></Document>\n";
}

}  // namespace mif::bank_iso20022
