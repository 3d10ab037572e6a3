// SPDX-License-Identifier: Apache-2.0
// json-sm: the cloud interface. A form with UID, FUNCODE, ALG and DATA; in it JSON in canonical form, signed with SM2, encrypted
// with SM4-CBC. A request is taken within five minutes of its signature and its reqid only once.
#include <boost/property_tree/json_parser.hpp>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <set>
#include <sstream>

#include "dialect.h"
#include "gm.h"
#include "mif/error.hpp"
#include "receipt.h"

namespace mif::banksim {

namespace {

constexpr std::size_t kPage = 20;
constexpr const char* kPlaceholder = "__signature_sigdat__";

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

void quote(std::string& out, const std::string& text) {
  out += '"';
  for (const char c : text) {
    const char* named = c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : c == '\b' ? "\\b" : c == '\f' ? "\\f" : nullptr;
    char code[8];
    if (named) out += named;
    else if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      out += code;
    } else out += c;
  }
  out += '"';
}
// Every leaf is a text here; children without names make a list.
void print(std::string& out, const Tree& tree) {
  if (tree.empty()) return quote(out, tree.data());
  const bool list = tree.front().first.empty();
  std::vector<std::pair<std::string, const Tree*>> children;
  for (const auto& [key, child] : tree) children.emplace_back(key, &child);
  if (!list) std::stable_sort(children.begin(), children.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  out += list ? '[' : '{';
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (i) out += ',';
    if (!list) {
      quote(out, children[i].first);
      out += ':';
    }
    print(out, *children[i].second);
  }
  out += list ? ']' : '}';
}
std::string printed(const Tree& tree) {
  std::string out;
  print(out, tree);
  return out;
}

class JsonSm : public Dialect {
 public:
  JsonSm(Counter counter, const std::string& folder, const std::string& client_key) : Dialect(counter), folder_(folder) {
    make_kit(folder);
    bank_key_ = file_text(folder + "/bank.key.pem");
    client_ = file_text(client_key.empty() ? folder + "/client.pem" : client_key);
    if (client_.empty()) throw Error(MIF_E_INVALID, "--client-key: cannot read " + client_key);
    session_ = file_text(folder + "/session.key");
  }
  Travel travels() const override { return {true, 0, 0}; }
  bool pays(const std::string& body) override { return in_form(body, "FUNCODE") == "BB1PAYBH"; }

  std::string answer(const std::string& body) override {
    user_ = in_form(body, "UID");
    Tree request = read(in_form(body, "DATA"));
    const Tree& head = request.get_child("request.head");
    const std::string function = text_at(head, "funcode"), serial = text_at(head, "reqid");
    Tree out;
    std::string code = "SUC0000", text;
    try {
      if (in_form(body, "ALG") != "SM" || in_form(body, "FUNCODE") != function || text_at(head, "userid") != user_) throw Error(MIF_E_INVALID, "请求头不符");
      check(request);
      if (serial.empty() || !serials_.insert(serial).second) throw Error(MIF_E_CONFLICT, "reqid重复");
      const Tree& in = request.get_child("request.body");
      if (function == "BB1PAYBH") pay(in, out);
      else if (function == "BB1PAYQR") query(in, out);
      else if (function == "trsQryByBreakPoint") lines(in, out);
      else if (function == "NTQADINF") balance(in, out);
      else if (function == "DCSIGREC") receipts(in, out);
      else throw Error(MIF_E_UNSUPPORTED, "没有此功能 " + function);
    } catch (const Error& e) {
      out.clear();
      code = "CDCS001";
      text = e.what();
    }
    Tree reply;
    for (const char* echoed : {"funcode", "userid", "reqid"}) reply.put(std::string("response.head.") + echoed, text_at(head, echoed));
    reply.put("response.head.resultcode", code);
    reply.put("response.head.resultmsg", text);
    if (!out.empty()) reply.put_child("response.body", out);
    return sealed(reply, pays(body));
  }

