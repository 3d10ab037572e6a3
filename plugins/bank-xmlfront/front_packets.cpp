// SPDX-License-Identifier: Apache-2.0
// Packets told to whoever keeps them: what the profile declares decides what of them is shown.
#include "front.h"

#include <algorithm>

namespace mif::bank_xmlfront {

namespace {

using bank_wire::Mask;
using bank_wire::Seen;

Seen seen(From from) {
  switch (from) {
    case From::payer_account:
    case From::payee_account:
    case From::account: return Seen::account;
    case From::payee_name: return Seen::name;
    case From::purpose: return Seen::text;
    case From::param: return Seen::hidden;  // what the bank gave this customer, passwords among it
    default: return Seen::open;
  }
}
void declare(Mask& mask, const std::vector<Field>& fields) {
  for (const auto& field : fields) mask.tag(field.tag, seen(field.from));
}
void declare(Mask& mask, const StatusMap& map) {
  mask.tag(map.tag, Seen::open);
  for (const auto& [word, target] : map.targets)
    for (const auto& deeper : target.deeper) declare(mask, deeper);
}
void declare(Mask& mask, const Operation& op) {
  declare(mask, op.head.fields);
  declare(mask, op.row.fields);
  for (const auto* tag : {&op.answer.ref, &op.answer.row_number, &op.answer.bank_ref, &op.answer.code, &op.answer.amount, &op.result.code}) mask.tag(*tag, Seen::open);
  for (const auto* tag : {&op.answer.text, &op.result.text}) mask.tag(*tag, Seen::text);
  for (const auto& status : op.status) declare(mask, status);
}

}  // namespace

Mask Front::usual_mask() const {
  const Profile& p = *link_.profile;
  Mask mask;
  for (const auto* tag : {&p.function_tag, &p.serial_tag, &p.login_tag}) mask.tag(*tag, Seen::open);
  declare(mask, p.head_fields);
  for (const auto* op : {&p.submit, &p.query}) declare(mask, *op);
  declare(mask, p.status);
  return mask;
}

Front::Told Front::look(const char* operation, const std::string& account, const TellPacket& tell) const {
  const Profile& p = *link_.profile;
  Told told{tell, operation, {}, usual_mask()};
  Mask& mask = told.mask;
  mask.account(account);
  for (const auto* op : {&p.statement, &p.balance, &p.receipts, &p.download}) {
    declare(mask, op->head.fields);
    declare(mask, op->row.fields);
    for (const auto* tag : {&op->result.code, &op->answer.amount}) mask.tag(*tag, Seen::open);
    mask.tag(op->result.text, Seen::text);
  }
  mask.tag(p.balance.answer.ref, Seen::account);
  const StatementPlan& l = p.lines;
  for (const auto* tag : {&l.opening, &l.closing, &l.count, &l.day, &l.amount, &l.debit_amount, &l.credit_amount, &l.direction, &l.balance, &l.bank_ref, &l.client_ref, &l.page.reply}) mask.tag(*tag, Seen::open);
  mask.tag(l.counter_account, Seen::account);
  for (const auto* tag : {&l.counter_name, &l.text}) mask.tag(*tag, Seen::name);
  const ReceiptPlan& r = p.receipt;
  for (const auto* tag : {&r.number, &r.day, &r.amount, &r.direction, &r.bank_ref, &r.client_ref, &r.page.reply}) mask.tag(*tag, Seen::open);
  mask.tag(r.content, Seen::hidden);
  return told;
}

std::vector<Block> Front::without_secrets(const std::vector<Block>& blocks) const {
  std::vector<Block> shown;
  for (const auto& [path, tags] : blocks) {
    auto& to = shown.emplace_back(Block{path, {}}).second;
    for (const auto& [tag, text] : tags) {
      const bool secret = std::any_of(link_.secrets.begin(), link_.secrets.end(), [&, &value = text](const auto& one) { return one.second->view() == value; });
      to.emplace_back(tag, secret ? std::string("***") : text);
    }
  }
  return shown;
}

bool Front::tell_leaving(const Told& told, const std::vector<Block>& blocks, const std::string& bytes) const {
  PacketNote note;
  note.operation = told.operation;
  note.client_refs = told.refs;
  note.text = codec_->kept_request(*link_.profile, without_secrets(blocks), told.mask);
  note.sha256 = bank_wire::sha256_hex(bytes);
  note.bytes = static_cast<std::int64_t>(bytes.size());
  return told.tell(note);
}

void Front::tell_reply(const Told& told, const Exchange& exchange) const {
  PacketNote note;
  note.direction = MIF_PACKET_IN;
  note.operation = told.operation;
  note.client_refs = told.refs;
  note.reason = exchange.reason;
  note.bytes = static_cast<std::int64_t>(exchange.received.size());
  const bool replied = exchange.end == Exchange::End::replied;
  note.end = replied ? MIF_WIRE_WHOLE : exchange.end == Exchange::End::unsent ? MIF_WIRE_UNSENT : exchange.received.empty() ? MIF_WIRE_SILENT : MIF_WIRE_PART;
  if (!exchange.received.empty()) {
    note.sha256 = bank_wire::sha256_hex(exchange.received);
    note.text = codec_->kept_reply(*link_.profile, exchange, told.mask);
    hide_secrets(note.text);
  }
  told.tell(note);
}

}  // namespace mif::bank_xmlfront
