// SPDX-License-Identifier: Apache-2.0
// What of an order, a question or an answer may be kept.
#include "charset.h"
#include "line.h"
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

PacketNote order_packet(const Outgoing& out, const std::vector<Order>& orders) {
  Mask mask = usual_mask();
  PacketNote note;
  note.operation = "submit";
  for (const std::size_t place : out.places) {
    const Order& o = orders[place];
    note.client_refs.push_back(o.client_ref);
    mask.account(o.payer_account);
    mask.account(o.payee_account);
    mask.name(o.payee_name);
  }
  note.text = mask.xml(out.xml);
  note.sha256 = bank_wire::sha256_hex(out.xml);
  note.bytes = static_cast<std::int64_t>(out.xml.size());
  return note;
}

PacketNote question_packet(std::string text, std::vector<std::string> refs) {
  PacketNote note;
  note.operation = "query";
  note.client_refs = std::move(refs);
  note.sha256 = bank_wire::sha256_hex(text);
  note.bytes = static_cast<std::int64_t>(text.size());
  note.text = std::move(text);
  return note;
}

PacketNote answer_packet(const char* operation, std::vector<std::string> refs, const std::string& bytes, int end, std::string reason) {
  PacketNote note;
  note.direction = MIF_PACKET_IN;
  note.end = end;
  note.operation = operation;
  note.reason = std::move(reason);
  note.client_refs = std::move(refs);
  if (bytes.empty()) return note;
  std::string utf8;
  charset::read_bytes("UTF-8", bytes, utf8);
  note.text = usual_mask().xml(utf8);
  note.sha256 = bank_wire::sha256_hex(bytes);
  note.bytes = static_cast<std::int64_t>(bytes.size());
  return note;
}

namespace {

// The digest is of all of it; of a report of many megabytes no more is masked than anybody keeps.
PacketNote look_packet(const Wanted& wanted, int direction, const std::string& bytes, int end, std::string reason) {
  constexpr std::size_t kShown = 64 << 10;
  PacketNote note;
  note.direction = direction;
  note.end = end;
  note.operation = wanted.kind == "camt.052" ? "balance" : "statement";
  note.reason = std::move(reason);
  if (bytes.empty()) return note;
  Mask mask = usual_mask();
  mask.account(wanted.account);
  for (const char* tag : {"Ustrd", "AddtlInf", "AddtlNtryInf", "AddtlTxInf", "AddtlStmtInf", "AddtlRptInf"}) mask.tag(tag, Seen::name);
  std::string utf8;
  charset::read_bytes("UTF-8", bytes.substr(0, kShown), utf8);
  note.text = mask.xml(utf8);
  note.sha256 = bank_wire::sha256_hex(bytes);
  note.bytes = static_cast<std::int64_t>(bytes.size());
  return note;
}

}  // namespace

void tell_question(const TellPacket& tell, const Wanted& wanted, const std::string& xml) {
  if (tell && !tell(look_packet(wanted, MIF_PACKET_OUT, xml, MIF_WIRE_LEAVING, {})))
    throw Error(MIF_E_UNAVAILABLE, "bank.packet-not-kept", "向银行提问的报文没有存下，所以没有发送，请检查数据库后再做一次 (the question could not be kept and was not sent)");
}

void tell_report(const TellPacket& tell, const Wanted& wanted, const std::string& bytes, int end, std::string reason) {
  if (tell) tell(look_packet(wanted, MIF_PACKET_IN, bytes, end, std::move(reason)));
}

}  // namespace mif::bank_iso20022
