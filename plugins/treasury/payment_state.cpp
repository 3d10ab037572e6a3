// SPDX-License-Identifier: Apache-2.0
#include "payment_state.h"

#include <iterator>

#include "mif/error.hpp"

namespace mif::treasury {

namespace {

struct Name {
  State state;
  const char *name, *title;
};
constexpr Name kNames[] = {{State::prepared, "prepared", "已编制"},      {State::approved, "approved", "已批准"},     {State::sending, "sending", "正在发送"},
                           {State::accepted, "accepted", "银行已受理"},  {State::processing, "processing", "银行处理中"}, {State::awaits_bank, "awaits-bank", "银行落地待处理"},
                           {State::scheduled, "scheduled", "银行预约"},  {State::suspended, "suspended", "银行挂账"},  {State::unknown, "unknown", "结果未明"},
                           {State::done, "done", "银行已付"},            {State::failed, "failed", "未付成"},          {State::returned, "returned", "退汇"},
                           {State::cancelled, "cancelled", "已撤销"}};

State in_bank(int outcome) {
  switch (outcome) {
    case MIF_PAY_ACCEPTED: return State::accepted;
    case MIF_PAY_DONE: return State::done;
    case MIF_PAY_REFUSED: return State::failed;
    case MIF_PAY_PROCESSING: return State::processing;
    case MIF_PAY_AWAITS_BANK: return State::awaits_bank;
    case MIF_PAY_SCHEDULED: return State::scheduled;
    case MIF_PAY_SUSPENDED: return State::suspended;
    case MIF_PAY_RETURNED: return State::returned;
    default: return State::unknown;  // duplicate, not found and whatever an adapter may invent
  }
}

}  // namespace

std::string name_of(State state) {
  for (const auto& n : kNames)
    if (n.state == state) return n.name;
  return "unknown";
}
std::string title_of(State state) {
  for (const auto& n : kNames)
    if (n.state == state) return n.title;
  return "";
}
State state_of(std::string_view name) {
  for (const auto& n : kNames)
    if (n.name == name) return n.state;
  throw Error(MIF_E_INTERNAL, "没有这种付款状态 (no such payment state): \"" + std::string(name) + "\"");
}

bool live(State state) { return state != State::failed && state != State::returned && state != State::cancelled; }

bool in_flight(State state) {
  switch (state) {
    case State::sending:
    case State::accepted:
    case State::processing:
    case State::awaits_bank:
    case State::scheduled:
    case State::suspended:
    case State::unknown: return true;
    default: return false;
  }
}

std::string in_flight_list() {
  std::string list;
  for (const auto& n : kNames)
    if (in_flight(n.state)) list += (list.empty() ? "'" : ", '") + std::string(n.name) + "'";
  return list;
}

State after_submit(State now, int outcome, std::int64_t earlier_sends) {
  if (!in_flight(now)) return now;
  // Provably unsent this time says nothing about an earlier offer of the same code.
  if (outcome == MIF_PAY_UNSENT) return earlier_sends == 0 ? State::approved : State::unknown;
  return in_bank(outcome);
}

State after_query(State now, int outcome) {
  if (now == State::done) return outcome == MIF_PAY_RETURNED ? State::returned : now;
  if (!in_flight(now)) return now;
  return in_bank(outcome);
}

std::string outcome_name(int outcome) {
  static const char* const names[] = {"",           "accepted",    "done",      "refused",   "unknown",   "duplicate", "processing",
                                      "awaits-bank", "scheduled",   "suspended", "not-found", "returned",  "unsent"};
  return outcome >= 1 && outcome < static_cast<int>(std::size(names)) ? names[outcome] : "unmapped-" + std::to_string(outcome);
}

std::int64_t query_delay_ms(std::int64_t queries_made) {
  static constexpr std::int64_t delays[] = {5'000, 15'000, 60'000, 300'000, 1'800'000};
  return queries_made < static_cast<std::int64_t>(std::size(delays)) ? delays[queries_made < 0 ? 0 : queries_made] : 7'200'000;
}

}  // namespace mif::treasury
