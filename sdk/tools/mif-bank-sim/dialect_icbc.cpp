// SPDX-License-Identifier: Apache-2.0
// icbc-like: a form by HTTP, GBK XML in base64, whole fen without a sign, pages by NextTag. A packet's fSeqno is never taken twice.
#include <map>

#include "dialect.h"
#include "message.h"
#include "mif/error.hpp"
#include "receipt.h"

namespace mif::banksim {

namespace {

constexpr std::size_t kPage = 4;  // lines a page: small, so that pages happen

std::string fen(Fen amount) { return std::to_string((amount < Fen(0) ? -amount : amount).value()); }

class Icbc : public Dialect {
 public:
  using Dialect::Dialect;
  Travel travels() const override { return {true, 0, 0}; }
  bool pays(const std::string& body) override { return text_at(read(body), "CMS.eb.pub.TransCode") == "PAYENT"; }

  std::string answer(const std::string& body) override {
    const Tree request = read(body);
    const Tree& pub = request.get_child("CMS.eb.pub");
    const std::string function = text_at(pub, "TransCode");
    Tree out;
    std::string code = "0", text;
    try {
      if (function == "PAYENT") pay(request, pub, out, code, text);
      else if (function == "QPAYENT") query(request, out, code, text);
      else if (function == "QHISD") history(request, out);
      else if (function == "QACCBAL") balance(request, out);
      else if (function == "QEBILL") receipts(request, out);
      else if (function == "DownEBill") receipt(request, out);
      else throw Error(MIF_E_UNSUPPORTED, "没有此交易 " + function);
    } catch (const Error& e) {
      out.clear();
      code = "B9999";
      text = e.what();
    }
    Tree reply;
    for (const char* echoed : {"TransCode", "CIS", "BankCode", "ID", "TranDate", "TranTime", "fSeqno"}) reply.put(std::string("CMS.eb.pub.") + echoed, text_at(pub, echoed));
    reply.put("CMS.eb.pub.RetCode", code);
    reply.put("CMS.eb.pub.RetMsg", text);
    reply.put_child("CMS.eb.out", out);
    return "reqData=" + form_encoded(base64(convert("GB18030", "UTF-8", write_xml(reply, "GBK"))));
  }

 private:
  static Tree read(const std::string& body) { return read_xml(convert("UTF-8", "GB18030", from_base64(in_form(body, "reqData")))); }
  static const char* result(State s) { return s == State::refused ? "6" : s == State::accepted ? "4" : "7"; }  // a return is told by the statement alone

