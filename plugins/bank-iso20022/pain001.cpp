// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>

#include "mif/sdk.hpp"
#include "pain.h"

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
void leaf(std::string& xml, std::string_view tag, std::string_view text, std::string_view attributes = {}) {
  xml.append("<").append(tag).append(attributes).append(">");
  escape(xml, text);
  xml.append("</").append(tag).append(">");
}
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}
bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}
void account(std::string& xml, std::string_view tag, std::string_view number) {
  xml.append("<").append(tag).append("><Id><Othr>");
  leaf(xml, "Id", number);
  xml.append("</Othr></Id></").append(tag).append(">");
}
void bank(std::string& xml, std::string_view tag, std::string_view number) {
  xml.append("<").append(tag).append("><FinInstnId>");
  if (number.empty()) {
    xml += "<Othr><Id>NOTPROVIDED</Id></Othr>";
  } else {
    xml += "<ClrSysMmbId>";
    leaf(xml, "MmbId", number);
    xml += "</ClrSysMmbId>";
  }
  xml.append("</FinInstnId></").append(tag).append(">");
}
std::string total(const std::vector<const Order*>& orders) {
  Fen sum;
  for (const Order* o : orders) sum += o->fen;
  return sum.plain();
}

void payment(std::string& xml, const Order& o) {
  xml += "<CdtTrfTxInf><PmtId>";
  leaf(xml, "InstrId", o.client_ref);
  leaf(xml, "EndToEndId", o.client_ref);
  xml += "</PmtId><Amt>";
  leaf(xml, "InstdAmt", o.fen.plain(), " Ccy=\"CNY\"");
  xml += "</Amt>";
  if (!o.payee_bank_no.empty()) bank(xml, "CdtrAgt", o.payee_bank_no);
  xml += "<Cdtr>";
  leaf(xml, "Nm", o.payee_name);
  xml += "</Cdtr>";
  account(xml, "CdtrAcct", o.payee_account);
  if (!o.purpose.empty()) {
    xml += "<RmtInf>";
    leaf(xml, "Ustrd", o.purpose);
    xml += "</RmtInf>";
  }
  xml += "</CdtTrfTxInf>";
}

}  // namespace

std::string refusal_of(const Order& o) {
  if (o.fen <= Fen(0)) return "金额必须大于零 (the amount must be above zero)";
  if (!o.day.valid()) return "付款日期不对 (not a day)";
  struct Field {
    const char* name;
    const std::string& text;
    std::size_t most;
    bool required;
  };
  const Field fields[] = {{"参考号", o.client_ref, 35, true}, {"付款账号", o.payer_account, 34, true}, {"收款账号", o.payee_account, 34, true}, {"收款人", o.payee_name, 140, true}, {"收款行号", o.payee_bank_no, 35, false}, {"用途", o.purpose, 140, false}};
  for (const Field& f : fields) {
    if (f.required && f.text.empty()) return std::string(f.name) + "不能为空 (must not be empty)";
    if (has_control(f.text)) return std::string(f.name) + "含控制字符，请重新录入 (a control character)";
    if (characters(f.text) > f.most) return std::string(f.name) + "超过 " + std::to_string(f.most) + " 个字符，请缩短 (too long, never cut)";
  }
  return {};
}

std::string write_pain001(const OrderHead& head, const std::vector<Order>& orders) {
  const bool old = head.version < 9;
  std::vector<const Order*> all;
  std::map<std::pair<std::string, int>, std::vector<const Order*>> groups;
  for (const Order& o : orders) {
    all.push_back(&o);
    groups[{o.payer_account, o.day.value()}].push_back(&o);
  }
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001." + std::string(head.version < 10 ? "0" : "") + std::to_string(head.version) + "\"><CstmrCdtTrfInitn><GrpHdr>";
  leaf(xml, "MsgId", head.message_id);
  leaf(xml, "CreDtTm", head.created);
  leaf(xml, "NbOfTxs", std::to_string(all.size()));
  leaf(xml, "CtrlSum", total(all));
  xml += "<InitgPty>";
  leaf(xml, "Nm", head.initiator);
  xml += "</InitgPty></GrpHdr>";
  int number = 0;
  for (const auto& [key, group] : groups) {
    xml += "<PmtInf>";
    leaf(xml, "PmtInfId", head.message_id + "-" + std::to_string(++number));
    leaf(xml, "PmtMtd", "TRF");
    leaf(xml, "NbOfTxs", std::to_string(group.size()));
    leaf(xml, "CtrlSum", total(group));
    xml += "<ReqdExctnDt>";
    if (old) xml += Day(key.second).iso();
    else leaf(xml, "Dt", Day(key.second).iso());
    xml += "</ReqdExctnDt><Dbtr>";
    leaf(xml, "Nm", head.payer_name);
    xml += "</Dbtr>";
    account(xml, "DbtrAcct", key.first);
    bank(xml, "DbtrAgt", head.payer_bank_no);
    for (const Order* o : group) payment(xml, *o);
    xml += "</PmtInf>";
  }
  return xml + "</CstmrCdtTrfInitn></Document>\n";
}

}  // namespace mif::bank_iso20022
