// SPDX-License-Identifier: Apache-2.0
#include "teller.h"

#include <set>
#include <utility>

#include "dialect.h"
#include "mif/error.hpp"
#include "receipt.h"

namespace mif::banksim {

namespace {

constexpr std::size_t kRowsWithReply = 30;  // a longer packet is taken without a word per row: it must be queried
constexpr std::size_t kRowsPerPacket = 1500;
constexpr std::size_t kRefsPerQuery = 500;

std::string yyyymmdd(Day day) { return std::to_string(day.value()); }

// The whole packet is sent back when its form is wrong; nothing of it is taken.
Order read_order(const Block& row, Day today) {
  Order o;
  o.ref = row.get("YURREF");
  o.payer = row.get("DBTACC");
  o.payee = row.get("CRTACC");
  o.payee_name = row.get("CRTNAM");
  o.payee_bank = row.get("BRDNBR");
  o.purpose = row.get("NUSAGE");
  if (o.ref.empty() || o.ref.size() > 30) throw Error(MIF_E_INVALID, "DBDC001: 业务参考号不能为空或超长！");
  if (o.payee.empty()) throw Error(MIF_E_INVALID, "DBDC002: 收方帐号不能为空！");
  if (o.payee_name.empty()) throw Error(MIF_E_INVALID, "DBDC003: 收方帐户名不能为空！");
  o.amount = Fen::parse(row.get("TRSAMT"));
  if (o.amount <= Fen(0)) throw Error(MIF_E_INVALID, "DBDC004: 交易金额必须大于零！");
  const std::string day = row.get("EPTDAT");
  o.day = day.empty() ? today : Day::parse(day);
  return o;
}

void set_state(Block& row, const OrderState& s) {
  switch (s.state) {
    case State::accepted: row.set("REQSTS", "BNK"); break;
    case State::executed: row.set("REQSTS", "FIN").set("RTNFLG", "S"); break;
    case State::refused: row.set("REQSTS", "FIN").set("RTNFLG", "F").set("RTNNAR", s.reason); break;
    case State::returned: row.set("REQSTS", "FIN").set("RTNFLG", "B").set("RTNNAR", s.reason); break;
  }
}

}  // namespace

Message Teller::answer(const Message& request) {
  const std::lock_guard lock(mutex_);
  const std::string function = request.info.get("FUNNAM");
  Message reply;
  std::string code = "0", text;
  try {
    if (function == "DCPAYMNT") pay(request, reply);
    else if (function == "NTQRYSTN") query(request, reply);
    else if (function == "GetTransInfo") transactions(request, reply);
    else if (function == "NTQADINF") balance(request, reply);
    else if (function == "DCSIGREC") receipts(request, reply);
    else throw Error(MIF_E_UNSUPPORTED, "没有此功能: " + function);
  } catch (const Error& e) {
    reply.blocks.clear();
    code = "-1";
    text = e.what();
  }
  reply.info.name = "INFO";
  reply.info.set("DATTYP", "2").set("ERRMSG", text).set("FUNNAM", function).set("LGNNAM", request.info.get("LGNNAM")).set("RETCOD", code);
  return reply;
}

void Teller::pay(const Message& request, Message& reply) {
  if (faults_.strikes("closed")) throw Error(MIF_E_UNAVAILABLE, "WIN0001: 系统维护，暂停受理！");
  std::vector<Order> orders;
  std::set<std::string> refs;
  for (const auto& block : request.blocks) {
    if (block.name != "DCOPDPAYX") continue;
    orders.push_back(read_order(block, today_));
    if (!refs.insert(orders.back().ref).second) throw Error(MIF_E_INVALID, "DBDC005: 同一请求中业务参考号重复！");
  }
  if (orders.empty() || orders.size() > kRowsPerPacket) throw Error(MIF_E_INVALID, "DBDC006: 支付笔数不对！");
  const auto states = ledger_.take(orders, [this](const Order&) { return draw(faults_, today_); });
  if (orders.size() > kRowsWithReply) return;
  int line = 0;
  for (const auto& s : states) {
    const std::string number = std::to_string(line++);
    if (faults_.strikes("partial-reply")) continue;
    Block row{"NTQPAYRQZ", {}};
    // The trap of the real interface: a repeated reference looks like a final failure, whatever became of the first one.
    if (s.repeated || faults_.strikes("duplicate-answer")) {
      row.set("ERRCOD", "NCB4241").set("ERRTXT", "业务参考号重复").set("REQSTS", "FIN").set("RTNFLG", "F");
    } else {
      row.set("ERRCOD", "SUC0000").set("REQNBR", s.serial).set("REQSTS", s.state == State::refused ? "OPR" : "NTE");
    }
    row.set("SQRNBR", std::string(10 - number.size(), '0') + number).set("YURREF", s.order.ref);
    reply.blocks.push_back(std::move(row));
  }
}

void Teller::query(const Message& request, Message& reply) {
  std::size_t asked = 0;
  for (const auto& block : request.blocks) {
    if (block.name != "NTQRYSTNY1") continue;
    if (++asked > kRefsPerQuery) throw Error(MIF_E_INVALID, "NTQ0002: 查询笔数超限！");
    const auto s = ledger_.ask(block.get("YURREF"));
    if (!s || faults_.strikes("query-missing")) continue;
    Block row{"NTSTLLSTZ", {}};
    row.set("BUSCOD", "N02031").set("CCYNBR", "10").set("CRTACC", s->order.payee).set("CRTNAM", s->order.payee_name);
    row.set("DBTACC", s->order.payer).set("EPTDAT", yyyymmdd(s->order.day)).set("REQNBR", s->serial);
    set_state(row, *s);
    row.set("TRSAMT", s->order.amount.plain()).set("YURREF", s->order.ref);
    reply.blocks.push_back(std::move(row));
  }
}

void Teller::transactions(const Message& request, Message& reply) {
  for (const auto& block : request.blocks) {
    if (block.name != "SDKTSINFX") continue;
    const std::string number = block.get("ACCNBR");
    Extract extract = ledger_.extract(number, Day::parse(block.get("BGNDAT")), Day::parse(block.get("ENDDAT")));
    if (!extract.entries.empty() && faults_.strikes("statement-missing")) extract.entries.erase(extract.entries.begin() + static_cast<std::ptrdiff_t>(extract.entries.size() / 2));
    if (!extract.entries.empty() && faults_.strikes("statement-repeated")) extract.entries.push_back(extract.entries.back());
    if (faults_.strikes("statement-wrong-opening")) extract.opening += Fen(1);
    if (faults_.strikes("statement-wrong-closing")) extract.closing += Fen(1);
    if (extract.entries.size() > 1 && faults_.strikes("statement-reordered")) std::swap(extract.entries.front(), extract.entries.back());
    Block balances{"NTQTSBALZ", {}};
    balances.set("ACCNBR", number).set("OPNBLV", extract.opening.plain()).set("CLSBLV", extract.closing.plain());
    balances.set("TRSCNT", std::to_string(extract.entries.size()));
    reply.blocks.push_back(std::move(balances));
    for (const auto& e : extract.entries) {
      const bool debit = e.amount < Fen(0);
      const Fen size = debit ? -e.amount : e.amount;
      Block row{"NTQTSINFZ", {}};
      row.set("AMTCDR", debit ? "D" : "C").set("C_TRSAMT", size.grouped()).set("C_TRSBLV", e.balance.grouped()).set("ETYDAT", yyyymmdd(e.day));
      row.set("NARYUR", e.text).set("REFNBR", "G" + std::to_string(1000000000 + e.id) + "C").set("REQNBR", e.serial);
      row.set("RPYACC", e.counter).set("RPYNAM", e.counter_name).set("TRSAMT", e.amount.plain()).set("TRSBLV", e.balance.plain());
      row.set("VLTDAT", yyyymmdd(e.day)).set("YURREF", e.ref);
      reply.blocks.push_back(std::move(row));
    }
  }
}

void Teller::balance(const Message& request, Message& reply) {
  for (const auto& block : request.blocks) {
    if (block.name != "SDKACINFX") continue;
    const std::string number = block.get("ACCNBR");
    const Fen now = ledger_.balance(number);
    Block row{"NTQACINFZ", {}};
    row.set("ACCBLV", now.plain()).set("ACCNAM", ledger_.account(number).name).set("ACCNBR", number).set("AVLBLV", now.plain());
    row.set("CCYNBR", "10").set("STSCOD", "A");
    reply.blocks.push_back(std::move(row));
  }
}

void Teller::receipts(const Message& request, Message& reply) {
  for (const auto& block : request.blocks) {
    if (block.name != "DCSIGRECX") continue;
    const std::string number = block.get("ACCNBR");
    Extract extract = ledger_.extract(number, Day::parse(block.get("BGNDAT")), Day::parse(block.get("ENDDAT")));
    Block page{"DCSIGRECY", {}};
    page.set("CTNKEY", cut_page(extract, block.get("CTNKEY"), faults_));
    reply.blocks.push_back(std::move(page));
    for (const auto& r : receipts_of(extract, "G", "C", 1000000000, faults_)) {
      Block row{"DCSIGRECZ", {}};
      row.set("AMTCDR", r.amount < Fen(0) ? "D" : "C").set("FILNAM", r.number + ".pdf").set("FILTXT", base64(receipt_pdf(number, r))).set("ISTNBR", r.number);
      row.set("REFNBR", r.bank_ref).set("TRSAMT", r.amount.plain()).set("TRSDAT", yyyymmdd(r.entry.day)).set("YURREF", r.client_ref);
      reply.blocks.push_back(std::move(row));
    }
  }
}

}  // namespace mif::banksim
