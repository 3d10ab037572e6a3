// SPDX-License-Identifier: Apache-2.0
#include "fronts.h"

#include "profile_reader.h"
#include "tls.h"

namespace mif::bank_xmlfront {

namespace {

const Words kLinkKeys = {"profile", "host", "port", "timeout-ms", "login", "pin", "param", "secret"};

mif_str s_(const std::string& text) { return mif::s(text); }
void refuse_in_txn(Call call) {
  if (call.get()->flags & MIF_CALL_IN_TXN) throw Error(MIF_E_CONFLICT, "bank.inside-transaction", "账务事务未结束时不得联系银行 (no bank call inside a ledger transaction)");
}
void give(const std::vector<Answer>& answers, mif_pay_sink& out) {
  for (const auto& a : answers) {
    auto answer = sized<mif_pay_answer>();
    answer.outcome = a.outcome;
    answer.client_ref = s_(a.client_ref);
    answer.bank_ref = s_(a.bank_ref);
    answer.bank_code = s_(a.code);
    answer.bank_text = s_(a.text);
    answer.fen = a.fen.value();
    if (out.on(&out, &answer) != 0) return;
  }
}
}  // namespace

std::int64_t FrontPlugin::number(const Node& link, const char* name, std::int64_t otherwise, std::int64_t most) const {
  const Node* found = link.find(name);
  if (!found) return otherwise;
  if (found->value.empty() || found->value.size() > 9 || found->value.find_first_not_of("0123456789") != std::string::npos || std::stoll(found->value) < 1 ||
      std::stoll(found->value) > most)
    throw Error(MIF_E_INVALID, "bank.setting-number", "mif.info:" + std::to_string(found->line) + ": " + id_ + " 的 " + name + " 应为 1 到 " + std::to_string(most) + " 的整数 (found \"" +
                                   found->value + "\")");
  return std::stoll(found->value);
}

void FrontPlugin::activate(Call call) {
  config_ = std::make_unique<Config>(*this);
  const Config& config = *config_;
  clock_ = std::make_unique<Clock>(*this);
  store_ = std::make_unique<Store>(*this);
  const Node own = config.own(call);
  const Words required = required_keys(), others = other_keys();
  for (const Node* node : own.all("link")) {
    if (node->value.empty()) throw Error(MIF_E_INVALID, "bank.link-name", "mif.info:" + std::to_string(node->line) + ": link 后面要有名字 (a link needs a name)");
    for (const Node& key : node->children)
      if (!kLinkKeys.count(key.key) && !required.count(key.key) && !others.count(key.key))
        throw Error(MIF_E_INVALID, "bank.link-key", "mif.info:" + std::to_string(key.line) + ": link 里不认识 (unknown in a link) \"" + key.key + "\"");
    Link link;
    link.name = node->value;
    link.host = node->require("host", "mif.info");
    node->require("port", "mif.info");
    link.port = static_cast<std::uint16_t>(number(*node, "port", 0, 65535));
    link.timeout_ms = number(*node, "timeout-ms", 30000, 600000);
    link.login = node->get("login");
    link.pin = node->get("pin");
    if (node->find("pin") && !bank_wire::is_pin(link.pin))
      throw Error(MIF_E_INVALID, "bank.link-pin", "mif.info:" + std::to_string(node->find("pin")->line) + ": pin 应为对端公钥的 SHA-256, 64 位小写十六进制 (64 lower-case hexadecimal digits)");
    if (const Node* params = node->find("param"))
      for (const Node& p : params->children) {
        if (is_secret_name(p.key))
          throw Error(MIF_E_INVALID, "bank.secret-in-text", "mif.info:" + std::to_string(p.line) + ": " + p.key + " 的口令不能写在配置里, 请放进 secrets 目录的文件, 在 secret { " + p.key + " 文件名 } 里写文件名 (no secret in configuration: put it into a file below secrets/)");
        link.params[p.key] = p.value;
      }
    for (const auto& key : required) node->require(key, "mif.info");
    const std::string& file = node->require("profile", "mif.info");
    auto& profile = profiles_[file];
    if (!profile) profile = std::make_shared<const Profile>(read_profile(config.info(call, file), file));
    link.profile = profile;
    check_link(*node, link);
    const std::string name = link.name;
    if (!links_.emplace(name, Known{std::move(link), *node, nullptr}).second)
      throw Error(MIF_E_INVALID, "bank.link-twice", "mif.info:" + std::to_string(node->line) + ": link \"" + name + "\" 定义了两次 (defined twice)");
  }
}
void FrontPlugin::deactivate() {
  links_.clear();
  profiles_.clear();
}

std::string FrontPlugin::describe(Call) {
  JsonWriter json;
  bool resend = !profiles_.empty(), echoes = !profiles_.empty();
  json.begin_object().field("protocol", protocol_).key("profiles").begin_array();
  for (const auto& [file, profile] : profiles_) {
    json.value(profile->name);
    resend = resend && profile->idempotent_resend;
    echoes = echoes && profile->statement_echoes_ref;
  }
  json.end_array().key("links").begin_array();
  for (const auto& [name, known] : links_) {
    const Profile& p = *known.link.profile;
    json.begin_object().field("name", name).field("profile", p.name).field("rows_per_packet", static_cast<std::int64_t>(p.submit.rows_per_packet));
    json.field("idempotent_resend", p.idempotent_resend).field("statement_echoes_ref", p.statement_echoes_ref).end_object();
  }
  json.end_array().field("idempotent_resend", resend).field("statement_echoes_ref", echoes).end_object();
  return json.take();
}

void FrontPlugin::submit(Call call, std::string_view link, const mif_payment* payments, std::uint32_t n, mif_pay_sink& out) {
  refuse_in_txn(call);
  std::vector<Payment> all;
  for (std::uint32_t i = 0; i < n; ++i) {
    const mif_payment& p = payments[i];
    all.push_back({Day(p.day), Fen(p.fen), str(p.client_ref), str(p.payer_account), str(p.payee_account), str(p.payee_name), str(p.payee_bank_no), str(p.purpose)});
  }
  Front* to = nullptr;
  try {
    to = &front(call, link);
  } catch (const Error& e) {  // a key that cannot be read: nothing was sent
    std::vector<Answer> unsent;
    for (const auto& p : all) unsent.push_back({MIF_PAY_UNSENT, p.client_ref, "", "LOCAL-CHECK", e.what(), Fen()});
    return give(unsent, out);
  }
  give(to->submit(all, call.get()->deadline_unix_ms, serials(call), [&](const PacketNote& note) { return tell_packet(out, note); }), out);
}

void FrontPlugin::query(Call call, std::string_view link, std::string_view account, const mif_str* refs, std::uint32_t n, mif_pay_sink& out) {
  refuse_in_txn(call);
  std::vector<std::string> all;
  for (std::uint32_t i = 0; i < n; ++i) all.push_back(str(refs[i]));
  give(front(call, link).query(std::string(account), all, call.get()->deadline_unix_ms, serials(call), [&](const PacketNote& note) { return tell_packet(out, note); }), out);
}

void FrontPlugin::statement(Call call, std::string_view link, std::string_view account, Day from, Day to, mif_statement_sink& out) {
  refuse_in_txn(call);
  const Statement s = front(call, link).statement(std::string(account), from, to, call.get()->deadline_unix_ms, serials(call), [&](const PacketNote& note) { return tell_packet(out, note); });
  if (out.balances(&out, s.opening.value(), s.closing.value()) != 0) return;
  for (const auto& l : s.lines) {
    auto line = sized<mif_statement_line>();
    line.day = l.day.value();
    line.fen = l.fen.value();
    line.balance_fen = l.balance.value();
    line.bank_ref = s_(l.bank_ref);
    line.client_ref = s_(l.client_ref);
    line.counter_account = s_(l.counter_account);
    line.counter_name = s_(l.counter_name);
    line.text = s_(l.text);
    if (out.on(&out, &line) != 0) return;
  }
}

Fen FrontPlugin::balance(Call call, std::string_view link, std::string_view account) {
  refuse_in_txn(call);
  return front(call, link).balance(std::string(account), call.get()->deadline_unix_ms, serials(call));
}

Fen FrontPlugin::balance_told(Call call, std::string_view link, std::string_view account, mif_packet_sink& packets) {
  refuse_in_txn(call);
  return front(call, link).balance(std::string(account), call.get()->deadline_unix_ms, serials(call), [&](const PacketNote& note) { return tell_packet(packets, note); });
}

void FrontPlugin::receipts(Call call, std::string_view link, std::string_view account, Day from, Day to, mif_receipt_sink& out) {
  refuse_in_txn(call);
  constexpr std::size_t kChunk = 64 << 10;
  front(call, link).receipts(std::string(account), from, to, call.get()->deadline_unix_ms, serials(call), [&](Receipt&& r) {
    for (std::size_t at = 0; at < r.bytes.size(); at += kChunk)
      if (out.bytes(&out, reinterpret_cast<const std::uint8_t*>(r.bytes.data()) + at, std::min(kChunk, r.bytes.size() - at)) != 0) return false;
    auto receipt = sized<mif_receipt>();
    receipt.day = r.day.value();
    receipt.fen = r.fen.value();
    receipt.number = s_(r.number);
    receipt.bank_ref = s_(r.bank_ref);
    receipt.client_ref = s_(r.client_ref);
    receipt.media_type = s_(r.media_type);
    receipt.file_name = s_(r.file_name);
    return out.on(&out, &receipt) == 0;
  }, [&](const PacketNote& note) { return tell_packet(out, note); });
}

std::unique_ptr<crypto::Vault> FrontPlugin::secret(Call call, const Node& entry) const {
  try {
    return crypto::read_secret(*config_, call, entry.value);
  } catch (const Error& e) {
    throw Error(e.code(), "mif.info:" + std::to_string(entry.line) + ": " + entry.key + ": " + e.what());
  }
}

NextSerial FrontPlugin::serials(Call call) const {
  return [this, call] {
    Txn txn = store_->write(call);
    const std::int64_t n = txn.next_id("request");
    txn.commit();
    return n;
  };
}

Front& FrontPlugin::front(Call call, std::string_view link) {
  const std::lock_guard lock(mutex_);
  const auto found = links_.find(link);
  if (found == links_.end()) throw Error(MIF_E_NOT_FOUND, "bank.link-unknown", "没有银行链接 (no link) \"" + std::string(link) + "\": 请在 mif.info 的 " + id_ + " 下配置");
  Known& known = found->second;
  if (known.front) return *known.front;
  Link with = known.link;
  if (const Node* secrets = known.node.find("secret"))
    for (const Node& p : secrets->children) with.secrets[p.key] = secret(call, p);
  std::unique_ptr<Codec> own = codec(*config_, call, known.node, with);
  known.front = std::make_unique<Front>(std::move(with), [this] { return clock_->now_unix_ms(); }, std::move(own));
  return *known.front;
}

}  // namespace mif::bank_xmlfront
