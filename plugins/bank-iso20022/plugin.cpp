// SPDX-License-Identifier: Apache-2.0
// bank-iso20022: statements as ISO 20022 messages, and banks that take payment files through folders.
//   plugin { bank-iso20022 { link demo-bank { orders "/srv/bank/orders" sent "/srv/bank/sent" answers "/srv/bank/answers"
//                                             version 9 initiator "示例省医保中心" payer "示例省医保基金" payer-bank-no 102100099996 } } }
#include <map>
#include <memory>

#include "camt_reader.h"
#include "file_drop.h"
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

class BankIso20022 : public Plugin, public StatementFormat, public BankAdapter {
 public:
  using Plugin::Plugin;

  void activate(Call call) override {
    const Config config(*this);
    clock_ = std::make_unique<Clock>(*this);
    const Node own = config.own(call);
    for (const Node* node : own.all("link")) {
      if (node->value.empty()) complain("bank.drop-link", *node, "link 后面要有名字 (a link needs a name)");
      OrderHead head;
      head.version = version_of(*node);
      head.initiator = node->require("initiator", "mif.info");
      head.payer_name = node->require("payer", "mif.info");
      head.payer_bank_no = node->get("payer-bank-no");
      auto drop = std::make_unique<FileDrop>(DropFolders{node->require("orders", "mif.info"), node->require("sent", "mif.info"), node->require("answers", "mif.info")}, std::move(head), [this] { return clock_->now_unix_ms(); });
      if (!drops_.emplace(node->value, std::move(drop)).second) complain("bank.drop-link", *node, "link \"" + node->value + "\" 定义了两次 (defined twice)");
    }
  }
  void deactivate() override { drops_.clear(); }
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
    json.begin_object().field("protocol", "iso20022-files").key("profiles").begin_array().value("file-drop").end_array().key("links").begin_array();
    for (const auto& [name, drop] : drops_) json.begin_object().field("name", name).field("profile", "file-drop").end_object();
    json.end_array().field("idempotent_resend", false).field("statement_echoes_ref", true).end_object();
    return json.take();
  }
  void submit(Call call, std::string_view link, const mif_payment* payments, std::uint32_t n, mif_pay_sink& out) override {
    refuse_in_txn(call);
    std::vector<Order> all;
    for (std::uint32_t i = 0; i < n; ++i) {
      const mif_payment& p = payments[i];
      all.push_back({Day(p.day), Fen(p.fen), str(p.client_ref), str(p.payer_account), str(p.payee_account), str(p.payee_name), str(p.payee_bank_no), str(p.purpose)});
    }
    give(drop(link).submit(all, [&](const PacketNote& note) { return tell_packet(out, note); }), out);
  }
  void query(Call call, std::string_view link, std::string_view, const mif_str* refs, std::uint32_t n, mif_pay_sink& out) override {
    refuse_in_txn(call);
    std::vector<std::string> all;
    for (std::uint32_t i = 0; i < n; ++i) all.push_back(str(refs[i]));
    give(drop(link).query(all, [&](const PacketNote& note) { return tell_packet(out, note); }), out);
  }
  void statement(Call, std::string_view, std::string_view, Day, Day, mif_statement_sink&) override { by_file(); }
  Fen balance(Call, std::string_view, std::string_view) override { by_file(); }

 private:
  [[noreturn]] static void by_file() { throw Error(MIF_E_UNSUPPORTED, "bank.statement-by-file", "这家银行的对账单是文件，请从文件导入 camt.053 (statements of this bank are files to be imported)"); }
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
  FileDrop& drop(std::string_view link) {
    const auto found = drops_.find(link);
    if (found == drops_.end()) throw Error(MIF_E_NOT_FOUND, "bank.link-unknown", "没有银行链接 (no link) \"" + std::string(link) + "\": 请在 mif.info 的 bank-iso20022 下配置");
    return *found->second;
  }
  std::unique_ptr<Clock> clock_;
  std::map<std::string, std::unique_ptr<FileDrop>, std::less<>> drops_;
};

}  // namespace

}  // namespace mif::bank_iso20022

MIF_PLUGIN(mif::bank_iso20022::BankIso20022, "bank-iso20022", "1.0.0", MIF_LIST("mif.bank-adapter/1", "mif.statement-format/1"), MIF_LIST("mif.clock/1", "mif.config/1"))
