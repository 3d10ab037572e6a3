// SPDX-License-Identifier: Apache-2.0
#include "papers.h"

#include <cstdio>
#include <ctime>

#include "ferry/crypto.h"
#include "ferry/json_reader.h"

namespace mif::bank_ferry {

namespace {

using ferry::JsonReader;

constexpr std::size_t kLongestText = 8000;

[[noreturn]] void bad_order(const std::string& code, const std::string& what) {
  throw Error(MIF_E_INVALID, "bank-ferry.order", "付款指令 " + cut(code, 60) + " 不合要求，没有交银行 (an order that cannot be one; it was not handed on): " + what);
}

template <class F>
void fields(const ferry::Entry& entry, F&& field) {
  JsonReader json(entry.payload, entry.doc_type + " " + cut(entry.doc_no, 60));
  json.object([&](std::string_view name) {
    if (!field(json, name)) json.refuse("不认识的字段 (unknown field) " + std::string(name));
  });
  json.end();
}

}  // namespace

std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return std::string(text.substr(0, most));
}

std::string moment(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000 + 8 * 3600;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

std::string Order::digest() const {
  JsonWriter json;
  json.begin_array().value(code).value(day).value(amount).value(payer).value(payee).value(payee_name).value(bank_no).value(purpose).end_array();
  return ferry::named_digest(ferry::Suite::intl, json.str()).substr(7, 64);
}

std::string write(const Order& o) {
  JsonWriter json;
  json.begin_object().field("day", o.day).field("amount", o.amount).field("payer", o.payer).field("payee", o.payee).field("name", o.payee_name).field("bank_no", o.bank_no);
  return json.field("purpose", o.purpose).field("expires_ms", o.expires_ms).end_object().take();
}
std::string write(const Answer& a) {
  JsonWriter json;
  json.begin_object().field("revision", a.revision).field("state", a.state).field("outcome", a.outcome).field("held_fen", a.held_fen).field("bank_ref", a.bank_ref);
  return json.field("bank_code", a.bank_code).field("bank_text", a.bank_text).field("digest", a.digest).end_object().take();
}
std::string write(const Ask& a) {
  JsonWriter json;
  return json.begin_object().field("id", a.id).field("what", a.what).field("account", a.account).field("from", a.from).field("to", a.to).end_object().take();
}
std::string write(const Told& t) {
  JsonWriter json;
  return json.begin_object().field("ask", t.ask).field("part", t.part).field("parts", t.parts).key("body").raw(t.body).end_object().take();
}
std::string write(const PeerHead& h) {
  JsonWriter json;
  json.begin_object().field("accepted", h.accepted).key("missing").begin_array();
  for (std::size_t i = 0; i < h.missing.size() && i < ferry::kMostMissing; ++i) json.value(h.missing[i]);
  return json.end_array().end_object().take();
}

Order read_order(const ferry::Entry& entry) {
  Order o;
  o.code = entry.doc_no;
  fields(entry, [&](JsonReader& json, std::string_view name) {
    if (name == "day") o.day = json.integer();
    else if (name == "amount") o.amount = Fen::parse(json.text(40));
    else if (name == "payer") o.payer = json.text(kLongestText);
    else if (name == "payee") o.payee = json.text(kLongestText);
    else if (name == "name") o.payee_name = json.text(kLongestText);
    else if (name == "bank_no") o.bank_no = json.text(kLongestText);
    else if (name == "purpose") o.purpose = json.text(kLongestText);
    else if (name == "expires_ms") o.expires_ms = json.integer();
    else return false;
    return true;
  });
  if (!(Fen(0) < o.amount)) bad_order(o.code, "金额应大于零 (the amount must be above zero)");
  if (o.payer.empty() || o.payee.empty() || o.payee_name.empty()) bad_order(o.code, "缺付款账号、收款账号或户名 (payer, payee or name is missing)");
  if (o.expires_ms <= 0) bad_order(o.code, "没有有效期 (no expiry)");
  if (o.day < 19000101 || o.day > 99991231) bad_order(o.code, "日期不对 (no day)");
  if (o.payer.size() > 120 || o.payee.size() > 120 || o.payee_name.size() > 400 || o.bank_no.size() > 40 || o.purpose.size() > 1000) bad_order(o.code, "字段过长 (a field is too long)");
  return o;
}
Answer read_answer_paper(const ferry::Entry& entry) {
  Answer a;
  a.code = entry.doc_no;
  fields(entry, [&](JsonReader& json, std::string_view name) {
    if (name == "revision") a.revision = json.integer();
    else if (name == "state") a.state = json.text(20);
    else if (name == "outcome") a.outcome = json.integer();
    else if (name == "held_fen") a.held_fen = json.integer();
    else if (name == "bank_ref") a.bank_ref = json.text(120);
    else if (name == "bank_code") a.bank_code = json.text(120);
    else if (name == "bank_text") a.bank_text = json.text(2000);
    else if (name == "digest") a.digest = json.text(64);
    else return false;
    return true;
  });
  return a;
}
Ask read_ask(const ferry::Entry& entry) {
  Ask a;
  fields(entry, [&](JsonReader& json, std::string_view name) {
    if (name == "id") a.id = json.integer();
    else if (name == "what") a.what = json.text(20);
    else if (name == "account") a.account = json.text(120);
    else if (name == "from") a.from = json.integer();
    else if (name == "to") a.to = json.integer();
    else return false;
    return true;
  });
  return a;
}
Told read_told(const ferry::Entry& entry) {
  Told t;
  fields(entry, [&](JsonReader& json, std::string_view name) {
    if (name == "ask") t.ask = json.integer();
    else if (name == "part") t.part = json.integer();
    else if (name == "parts") t.parts = json.integer();
    else if (name == "body") t.body = std::string(json.value(4));
    else return false;
    return true;
  });
  return t;
}
PeerHead read_head(const ferry::Entry& entry) {
  PeerHead h;
  fields(entry, [&](JsonReader& json, std::string_view name) {
    if (name == "accepted") h.accepted = json.integer();
    else if (name == "missing") json.array(ferry::kMostMissing, [&] { h.missing.push_back(json.integer()); });
    else return false;
    return true;
  });
  return h;
}

}  // namespace mif::bank_ferry
