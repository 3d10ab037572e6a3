// SPDX-License-Identifier: Apache-2.0
// abc-like: one byte, six characters of length, GBK <ap>. One payment a request; ReqSeqNo is taken once.
#include "dialect.h"
#include "message.h"
#include "mif/error.hpp"

namespace mif::banksim {

namespace {

class Abc : public Dialect {
 public:
  using Dialect::Dialect;
  Travel travels() const override { return {false, 1, 6}; }
  bool pays(const std::string& body) override { return text_at(read(body), "ap.CCTransCode") == "CFRT02"; }

  std::string answer(const std::string& body) override {
    const Tree request = read(body).get_child("ap");
    const std::string function = text_at(request, "CCTransCode");
    Tree ap;
    ap.put("CCTransCode", function);
    ap.put("ReqSeqNo", text_at(request, "ReqSeqNo"));
    try {
      if (function == "CFRT02") pay(request, ap);
      else if (function == "CQRT71") query(request, ap);
      else if (function == "CQRC09") lines(request, ap);
      else if (function == "CQRA06") balance(request, ap);
      else throw Error(MIF_E_UNSUPPORTED, "没有此交易 " + function);
    } catch (const Error& e) {
      ap.put("RespCode", "2000");
      ap.put("RespInfo", e.what());
    }
    Tree reply;
    reply.put_child("ap", ap);
    return convert("GB18030", "UTF-8", write_xml(reply, "GBK"));
  }

 private:
  static Tree read(const std::string& body) { return read_xml(convert("UTF-8", "GB18030", body)); }

  void pay(const Tree& request, Tree& ap) {
    Order o;
    o.ref = text_at(request, "ReqSeqNo");
    o.payer = text_at(request, "Cmp.DbAccNo");
    o.payee = text_at(request, "Cmp.CrAccNo");
    o.payee_name = text_at(request, "Corp.CrAccName");
    o.payee_bank = text_at(request, "Corp.CrBankNo");
    o.purpose = text_at(request, "Corp.WhyUse");
    o.amount = Fen::parse(text_at(request, "Amt"));
    o.day = Day::parse(text_at(request, "ReqDate"));
    if (o.amount <= Fen(0) || o.payee_name.empty()) throw Error(MIF_E_INVALID, "付款要素不全");
    const OrderState s = counter_.take(o);
    if (counter_.repeated(s)) {
      ap.put("RespCode", "0002");
      ap.put("RespInfo", "请求序列号重复");
      return;
    }
    // Two ways to say that somebody at the bank must look first, and one to say nothing at all.
    if (o.purpose.find("人工") != std::string::npos) ap.put("Cmp.WaitFlag", "1");
    ap.put("RespCode", o.purpose.find("落地") != std::string::npos ? "0001" : o.purpose.find("异常") != std::string::npos ? "9999" : "0000");
    ap.put("RespSeqNo", s.serial);
  }
  void query(const Tree& request, Tree& ap) {
    const std::string ref = text_at(request, "Cmp.OrgReqSeqNo");
    const auto s = counter_.ledger.ask(ref);
    if (!s) {
      ap.put("RespCode", "0390");
      ap.put("RespInfo", "查无此交易");
      return;
    }
    ap.put("Cmp.OrgReqSeqNo", ref);
    ap.put("Cmp.OrgRespSeqNo", s->serial);
    ap.put("Cmp.RespAmt", s->order.amount.plain());
    ap.put("RespCode", s->state == State::accepted ? "0388" : s->state == State::refused ? "0389" : "0000");
    if (s->state == State::returned) ap.put("Cmp.TransSta", "5");
    ap.put("RespInfo", s->reason);
  }
  void lines(const Tree& request, Tree& ap) {
    const Extract extract = counter_.extract(text_at(request, "Cmp.DbAccNo"), Day::parse(text_at(request, "Corp.StartDate")), Day::parse(text_at(request, "Corp.EndDate")));
    Tree cmp;
    cmp.put("OpenBal", extract.opening.plain());
    cmp.put("CloseBal", extract.closing.plain());
    cmp.put("RecordNum", std::to_string(extract.entries.size()));
    for (const auto& e : extract.entries) {
      Tree r;
      r.put("TrDate", std::to_string(e.day.value()));
      r.put("TrJrn", "J" + std::to_string(100000000 + e.id));
      r.put("Amt", e.amount.grouped());
      r.put("Bal", e.balance.grouped());
      r.put("OppAccNo", e.counter);
      r.put("OppName", e.counter_name);
      r.put("Abs", e.text);
      r.put("CustRef", e.ref);
      cmp.add_child("Record", r);
    }
    ap.put_child("Cmp", cmp);
    ap.put("RespCode", "0000");
  }
  void balance(const Tree& request, Tree& ap) {
    const std::string account = text_at(request, "Cmp.DbAccNo");
    ap.put("Cmp.DbAccNo", account);
    ap.put("Acc.Bal", counter_.ledger.balance(account).plain());
    ap.put("RespCode", "0000");
  }
};

}  // namespace

std::unique_ptr<Dialect> make_abc(Counter counter) { return std::make_unique<Abc>(counter); }

}  // namespace mif::banksim
