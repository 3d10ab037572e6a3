// SPDX-License-Identifier: Apache-2.0
#include "codec.h"

#include <algorithm>

#include "charset.h"
#include "crypto/vault.h"
#include "http.h"

namespace mif::bank_xmlfront {

namespace {

// A request may hold a password.
struct Wiped {
  std::string text;
  ~Wiped() { crypto::wipe(text.data(), text.size()); }
};

}  // namespace

std::string XmlCodec::request(const Profile& profile, const Operation&, const std::string& host, const std::vector<Block>& blocks, std::int64_t) const {
  const Framing& f = profile.framing;
  Wiped xml{write_request(profile, blocks)};
  if (f.kind == Framing::Kind::length_prefix) return bank_wire::framed({f.lead, f.digits}, xml.text);
  Wiped payload{f.base64 ? bank_wire::base64(xml.text) : xml.text};
  if (f.kind == Framing::Kind::http_post) return bank_wire::post(host, f.path, f.content_type, payload.text);
  bank_wire::Form form(f.form.begin(), f.form.end());
  form.emplace_back(f.field, std::move(payload.text));
  const Wiped filled{bank_wire::form_text(form)};
  crypto::wipe(form.back().second.data(), form.back().second.size());
  return bank_wire::post(host, f.path, f.content_type, filled.text);
}

std::string XmlCodec::receive(const Profile& profile, bank_wire::Source& source) const {
  const Framing& f = profile.framing;
  if (f.kind == Framing::Kind::length_prefix) return bank_wire::read_frame(source, {f.lead, f.digits}, f.max_reply_bytes);
  std::string body = bank_wire::read_http(source, f.max_reply_bytes);
  if (!f.reply_field.empty()) {
    const bank_wire::Form form = bank_wire::read_form(body);
    body.clear();
    for (const auto& [name, value] : form)
      if (name == f.reply_field) body = value;
    if (body.empty()) throw bank_wire::Unreadable("应答里没有 " + f.reply_field + " (the reply lacks this field)");
  }
  return f.base64 ? bank_wire::from_base64(body) : body;
}

void XmlCodec::read(const Profile& profile, const Operation& operation, const std::string& reply, std::int64_t, const EachBlock& each) const {
  read_reply(profile, operation, reply, each);
}

std::string XmlCodec::kept_request(const Profile& profile, const std::vector<Block>& blocks, const bank_wire::Mask& mask) const {
  return mask.xml(request_text(profile, blocks));
}

// Of a reply that broke off, what stands after the first '<'; base64 that broke off shows nothing.
std::string XmlCodec::kept_reply(const Profile& profile, const bank_wire::Exchange& exchange, const bank_wire::Mask& mask) const {
  const bool whole = exchange.end == bank_wire::Exchange::End::replied;
  std::string_view bytes = whole ? exchange.reply : exchange.received;
  if (!whole && (profile.framing.base64 || !profile.framing.reply_field.empty())) return {};
  bytes.remove_prefix(std::min(bytes.find('<'), bytes.size()));
  std::string utf8;
  charset::read_bytes(profile.charset, bytes, utf8);  // as far as it is text
  return mask.xml(utf8);
}

}  // namespace mif::bank_xmlfront
