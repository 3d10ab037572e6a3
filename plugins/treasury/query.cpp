// SPDX-License-Identifier: Apache-2.0
// pay query: asks the bank about everything it has not said the last word on, then lets the paid vouchers post.
#include <map>

#include "ask.h"
#include "results.h"
#include "settle.h"
#include "work.h"

namespace mif::treasury {

namespace {

// The next automatic query, while something is open.
void schedule_next(Desk& desk, Call call) {
  Txn txn = desk.store.write(call);
  std::int64_t next = 0;
  txn.query("select cast(min(next_query_ms) as bigint) from x_treasury_payment where state in (" + in_flight_list() + ")", {}, [&](const Row& r) {
    if (!r.null(0)) next = r.integer(0);
    return false;
  });
  if (next > 0) desk.jobs.schedule(txn, "pay-query", "pay query", "{\"due\":\"1\"}", next);
  else desk.jobs.cancel(txn, "pay-query");
  txn.commit();
}

}  // namespace

std::string pay_query(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "payment.send", params);
  // A person's question goes to the bank at once; the scheduler's only when its time has come.
  AskFilter filter;
  filter.due_only = params.flag("due");
  filter.return_days = params.number("returns", 0);
  filter.code = params.get("code");
  Result result("PaymentStateList");
  std::map<State, std::int64_t> states;
  std::int64_t asked_total = 0;
  for (const auto& scoped : scope) {
    const Asked asked = ask_bank(desk, call, scoped, filter, progress);
    asked_total += asked.count;
    for (const auto& [state, count] : asked.states) states[state] += count;
    if (!asked.unreachable.empty()) {
      result.finding();
      result.item().field("account", scoped.account->number).field("state", "unreachable").field("reason", asked.unreachable).end_object();
    }
  }
  const Settled settled = settle(desk, call, scope, progress);
  schedule_next(desk, call);
  for (const auto& [state, count] : states) {
    result.item().field("state", name_of(state)).field("title", title_of(state)).field("payments", count).end_object();
    result.total(name_of(state), count);
    // Exit 3 until the bank has said its last word on everything, and that word was "paid".
    if (in_flight(state) || state == State::failed || state == State::returned) result.finding();
  }
  for (const auto& [reason, count] : settled.problems) {
    result.finding();
    result.item().field("state", "not-posted").field("vouchers", count).field("reason", reason).end_object();
  }
  report(result, tell(desk, call, scope, progress));
  result.total("asked", asked_total);
  result.total("settled", settled.payments);
  result.total("posted_vouchers", settled.vouchers);
  std::string summary = "查询 " + std::to_string(asked_total) + " 笔";
  for (const auto& [state, count] : states) summary += "，" + title_of(state) + " " + std::to_string(count);
  summary += "；入账 " + std::to_string(settled.vouchers) + " 张凭证，" + settled.fen.grouped() + " 元";
  return result.json(summary);
}

}  // namespace mif::treasury
