// SPDX-License-Identifier: Apache-2.0
#include "settle.h"

#include <algorithm>

#include "drop.h"
#include "results.h"
#include "rows.h"

namespace mif::treasury {

namespace {

constexpr std::size_t kVouchersPerTxn = 30;
using Group = std::vector<Payment>;

void settle_voucher(Desk& desk, Txn& txn, const Group& group) {
  const Payment& first = group.front();
  const VoucherHead head = desk.ledger.voucher(txn.call(), first.voucher, nullptr, &txn);
  // The hold ends first: the posting checks that what is still held stays covered.
  for (const auto& p : group) desk.propose.release(txn, p.book, hold_key(p), true);
  if (head.state != MIF_VOUCHER_POSTED) {
    const FlowState after = desk.workflow.decide(txn, head.workflow_instance, "settle", true, first.content_hash, "银行已付 (paid by the bank)");
    if (after.state != MIF_FLOW_APPROVED) throw Error(MIF_E_CONFLICT, "payment.flow-open", "凭证 " + std::to_string(first.voucher) + " 的流程没有结束 (its flow did not end)");
  }
  const std::int64_t now = desk.clock.now_unix_ms();
  for (const auto& p : group) {
    txn.execute("update x_treasury_payment set settled = 1, changed_ms = ? where id = ?", {now, p.id});
    txn.execute("update x_treasury_payable set closed = ? where id = ?", {kClosed, p.payable});
    note_result(txn, desk, p, kPaid, "");
  }
  take_back_dropped(desk, txn, first);
}

}  // namespace

Settled settle(Desk& desk, Call call, const std::vector<Scoped>& scope, Progress progress) {
  Settled settled;
  for (const auto& s : scope) {
    std::vector<Group> groups;
    {
      Txn txn = desk.store.read(call);
      std::map<std::int64_t, std::size_t> place;
      for (auto& p : payments(txn,
                              "where settled = 0 and state = 'done' and voucher_id in (select voucher_id from x_treasury_payment where settled = 0 and state = 'done'"
                              " and account = ?) order by voucher_id, id",
                              {s.account->number})) {
        const auto [found, fresh] = place.emplace(p.voucher, groups.size());
        if (fresh) groups.emplace_back();
        groups[found->second].push_back(std::move(p));
      }
      // A voucher with other parts unpaid waits for them, unless they were given up.
      const auto incomplete = [&](const Group& g) {
        std::int64_t parts = 0;
        txn.query("select count(*) from x_treasury_payable where voucher_id = ? and closed <> ?", {g.front().voucher, kDropped}, [&](const Row& r) { parts = r.integer(0); return false; });
        return parts != static_cast<std::int64_t>(g.size());
      };
      const auto kept = std::remove_if(groups.begin(), groups.end(), incomplete);
      settled.waiting += groups.end() - kept;
      groups.erase(kept, groups.end());
    }
    const auto attempt = [&](std::size_t from, std::size_t to) {
      Txn txn = desk.store.write(call);
      JsonWriter body;
      body.begin_object().field("account", s.account->number).key("payments").begin_array();
      std::int64_t count = 0;
      Fen fen;
      for (std::size_t i = from; i < to; ++i) {
        settle_voucher(desk, txn, groups[i]);
        for (const auto& p : groups[i]) {
          body.begin_object().field("id", p.id).field("code", p.code).field("voucher", p.voucher).field("amount", p.fen).field("bank_ref", p.bank_ref).end_object();
          fen += p.fen;
          ++count;
        }
      }
      body.end_array().end_object();
      desk.audit.append(txn, s.unit, "payment.settle", "account/" + s.account->number, body.str());
      txn.commit();
      settled.vouchers += static_cast<std::int64_t>(to - from);
      settled.payments += count;
      settled.fen += fen;
    };
    for (std::size_t at = 0; at < groups.size() && !call.cancelled(); at += kVouchersPerTxn) {
      const std::size_t end = std::min(at + kVouchersPerTxn, groups.size());
      try {
        attempt(at, end);
      } catch (const Error&) {
        for (std::size_t i = at; i < end; ++i) {
          try {
            attempt(i, i + 1);
          } catch (const Error& e) {
            if (e.code() == MIF_E_UNAVAILABLE || e.code() == MIF_E_INTERNAL) throw;
            ++settled.problems[e.what()];
          }
        }
      }
      progress("付款入账", settled.vouchers, 0);
    }
  }
  return settled;
}

}  // namespace mif::treasury
