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
