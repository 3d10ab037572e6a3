// SPDX-License-Identifier: Apache-2.0
// bank-iso20022: statements as ISO 20022 messages, and banks that take and answer them through folders or by HTTP (docs/bank/iso20022.md).
//   plugin { bank-iso20022 {
//     link one { orders "/srv/bank/orders"  sent "/srv/bank/sent"  answers "/srv/bank/answers"  version 9  initiator ".."  payer ".."  payer-bank-no .. }
//     link two { transport http  url "https://bank:8443/iso"  pin ..  sent ..  answers ..  version 9  initiator ".."  payer ".." } } }
#include <map>
#include <memory>
#include <set>

#include "camt_reader.h"
#include "file_drop.h"
#include "http_line.h"
#include "mif/extensions.hpp"
#include "mif/services.hpp"

namespace mif::bank_iso20022 {

namespace {

[[noreturn]] void complain(const char* rule, const Node& node, const std::string& what) { throw Error(MIF_E_INVALID, rule, "mif.info:" + std::to_string(node.line) + ": " + what); }

int version_of(const Node& link) {
  const std::string text = link.get("version", "9");
  if (text != "3" && text != "9" && text != "12") complain("bank.pain-version", link, "version 应为 3、9 或 12，即 pain.001.001.03、.09、.12 (found \"" + text + "\")");
  return std::stoi(text);
}
bool yes(const Node& link, const char* key) {
  const std::string text = link.get(key, "no");
  if (text != "yes" && text != "no") complain("bank.link-flag", link, std::string(key) + " 应为 yes 或 no (found \"" + text + "\")");
  return text == "yes";
}
std::int64_t milliseconds(const Node& link, const char* key, std::int64_t otherwise) {
  const Node* found = link.find(key);
  if (!found) return otherwise;
  const std::string& text = found->value;
  if (text.empty() || text.size() > 6 || text.find_first_not_of("0123456789") != std::string::npos || std::stoll(text) > 600000)
    complain("bank.setting-number", *found, std::string(key) + " 应为 0 到 600000 的整数 (found \"" + text + "\")");
  return std::stoll(text);
}
void check_keys(const Node& link, bool http) {
  static const std::set<std::string> both = {"transport", "sent", "answers", "version", "initiator", "payer", "payer-bank-no"};
  static const std::set<std::string> of_file = {"orders", "wait-ms"}, of_http = {"url", "pin", "timeout-ms", "idempotent-resend", "not-found", "authorization"};
  for (const Node& key : link.children)
    if (!both.count(key.key) && !(http ? of_http : of_file).count(key.key)) complain("bank.link-key", key, std::string(http ? "HTTP" : "文件") + " 的 link 里不认识 (unknown in a link) \"" + key.key + "\"");
}

class BankIso20022 : public Plugin, public StatementFormat, public BankAdapter {
 public:
  using Plugin::Plugin;

  void activate(Call call) override {
    config_ = std::make_unique<Config>(*this);
    clock_ = std::make_unique<Clock>(*this);
    const Node own = config_->own(call);
    for (const Node* node : own.all("link")) {
      if (node->value.empty()) complain("bank.drop-link", *node, "link 后面要有名字 (a link needs a name)");
      if (!links_.emplace(node->value, open(*node)).second) complain("bank.drop-link", *node, "link \"" + node->value + "\" 定义了两次 (defined twice)");
    }
  }
  void deactivate() override { links_.clear(); }
  const void* extension(std::string_view id) override {
    if (id == MIF_STATEMENT_FORMAT_ID) return statement_format_abi();
    return id == MIF_BANK_ADAPTER_ID ? static_cast<const void*>(BankAdapter::abi()) : nullptr;
  }

