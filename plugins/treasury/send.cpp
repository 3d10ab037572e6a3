// SPDX-License-Identifier: Apache-2.0
// pay send: the code and the state "sending" are durable before the first byte leaves. Whatever happens after that, the
// payment is never offered again under another code.
#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <map>

#include "ask.h"
#include "checks.h"
#include "packets.h"
#include "payment_code.h"
#include "settle.h"
#include "work.h"

namespace mif::treasury {

namespace {

// Does the bank behind this link refuse a code it knows, so that offering the same code again is safe?
bool resend_is_safe(Desk& desk, Call call, const BankAccount& account, const mif_bank_adapter* adapter) {
  TextSink sink;
  const auto ask = [&](mif_call* c) { return adapter->describe(adapter->self, c, sink.get()); };
  desk.registry.invoke(call, account.adapter, "describe", 0, ask);
  try {
    const auto root = Poco::JSON::Parser().parse(sink.text()).extract<Poco::JSON::Object::Ptr>();
    if (const auto links = root->getArray("links"))
      for (std::size_t i = 0; i < links->size(); ++i)
        if (const auto link = links->getObject(static_cast<unsigned>(i)); link && link->optValue<std::string>("name", "") == account.link)
          return link->optValue("idempotent_resend", false);
    return root->optValue("idempotent_resend", false);
  } catch (const Poco::Exception&) {
    return false;
  }
}

std::string installation(Desk& desk, Txn& txn) {
  std::string tag;
  txn.query("select value from x_treasury_setting where name = 'installation'", {}, [&](const Row& r) { tag = r.text(0); return false; });
  if (tag.empty()) {
    tag = installation_tag(desk.clock.now_unix_ms());
    txn.execute("insert into x_treasury_setting (name, value) values ('installation', ?)", {tag});
  }
  return tag;
}

// A packet an earlier run left in "sending" may or may not have left the house: only the bank can say.
void adopt_orphans(Desk& desk, Call call, const Scoped& s) {
  Txn txn = desk.store.write(call);
  const std::int64_t now = desk.clock.now_unix_ms();
  txn.execute("update x_treasury_payment set state = 'unknown', bank_text = ?, next_query_ms = ?, changed_ms = ? where state = 'sending' and account = ?",
              {"发送中断，结果未明 (sending was interrupted)", now, now, s.account->number});
  txn.commit();
}

// Gives the next payments their codes and the state "sending", durably. Empty when nothing is left after `after_id`.
// fresh: what was never offered; resend: what the bank said it does not know, under the code it has.
std::vector<Payment> reserve_packet(Desk& desk, Call call, const Scoped& s, std::int64_t after_id, bool fresh, bool resend) {
  if (!fresh && !resend) return {};
  Txn txn = desk.store.write(call);
  const auto limit = static_cast<std::int64_t>(desk.settings.packet_rows);
  std::vector<Payment> packet = payments(txn, std::string("where account = ? and id > ? and state in ('approved', 'unknown') and (") +
                                                  (fresh ? "state = 'approved'" : "state = 'unknown' and not_found > 0") +
                                                  (fresh && resend ? " or not_found > 0" : "") + ") order by id limit ?",
                                         {s.account->number, after_id, limit});
  if (packet.empty()) return packet;
  const std::string tag = installation(desk, txn);
  const std::int64_t number = txn.next_id("x_treasury_packet"), now = desk.clock.now_unix_ms();
  JsonWriter body;
  body.begin_object().field("packet", number).field("account", s.account->number).field("link", s.account->link).key("payments").begin_array();
  for (auto& p : packet) {
    if (p.code.empty()) p.code = payment_code(tag, txn.next_id("x_treasury_code"));
    const std::int64_t changed =
        txn.execute("update x_treasury_payment set state = 'sending', code = ?, sends = sends + 1, packet = ?, sent_ms = ?, not_found = 0, next_query_ms = ?, changed_ms = ?"
                    " where id = ? and state = ?",
                    {p.code, number, now, now, now, p.id, name_of(p.state)});
    if (changed != 1) throw Error(MIF_E_CONFLICT, "payment.changed-meanwhile", "付款 " + p.obligation + " 刚被另一处改过，请再做一次 (changed meanwhile; do it again)");
    body.begin_object().field("id", p.id).field("code", p.code).field("amount", p.fen).field("payee", p.payee_account).field("again", p.sends > 0).end_object();
    p.state = State::sending;
    ++p.sends;
    p.packet = number;
    p.sent_ms = now;
  }
  body.end_array().end_object();
  desk.audit.append(txn, s.unit, "payment.send", "payment-packet/" + std::to_string(number), body.str());
  // If this process dies now, somebody will ask the bank.
  desk.jobs.schedule(txn, "pay-query", "pay query", "{\"due\":\"1\"}", now + query_delay_ms(0));
  txn.commit();
  return packet;
}

std::map<std::string, Heard> submit(Desk& desk, Call call, const BankAccount& account, const mif_bank_adapter* adapter, const std::vector<Payment>& packet) {
  std::vector<mif_payment> rows;
  rows.reserve(packet.size());
  const Day today = desk.clock.business_day();
  for (const auto& p : packet) {
    auto m = sized<mif_payment>();
    m.day = (desk.settings.value_day_today ? today : p.day).value();
    m.fen = p.fen.value();
    m.client_ref = s(p.code);
    m.payer_account = s(p.account);
    m.payee_account = s(p.payee_account);
    m.payee_name = s(p.payee_name);
    m.payee_bank_no = s(p.payee_bank_no);
    m.purpose = s(p.purpose);
    rows.push_back(m);
  }
  std::map<std::string, Heard> answers;
  PaySink sink(desk, call, account, [&](const mif_pay_answer& a) {
    Heard h{a.outcome, Fen(MIF_HAS(&a, fen) ? a.fen : 0), str(a.bank_ref), str(a.bank_code), str(a.bank_text)};
    const auto [known, fresh] = answers.emplace(str(a.client_ref), h);
    if (!fresh && known->second.outcome != h.outcome) known->second.outcome = MIF_PAY_UNKNOWN;
  });
  std::string broken;
  try {
    const auto body = [&](mif_call* c) { return adapter->submit(adapter->self, c, mif::s(account.link), rows.data(), static_cast<std::uint32_t>(rows.size()), sink.get()); };
    desk.registry.invoke(call, account.adapter, "submit", desk.settings.call_timeout_ms, body);
    sink.done();
  } catch (const Error& e) {
    broken = e.what();
  }
  for (const auto& p : packet) {
    Heard silent;
    silent.text = broken.empty() ? "适配插件没有答复这一笔 (the adapter did not answer)" : broken;
    answers.emplace(p.code, silent);
  }
  return answers;
}

struct Sent {
  std::map<State, std::int64_t> states;
  bool connected = true;
};

Sent record(Desk& desk, Call call, const Scoped& s, std::int64_t packet, const std::map<std::string, Heard>& answers) {
  Sent sent;
  bool any = false, all_unconnected = true;
  Txn txn = desk.store.write(call);
  JsonWriter body;
  body.begin_object().field("packet", packet).key("answers").begin_array();
  for (auto& p : payments(txn, "where packet = ? order by id", {packet})) {
    const auto heard = answers.find(p.code);
    if (heard == answers.end()) continue;
    const State to = record_answer(txn, desk, p, false, heard->second);
    ++sent.states[to];
    any = true;
    all_unconnected = all_unconnected && heard->second.outcome == MIF_PAY_UNSENT && heard->second.code == "NO-CONNECTION";
    body.begin_object().field("id", p.id).field("code", p.code).field("state", name_of(to)).field("bank_code", p.bank_code).field("bank_ref", p.bank_ref).end_object();
  }
  body.end_array().end_object();
  desk.audit.append(txn, s.unit, "payment.answer", "payment-packet/" + std::to_string(packet), body.str());
  txn.commit();
  sent.connected = !(any && all_unconnected);
  return sent;
}

}  // namespace

std::string pay_send(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "payment.send", params);
  constexpr int kRounds = 3;
  Result result("PaymentPacketList");
  std::int64_t offered = 0;
  for (const auto& s : scope) {
    if (s.account->adapter.empty() && scope.size() > 1) continue;
    const mif_bank_adapter* adapter = nullptr;
    bool resend = false;
    try {
      adapter = desk.adapter(call, *s.account);
      resend = resend_is_safe(desk, call, *s.account, adapter);
    } catch (const Error& e) {  // one bank that cannot be had keeps nobody else waiting
      if (scope.size() == 1) throw;
      result.finding();
      result.item().field("account", s.account->number).field("states", "unreachable").field("reason", e.what()).end_object();
      continue;
    }
    adopt_orphans(desk, call, s);
    // What is in doubt is asked about first; what the bank does not know may then be offered again under its own code.
    AskFilter in_doubt;
    in_doubt.unknown_only = true;
    bool connected = true;
    const std::string closed = outside_hours(*s.account, desk.clock.business_day(), desk.clock.now_unix_ms());
    if (!closed.empty()) {
      result.finding();
      result.item().field("account", s.account->number).field("states", "outside-hours").field("reason", closed).end_object();
    }
    for (int round = 0; round < kRounds && connected && !call.cancelled(); ++round) {
      connected = ask_bank(desk, call, s, in_doubt, progress).unreachable.empty();
      std::int64_t after = 0, sent_now = 0;
      while (connected && !call.cancelled()) {
        const std::vector<Payment> packet = reserve_packet(desk, call, s, after, round == 0 && closed.empty(), resend && closed.empty());
        if (packet.empty()) break;
        after = packet.back().id;
        const Sent sent = record(desk, call, s, packet.front().packet, submit(desk, call, *s.account, adapter, packet));
        sent_now += static_cast<std::int64_t>(packet.size());
        std::string states;
        for (const auto& [state, count] : sent.states) states += (states.empty() ? "" : " ") + name_of(state) + ":" + std::to_string(count);
        Fen sum;
        for (const auto& p : packet) sum += p.fen;
        result.item().field("packet", packet.front().packet).field("account", s.account->number).field("payments", static_cast<std::int64_t>(packet.size()))
            .field("amount", sum).field("states", states).end_object();
        connected = sent.connected;  // no use knocking again and again
        progress("发送付款", offered + sent_now, 0);
      }
      offered += sent_now;
      if (sent_now == 0) break;
    }
    if (!connected) {
      result.finding();
      result.item().field("account", s.account->number).field("states", "unreachable").field("reason", "银行前置机连不上，未发的下次再发 (the bank cannot be reached; send again later)").end_object();
    }
  }
  const Settled settled = settle(desk, call, scope, progress);  // what the bank reported done on the way
  std::map<State, std::int64_t> now;
  {
    Txn txn = desk.store.read(call);
    for (const auto& s : scope)
      txn.query("select state, count(*) from x_treasury_payment where account = ? and settled = 0 group by state", {s.account->number}, [&](const Row& r) {
        now[state_of(r.text(0))] += r.integer(1);
        return true;
      });
  }
  std::string summary = "送银行 " + std::to_string(offered) + " 笔";
  if (settled.vouchers) summary += "，入账 " + std::to_string(settled.vouchers) + " 张凭证";
  for (const auto& [state, count] : now) {
    if (!in_flight(state) && state != State::approved) continue;
    result.total(name_of(state), count);
    summary += "，" + title_of(state) + " " + std::to_string(count);
    if (state == State::approved || state == State::unknown || state == State::suspended) result.finding();
  }
  result.total("offered", offered);
  result.total("posted_vouchers", settled.vouchers);
  if (now[State::unknown]) summary += "；结果未明的用 pay query 查";
  return result.json(summary);
}

}  // namespace mif::treasury
