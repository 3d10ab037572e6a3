// SPDX-License-Identifier: Apache-2.0
// What the outer side says to the bank about payments: through another plugin's mif.bank-adapter/1.
#include <algorithm>

#include "outer.h"

namespace mif::bank_ferry {

namespace {

constexpr std::int64_t kRefsPerCall = 100;
constexpr std::size_t kMostBody = 15000;

std::int64_t delay_ms(std::int64_t queries) {
  static constexpr std::int64_t delays[] = {5'000, 15'000, 60'000, 300'000, 1'800'000};
  return queries < 5 ? delays[queries < 0 ? 0 : queries] : 7'200'000;
}

// What the adapter answers, and the packets it tells, masked by it: durable before the next step, and what cannot be kept does not leave.
class Sink {
 public:
  Sink(const Deps& deps, Call call, const std::string& line) : sink_(sized<mif_pay_sink>()), deps_(deps), call_(call), line_(line) {
    sink_.impl = this;
    sink_.on = [](mif_pay_sink* self, const mif_pay_answer* a) -> std::int32_t {
      auto& answers = static_cast<Sink*>(self->impl)->answers;
      try {
        Heard h;
        h.outcome = a->outcome;
        h.bank_ref = cut(view(a->bank_ref), 110);
        h.code = cut(view(a->bank_code), 110);
        h.text = cut(view(a->bank_text), 1500);
        h.held = Fen(MIF_HAS(a, fen) ? a->fen : 0);
        const auto [known, fresh] = answers.emplace(str(a->client_ref), h);
        if (!fresh && known->second.outcome != h.outcome) known->second.outcome = MIF_PAY_UNKNOWN;
        return 0;
      } catch (...) {  // no memory: the payment stays unanswered, which is a doubt
        return 1;
      }
    };
    sink_.packet = [](mif_pay_sink* self, const mif_packet* packet) -> std::int32_t {
      try {
        static_cast<Sink*>(self->impl)->keep(*packet);
        return 0;
      } catch (...) {
        return 1;
      }
    };
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  mif_pay_sink* get() { return &sink_; }
  std::map<std::string, Heard> answers;

 private:
  void keep(const mif_packet& p) {
    std::string codes;
    for (std::uint32_t i = 0; i < p.client_ref_count; ++i) codes += (codes.empty() ? "" : " ") + cut(view(p.client_refs[i]), 120);
    Txn txn = deps_.store.write(call_);
    txn.execute("insert into x_bankferry_packet (id, line, direction, operation, wire, body, sha256, bytes, reason, codes, told_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {txn.next_id("x_bankferry_packet"), line_, std::int64_t{p.direction}, cut(view(p.operation), 40), std::int64_t{p.end}, cut(view(p.text), kMostBody), cut(view(p.sha256), 64), p.bytes,
                 cut(view(p.reason), 1900), cut(codes, 3900), deps_.clock.now_unix_ms()});
    txn.commit();
  }
  mif_pay_sink sink_;
  const Deps& deps_;
  Call call_;
  const std::string& line_;
};

}  // namespace

const mif_bank_adapter* Outer::adapter(Call call) {
  for (const auto& [plugin, extension] : deps_.registry.providers<mif_bank_adapter>(call, MIF_BANK_ADAPTER_ID))
    if (plugin == line.settings.adapter) return extension;
  throw Error(MIF_E_UNAVAILABLE, "bank-ferry.no-adapter", "外网侧 " + line.settings.name + " 的银行接口插件没有启用，指令留着等它 (the adapter is not active): " + line.settings.adapter);
}

std::map<std::string, Heard> Outer::submit(Call call, const std::vector<Entry>& packet) {
  const mif_bank_adapter* to = adapter(call);
  std::vector<mif_payment> rows;
  for (const auto& e : packet) {
    auto m = sized<mif_payment>();
    m.day = static_cast<mif_day>(e.order.day);
    m.fen = e.order.amount.value();
    m.client_ref = s(e.order.code);
    m.payer_account = s(e.order.payer);
    m.payee_account = s(e.order.payee);
    m.payee_name = s(e.order.payee_name);
    m.payee_bank_no = s(e.order.bank_no);
    m.purpose = s(e.order.purpose);
    rows.push_back(m);
  }
  Sink sink(deps_, call, line.settings.name);
  std::string broken = "适配插件没有答复这一笔 (the adapter did not answer)";
  try {
    deps_.registry.invoke(call, line.settings.adapter, "submit", line.settings.timeout_ms,
                          [&](mif_call* c) { return to->submit(to->self, c, s(line.settings.link), rows.data(), static_cast<std::uint32_t>(rows.size()), sink.get()); });
  } catch (const Error& e) {
    broken = e.what();
  }
  for (const auto& e : packet) {
    Heard silent;
    silent.outcome = MIF_PAY_UNKNOWN;
    silent.text = broken;
    sink.answers.emplace(e.order.code, silent);
  }
  return sink.answers;
}

namespace {

bool bank_word(int outcome) { return outcome >= MIF_PAY_ACCEPTED && outcome <= MIF_PAY_RETURNED && outcome != MIF_PAY_UNKNOWN && outcome != MIF_PAY_DUPLICATE && outcome != MIF_PAY_NOT_FOUND; }

Answer after(const Entry& e, const Heard& h, bool submitted) {
  Answer now = e.last;
  now.bank_code = h.code;
  now.bank_text = h.text;
  if (!h.bank_ref.empty()) now.bank_ref = h.bank_ref;
  if (h.held != Fen(0)) now.held_fen = h.held.value();
  if (bank_word(h.outcome)) {
    now.state = "bank";
    now.outcome = h.outcome;
  } else if (submitted && h.outcome == MIF_PAY_UNSENT) {
    now.state = "received";  // proved: it may be offered again until it expires
    now.outcome = 0;
  } else if (e.last.state != "bank" || h.outcome != MIF_PAY_NOT_FOUND) {
    // not found is no proof that it never will be; neither is anything else that is no word of the bank
    now.state = "doubt";
    now.outcome = MIF_PAY_UNKNOWN;
  }
  return now;
}
bool final_word(const Answer& a) { return a.state == "bank" && (a.outcome == MIF_PAY_DONE || a.outcome == MIF_PAY_REFUSED || a.outcome == MIF_PAY_RETURNED); }

}  // namespace

// One packet of one payer, an adapter is called for one account at a time. False: nothing is left beyond, or the bank cannot be reached.
bool Outer::hand_packet(Call call, const std::string& payer, std::int64_t& beyond, Round& round) {
  std::vector<Entry> packet;
  std::int64_t journal = 0;
  {
    Txn txn = deps_.store.write(call);
    line.hold(txn);
    const std::int64_t now_ms = deps_.clock.now_unix_ms();
    packet = entries(txn, "where line = ? and state = 'received' and number > ? and expires_ms > ? and payer = ? order by number limit ?", {line.settings.name, beyond, now_ms, payer, line.settings.rows});
    if (packet.empty()) return false;
    JsonWriter body;
    body.begin_object().field("now_ms", now_ms).key("orders").begin_array();
    for (auto& e : packet) {
      Answer now = e.last;
      now.state = "handing";
      change(txn, e, now, 0, 0);
      e.last.state = "handing";
      ++e.last.revision;
      body.begin_object().field("code", e.order.code).field("amount", e.order.amount).field("expires_ms", e.order.expires_ms).end_object();
    }
    journal = line.state(txn).journal + 1;
    txn.execute("update x_bankferry_line set journal = ? where line = ?", {journal, line.settings.name});
    audit(txn, "ferry.hand", body.end_array().end_object().str());
    txn.commit();
  }
  beyond = packet.back().number;
  std::map<std::string, Heard> answers;
  try {
    write_mark(journal);
    answers = submit(call, packet);
  } catch (const Error& e) {  // before the adapter was called
    Heard h;
    h.outcome = MIF_PAY_UNSENT;
    h.code = "LOCAL-CHECK";
    h.text = cut(e.what(), 1500);
    for (const auto& one : packet) answers.emplace(one.order.code, h);
  }
  bool connected = false;
  Txn txn = deps_.store.write(call);
  line.hold(txn);
  const std::int64_t now_ms = deps_.clock.now_unix_ms();
  JsonWriter body;
  body.begin_object().key("orders").begin_array();
  for (const auto& e : packet) {
    const Heard& h = answers.at(e.order.code);
    const Answer now = after(e, h, true);
    connected = connected || h.outcome != MIF_PAY_UNSENT || h.code != "NO-CONNECTION";
    change(txn, e, now, final_word(now) || now.state == "received" ? 0 : now_ms, 0);  // asked about in this very round
    body.begin_object().field("code", e.order.code).field("state", now.state).field("outcome", now.outcome).field("bank_code", now.bank_code).field("bank_ref", now.bank_ref).end_object();
    if (now.state != "received") ++round.handed;
  }
  audit(txn, "ferry.answer", body.end_array().end_object().str());
  txn.commit();
  if (!connected) round.findings.push_back("银行连不上，没有交的留着等下次，到期作废 (the bank cannot be reached; what is left waits until it expires)");
  return connected;
}

void Outer::hand_on(Call call, Round& round) {
  adapter(call);
  std::vector<std::string> payers;
  {
    Txn txn = deps_.store.read(call);
    txn.query("select distinct payer from x_bankferry_journal where line = ? and state = 'received' order by payer", {line.settings.name}, [&](const Row& r) {
      payers.push_back(r.text(0));
      return true;
    });
  }
  for (const auto& payer : payers)
    for (std::int64_t beyond = 0; !call.cancelled() && hand_packet(call, payer, beyond, round);) {
    }
}

void Outer::query(Call call, Round& round) {
  const mif_bank_adapter* to = adapter(call);
  while (!call.cancelled()) {
    std::vector<Entry> asked;
    {
      Txn txn = deps_.store.read(call);
      const std::int64_t now_ms = deps_.clock.now_unix_ms();
      const std::string due = "where line = ? and next_query_ms <= ? and (state = 'doubt' or (state = 'bank' and outcome not in (2, 3, 11)) or (state = 'bank' and outcome = 2 and received_ms > ?))";
      const std::vector<Value> values = {line.settings.name, now_ms, now_ms - line.settings.returns_ms};
      const auto first = entries(txn, due + " order by number limit 1", values);
      if (first.empty()) return;
      asked = entries(txn, due + " and payer = ? order by number limit ?", {line.settings.name, now_ms, now_ms - line.settings.returns_ms, first.front().order.payer, kRefsPerCall});
    }
    std::vector<mif_str> refs;
    for (const auto& e : asked) refs.push_back(s(e.order.code));
    Sink sink(deps_, call, line.settings.name);
    const std::string& payer = asked.front().order.payer;
    deps_.registry.invoke(call, line.settings.adapter, "query", line.settings.timeout_ms,
                          [&](mif_call* c) { return to->query(to->self, c, s(line.settings.link), s(payer), refs.data(), static_cast<std::uint32_t>(refs.size()), sink.get()); });
    Txn txn = deps_.store.write(call);
    line.hold(txn);
    const std::int64_t now_ms = deps_.clock.now_unix_ms();
    JsonWriter body;
    body.begin_object().key("orders").begin_array();
    bool any = false;
    for (const auto& e : asked) {
      const auto heard = sink.answers.find(e.order.code);
      Answer now = e.last;
      const bool done = e.last.state == "bank" && e.last.outcome == MIF_PAY_DONE;
      if (heard != sink.answers.end() && (!done || heard->second.outcome == MIF_PAY_RETURNED)) now = after(e, heard->second, false);
      change(txn, e, now, now_ms + delay_ms(done ? 5 : e.queries), e.queries + 1);
      if (now.state != e.last.state || now.outcome != e.last.outcome) {
        any = true;
        body.begin_object().field("code", e.order.code).field("state", now.state).field("outcome", now.outcome).field("bank_code", now.bank_code).field("bank_ref", now.bank_ref).end_object();
      }
    }
    body.end_array().end_object();
    if (any) audit(txn, "ferry.query", body.str());
    txn.commit();
    round.queried += static_cast<std::int64_t>(asked.size());
  }
}

}  // namespace mif::bank_ferry
