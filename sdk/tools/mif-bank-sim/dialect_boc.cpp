// SPDX-License-Identifier: Apache-2.0
// boc-like: <bocb2e> by HTTP with one status for the message and one for each row; more lines by their number.
#include "dialect.h"
#include "mif/error.hpp"

namespace mif::banksim {

namespace {

constexpr std::size_t kPage = 4;

void status(Tree& at, const char* code, const std::string& text = "ok") {
  at.put("status.rspcod", code);
  at.put("status.rspmsg", text);
}

class Boc : public Dialect {
 public:
  using Dialect::Dialect;
  Travel travels() const override { return {true, 0, 0}; }
  bool pays(const std::string& body) override { return text_at(read_xml(body), "bocb2e.head.trncod") == "b2e0009"; }

  std::string answer(const std::string& body) override {
    const Tree request = read_xml(body);
    const Tree& head = request.get_child("bocb2e.head");
    const std::string function = text_at(head, "trncod");
    const Tree& in = request.get_child("bocb2e.trans.trn-" + function + "-rq");
    Tree out, reply;
    try {
      if (function == "b2e0009") pay(in, out);
      else if (function == "b2e0007") query(in, out);
      else if (function == "b2e0035") lines(in, out);
      else if (function == "b2e0005") balance(in, out);
      else throw Error(MIF_E_UNSUPPORTED, "没有此交易 " + function);
    } catch (const Error& e) {
      out.clear();
      status(out, "B999", e.what());
    }
    reply.put("bocb2e.head.termid", text_at(head, "termid"));
    reply.put("bocb2e.head.trnid", text_at(head, "trnid"));
    reply.put("bocb2e.head.trncod", function);
    reply.put_child("bocb2e.trans.trn-" + function + "-rs", out);
    return write_xml(reply, "UTF-8");
  }

 private:
  void pay(const Tree& in, Tree& out) {
    std::vector<Order> orders;
    for (const auto& [name, row] : in) {
      if (name != "b2e0009-rq") continue;
      Order o;
      o.ref = text_at(row, "insid");
      o.payer = text_at(row, "fractn.actacn");
      o.payee = text_at(row, "toactn.actacn");
      o.payee_name = text_at(row, "toactn.toname");
      o.payee_bank = text_at(row, "toactn.tobkno");
      o.purpose = text_at(row, "furinfo");
      o.amount = Fen::parse(text_at(row, "trnamt"));
      o.day = Day::parse(text_at(row, "trfdate"));
      orders.push_back(std::move(o));
    }
    status(out, "B001");
    for (const auto& s : counter_.take(orders)) {
      // Taken, but the whole message answers "processing" without a word about its rows.
      if (s.order.purpose.find("整包处理中") != std::string::npos) {
        out.clear();
        return status(out, "B054", "processing");
      }
      Tree row;
      const bool refused = s.order.purpose.find("行失败") != std::string::npos;
      if (counter_.repeated(s)) status(row, "B062", "insid重复, 交易失败");
      else status(row, refused ? "B777" : s.state == State::accepted ? "B054" : "B001");
      row.put("insid", s.order.ref);
      row.put("obssid", s.serial);
      out.add_child("b2e0009-rs", row);
    }
  }
  void query(const Tree& in, Tree& out) {
    status(out, counter_.faults.strikes("more-to-say") ? "B002" : "B001");
    for (const auto& [name, asked] : in) {
      if (name != "b2e0007-rq") continue;
      const auto s = counter_.ledger.ask(text_at(asked, "insid"));
      if (!s) continue;
      Tree row;
      status(row, s->state == State::accepted ? "B054" : s->state == State::refused ? "B060" : s->state == State::returned ? "B063" : "B001", s->reason);
      row.put("insid", s->order.ref);
      row.put("obssid", s->serial);
      row.put("trnamt", s->order.amount.plain());
      out.add_child("b2e0007-rs", row);
    }
  }
  void lines(const Tree& in, Tree& out) {
    const Tree& row = in.get_child("b2e0035-rq");
    const Extract extract = counter_.extract(text_at(row, "account.actacn"), Day::parse(text_at(row, "datescope.from")), Day::parse(text_at(row, "datescope.to")));
    const std::size_t from = std::stoul(text_at(row, "begnum")) - 1, to = std::min(from + kPage, extract.entries.size());
    status(out, to < extract.entries.size() ? "B002" : "B001");
    for (std::size_t i = from; i < to; ++i) {
      const Entry& e = extract.entries[i];
      Tree line;
      line.put("txndate", std::to_string(e.day.value()));
      line.put("txnamt", (e.amount < Fen(0) ? -e.amount : e.amount).plain());
      line.put("direction", e.amount < Fen(0) ? "1" : "2");
      line.put("acctbal", e.balance.plain());
      line.put("vchnum", "B" + std::to_string(100000000 + e.id));
      line.put("insid", e.ref);
      line.put("oppactn.actacn", e.counter);
      line.put("oppactn.acntname", e.counter_name);
      line.put("furinfo", e.text);
      out.add_child("b2e0035-rs", line);
    }
  }
  void balance(const Tree& in, Tree& out) {
    const std::string account = text_at(in, "b2e0005-rq.account.actacn");
    status(out, "B001");
    Tree row;
    row.put("account.actacn", account);
    row.put("balance.bokbal", counter_.ledger.balance(account).plain());
    out.add_child("b2e0005-rs", row);
  }
};

}  // namespace

std::unique_ptr<Dialect> make_boc(Counter counter) { return std::make_unique<Boc>(counter); }

}  // namespace mif::banksim
