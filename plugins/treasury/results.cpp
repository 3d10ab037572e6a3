// SPDX-License-Identifier: Apache-2.0
#include "results.h"

#include "mif/ext/draft/payable_source.h"
#include "work.h"

namespace mif::treasury {

namespace {

constexpr std::int64_t kAtOnce = 500, kAgainMs = 300'000;

struct Untold {
  std::int64_t id = 0;
  Day day;
  Fen fen;
  std::string obligation, state, bank_ref, reason;
};

std::vector<Untold> untold(Txn& txn, const std::string& source, const std::vector<Scoped>& scope) {
  std::string accounts;
  std::vector<Value> values = {source};
  for (const auto& s : scope) {
    accounts += accounts.empty() ? "?" : ", ?";
    values.emplace_back(s.account->number);
  }
  values.emplace_back(kAtOnce);
  std::vector<Untold> all;
  txn.query("select id, day, fen, obligation, state, bank_ref, reason from x_treasury_result where told_ms = 0 and source = ? and account in (" + accounts + ") order by id limit ?", values,
            [&](const Row& r) {
              all.push_back({r.integer(0), r.day(1), r.fen(2), r.text(3), r.text(4), r.text(5), r.text(6)});
              return true;
            });
  return all;
}

void hand_over(Desk& desk, Call call, const std::string& plugin, const mif_payable_source* source, const std::vector<Untold>& rows) {
  std::vector<mif_payable_result> results;
  results.reserve(rows.size());
  for (const auto& row : rows) {
    auto r = sized<mif_payable_result>();
    r.day = row.day.value();
    r.seq = row.id;
    r.fen = row.fen.value();
    r.obligation = s(row.obligation);
    r.state = s(row.state);
    r.bank_ref = s(row.bank_ref);
    r.reason = s(row.reason);
    results.push_back(r);
  }
  const auto body = [&](mif_call* c) { return source->results(source->self, c, results.data(), static_cast<std::uint32_t>(results.size())); };
  desk.registry.invoke(call, plugin, "payment results", desk.settings.call_timeout_ms, body);
}

}  // namespace

void ask_again(Desk& desk, Call call, Payable& owed) {
  for (const auto& [plugin, source] : desk.registry.providers<mif_payable_source>(call, MIF_PAYABLE_SOURCE_ID)) {
    if (plugin != owed.source) continue;
    if (!MIF_HAS(source, again) || !source->again) return;
    auto budget = sized<mif_payable_budget>();
    budget.flagged = owed.budget_flagged ? 1 : 0;
    desk.registry.invoke(call, plugin, "payable again", desk.settings.call_timeout_ms, [&, from = source](mif_call* c) {
      if (MIF_HAS(from, again_within) && from->again_within) return from->again_within(from->self, c, s(owed.obligation), owed.fen.value(), &budget);
      return from->again(from->self, c, s(owed.obligation), owed.fen.value(), &budget.fen);
    });
    if (budget.fen <= 0 || (Fen(budget.fen) == owed.budget_fen && (budget.flagged != 0) == owed.budget_flagged)) return;
    owed.budget_fen = Fen(budget.fen);
    owed.budget_flagged = budget.flagged != 0;
    Txn txn = desk.store.write(call);
    txn.execute("update x_treasury_payable set budget_fen = ?, budget_flagged = ? where source = ? and budget = ?", {owed.budget_fen, std::int64_t{owed.budget_flagged}, owed.source, owed.budget});
    txn.commit();
    return;
  }
  if (!owed.budget.empty())
    throw Error(MIF_E_UNAVAILABLE, "payment.source-inactive", "应付事项 " + owed.obligation + " 的来源 " + owed.source + " 没有启动，问不到预算，不再付 (its source is not active: its budget cannot be asked)");
}

void note_result(Txn& txn, Desk& desk, const Payment& p, const char* state, const std::string& reason) {
  std::string source;
  txn.query("select source from x_treasury_payable where id = ?", {p.payable}, [&](const Row& r) { source = r.text(0); return false; });
  txn.execute("insert into x_treasury_result (id, source, account, obligation, payment_id, state, day, fen, bank_ref, reason, made_ms, told_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
              {txn.next_id("x_treasury_result"), source, p.account, p.obligation, p.id, state, desk.clock.business_day(), p.fen, p.bank_ref, cut(reason, 600), desk.clock.now_unix_ms()});
}

Told tell(Desk& desk, Call call, const std::vector<Scoped>& scope, Progress progress) {
  Told told;
  if (scope.empty()) return told;
  for (const auto& [plugin, source] : desk.registry.providers<mif_payable_source>(call, MIF_PAYABLE_SOURCE_ID)) {
    if (!MIF_HAS(source, results) || !source->results) continue;
    while (!call.cancelled()) {
      std::vector<Untold> rows;
      {
        Txn txn = desk.store.read(call);
        rows = untold(txn, plugin, scope);
      }
      if (rows.empty()) break;
      try {
        hand_over(desk, call, plugin, source, rows);
      } catch (const Error& e) {
        told.problems[plugin] = e.what();
        break;
      }
      // Dying before this commit tells them once more.
      Txn txn = desk.store.write(call);
      const std::int64_t now = desk.clock.now_unix_ms();
      for (const auto& row : rows) txn.execute("update x_treasury_result set told_ms = ? where id = ? and told_ms = 0", {now, row.id});
      txn.commit();
      told.sent += static_cast<std::int64_t>(rows.size());
      progress("回告付款结果", told.sent, 0);
    }
  }
  if (!told.problems.empty()) {
    Txn txn = desk.store.write(call);
    desk.jobs.schedule(txn, "pay-tell", "pay tell", "{}", desk.clock.now_unix_ms() + kAgainMs);
    txn.commit();
  }
  return told;
}

void report(Result& result, const Told& told) {
  for (const auto& [plugin, why] : told.problems) {
    result.finding();
    result.item().field("source", plugin).field("state", "not-told").field("reason", why).end_object();
  }
  result.total("told", told.sent);
}

std::string pay_tell(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "payment.send", params);
  Result result("PaymentResultList");
  const Told told = tell(desk, call, scope, progress);
  report(result, told);
  return result.json("回告付款结果 " + std::to_string(told.sent) + " 条" + (told.problems.empty() ? "" : "，有插件未收下，下次再告 (some were not taken; told again next time)"));
}

}  // namespace mif::treasury