 private:
  std::string vector() const { return (user_ + "0000000000000000").substr(0, 16); }
  static std::string moment(std::time_t at) {
    at += 8 * 3600;
    std::tm tm{};
    gmtime_r(&at, &tm);
    char text[16];
    std::strftime(text, sizeof text, "%Y%m%d%H%M%S", &tm);
    return text;
  }
  Tree read(const std::string& data) {
    Tree tree;
    std::istringstream in(sm4(session_, vector(), false, from_base64(data)));
    try {
      boost::property_tree::read_json(in, tree);
    } catch (const boost::property_tree::json_parser_error& e) {
      throw Error(MIF_E_INVALID, "not JSON: " + e.message());
    }
    return tree;
  }
  void check(Tree request) {
    const std::string signature = text_at(request, "signature.sigdat"), at = text_at(request, "signature.sigtim");
    request.put("signature.sigdat", kPlaceholder);
    if (!client_verify(client_, printed(request), from_base64(signature))) throw Error(MIF_E_INVALID, "验签失败");
    const std::time_t now = std::time(nullptr);
    if (at < moment(now - 300) || at > moment(now + 300)) throw Error(MIF_E_INVALID, "签名时间超出有效期");
  }
  std::string sealed(Tree reply, bool pays) {
    reply.put("signature.sigdat", kPlaceholder);
    reply.put("signature.sigtim", moment(std::time(nullptr) - (pays && counter_.faults.strikes("old-signature") ? 3600 : 0)));
    std::string signature = sm2_sign(bank_key_, printed(reply));
    if (pays && counter_.faults.strikes("wrong-signature")) signature[5] = static_cast<char>(signature[5] ^ 1);
    reply.put("signature.sigdat", base64(signature));
    std::string data = base64(sm4(session_, vector(), true, printed(reply)));
    if (pays && counter_.faults.strikes("replayed-reply") && !last_.empty()) data = last_;
    return last_ = data;
  }

