// SPDX-License-Identifier: Apache-2.0
#include "verify.h"

#include "approvals.h"
#include "balances.h"
#include "packets.h"
#include "payment_code.h"
#include "receipts.h"
#include "work.h"

namespace mif::treasury {

void Check::run(Progress progress) {
  for (const auto& s : scope_) {
    progress("核对付款 " + s.account->number, static_cast<std::int64_t>(payments_), 0);
    read_evidence(*s.account);
    check_payments(*s.account);
    for (const auto& fault : receipt_faults(desk_, call_, txn_, s.account->number)) find("bank-account:" + s.account->number, fault);
    for (const Kept kept : {Kept::payments, Kept::looks})
      if (const std::string changed = packets_changed(txn_, s.account->number, kept); !changed.empty()) find("bank-account:" + s.account->number, "银行报文: " + changed);
    for (const auto& fault : balance_faults(txn_, s.account->number)) find("bank-account:" + s.account->number, fault);
    check_results(*s.account);
    check_drops(*s.account);
    check_batches(*s.account);
    check_returns(*s.account);
    check_vouchers(*s.account);
    check_statements(*s.account);
    check_reconciliation(s);
  }
  result_.evidence("P7", std::to_string(payments_) + " 笔付款与应付、审批摘要、银行证据、凭证逐笔相符, " + std::to_string(lines_) + " 行对账单验算, " + std::to_string(grouped_) + " 行勾对, " + std::to_string(tables_) + " 张余额调节表");
}

void Check::find(const std::string& object, const std::string& what) {
  result_.finding();
  result_.item().field("promise", "P7").field("object", object).field("what", what).end_object();
}

void Check::read_evidence(const BankAccount& account) {
  reported_done_.clear();
  resolved_.clear();
  matched_.clear();
  rows_ = treasury::payments(txn_, "where account = ? order by id", {account.number});
  txn_.query("select distinct a.payment_id from x_treasury_answer a join x_treasury_payment p on p.id = a.payment_id where p.account = ? and a.outcome = ?",
             {account.number, static_cast<std::int64_t>(MIF_PAY_DONE)}, [&](const Row& r) { return reported_done_.insert(r.integer(0)), true; });
  txn_.query("select payment_id, proposed_by, confirmed_by from x_treasury_resolution where confirmed_ms > 0 and outcome = 'done'", {}, [&](const Row& r) {
    if (r.text(1) != r.text(2)) resolved_.insert(r.integer(0));
    return true;
  });
  txn_.query("select m.target, l.fen, l.client_ref, m.kind from x_treasury_match m join x_treasury_line l on l.id = m.line_id where m.account = ? and m.kind in ('payment', 'return')",
             {account.number}, [&](const Row& r) {
               matched_.emplace(r.integer(0), Match{r.fen(1), r.text(2), r.text(3)});
               return true;
             });
}

void Check::check_payments(const BankAccount& account) {
  std::map<std::int64_t, Payable> owed;
  for (auto& p : payables(txn_, "where p.payer_account = ?", {account.number})) owed.emplace(p.id, std::move(p));
  std::map<std::string, std::string> marks;  // id -> live_obligation as stored
  txn_.query("select id, live_obligation from x_treasury_payment where account = ?", {account.number}, [&](const Row& r) {
    marks[std::to_string(r.integer(0))] = r.text(1);
    return true;
  });
  std::set<std::string> living;
  std::map<std::string, Fen> attempts;
  std::map<std::pair<std::int64_t, std::int64_t>, PayableVersion> versions;
  for (auto& v : payable_versions(txn_, "join x_treasury_payable p on p.id = v.payable_id where p.payer_account = ?", {account.number})) versions.emplace(std::make_pair(v.payable, v.version), v);
  for (const auto& [id, d] : owed) {
    if (d.version == 1) continue;
    const auto last = versions.find({id, d.version});
    if (last == versions.end() || last->second.payee_account != d.payee_account || last->second.payee_name != d.payee_name || last->second.payee_bank_no != d.payee_bank_no ||
        last->second.voucher != d.voucher || !versions.count({id, 1}))
      find("payable:" + d.obligation, "重付前后的内容没有留全 (the versions of a reopened payable are not what was kept)");
  }
  for (const auto& p : rows_) {
    ++payments_;
    const std::string name = "payment:" + (p.code.empty() ? std::to_string(p.id) : p.code);
    if (!p.code.empty() && !valid_payment_code(p.code)) find(name, "付款编号校验位不对 (check digits)");
    if (p.code.empty() && p.sends > 0) find(name, "已发送却没有编号 (sent without a code)");
    const bool alive = live(p.state);
    if (alive && !living.insert(p.obligation).second) find(name, "同一应付事项有两条有效指令 (two live instructions) " + p.obligation);
    if (marks[std::to_string(p.id)] != (alive ? p.obligation : std::string())) find(name, "有效标记与状态不符 (live mark and state differ)");
    const auto debt = owed.find(p.payable);
    if (debt == owed.end()) {
      find(name, "没有对应的应付款 (no payable behind it)");
    } else {
      const Payable& d = debt->second;
      PayableVersion v{d.id, d.version, d.voucher, d.day, d.payee_account, d.payee_name, d.payee_bank_no};
      if (const auto kept = versions.find({d.id, p.payable_version}); kept != versions.end()) v = kept->second;
      if (d.obligation != p.obligation || d.fen != p.fen || v.payee_account != p.payee_account || v.payee_name != p.payee_name || v.payee_bank_no != p.payee_bank_no ||
          d.purpose != p.purpose || v.voucher != p.voucher || d.book != p.book || v.day != p.day || v.version != p.payable_version)
        find(name, "与应付款内容不同 (differs from its payable)");
      if (alive && (attempts[p.obligation] += p.fen) > d.fen) find(name, "有效付款合计多于应付 (more is being paid than is owed) " + p.obligation);
    }
    if ((p.state == State::approved || in_flight(p.state) || p.state == State::done) && p.approved_by.empty()) find(name, "没有批准人 (approved by nobody)");
    if (p.state == State::done && !reported_done_.count(p.id) && !resolved_.count(p.id)) find(name, "记为已付却没有银行证据 (done without evidence)");
    const auto [from, to] = matched_.equal_range(p.id);
    for (auto m = from; m != to; ++m)
      if (m->second.client_ref != p.code || (m->second.kind == "payment" ? -m->second.fen : m->second.fen) != p.fen) find(name, "与对上的流水不符 (its statement line differs)");
  }
}

void Check::check_batches(const BankAccount& account) {
  std::map<std::int64_t, std::vector<Payment>> by_batch;
  for (const auto& p : rows_) by_batch[p.batch].push_back(p);
  for (const auto& b : batches(txn_, "where account = ? order by id", {account.number})) {
    const auto& rows = by_batch[b.id];
    Fen sum;
    for (const auto& p : rows) sum += p.fen;
    if (static_cast<std::int64_t>(rows.size()) != b.payments || sum != b.fen) find("payment-batch:" + std::to_string(b.id), "笔数或金额与批次不符 (count or sum differs)");
    if (!b.approved_by.empty()) check_approvers(b, rows);
    if (batch_digest(rows) != b.digest) find("payment-batch:" + std::to_string(b.id), "内容与批准时的摘要不符 (not what was approved)");
  }
}

// As many as were needed, of this very content, and none of them the maker or reviewer of what they approved.
void Check::check_approvers(const Batch& b, const std::vector<Payment>& rows) {
  std::int64_t needed = 1;
  txn_.query("select cast(coalesce(max(needed), 1) as bigint) from x_treasury_approval where batch_id = ?", {b.id}, [&](const Row& r) { needed = r.integer(0); return false; });
  const auto people = approvers_of(txn_, b);
  const std::string name = "payment-batch:" + std::to_string(b.id);
  if (static_cast<std::int64_t>(people.size()) < needed) find(name, "批准的人 " + std::to_string(people.size()) + " 少于所需 " + std::to_string(needed) + " (too few people approved this content)");
  for (const auto& p : rows)
    if (!p.approved_by.empty() && !people.count(p.approved_by)) {
      find(name, "批准人 " + p.approved_by + " 没有批准记录 (an approver without an approval)");
      break;
    }
  for (const auto& p : rows) {
    if (p.approved_by.empty()) continue;
    const VoucherHead head = desk_.ledger.voucher(call_, p.voucher, nullptr, &txn_);
    if (people.count(head.maker) || people.count(head.reviewer)) find("voucher:" + std::to_string(p.voucher), "制单人或复核人批准了付款 (approved by its maker or reviewer)");
  }
}

std::string treasury_verify(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  Result result("FindingList");
  Check(desk, call, scope, result).run(progress);
  return result.json(result.findings() ? "付款核对有不符之处 (findings)" : "付款核对一致 (payments verified)");
}

}  // namespace mif::treasury