  std::string describe_formats(Call) override {
    return R"({"formats":[{"id":"camt.053","title":"ISO 20022 camt.053 对账单","files":["*.xml","*.camt","*.053","*.c53"]},)"
           R"({"id":"camt.052","title":"ISO 20022 camt.052 日间报告","files":["*.xml","*.052","*.c52"]},)"
           R"({"id":"camt.054","title":"ISO 20022 camt.054 借贷记通知","files":["*.xml","*.054","*.c54"]}]})";
  }
  Sniffed sniff(std::string_view head) override {
    Sniffed found;
    found.sure = sniff_camt(head, found.format);
    return found;
  }
  void read_statements(Call call, std::string_view format, std::string_view options, mif_byte_source& bytes, mif_statement_events& events) override {
    read_camt(format, options, bytes, events, [call] { return call.cancelled(); });
  }

  std::string describe(Call) override {
    JsonWriter json;
    bool resends = !links_.empty();
    json.begin_object().field("protocol", "iso20022").key("profiles").begin_array().value("file").value("http").end_array().key("links").begin_array();
    for (const auto& [name, link] : links_) {
      resends = resends && link.line->resends();
      json.begin_object().field("name", name).field("profile", link.line->transport()).field("idempotent_resend", link.line->resends()).field("statement_echoes_ref", true).end_object();
    }
    json.end_array().field("idempotent_resend", resends).field("statement_echoes_ref", true).end_object();
    return json.take();
  }
  void submit(Call call, std::string_view link, const mif_payment* payments, std::uint32_t n, mif_pay_sink& out) override {
    refuse_in_txn(call);
    std::vector<Order> all;
    for (std::uint32_t i = 0; i < n; ++i) {
      const mif_payment& p = payments[i];
      all.push_back({Day(p.day), Fen(p.fen), str(p.client_ref), str(p.payer_account), str(p.payee_account), str(p.payee_name), str(p.payee_bank_no), str(p.purpose)});
    }
    BankLine* to = nullptr;
    try {
      to = &line(call, link);
    } catch (const Error& e) {  // a secret that cannot be read: nothing was sent
      std::vector<Answer> unsent;
      for (const Order& o : all) unsent.push_back(answer_of(o.client_ref, MIF_PAY_UNSENT, "LOCAL-CHECK", e.what()));
      return give(unsent, out);
    }
    give(to->submit(all, call.get()->deadline_unix_ms, [&](const PacketNote& note) { return tell_packet(out, note); }), out);
  }
  void query(Call call, std::string_view link, std::string_view, const mif_str* refs, std::uint32_t n, mif_pay_sink& out) override {
    refuse_in_txn(call);
    std::vector<std::string> all;
    for (std::uint32_t i = 0; i < n; ++i) all.push_back(str(refs[i]));
    give(line(call, link).query(all, call.get()->deadline_unix_ms, [&](const PacketNote& note) { return tell_packet(out, note); }), out);
  }
  void statement(Call call, std::string_view link, std::string_view account, Day from, Day to, mif_statement_sink& out) override {
    refuse_in_txn(call);
    const Wanted wanted{"camt.053", std::string(account), from, to};
    const Report report = read_report(line(call, link).report(wanted, call.get()->deadline_unix_ms, [&](const PacketNote& note) { return tell_packet(out, note); }), wanted);
    if (out.balances(&out, report.opening.value(), report.closing.value()) != 0) return;
    for (const ReportLine& l : report.lines) {
      auto told = sized<mif_statement_line>();
      told.day = l.day.value();
      told.fen = l.fen.value();
      told.balance_fen = l.balance.value();
      told.bank_ref = s(l.bank_ref);
      told.client_ref = s(l.client_ref);
      told.counter_account = s(l.counter_account);
      told.counter_name = s(l.counter_name);
      told.text = s(l.text);
      if (out.on(&out, &told) != 0) return;
    }
  }
  Fen balance(Call call, std::string_view link, std::string_view account) override { return balance_of(call, link, account, {}); }
  Fen balance_told(Call call, std::string_view link, std::string_view account, mif_packet_sink& packets) override {
    return balance_of(call, link, account, [&](const PacketNote& note) { return tell_packet(packets, note); });
  }

