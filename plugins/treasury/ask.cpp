// SPDX-License-Identifier: Apache-2.0
#include "ask.h"

#include "packets.h"

namespace mif::treasury {

namespace {

constexpr std::int64_t kRefsPerCall = 100;

std::map<std::string, Heard> ask(Desk& desk, Call call, const BankAccount& account, const mif_bank_adapter* adapter, const std::vector<Payment>& asked) {
  std::vector<mif_str> refs;
  for (const auto& p : asked) refs.push_back(s(p.code));
  std::map<std::string, Heard> answers;
  PaySink sink(desk, call, account, [&](const mif_pay_answer& a) {
    answers[str(a.client_ref)] = {a.outcome, Fen(MIF_HAS(&a, fen) ? a.fen : 0), str(a.bank_ref), str(a.bank_code), str(a.bank_text)};
  });
  const auto body = [&](mif_call* c) {
    return adapter->query(adapter->self, c, s(account.link), s(account.number), refs.data(), static_cast<std::uint32_t>(refs.size()), sink.get());
  };
  desk.registry.invoke(call, account.adapter, "query", desk.settings.call_timeout_ms, body);
  sink.done();
  return answers;
}

void record(Desk& desk, Call call, const Scoped& scoped, const std::vector<Payment>& asked, const std::map<std::string, Heard>& answers, std::map<State, std::int64_t>& states) {
  Txn txn = desk.store.write(call);
  JsonWriter body;
  body.begin_object().field("account", scoped.account->number).key("answers").begin_array();
  bool any = false;
  for (const auto& before : asked) {
    const auto heard = answers.find(before.code);
    if (heard == answers.end()) continue;
    auto now = payments(txn, "where id = ?", {before.id});
    // A payment offered again since the question was put is not what the answer is about.
    if (now.empty() || now.front().sends != before.sends || !(in_flight(now.front().state) || now.front().state == State::done)) continue;
    Payment& p = now.front();
    const State was = p.state;
    const State to = record_answer(txn, desk, p, true, heard->second);
    ++states[to];
    any = true;
    if (to != was) body.begin_object().field("id", p.id).field("code", p.code).field("from", name_of(was)).field("state", name_of(to)).field("bank_code", p.bank_code).field("bank_ref", p.bank_ref).end_object();
  }
  body.end_array().end_object();
  if (any) desk.audit.append(txn, scoped.unit, "payment.query", "account/" + scoped.account->number, body.str());
  txn.commit();
}

std::vector<Payment> page(Desk& desk, Call call, const Scoped& scoped, const AskFilter& filter, std::int64_t after) {
  const std::int64_t now = desk.clock.now_unix_ms();
  std::string where = "where account = ? and id > ? and next_query_ms <= ? and (state in (" + (filter.unknown_only ? std::string("'unknown'") : in_flight_list()) + ")";
  std::vector<Value> values = {scoped.account->number, after, filter.due_only ? now : INT64_MAX};
  if (filter.return_days > 0) {
    where += " or (state = 'done' and changed_ms > ?)";
    values.emplace_back(now - filter.return_days * 86'400'000);
  }
  where += ")";
  if (!filter.code.empty()) {
    where += " and code = ?";
    values.emplace_back(filter.code);
  }
  values.emplace_back(kRefsPerCall);
  Txn txn = desk.store.read(call);
  return payments(txn, where + " order by id limit ?", values);
}

}  // namespace

Asked ask_bank(Desk& desk, Call call, const Scoped& scoped, const AskFilter& filter, Progress progress) {
  Asked asked;
  const mif_bank_adapter* adapter = nullptr;
  for (std::int64_t after = 0; !call.cancelled();) {
    const std::vector<Payment> open = page(desk, call, scoped, filter, after);
    if (open.empty()) break;
    after = open.back().id;
    try {
      if (!adapter) adapter = desk.adapter(call, *scoped.account);
      record(desk, call, scoped, open, ask(desk, call, *scoped.account, adapter, open), asked.states);
    } catch (const Error& e) {
      if (e.code() != MIF_E_UNAVAILABLE && e.code() != MIF_E_DEADLINE) throw;
      asked.unreachable = e.what();
      break;
    }
    asked.count += static_cast<std::int64_t>(open.size());
    progress("查询付款", asked.count, 0);
  }
  return asked;
}

}  // namespace mif::treasury
