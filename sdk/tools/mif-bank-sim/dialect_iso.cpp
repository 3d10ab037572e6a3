// SPDX-License-Identifier: Apache-2.0
// iso20022: pain.001 is answered by pain.002, camt.060 by camt.052, .053 or .054; by HTTP (POST /, GET /MSGID for what an earlier
// message became) and, through drop_counter.h, by folders. Of a message only its references are remembered; what became of them
// is in the ledger.
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "iso.h"
#include "mif/error.hpp"

namespace mif::banksim {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t kRowsWithWord = 30;

struct Row {
  std::string group;
  Order order;
};
struct Message {
  std::string id, version;
  std::vector<Row> rows;
};

const Tree& child(const Tree& tree, const char* path) {
  const auto found = tree.get_child_optional(path);
  if (!found) throw Error(MIF_E_INVALID, std::string("FF01 no ") + path);
  return *found;
}
void check_sums(const Tree& head, std::size_t count, Fen sum) {
  if (text_at(head, "NbOfTxs") != std::to_string(count)) throw Error(MIF_E_INVALID, "AM18 the number of transactions differs");
  if (const std::string stated = text_at(head, "CtrlSum"); !stated.empty() && Fen::parse(stated) != sum) throw Error(MIF_E_INVALID, "AM10 the control sum differs");
}

// The whole message is sent back when its form is wrong; nothing of it is taken.
Message read_message(const std::string& xml) {
  const Tree document = read_xml(xml);
  const Tree& root = child(document, "Document.CstmrCdtTrfInitn");
  Message m;
  m.id = text_at(root, "GrpHdr.MsgId");
  m.version = version_of(xml, "pain.001");
  if (m.version != "03" && m.version != "09" && m.version != "12") throw Error(MIF_E_INVALID, "FF01 this version of pain.001 is not spoken here");
  if (m.id.empty() || m.id.size() > 35 || m.id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
    throw Error(MIF_E_INVALID, "DU01 not a message id");
  Fen all;
  std::set<std::string> refs;
  for (const auto& [name, group] : root) {
    if (name != "PmtInf") continue;
    Fen sum;
    std::size_t count = 0;
    for (const auto& [inner, tx] : group) {
      if (inner != "CdtTrfTxInf") continue;
      Row row{text_at(group, "PmtInfId"), {}};
      Order& o = row.order;
      o.ref = text_at(tx, "PmtId.EndToEndId");
      o.payer = text_at(group, "DbtrAcct.Id.Othr.Id");
      o.payee = text_at(tx, "CdtrAcct.Id.Othr.Id");
      o.payee_name = text_at(tx, "Cdtr.Nm");
      o.payee_bank = text_at(tx, "CdtrAgt.FinInstnId.ClrSysMmbId.MmbId");
      o.purpose = text_at(tx, "RmtInf.Ustrd");
      if (text_at(tx, "Amt.InstdAmt.<xmlattr>.Ccy") != "CNY") throw Error(MIF_E_INVALID, "AM03 the currency is not CNY");
      o.amount = Fen::parse(text_at(tx, "Amt.InstdAmt"));
      o.day = Day::parse(text_at(group, m.version == "03" ? "ReqdExctnDt" : "ReqdExctnDt.Dt"));
      if (o.ref.empty() || o.payee.empty() || o.payee_name.empty() || o.amount <= Fen(0)) throw Error(MIF_E_INVALID, "FF01 a transaction without reference, payee or amount");
      if (!refs.insert(o.ref).second) throw Error(MIF_E_INVALID, "DU04 a reference comes twice in the message");
      sum += o.amount;
      ++count;
      m.rows.push_back(std::move(row));
    }
    check_sums(group, count, sum);
    all += sum;
  }
  if (m.rows.empty()) throw Error(MIF_E_INVALID, "FF01 no transactions");
  check_sums(child(root, "GrpHdr"), m.rows.size(), all);
  return m;
}

class Iso : public Dialect {
 public:
  Iso(Counter counter, std::string folder) : Dialect(counter), folder_(std::move(folder)) { fs::create_directories(folder_); }
  Travel travels() const override { return {true, 0, 0}; }
  bool pays(const std::string& body) override { return body.find("<CstmrCdtTrfInitn") != std::string::npos; }

  std::string answer(const std::string& body) override { return answer("POST", "/", body).body; }
  Reply answer(const std::string& method, const std::string& path, const std::string& body) override {
    if (method == "GET") return fetched(path.substr(path.rfind('/') + 1));
    if (!pays(body)) return asked(body);
    if (counter_.faults.strikes("closed")) return {503, ""};
    Message m;
    try {
      m = read_message(body);
    } catch (const Error& e) {
      return {200, refusal(body, e.what())};
    }
    // Before the money moves: after a crash between the two the ledger knows none of the references, and so says nothing of them.
    std::ofstream(folder_ + "/" + m.id + ".xml", std::ios::binary) << body;
    std::vector<Order> orders;
    for (const Row& row : m.rows) orders.push_back(row.order);
    Tree report = head(m);
    const auto states = counter_.take(orders);
    if (states.size() > kRowsWithWord) {  // taken without a word per row: it must be asked about
      report.put("OrgnlGrpInfAndSts.GrpSts", "ACTC");
      return {200, text(m, report)};
    }
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (counter_.faults.strikes("partial-reply")) continue;
      add(report, m.rows[i].group, states[i], counter_.repeated(states[i]));
    }
    if (counter_.faults.strikes("answer-later")) return {202, ""};
    return {200, text(m, report)};
  }

 private:
  Tree head(const Message& m) {
    Tree out;
    out.put("GrpHdr.MsgId", "S" + m.id.substr(0, 34));
    out.put("GrpHdr.CreDtTm", counter_.today.iso() + "T08:00:00");
    out.put("OrgnlGrpInfAndSts.OrgnlMsgId", m.id);
    out.put("OrgnlGrpInfAndSts.OrgnlMsgNmId", "pain.001.001." + m.version);
    return out;
  }
  static std::string text(const Message& m, const Tree& report) {
    Tree out;
    out.put("Document.<xmlattr>.xmlns", std::string("urn:iso:std:iso:20022:tech:xsd:pain.002.001.") + (m.version == "03" ? "03" : m.version == "09" ? "10" : "14"));
    out.put_child("Document.CstmrPmtStsRpt", report);
    return write_xml(out, "UTF-8");
  }
  static void add(Tree& report, const std::string& group, const OrderState& s, bool repeated) {
    Tree* at = nullptr;
    for (auto& [name, tree] : report)
      if (name == "OrgnlPmtInfAndSts" && text_at(tree, "OrgnlPmtInfId") == group) at = &tree;
    if (!at) {
      at = &report.add_child("OrgnlPmtInfAndSts", Tree());
      at->put("OrgnlPmtInfId", group);
    }
    Tree row;
    row.put("OrgnlInstrId", s.order.ref);
    row.put("OrgnlEndToEndId", s.order.ref);
    // The trap of the real interfaces: a repeated reference looks like a final failure, whatever became of the first one.
    row.put("TxSts", repeated || s.state == State::refused ? "RJCT" : s.state == State::accepted ? "ACSP" : "ACSC");
    if (repeated || s.state == State::refused) {
      row.put("StsRsnInf.Rsn.Cd", repeated ? "AM05" : "AC01");
      row.put("StsRsnInf.AddtlInf", repeated ? "业务参考号重复" : s.reason);
    } else {
      row.put("AcctSvcrRef", s.serial);
    }
    Tree amount(s.order.amount.plain());
    amount.put("<xmlattr>.Ccy", "CNY");
    row.put_child("OrgnlTxRef.Amt.InstdAmt", amount);
    at->add_child("TxInfAndSts", row);
  }
  std::string refusal(const std::string& body, const std::string& why) {
    Message m;
    m.version = "09";
    const auto from = body.find("<MsgId>"), to = body.find("</MsgId>");
    if (from != std::string::npos && to != std::string::npos && to > from + 7 && to - from < 43) m.id = body.substr(from + 7, to - from - 7);
    Tree report = head(m);
    report.put("OrgnlGrpInfAndSts.GrpSts", "RJCT");
    report.put("OrgnlGrpInfAndSts.StsRsnInf.Rsn.Cd", why.substr(0, 4));
    report.put("OrgnlGrpInfAndSts.StsRsnInf.AddtlInf", why);
    return text(m, report);
  }
  Reply fetched(const std::string& id) {
    if (const auto held = reports_.find(id); held != reports_.end()) {
      Reply reply{200, held->second};
      reports_.erase(held);
      return reply;
    }
    if (id.find_first_of("./") != std::string::npos || counter_.faults.strikes("query-missing")) return {404, ""};
    std::ifstream in(folder_ + "/" + id + ".xml", std::ios::binary);
    std::ostringstream body;
    if (!in || !(body << in.rdbuf())) return {404, ""};
    const Message m = read_message(body.str());
    Tree report = head(m);
    bool any = false;
    for (const Row& row : m.rows)
      if (const auto s = counter_.ledger.ask(row.order.ref)) {
        add(report, row.group, *s, false);
        any = true;
      }
    return any ? Reply{200, text(m, report)} : Reply{404, ""};
  }
  Reply asked(const std::string& body) {
    try {
      const Tree request = read_xml(body);
      version_of(body, "camt.060");
      const Tree& root = child(request, "Document.AcctRptgReq");
      std::string report = iso_report(counter_, root);
      if (!counter_.faults.strikes("answer-later")) return {200, std::move(report)};
      reports_[text_at(root, "GrpHdr.MsgId")] = std::move(report);
      return {202, ""};
    } catch (const Error& e) {
      return {e.code() == MIF_E_NOT_FOUND ? 404 : 400, e.what()};
    }
  }
  std::string folder_;
  std::map<std::string, std::string> reports_;  // to be fetched, by the request's id
};

}  // namespace

std::string version_of(const std::string& xml, const std::string& message) {
  const std::string name = "urn:iso:std:iso:20022:tech:xsd:" + message + ".001.";
  const auto at = xml.find(name);
  if (at == std::string::npos || at + name.size() + 2 > xml.size()) throw Error(MIF_E_INVALID, "FF01 not a " + message);
  return xml.substr(at + name.size(), 2);
}

std::unique_ptr<Dialect> make_iso20022(Counter counter, const std::string& folder) { return std::make_unique<Iso>(counter, folder); }

}  // namespace mif::banksim
