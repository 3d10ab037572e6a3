// SPDX-License-Identifier: Apache-2.0
// reconcile table, submit, approve, show, reopen: 余额调节表 from computed to frozen. What was approved stays as it was signed;
// a correction is a new revision beside it.
#include <algorithm>

#include "recon.h"
#include "work.h"

namespace mif::treasury {

AskedTable asked_table(Desk& desk, Call call, const char* permission, const Params& params) {
  AskedTable a;
  if (params.get("account").empty()) throw Error(MIF_E_INVALID, "reconcile.account-missing", "要给出 account 银行账号 (account is needed)");
  a.scoped = desk.scope(call, permission, params).front();
  const Period period = Period::parse(params.get("month"));
  if (period.month > 12) throw Error(MIF_E_INVALID, "reconcile.period-13", "余额调节表按自然月编制，没有第 13 期 (a calendar month, not period 13)");
  a.month = period.year * 100 + period.month;
  a.day = last_day_of(a.month);
  return a;
}
std::string name_of(const AskedTable& a) { return "账户 " + a.scoped.account->number + " " + a.day.iso().substr(0, 7) + " 的余额调节表"; }

const FrozenTable* latest(const std::vector<FrozenTable>& all, int month, const char* state) {
  const FrozenTable* found = nullptr;
  for (const auto& t : all)
    if (t.month == month && t.state == state) found = &t;
  return found;
}

namespace {

void write_table(Result& result, const BalanceTable& t) {
  for (std::size_t kind = 0; kind < 4; ++kind)
    for (const auto& l : t.items[kind])
      result.item().field("account", t.account).field("state", kUnreachedNames[kind]).field("line", l.item).field("day", l.day.iso()).field("amount", l.fen < Fen(0) ? -l.fen : l.fen)
          .field("reference", l.reference).field("text", l.text).field("age", age_days(l.day, t.day)).end_object();
  result.item().field("account", t.account).field("state", t.difference() == Fen(0) ? "balanced" : "different").field("title", form_title(t.form)).field("day", t.day.iso()).field("bank_balance", t.bank)
      .field("book_balance", t.booked).field("bank_in", t.sums[0]).field("bank_out", t.sums[1]).field("book_in", t.sums[2]).field("book_out", t.sums[3]).field("adjusted_bank", t.adjusted_bank())
      .field("adjusted_book", t.adjusted_book()).field("difference", t.difference()).end_object();
}

std::string equation(const BalanceTable& t) {
  return "对账单 " + t.bank.grouped() + " + " + t.sums[2].grouped() + " - " + t.sums[3].grouped() + " = " + t.adjusted_bank().grouped() + "；日记账 " + t.booked.grouped() + " + " + t.sums[0].grouped() +
         " - " + t.sums[1].grouped() + " = " + t.adjusted_book().grouped();
}

std::string wanted_reason(const Params& params) {
  const std::string text = params.get("reason");
  if (text.empty() || text.size() > 1900) throw Error(MIF_E_INVALID, "reconcile.reason-missing", "要给出 reason，不超过 1900 字节 (a reason is needed)");
  return text;
}

void audit_table(Desk& desk, Txn& txn, const AskedTable& a, const char* action, const FrozenTable& t, const std::string& reason) {
  JsonWriter body;
  body.begin_object().field("table", t.id).field("account", a.scoped.account->number).field("month", t.month).field("revision", t.revision).field("artefact", t.artefact).field("state", t.state)
      .field("reason", reason).end_object();
  desk.audit.append(txn, a.scoped.unit, action, "reconciliation/" + std::to_string(t.id), body.str());
}

void answer(Result& result, const AskedTable& a, const FrozenTable& t) {
  result.item().field("account", a.scoped.account->number).field("month", Period{t.month / 100, t.month % 100}.iso()).field("revision", t.revision).field("state", t.state).field("title", form_title(t.form))
      .field("bank_balance", t.bank).field("book_balance", t.booked).field("artefact", t.artefact).field("made_by", t.made_by).field("decided_by", t.decided_by).field("reason", t.reason).end_object();
}

std::string decide_opening(Desk& desk, Call call, const Params& params, bool approve) {
  const auto scope = desk.scope(call, "voucher.review", params);
  const std::int64_t id = params.number("item", 0);
  Txn txn = desk.store.write(call);
  std::string account, digest;
  std::int64_t instance = 0;
  txn.query("select account from x_treasury_opening_item where id = ?", {id}, [&](const Row& r) {
    account = r.text(0);
    return false;
  });
  if (!account.empty()) lock_account(txn, account);
  account.clear();
  txn.query("select account, digest, instance from x_treasury_opening_item where id = ? and state = 'submitted'", {id}, [&](const Row& r) {
    account = r.text(0);
    digest = r.text(1);
    instance = r.integer(2);
    return false;
  });
  const auto mine = std::find_if(scope.begin(), scope.end(), [&](const Scoped& s) { return s.account->number == account; });
  if (mine == scope.end()) throw Error(MIF_E_NOT_FOUND, "reconcile.no-opening-item", "没有待批的期初未达账项 (no opening item waits) " + std::to_string(id));
  const FlowState flow = desk.workflow.state(txn, instance);
  const FlowState after = desk.workflow.decide(txn, instance, flow.node, approve, digest, params.get("comment"));
  const char* state = after.state == MIF_FLOW_APPROVED ? "approved" : after.state == MIF_FLOW_REJECTED ? "rejected" : "submitted";
  txn.execute("update x_treasury_opening_item set state = ? where id = ?", {state, id});
  JsonWriter body;
  body.begin_object().field("item", id).field("account", account).field("digest", digest).field("state", state).end_object();
  desk.audit.append(txn, mine->unit, "reconcile.approve", "account/" + account, body.str());
  txn.commit();
  Result result("OpeningItemList");
  result.item().field("item", "open/" + std::to_string(id)).field("account", account).field("state", state).end_object();
  return result.json("期初未达账项 " + std::to_string(id) + (approve ? " 已批准" : " 已退回"));
}

}  // namespace

std::string reconcile_table(Desk& desk, Call call, const Params& params, Progress) {
  const AskedTable a = asked_table(desk, call, "ledger.read", params);
  Txn txn = desk.store.read(call);
  const BalanceTable t = compute_table(desk, call, txn, a.scoped, load_sides(desk, call, txn, *a.scoped.account), a.day, a.scoped.account->form, call.actor());
  Result result("BankReconciliation");
  write_table(result, t);
  for (const auto& gap : missing_days(txn, t.account, a.day)) result.item().field("account", t.account).field("state", "missing-statement").field("day", gap).end_object();
  if (t.difference() != Fen(0)) result.finding();
  return result.json(form_title(t.form) + "：" + equation(t));
}

std::string reconcile_submit(Desk& desk, Call call, const Params& params, Progress) {
  const AskedTable a = asked_table(desk, call, "bank.reconcile", params);
  const BankAccount& account = *a.scoped.account;
  if (desk.clock.business_day() < a.day) throw Error(MIF_E_CONFLICT, "reconcile.month-open", name_of(a) + "：该月还没有结束 (the month is not over)");
  BalanceTable t;
  std::string json;
  const auto compute = [&](Txn& txn) {
    t = compute_table(desk, call, txn, a.scoped, load_sides(desk, call, txn, account), a.day, account.form, call.actor());
    return table_json(t);
  };
  {
    Txn txn = desk.store.read(call);
    json = compute(txn);
    const auto gaps = missing_days(txn, account.number, a.day);
    if (!gaps.empty()) throw Error(MIF_E_CONFLICT, "reconcile.days-lacking", name_of(a) + "：缺 " + gaps.front() + " 的对账单，先导入 (days without a statement)");
    txn.query("select q.day_from, q.day_to from x_treasury_statement q where q.account = ? and q.state <> 'proved' and q.day_from <= ? and not exists (select 1 from x_treasury_statement p"
              " where p.account = q.account and p.state = 'proved' and p.day_from <= q.day_from and p.day_to >= q.day_to and p.ord > q.ord)",
              {account.number, a.day}, [&](const Row& r) -> bool {
                throw Error(MIF_E_CONFLICT, "reconcile.quarantined", name_of(a) + "：" + r.day(0).iso() + " 至 " + r.day(1).iso() + " 的对账单勾稽不符已隔离，先取得正确的对账单 (a quarantined statement)");
              });
  }
  if (t.difference() != Fen(0)) throw Error(MIF_E_CONFLICT, "reconcile.unbalanced", name_of(a) + " 调节后不平，差 " + t.difference().grouped() + "；启用前的未达账项用 reconcile opening 补入 (does not balance): " + equation(t));
  const std::string artefact = desk.objects.put(call, json);
  Txn txn = desk.store.write(call);
  lock_account(txn, account.number);
  if (compute(txn) != json) throw Error(MIF_E_CONFLICT, "reconcile.table-changed", name_of(a) + " 的内容刚刚变了，请重试 (changed meanwhile)");
  FrozenTable row;
  for (const auto& old : frozen_tables(txn, account.number)) {
    if (old.month != a.month) continue;
    if (old.state == "submitted" || old.state == "approved") throw Error(MIF_E_CONFLICT, "reconcile.submitted", name_of(a) + (old.state == "approved" ? " 已批准冻结，更正先 reconcile reopen (approved: reopen it first)" : " 已送审 (submitted already)"));
    row.revision = old.revision;
  }
  ++row.revision;
  row.id = txn.next_id("x_treasury_table");
  row.month = a.month;
  row.state = "submitted";
  row.form = t.form;
  row.bank = t.bank;
  row.booked = t.booked;
  row.artefact = artefact;
  row.made_by = call.actor();
  row.instance = desk.workflow.start(txn, desk.settings.reconcile_flow, a.scoped.unit, "bank-reconciliation", std::to_string(row.id), artefact, Fen(0));
  txn.execute("insert into x_treasury_table (id, account, month, revision, state, form, bank_fen, book_fen, artefact, instance, made_by, made_ms, decided_by, decided_ms, reason)"
              " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, '')",
              {row.id, account.number, row.month, row.revision, row.state, row.form, row.bank, row.booked, row.artefact, row.instance, row.made_by, desk.clock.now_unix_ms()});
  audit_table(desk, txn, a, "reconcile.submit", row, "");
  txn.commit();
  Result result("BankReconciliationList");
  answer(result, a, row);
  result.total("revision", row.revision);
  return result.json(form_title(t.form) + " 第 " + std::to_string(row.revision) + " 版已送审：" + equation(t));
}

std::string reconcile_approve(Desk& desk, Call call, const Params& params, Progress) {
  const bool approve = !params.flag("reject");
  if (!params.get("item").empty()) return decide_opening(desk, call, params, approve);
  const AskedTable a = asked_table(desk, call, "voucher.review", params);
  Txn txn = desk.store.write(call);
  lock_account(txn, a.scoped.account->number);
  const auto all = frozen_tables(txn, a.scoped.account->number);
  const FrozenTable* found = latest(all, a.month, "submitted");
  if (!found) throw Error(MIF_E_NOT_FOUND, "reconcile.none-waits", name_of(a) + " 没有待批的 (none waits for approval)");
  FrozenTable row = *found;
  if (approve) {
    const BalanceTable now = compute_table(desk, call, txn, a.scoped, load_sides(desk, call, txn, *a.scoped.account), a.day, row.form, row.made_by);
    if (table_json(now) != desk.objects.get(call, row.artefact))
      throw Error(MIF_E_CONFLICT, "reconcile.inputs-changed", name_of(a) + " 送审之后对账单、账簿或勾对变了，请退回后重新送审 (its inputs changed since it was submitted: reject it and submit again)");
  }
  const FlowState flow = desk.workflow.state(txn, row.instance);
  const FlowState after = desk.workflow.decide(txn, row.instance, flow.node, approve, row.artefact, params.get("comment"));
  row.state = after.state == MIF_FLOW_APPROVED ? "approved" : after.state == MIF_FLOW_REJECTED ? "rejected" : "submitted";
  row.decided_by = call.actor();
  if (txn.execute("update x_treasury_table set state = ?, decided_by = ?, decided_ms = ? where id = ? and state = 'submitted'", {row.state, row.decided_by, desk.clock.now_unix_ms(), row.id}) != 1)
    throw Error(MIF_E_CONFLICT, "reconcile.decided", name_of(a) + " 刚被另一处办理 (decided meanwhile)");
  audit_table(desk, txn, a, "reconcile.approve", row, params.get("comment"));
  txn.commit();
  Result result("BankReconciliationList");
  answer(result, a, row);
  return result.json(name_of(a) + (row.state == "approved" ? " 已批准并冻结" : row.state == "rejected" ? " 已退回" : " 还要另一人批准"));
}

std::string reconcile_reopen(Desk& desk, Call call, const Params& params, Progress) {
  const AskedTable a = asked_table(desk, call, "voucher.review", params);
  const std::string reason = wanted_reason(params);
  Txn txn = desk.store.write(call);
  lock_account(txn, a.scoped.account->number);
  const auto all = frozen_tables(txn, a.scoped.account->number);
  const FrozenTable* found = latest(all, a.month, "approved");
  if (!found) throw Error(MIF_E_NOT_FOUND, "reconcile.none-approved", name_of(a) + " 没有已批准的 (none is approved)");
  for (const auto& t : all)
    if (t.month > a.month && t.state == "approved")
      throw Error(MIF_E_CONFLICT, "reconcile.later-approved", name_of(a) + " 之后 " + Period{t.month / 100, t.month % 100}.iso() + " 的已批准，从最后一月往前打开 (a later month is approved: reopen it first)");
  FrozenTable row = *found;
  row.state = "reopened";
  row.reason = reason;
  txn.execute("update x_treasury_table set state = 'reopened', reason = ? where id = ? and state = 'approved'", {reason, row.id});
  audit_table(desk, txn, a, "reconcile.reopen", row, reason);
  txn.commit();
  Result result("BankReconciliationList");
  answer(result, a, row);
  return result.json(name_of(a) + " 第 " + std::to_string(row.revision) + " 版保留，可以更正后重新送审");
}

std::string reconcile_show(Desk& desk, Call call, const Params& params, Progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  Result result("BankReconciliationList");
  std::int64_t n = 0;
  for (const auto& scoped : scope) {
    Txn txn = desk.store.read(call);
    for (const auto& t : frozen_tables(txn, scoped.account->number)) {
      const std::string month = Period{t.month / 100, t.month % 100}.iso();
      if (!params.get("month").empty() && params.get("month") != month) continue;
      if (params.number("revision", t.revision) != t.revision) continue;
      ++n;
      answer(result, {scoped, t.month, last_day_of(t.month)}, t);
      result.evidence(scoped.account->number + " " + month + " #" + std::to_string(t.revision), desk.objects.get(call, t.artefact));
    }
  }
  result.total("tables", n);
  return result.json("余额调节表 " + std::to_string(n) + " 张");
}

}  // namespace mif::treasury
