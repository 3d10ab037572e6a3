// SPDX-License-Identifier: Apache-2.0
// What of an order or an answer may be kept.
#include "charset.h"
#include "file_drop.h"
#include "mask.h"

namespace mif::bank_iso20022 {

namespace {

using bank_wire::Mask;
using bank_wire::Seen;

Mask usual_mask() {
  Mask mask;
  for (const char* tag : {"MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "PmtInfId", "PmtMtd", "ReqdExctnDt", "Dt", "DtTm", "EndToEndId", "InstrId", "InstdAmt", "Amt", "Cd", "Prtry", "MmbId", "BICFI", "BIC", "ChrgBr", "Ccy",
                          "OrgnlMsgId", "OrgnlMsgNmId", "OrgnlPmtInfId", "OrgnlEndToEndId", "OrgnlInstrId", "OrgnlNbOfTxs", "OrgnlCtrlSum", "StsId", "TxSts", "GrpSts", "PmtInfSts", "AcctSvcrRef", "DtldNbOfTxs",
                          "DtldSts", "BtchBookg", "InstrPrty"})
    mask.tag(tag, Seen::open);
  for (const char* tag : {"Ustrd", "AddtlInf"}) mask.tag(tag, Seen::text);
  for (const char* tag : {"Id", "IBAN"}) mask.tag(tag, Seen::account);
  mask.tag("Nm", Seen::name);
  return mask;
}

}  // namespace

PacketNote order_packet(const std::string& xml, const std::vector<Order>& orders) {
  Mask mask = usual_mask();
  PacketNote note;
  note.operation = "submit";
  for (const Order& o : orders) {
    note.client_refs.push_back(o.client_ref);
    mask.account(o.payer_account);
    mask.account(o.payee_account);
    mask.name(o.payee_name);
  }
  note.text = mask.xml(xml);
  note.sha256 = bank_wire::sha256_hex(xml);
  note.bytes = static_cast<std::int64_t>(xml.size());
  return note;
}

PacketNote answer_packet(const std::string& bytes, const StatusReport& report, const std::string& why) {
  PacketNote note;
  note.direction = MIF_PACKET_IN;
  note.end = why.empty() ? MIF_WIRE_WHOLE : MIF_WIRE_PART;
  note.operation = "query";
  note.reason = why;
  for (const auto& group : report.groups)
    for (const auto& row : group.rows) note.client_refs.push_back(row.client_ref);
  std::string utf8;
  charset::read_bytes("UTF-8", bytes, utf8);
  note.text = usual_mask().xml(utf8);
  note.sha256 = bank_wire::sha256_hex(bytes);
  note.bytes = static_cast<std::int64_t>(bytes.size());
  return note;
}

}  // namespace mif::bank_iso20022
