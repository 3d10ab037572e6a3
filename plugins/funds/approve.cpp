// SPDX-License-Identifier: Apache-2.0
// fund approve: the decision, the hold on the budget, the voucher and the payable are one transaction.
#include "apply.h"
#include "budget_figures.h"
#include "work.h"

namespace mif::funds {

namespace {

VoucherLine line_of_side(const Side& side, int direction, Fen fen, const std::map<std::string, std::string>& names, const std::string& summary) {
  return {direction, fen, side.account, filled_aux(side.aux, names), summary};
}

std::int64_t propose(Desk& desk, Txn& txn, const Application& a) {
  const Kind& kind = desk.settings.kind(a.kind, a.book);
  const auto own = kind.debit_of_item.find(a.item);
  const std::map<std::string, std::string> names = {{"from", a.from}, {"to", a.to}, {"item", a.item}};
  VoucherDraft draft;
  draft.day = a.day;
  draft.book = a.book;
  draft.word = kind.pay.word;
  draft.flow = kind.pay.flow;
  draft.source_key = a.obligation();
  draft.maker = a.made_by;
  draft.summary = cut(kind.title + " " + a.purpose, 400);
  draft.lines = {line_of_side(own == kind.debit_of_item.end() ? kind.pay.debit : own->second, MIF_DEBIT, a.fen, names, draft.summary),
                 line_of_side(kind.pay.credit, MIF_CREDIT, a.fen, names, draft.summary)};
  return desk.propose.propose(txn, draft);
}

// Ids grow in the order of commits, so that who reads by cursor misses none: the counter's row is held until then.
std::int64_t next_payable(Txn& txn) {
  std::int64_t id = 0;
  txn.execute("update x_funds_counter set last_id = last_id + 1 where name = 'payable'");
  txn.query("select last_id from x_funds_counter where name = 'payable'", {}, [&](const Row& r) {
    id = r.integer(0);
    return false;
  });
  return id;
}

void offer(Txn& txn, const Application& a, bool over_flag) {
  const auto line = line_of(txn, a.line());
  txn.execute("insert into x_funds_payable (id, application_id, version, voucher_id, obligation, book, day, fen, payer_account, payee_account, payee_name, payee_bank_no, purpose, budget, budget_fen, budget_flagged)"
              " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {next_payable(txn), a.id, a.version, a.voucher, a.obligation(), a.book, a.day, a.fen, a.from, a.to, a.payee_name, a.payee_bank_no, a.purpose, a.line().name(), line->fen, std::int64_t{over_flag}});
}

}  // namespace

std::string fund_approve(Desk& desk, Call call, const Params& params) {
  const std::string comment = params.most("comment", 1000);
  const bool approve = !params.flag("reject");
  Txn txn = desk.store.write(call);
  Application a = take(desk, call, txn, params.number("id", 0), "fund.approve");
  if (a.state != kSubmitted) throw Error(MIF_E_CONFLICT, "fund.not-waiting", "资金申请 " + std::to_string(a.id) + " 的状态是 " + a.state + "，不在待审批 (does not wait for approval)");
  if (content_digest(a) != a.digest)
    throw Error(MIF_E_CONFLICT, "fund.content-changed", "资金申请 " + std::to_string(a.id) + " 的内容与提交时不同，不能审批，请运行 fund verify 并由申请人重新提交 (its content is not what was submitted)");
  const std::int64_t seen = params.number("version", a.version);
  if (seen != a.version)
    throw Error(MIF_E_CONFLICT, "fund.edited", "资金申请 " + std::to_string(a.id) + " 已改为第 " + std::to_string(a.version) + " 版，请看过再批 (edited since you read it)");
  if (approve) check_content(desk, a);
  const FlowState flow = desk.workflow.state(txn, a.instance);
  const FlowState after = desk.workflow.decide(txn, a.instance, flow.node, approve, a.digest, comment);
  Fen over;
  std::string said = " 还要另一人审批 (one more approval is needed)";
  if (after.state == MIF_FLOW_APPROVED) {
    const bool flag = desk.settings.budget.over_flag;
    hold(txn, a.line(), a.fen, flag);
    over = Taken(desk, call, txn, a.book, a.day.year()).check_more(a.line(), a.fen);
    a.state = kApproved;
    a.taken = "held";
    a.approved_by = call.actor();
    a.voucher = propose(desk, txn, a);
    offer(txn, a, flag);
    said = " 已批准，占用预算 " + a.line().name() + " " + a.fen.grouped() + "，凭证 " + std::to_string(a.voucher) + " 待复核 (approved; its voucher waits for review)";
    if (Fen(0) < over) said += "；该项目超预算 " + over.grouped() + "，已按配置标记 (above its budget: flagged)";
  } else if (after.state == MIF_FLOW_REJECTED) {
    a.state = kRefused;
    a.reason = comment;
    said = " 已退回 (refused)";
  }
  update(txn, a, a.version, kSubmitted);
  note(desk, txn, a, a.state == kRefused ? "refuse" : "approve", Fen(0) < over ? "超预算 " + over.plain() + " " + comment : comment);
  txn.commit();
  return answer(a, "资金申请 " + std::to_string(a.id) + said);
}

}  // namespace mif::funds