  static void add(Tree& out, const char* list, const Tree& row) {
    if (!out.count(list)) out.add_child(list, Tree());
    out.get_child(list).push_back({"", row});
  }
  void pay(const Tree& in, Tree& out) {
    std::vector<Order> orders;
    Fen total;
    for (const auto& [nothing, row] : in.get_child("bb1paybhx1")) {
      Order o{text_at(row, "yurRef"), text_at(row, "dbtAcc"), text_at(row, "crtAcc"), text_at(row, "crtNam"), text_at(row, "brdNbr"), text_at(row, "nusAge"), Fen::parse(text_at(row, "trsAmt")), Day::parse(text_at(row, "eptDat"))};
      if (o.ref.empty() || o.amount <= Fen(0)) throw Error(MIF_E_INVALID, "付款要素不全");
      total += o.amount;
      orders.push_back(std::move(o));
    }
    const Tree& control = in.get_child("bb1bmdbhx1").front().second;
    if (text_at(control, "dtlNbr") != std::to_string(orders.size()) || text_at(control, "ttlAmt") != total.plain()) throw Error(MIF_E_INVALID, "批次笔数或金额不符");
    for (const auto& s : counter_.take(orders)) {
      Tree row;
      row.put("yurRef", s.order.ref);
      if (counter_.repeated(s)) {
        row.put("errCod", "NCB4241");
        row.put("errTxt", "业务参考号重复");
        row.put("reqSts", "FIN");
        row.put("rtnFlg", "F");
      } else {
        row.put("errCod", "SUC0000");
        row.put("reqNbr", s.serial);
        row.put("reqSts", s.state == State::refused ? "OPR" : "NTE");
      }
      add(out, "bb1paybhz1", row);
    }
  }
  void query(const Tree& in, Tree& out) {
    for (const auto& [nothing, asked] : in.get_child("bb1payqrx1")) {
      const auto s = counter_.ledger.ask(text_at(asked, "yurRef"));
      if (!s) continue;
      Tree row;
      row.put("yurRef", s->order.ref);
      row.put("reqNbr", s->serial);
      row.put("trsAmt", s->order.amount.plain());
      row.put("reqSts", s->state == State::accepted ? "BNK" : "FIN");
      if (s->state != State::accepted) row.put("rtnFlg", s->state == State::executed ? "S" : s->state == State::refused ? "F" : "B");
      row.put("rtnNar", s->reason);
      add(out, "bb1payqrz1", row);
    }
  }
  void lines(const Tree& in, Tree& out) {
    const Tree& asked = in.get_child("TRANSQUERYBYBREAKPOINT_X1").front().second;
    const std::string key = text_at(asked, "ctnKey");
    const std::size_t from = key.empty() ? 0 : std::stoul(key.substr(1));
    const Extract extract = counter_.extract(text_at(asked, "cardNbr"), Day::parse(text_at(asked, "beginDate")), Day::parse(text_at(asked, "endDate")));
    const std::size_t to = std::min(from + kPage, extract.entries.size());
    Tree page;
    page.put("dtlNbr", std::to_string(to - std::min(from, to)));
    page.put("ctnKey", to < extract.entries.size() ? "K" + std::to_string(counter_.faults.strikes("page-repeats") ? from : to) : "");
    add(out, "TRANSQUERYBYBREAKPOINT_Z1", page);
    for (std::size_t i = from; i < to; ++i) {
      const Entry& e = extract.entries[i];
      Tree row;
      row.put("transDate", std::to_string(e.day.value()));
      row.put("transAmount", (e.amount < Fen(0) ? -e.amount : e.amount).plain());
      row.put("loanCode", e.amount < Fen(0) ? "D" : "C");
      row.put("acctOnlineBal", e.balance.plain());
      row.put("transSequenceIdn", "S" + std::to_string(100000000 + e.id));
      row.put("yurRef", e.ref);
      row.put("ctpAcctNbr", e.counter);
      row.put("ctpAcctName", e.counter_name);
      row.put("remarkTextClt", e.text);
      add(out, "TRANSQUERYBYBREAKPOINT_Z2", row);
    }
  }
  void receipts(const Tree& in, Tree& out) {
    const Tree& asked = in.get_child("dcsigrecx1").front().second;
    const std::string account = text_at(asked, "accNbr");
    Extract extract = counter_.ledger.extract(account, Day::parse(text_at(asked, "begDat")), Day::parse(text_at(asked, "endDat")));
    Tree page;
    page.put("ctnKey", cut_page(extract, text_at(asked, "ctnKey"), counter_.faults));
    add(out, "dcsigrecy1", page);
    for (const auto& r : receipts_of(extract, "S", "", 100000000, counter_.faults)) {
      Tree row;
      row.put("istNbr", r.number);
      row.put("trsDat", std::to_string(r.entry.day.value()));
      row.put("trsAmt", (r.amount < Fen(0) ? -r.amount : r.amount).plain());
      row.put("amtCdr", r.amount < Fen(0) ? "D" : "C");
      row.put("trsSeq", r.bank_ref);
      row.put("yurRef", r.client_ref);
      row.put("filNam", r.number + ".pdf");
      row.put("filTxt", base64(receipt_pdf(account, r)));
      add(out, "dcsigrecz1", row);
    }
  }
  void balance(const Tree& in, Tree& out) {
    const std::string account = text_at(in.get_child("ntqadinfx").front().second, "accnbr");
    Tree row;
    row.put("accnbr", account);
    row.put("accblv", counter_.ledger.balance(account).plain());
    add(out, "ntqadinfz", row);
  }

  std::string folder_, bank_key_, client_, session_, user_, last_;
  std::set<std::string> serials_;
};

}  // namespace

std::unique_ptr<Dialect> make_json_sm(Counter counter, const std::string& folder, const std::string& client_key) { return std::make_unique<JsonSm>(counter, folder, client_key); }

}  // namespace mif::banksim