 private:
  Fen balance_of(Call call, std::string_view link, std::string_view account, const TellPacket& tell) {
    refuse_in_txn(call);
    const Day today = clock_->business_day();
    const Wanted wanted{"camt.052", std::string(account), today, today};
    return read_balance(line(call, link).report(wanted, call.get()->deadline_unix_ms, tell), wanted);
  }
  struct Link {
    std::unique_ptr<BankLine> line;
    HttpLine* http = nullptr;
    std::string secret;  // its name
  };
  Link open(const Node& node) const {
    const std::string transport = node.get("transport", "file");
    if (transport != "file" && transport != "http") complain("bank.link-transport", node, "transport 应为 file 或 http (found \"" + transport + "\")");
    const bool http = transport == "http";
    check_keys(node, http);
    OrderHead head;
    head.version = version_of(node);
    head.initiator = node.require("initiator", "mif.info");
    head.payer_name = node.require("payer", "mif.info");
    head.payer_bank_no = node.get("payer-bank-no");
    const std::string &sent = node.require("sent", "mif.info"), &answers = node.require("answers", "mif.info");
    const NowMs now = [this] { return clock_->now_unix_ms(); };
    Link link;
    if (!http) {
      link.line = std::make_unique<FileDrop>(DropFolders{node.require("orders", "mif.info"), sent, answers}, std::move(head), now, milliseconds(node, "wait-ms", 5000));
      return link;
    }
    HttpPlace place = read_place(node.require("url", "mif.info"), node.get("pin"));
    place.timeout_ms = milliseconds(node, "timeout-ms", 30000);
    place.resend = yes(node, "idempotent-resend");
    place.not_found = yes(node, "not-found");
    auto line = std::make_unique<HttpLine>(std::move(place), sent, answers, std::move(head), now);
    link.http = line.get();
    link.line = std::move(line);
    link.secret = node.get("authorization");
    return link;
  }
  static void refuse_in_txn(Call call) {
    if (call.get()->flags & MIF_CALL_IN_TXN) throw Error(MIF_E_CONFLICT, "bank.inside-transaction", "账务事务未结束时不得联系银行 (no bank call inside a ledger transaction)");
  }
  static void give(const std::vector<Answer>& answers, mif_pay_sink& out) {
    for (const auto& a : answers) {
      auto answer = sized<mif_pay_answer>();
      answer.outcome = a.outcome;
      answer.client_ref = s(a.client_ref);
      answer.bank_ref = s(a.bank_ref);
      answer.bank_code = s(a.code);
      answer.bank_text = s(a.text);
      answer.fen = a.fen.value();
      if (out.on(&out, &answer) != 0) return;
    }
  }
  BankLine& line(Call call, std::string_view link) {
    const auto found = links_.find(link);
    if (found == links_.end()) throw Error(MIF_E_NOT_FOUND, "bank.link-unknown", "没有银行链接 (no link) \"" + std::string(link) + "\": 请在 mif.info 的 bank-iso20022 下配置");
    if (found->second.http && !found->second.secret.empty()) {
      std::string text = config_->secret(call, found->second.secret);
      while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
      if (text.find_first_of("\r\n") != std::string::npos) throw Error(MIF_E_INVALID, "bank.link-authorization", "authorization 的密钥文件应只有一行 (the secret must be one line)");
      found->second.http->authorize(text);
    }
    return *found->second.line;
  }
  std::unique_ptr<Config> config_;
  std::unique_ptr<Clock> clock_;
  std::map<std::string, Link, std::less<>> links_;
};

}  // namespace

}  // namespace mif::bank_iso20022

MIF_PLUGIN(mif::bank_iso20022::BankIso20022, "bank-iso20022", "1.0.0", MIF_LIST("mif.bank-adapter/1", "mif.statement-format/1"), MIF_LIST("mif.clock/1", "mif.config/1"))
