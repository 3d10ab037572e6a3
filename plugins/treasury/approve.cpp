// SPDX-License-Identifier: Apache-2.0
// pay approve: the payer decides. Each voucher's "pay" node and the reservation of its money commit together.
#include <algorithm>
#include <map>
#include <set>

#include "approvals.h"
#include "checks.h"
#include "rows.h"
#include "work.h"

namespace mif::treasury {

namespace {

constexpr std::size_t kVouchersPerTxn = 30;

struct Tally {
  std::int64_t approved = 0, waiting = 0, refused = 0, cancelled = 0;
  Fen fen;
};
using Group = std::vector<Payment>;  // the payments of one voucher

Payable as_owed(const Payment& p) {
  Payable owed;
  owed.obligation = p.obligation;
  owed.payee_account = p.payee_account;
  owed.payee_name = p.payee_name;
  owed.payee_bank_no = p.payee_bank_no;
  return owed;
}

void refuse_same_person(const Payment& p, const VoucherHead& head, const std::string& actor) {
  if (head.maker == actor || head.reviewer == actor)
    throw Error(MIF_E_DENIED, "payment.payer-made", "付款人不能是凭证的制单人或复核人 (the payer must not be the voucher's maker or reviewer): " + p.obligation);
}

// Decides and reserves one voucher's payments inside txn. Throws what the kernel refuses.
void approve_voucher(Desk& desk, Txn& txn, const Group& group, const std::string& comment, const std::vector<Barred>& barred, Tally& tally) {
  const Call call = txn.call();
  const Payment& first = group.front();
  const VoucherHead head = desk.ledger.voucher(call, first.voucher, nullptr, &txn);
  const std::int64_t now = desk.clock.now_unix_ms();
  const FlowState flow = head.workflow_instance ? desk.workflow.state(txn, head.workflow_instance) : FlowState();
  const bool at_pay = flow.state == MIF_FLOW_OPEN && flow.node == "pay";
  const bool at_settle = flow.state == MIF_FLOW_OPEN && flow.node == "settle";
  const bool retry = std::any_of(group.begin(), group.end(), [](const Payment& p) { return p.retry_of != 0; });
  if (head.content_hash != first.content_hash || (!at_pay && !(at_settle && retry))) {
    for (const auto& p : group)
      if (move(txn, p, State::prepared, State::cancelled, now)) ++tally.cancelled;
    return;
  }
  if (at_pay) {
    const FlowState after = desk.workflow.decide(txn, head.workflow_instance, "pay", true, first.content_hash, comment);
    if (after.state == MIF_FLOW_OPEN && after.node == "pay") {  // a tier that wants one more payer
      tally.waiting += static_cast<std::int64_t>(group.size());
      return;
    }
  } else {
    // The flow has passed "pay" already; a repeated payment is approved here, by the same rule.
    refuse_same_person(first, head, call.actor());
  }
  const Day today = desk.clock.business_day();
  for (const auto& p : group) {
    const BankAccount* account = desk.settings.find(p.account);
    if (!account) throw Error(MIF_E_CONFLICT, "payment.account-gone", "账户 " + p.account + " 已不在配置里 (account no longer configured)");
    check_payee(as_owed(p), barred);  // the lists and limits of today, not of the day it was prepared
    check_single(*account, today, p.obligation, p.fen);
    desk.propose.hold(txn, p.book, account->ledger_account, bank_aux(p.account), p.fen, hold_key(p));
    if (txn.execute("update x_treasury_payment set state = 'approved', approved_by = ?, approved_day = ?, changed_ms = ? where id = ? and state = 'prepared'", {call.actor(), today, now, p.id}) != 1)
      throw Error(MIF_E_CONFLICT, "payment.changed-meanwhile", "付款 " + p.obligation + " 刚被另一处改过 (changed meanwhile)");
    check_day(txn, *account, today);
    for (const auto& owed : payables(txn, "where p.id = ? and p.budget <> ''", {p.payable})) 
      if (const std::string above = check_budget(owed, spent_of_budget(txn, owed, false)); !above.empty()) keep_warning(txn, p, kAboveBudget, above, kFlaggedOnly, call.actor());
    tally.fen += p.fen;
    ++tally.approved;
  }
}

// Of several people none may have made, reviewed or prepared anything of the batch.
void refuse_own_work(Desk& desk, Call call, Txn& txn, const Batch& batch, const std::vector<Group>& groups) {
  if (batch.prepared_by == call.actor())
    throw Error(MIF_E_DENIED, "payment.payer-prepared", "批次 " + std::to_string(batch.id) + " 是本人编制的，批准须由他人 (who prepared the batch does not approve it)");
  for (const auto& g : groups) refuse_same_person(g.front(), desk.ledger.voucher(call, g.front().voucher, nullptr, &txn), call.actor());
}

std::string names_of(const std::set<std::string>& people) {
  std::string list;
  for (const auto& p : people) list += (list.empty() ? "" : "、") + p;
  return list;
}

void audit_chunk(Desk& desk, Txn& txn, const std::string& unit, const Batch& batch, const std::vector<const Group*>& groups) {
  JsonWriter body;
  body.begin_object().field("batch", batch.id).field("digest", batch.digest).key("payments").begin_array();
  for (const Group* g : groups)
    for (const auto& p : *g)
      body.begin_object().field("id", p.id).field("voucher", p.voucher).field("account", p.account).field("payee", p.payee_account).field("amount", p.fen).end_object();
  body.end_array().end_object();
  desk.audit.append(txn, unit, "payment.approve", "payment-batch/" + std::to_string(batch.id), body.str());
}

}  // namespace

std::string pay_approve(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "payment.approve", params);
  const std::int64_t only = params.number("batch", 0);
  const std::string comment = params.get("comment");
  const std::vector<Barred> barred = read_blacklist(desk, call);
  std::int64_t batches_waiting = 0;
  Result result("PaymentBatchList");
  Tally all;
  std::vector<Batch> todo;
  {
    Txn txn = desk.store.read(call);
    for (auto& b : batches(txn, "where id in (select batch_id from x_treasury_payment where state = 'prepared') order by id", {}))
      if ((only == 0 || b.id == only) && std::any_of(scope.begin(), scope.end(), [&](const Scoped& s) { return s.account->number == b.account; })) todo.push_back(std::move(b));
  }
  for (const auto& batch : todo) {
    std::string unit;
    for (const auto& s : scope)
      if (s.account->number == batch.account) unit = s.unit;
    std::vector<Group> groups;
    {
      Txn txn = desk.store.read(call);
      const auto rows = payments(txn, "where batch_id = ? order by id", {batch.id});
      if (batch_digest(rows) != batch.digest) {
        result.finding();
        result.item().field("batch", batch.id).field("book", batch.book).field("account", batch.account).field("state", "held")
            .field("reason", "付款内容与编制时的摘要不符，不得批准 (the content differs from its digest)").end_object();
        continue;
      }
      std::map<std::int64_t, std::size_t> place;
      for (const auto& p : rows) {
        if (p.state != State::prepared) continue;
        const auto [found, fresh] = place.emplace(p.voucher, groups.size());
        if (fresh) groups.emplace_back();
        groups[found->second].push_back(p);
      }
    }
    const BankAccount* account = desk.settings.find(batch.account);
    const std::int64_t needed = account ? account->approvers_for(batch.fen) : 1;
    if (needed > 1 && !groups.empty()) {
      Txn txn = desk.store.write(call);
      std::set<std::string> people;
      std::string own_work;
      try {
        refuse_own_work(desk, call, txn, batch, groups);
        people = add_approval(txn, batch, call.actor(), needed, desk.clock.now_unix_ms());
      } catch (const Error& e) {
        if (e.code() != MIF_E_DENIED) throw;
        own_work = e.what();
      }
      const auto missing = needed - static_cast<std::int64_t>(people.size());
      if (!own_work.empty()) {
        result.finding();
        all.refused += static_cast<std::int64_t>(groups.size());
        result.item().field("batch", batch.id).field("book", batch.book).field("account", batch.account).field("amount", batch.fen).field("state", "refused").field("reason", own_work).end_object();
        continue;
      }
      if (missing > 0) {
        JsonWriter body;
        body.begin_object().field("batch", batch.id).field("digest", batch.digest).field("amount", batch.fen).field("approvers", static_cast<std::int64_t>(people.size())).field("needed", needed).end_object();
        desk.audit.append(txn, unit, "payment.approve-part", "payment-batch/" + std::to_string(batch.id), body.str());
        txn.commit();
        ++batches_waiting;
        for (const auto& g : groups) all.waiting += static_cast<std::int64_t>(g.size());
        result.item().field("batch", batch.id).field("book", batch.book).field("account", batch.account).field("amount", batch.fen).field("state", "waiting").field("approved_by", names_of(people))
            .field("needed", needed).field("missing", missing)
            .field("reason", "共需 " + std::to_string(needed) + " 人批准，已有 " + names_of(people) + "，还需 " + std::to_string(missing) + " 位有 payment.approve 权限、不是编制人和凭证制单复核人的人 (more people are needed)").end_object();
        continue;
      }
      // The last one: the approval is written again with the money it reserves, below.
    }
    Tally tally;
    std::map<std::string, std::int64_t> reasons;
    const auto attempt = [&](std::size_t from, std::size_t to) {
      Tally chunk;
      Txn txn = desk.store.write(call);
      std::vector<const Group*> done;
      const auto people = add_approval(txn, batch, call.actor(), needed, desk.clock.now_unix_ms());
      if (static_cast<std::int64_t>(people.size()) < needed) throw Error(MIF_E_CONFLICT, "payment.changed-meanwhile", "批次 " + std::to_string(batch.id) + " 的批准刚被另一处改过 (changed meanwhile)");
      for (std::size_t i = from; i < to; ++i) {
        approve_voucher(desk, txn, groups[i], comment, barred, chunk);
        done.push_back(&groups[i]);
      }
      audit_chunk(desk, txn, unit, batch, done);
      txn.execute("update x_treasury_batch set approved_by = ?, approved_ms = ? where id = ?", {call.actor(), desk.clock.now_unix_ms(), batch.id});
      txn.commit();
      tally.approved += chunk.approved;
      tally.waiting += chunk.waiting;
      tally.cancelled += chunk.cancelled;
      tally.fen += chunk.fen;
    };
    for (std::size_t at = 0; at < groups.size() && !call.cancelled(); at += kVouchersPerTxn) {
      const std::size_t end = std::min(at + kVouchersPerTxn, groups.size());
      try {
        attempt(at, end);
      } catch (const Error&) {
        // One of them is refused: the transaction is gone, so each is tried alone and the refusal gets its name.
        for (std::size_t i = at; i < end; ++i) {
          try {
            attempt(i, i + 1);
          } catch (const Error& e) {
            if (e.code() == MIF_E_UNAVAILABLE || e.code() == MIF_E_INTERNAL) throw;
            tally.refused += static_cast<std::int64_t>(groups[i].size());
            ++reasons[e.what()];
          }
        }
      }
      progress("批准付款", all.approved + tally.approved, 0);
    }
    for (const auto& [reason, count] : reasons) {
      result.finding();
      result.item().field("batch", batch.id).field("book", batch.book).field("account", batch.account).field("payments", count).field("state", "refused")
          .field("reason", reason).end_object();
    }
    if (tally.approved || tally.waiting || tally.cancelled)
      result.item().field("batch", batch.id).field("book", batch.book).field("account", batch.account).field("payments", tally.approved)
          .field("amount", tally.fen).field("state", tally.waiting ? "partly" : "approved").field("waiting", tally.waiting).field("cancelled", tally.cancelled).end_object();
    all.approved += tally.approved;
    all.waiting += tally.waiting;
    all.refused += tally.refused;
    all.cancelled += tally.cancelled;
    all.fen += tally.fen;
  }
  result.total("approved", all.approved);
  result.total("waiting_second_payer", all.waiting);
  result.total("waiting_batches", batches_waiting);
  result.total("refused", all.refused);
  result.total("cancelled", all.cancelled);
  std::string summary = "批准付款 " + std::to_string(all.approved) + " 笔，共 " + all.fen.grouped() + " 元";
  if (all.waiting) summary += "，" + std::to_string(all.waiting) + " 笔还要另一位付款人批准";
  if (all.refused) summary += "，" + std::to_string(all.refused) + " 笔未获准";
  if (all.cancelled) summary += "，" + std::to_string(all.cancelled) + " 笔因凭证变动撤销";
  return result.json(summary);
}

}  // namespace mif::treasury
