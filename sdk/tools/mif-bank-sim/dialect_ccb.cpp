// SPDX-License-Identifier: Apache-2.0
// ccb-like: requestXml in a form by HTTP, GB18030 <TX>. REQUEST_SN numbers the request and comes once only; CST_PAY_NO the payment.
#include <set>

#include "dialect.h"
#include "message.h"
#include "mif/error.hpp"

namespace mif::banksim {

namespace {

constexpr std::size_t kPage = 4;

class Ccb : public Dialect {
 public:
  Ccb(Counter counter, std::string password) : Dialect(counter), password_(std::move(password)) {}
  Travel travels() const override { return {true, 0, 0}; }
  bool pays(const std::string& body) override { return text_at(read(body), "TX.TX_CODE") == "6W8020"; }

  std::string answer(const std::string& body) override {
    const Tree request = read(body).get_child("TX");
    const std::string function = text_at(request, "TX_CODE"), serial = text_at(request, "REQUEST_SN");
    Tree info;
    std::string code = "000000", text;
    try {
      // Some banks do repeat what they were sent.
      if (!password_.empty() && text_at(request, "PASSWORD") != password_) throw Error(MIF_E_DENIED, "操作员密码 " + text_at(request, "PASSWORD") + " 不正确");
      if (serial.size() != 16 || !serials_.insert(serial).second) throw Error(MIF_E_CONFLICT, "请求序列号重复");
      if (function == "6W8020") pay(request, info, code, text);
      else if (function == "6W0600") query(request, info, code, text);
      else if (function == "6WY101") lines(request, info);
      else if (function == "6W0101") balance(request, info);
      else throw Error(MIF_E_UNSUPPORTED, "没有此交易 " + function);
    } catch (const Error& e) {
      info.clear();
      code = "E0001";
      text = e.what();
    }
    Tree reply;
    for (const char* echoed : {"REQUEST_SN", "CUST_ID", "TX_CODE", "LANGUAGE"}) reply.put(std::string("TX.") + echoed, text_at(request, echoed));
    reply.put("TX.RETURN_CODE", code);
    reply.put("TX.RETURN_MSG", text);
    reply.put_child("TX.TX_INFO", info);
    return convert("GB18030", "UTF-8", write_xml(reply, "GB18030"));
  }

 private:
  static Tree read(const std::string& body) { return read_xml(convert("UTF-8", "GB18030", in_form(body, "requestXml"))); }

  void pay(const Tree& request, Tree& info, std::string& code, std::string& text) {
    const Tree& in = request.get_child("TX_INFO");
    Order o;
    o.ref = text_at(in, "CST_PAY_NO");
    o.payer = text_at(in, "PAY_ACCNO");
    o.payee = text_at(in, "RECV_ACCNO");
    o.payee_name = text_at(in, "RECV_ACC_NAME");
    o.payee_bank = text_at(in, "RECV_UBANKNO");
    o.purpose = text_at(in, "USEOF");
    o.amount = Fen::parse(text_at(in, "AMOUNT"));
    o.day = counter_.today;
    if (o.ref.empty() || o.amount <= Fen(0)) throw Error(MIF_E_INVALID, "付款要素不全");
    const OrderState s = counter_.take(o);
    if (counter_.repeated(s)) {
      code = "E0080";
      text = "客户付款编号重复, 交易失败";
      return;
    }
    info.put("CST_PAY_NO", o.ref);
    info.put("CREDIT_NO", s.serial);
    info.put("DEAL_TYPE", "1");
  }
  void query(const Tree& request, Tree& info, std::string& code, std::string& text) {
    const std::string ref = text_at(request, "TX_INFO.CST_PAY_NO");
    const auto s = counter_.ledger.ask(ref);
    if (!s) {
      code = "E0081";
      text = "无此付款编号";
      return;
    }
    if (counter_.faults.strikes("silent-query")) return;
    info.put("CST_PAY_NO", ref);
    info.put("CREDIT_NO", s->serial);
    info.put("AMOUNT", s->order.amount.plain());
    info.put("DEAL_RESULT", s->state == State::accepted ? "2" : s->state == State::refused ? "3" : s->state == State::executed ? "4" : "6");
    info.put("MESSAGE", s->reason);
  }
  void lines(const Tree& request, Tree& info) {
    const std::string page = text_at(request, "TX_INFO.PAGE");
    const std::size_t number = page.empty() ? 0 : std::stoul(page) - 1;
    const Extract extract = counter_.extract(text_at(request, "TX_INFO.ACCNO1"), Day::parse(text_at(request, "TX_INFO.STARTDATE")), Day::parse(text_at(request, "TX_INFO.ENDDATE")));
    const std::size_t from = std::min(number * kPage, extract.entries.size()), to = std::min(from + kPage, extract.entries.size());
    info.put("BEGIN_BAL", extract.opening.plain());
    info.put("END_BAL", extract.closing.plain());
    info.put("CURR_COUNT", std::to_string(to - from));
    info.put("NEXT_PAGE", to < extract.entries.size() ? std::to_string(counter_.faults.strikes("page-repeats") ? number + 1 : number + 2) : "");
    Tree list;
    for (std::size_t i = from; i < to; ++i) {
      const Entry& e = extract.entries[i];
      Tree d;
      d.put("TRANDATE", std::to_string(e.day.value()));
      d.put("AMT_DEBIT", e.amount < Fen(0) ? (-e.amount).plain() : "0.00");
      d.put("AMT_CREDIT", e.amount < Fen(0) ? "0.00" : e.amount.plain());
      d.put("AMT", e.balance.plain());
      d.put("TRAN_FLOW", "F" + std::to_string(100000000 + e.id));
      d.put("CST_PAY_NO", e.ref);
      d.put("ACCNO2", e.counter);
      d.put("ACC_NAME1", e.counter_name);
      d.put("DET", e.text);
      list.add_child("DETAILINFO", d);
    }
    info.put_child("DETAILLIST", list);
  }
  void balance(const Tree& request, Tree& info) {
    const std::string account = text_at(request, "TX_INFO.ACC_NO");
    info.put("ACC_NO", account);
    info.put("BALANCE", counter_.ledger.balance(account).plain());
  }
  std::string password_;
  std::set<std::string> serials_;
};

}  // namespace

std::unique_ptr<Dialect> make_ccb(Counter counter, const std::string& password) { return std::make_unique<Ccb>(counter, password); }

}  // namespace mif::banksim