  void pay(const Tree& request, const Tree& pub, Tree& out, std::string& code, std::string& text) {
    const Tree& row = request.get_child("CMS.eb.in.rd");
    Order o;
    o.ref = text_at(pub, "fSeqno");
    o.payer = text_at(row, "PayAccNo");
    o.payee = text_at(row, "RecAccNo");
    o.payee_name = text_at(row, "RecAccNameCN");
    o.payee_bank = text_at(row, "RecBankNo");
    o.purpose = text_at(row, "PostScript");
    const std::string amount = text_at(row, "PayAmt");
    if (amount.empty() || amount.find_first_not_of("0123456789") != std::string::npos) throw Error(MIF_E_INVALID, "金额不是以分为单位的整数");
    if (amount != text_at(request, "CMS.eb.in.TotalAmt") || text_at(request, "CMS.eb.in.TotalNum") != "1") throw Error(MIF_E_INVALID, "总金额或总笔数不符");
    o.amount = Fen(std::stoll(amount));
    o.day = Day::parse(text_at(pub, "TranDate"));
    const OrderState s = counter_.take(o);
    if (counter_.repeated(s)) {
      code = "B0130";
      text = "指令包序列号重复";
      return;
    }
    Tree rd;
    rd.put("iSeqno", text_at(row, "iSeqno"));
    rd.put("SerialNo", s.serial);
    rd.put("Result", o.purpose.find("落地") != std::string::npos ? "2" : "0");
    out.add_child("rd", rd);
  }
  void query(const Tree& request, Tree& out, std::string& code, std::string& text) {
    const std::string ref = text_at(request, "CMS.eb.in.QryfSeqno");
    const auto s = counter_.ledger.ask(ref);
    if (!s) {
      code = "B0016";
      text = "查无此指令包";
      return;
    }
    if (counter_.faults.strikes("silent-query")) return;
    out.put("QryfSeqno", ref);
    Tree rd;
    rd.put("iSeqno", "1");
    rd.put("SerialNo", s->serial);
    rd.put("PayAmt", fen(s->order.amount));
    rd.put("Result", result(s->state));
    rd.put("iRetMsg", s->reason);
    out.add_child("rd", rd);
  }
  void history(const Tree& request, Tree& out) {
    const std::string tag = text_at(request, "CMS.eb.in.NextTag");
    const std::size_t from = tag.empty() ? 0 : std::stoul(tag.substr(1));
    const Extract extract = counter_.extract(text_at(request, "CMS.eb.in.AccNo"), Day::parse(text_at(request, "CMS.eb.in.BeginDate")), Day::parse(text_at(request, "CMS.eb.in.EndDate")));
    const std::size_t to = std::min(from + kPage, extract.entries.size());
    out.put("TotalNum", std::to_string(to - std::min(from, to)));
    out.put("NextTag", to < extract.entries.size() ? "N" + std::to_string(counter_.faults.strikes("page-repeats") ? from : to) : "");
    for (std::size_t i = from; i < to; ++i) {
      const Entry& e = extract.entries[i];
      Tree rd;
      rd.put("Drcrf", e.amount < Fen(0) ? "1" : "2");
      rd.put("VouhNo", "V" + std::to_string(100000000 + e.id));
      rd.put("Amount", fen(e.amount));
      rd.put("Balance", std::to_string(e.balance.value()));
      rd.put("Date", std::to_string(e.day.value()));
      rd.put("RecipAccNo", e.counter);
      rd.put("RecipName", e.counter_name);
      rd.put("Summary", e.text);
      rd.put("Ref", e.ref);
      out.add_child("rd", rd);
    }
  }
  void receipts(const Tree& request, Tree& out) {
    const std::string account = text_at(request, "CMS.eb.in.AccNo");
    Extract extract = counter_.ledger.extract(account, Day::parse(text_at(request, "CMS.eb.in.BeginDate")), Day::parse(text_at(request, "CMS.eb.in.EndDate")));
    out.put("NextTag", cut_page(extract, text_at(request, "CMS.eb.in.NextTag"), counter_.faults));
    for (auto& r : receipts_of(extract, "V", "", 100000000, counter_.faults)) {
      Tree rd;
      rd.put("BillNo", r.number);
      rd.put("Drcrf", r.amount < Fen(0) ? "1" : "2");
      rd.put("Amount", fen(r.amount));
      rd.put("Date", std::to_string(r.entry.day.value()));
      rd.put("VouhNo", r.bank_ref);
      rd.put("Ref", r.client_ref);
      out.add_child("rd", rd);
      listed_[account + "/" + r.number] = receipt_pdf(account, r);
    }
  }
  void receipt(const Tree& request, Tree& out) {
    const auto found = listed_.find(text_at(request, "CMS.eb.in.AccNo") + "/" + text_at(request, "CMS.eb.in.BillNo"));
    if (found == listed_.end()) throw Error(MIF_E_NOT_FOUND, "没有此回单");
    Tree rd;
    rd.put("BillNo", text_at(request, "CMS.eb.in.BillNo"));
    rd.put("Content", base64(found->second));
    out.add_child("rd", rd);
  }
  std::map<std::string, std::string> listed_;  // files of the receipts that were listed
  void balance(const Tree& request, Tree& out) {
    const std::string account = text_at(request, "CMS.eb.in.rd.AccNo");
    Tree rd;
    rd.put("iSeqno", "1");
    rd.put("AccNo", account);
    rd.put("Balance", std::to_string(counter_.ledger.balance(account).value()));
    out.add_child("rd", rd);
  }
};

}  // namespace

std::unique_ptr<Dialect> make_icbc(Counter counter) { return std::make_unique<Icbc>(counter); }

}  // namespace mif::banksim
