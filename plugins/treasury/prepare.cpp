// SPDX-License-Identifier: Apache-2.0
// pay prepare: fetch what has to be paid, and bundle what waits for its payer into batches.
#include <algorithm>
#include <map>
#include <set>

#include "checks.h"
#include "mif/pattern.hpp"
#include "pull.h"
#include "results.h"
#include "rows.h"
#include "work.h"

namespace mif::treasury {

namespace {

constexpr const char* kVoid = "void";  // the document was withdrawn or corrected: nothing is owed under this voucher

struct Candidate {
  Payable payable;
  std::string content_hash;
  std::int64_t retry_of = 0;
  std::string warning;  // what it looks like, paid all the same for the reason given
  std::string above;    // its budget, which its source only flags
};

// Why the payables of one voucher may not be paid now; empty when they may.
std::string obstacle(Desk& desk, Call call, Txn& txn, const std::vector<Payable>& of_voucher, bool retry, std::string& content_hash) {
  std::vector<LineRow> lines;
  const VoucherHead head = desk.ledger.voucher(call, of_voucher.front().voucher, &lines, &txn);
  content_hash = head.content_hash;
  if (head.state == MIF_VOUCHER_VOID) return kVoid;
  if (head.state == MIF_VOUCHER_POSTED) return "凭证已入账，不再付款 (voucher posted already)";
  if (head.flow != desk.settings.flow) return "凭证流程是 " + head.flow + "，不是付款流程 (not the payment flow)";
  if (head.workflow_instance == 0) return "凭证未提交审批 (not submitted)";
  const FlowState flow = desk.workflow.state(txn, head.workflow_instance);
  const char* wanted = retry ? "settle" : "pay";
  if (flow.state != MIF_FLOW_OPEN || flow.node != wanted) return flow.state == MIF_FLOW_OPEN ? "waiting:" + flow.node : "凭证审批已结束 (its flow has ended)";
  // The bank side of the voucher must be exactly what is going to be paid from that account.
  std::map<std::string, Fen> to_pay, booked;
  for (const auto& p : of_voucher) to_pay[p.payer_account] += p.fen;
  for (const auto& l : lines) {
    const auto aux = parse_aux(l.aux);
    const auto account = aux.find("bank_account");
    if (account == aux.end() || !to_pay.count(account->second)) continue;
    const BankAccount* configured = desk.settings.find(account->second);
    if (configured && l.account.rfind(configured->ledger_account, 0) == 0) booked[account->second] += l.side == MIF_CREDIT ? l.fen : -l.fen;
  }
  for (const auto& [account, fen] : to_pay)
    if (booked[account] != fen) return "凭证在账户 " + account + " 上付出 " + booked[account].grouped() + "，待付 " + fen.grouped() + "，不符 (voucher and payables differ)";
  return {};
}

}  // namespace

std::string pay_prepare(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "payment.prepare", params);
  Result result("PaymentBatchList");
  progress("取应付款", 0, 0);
  const std::int64_t pulled = pull(desk, call, result);

  std::map<std::string, std::vector<Candidate>> by_account;
  std::int64_t waiting = 0, prepared = 0, refused = 0, warned = 0, flagged = 0;
  const std::vector<Barred> barred = read_blacklist(desk, call);
  const std::string reason = params.get("reason");
  std::map<std::pair<std::string, std::string>, Fen> planned;         // source and budget -> of this run
  std::map<std::pair<std::string, std::int64_t>, std::string> asked;  // payee and amount of this run -> obligation
  std::vector<Payable> withdrawn;
  {
    Txn txn = desk.store.read(call);
    std::map<std::int64_t, std::vector<Payable>> open;
    std::set<std::string> accounts;
    std::set<std::string> books;  // the caller sees
    for (const auto& s : scope) accounts.insert(s.account->number);
    for (const auto& b : desk.ledger.books(call, &txn)) books.insert(b.code);
    for (auto& p : payables(txn, "where p.closed = 0 and not exists (select 1 from x_treasury_payment q where q.live_obligation = p.obligation)"
                            // What came back is paid again only after a person decided so.
                            " and not exists (select 1 from x_treasury_payment q where q.payable_id = p.id and q.state = 'returned' and q.id > p.retry_payment) order by p.id", {})) {
      const BankAccount* account = desk.settings.find(p.payer_account);
      if (!account || account->book != p.book) {
        if ((!params.get("book").empty() && params.get("book") != p.book) || !books.count(p.book)) continue;
        result.finding();
        result.item().field("obligation", p.obligation).field("book", p.book).field("account", p.payer_account).field("amount", p.fen).field("state", "held")
            .field("reason", "付款账户没有为该账套配置 (its account is not configured for the book)").end_object();
        continue;
      }
      if (accounts.count(p.payer_account)) open[p.voucher].push_back(std::move(p));
    }
    for (auto& [voucher, mine] : open) {
      std::map<std::int64_t, std::int64_t> earlier;  // payable -> last attempt
      txn.query("select payable_id, cast(max(id) as bigint) from x_treasury_payment where voucher_id = ? and state in ('failed', 'returned') group by payable_id", {voucher}, [&](const Row& r) {
        earlier[r.integer(0)] = r.integer(1);
        return true;
      });
      const bool retry = !earlier.empty();
      // A retry pays one part of a voucher whose other parts may be paid already: the sum is checked over all of them.
      const auto all = payables(txn, "where p.voucher_id = ? order by p.id", {voucher});
      std::string hash;
      const std::string why = obstacle(desk, call, txn, all, retry, hash);
      if (why.rfind("waiting:", 0) == 0) {
        ++waiting;
        continue;
      }
      // A voucher is decided as one: what stops a part of it stops it.
      std::map<std::int64_t, std::pair<const char*, std::string>> stopped;
      std::map<std::int64_t, std::string> looks, above;
      for (const auto& p : why.empty() ? mine : std::vector<Payable>()) {
        try {
          check_payee(p, barred);
          check_single(*desk.settings.find(p.payer_account), desk.clock.business_day(), p.obligation, p.fen);
          if (!earlier.count(p.id) && !p.retry_payment) {  // those once their source was asked, below
            Fen& of_budget = planned[{p.source, p.budget}];
            above[p.id] = check_budget(p, spent_of_budget(txn, p, true) + of_budget + p.fen);
            of_budget += p.fen;
          }
        } catch (const Error& e) {
          stopped[p.id] = {"refused", e.what()};
          continue;
        }
        if (desk.settings.duplicate_days == 0) continue;
        std::string like = look_alike(txn, p, desk.settings.duplicate_days, desk.clock.now_unix_ms(), books);
        const auto [same_run, first] = asked.emplace(std::make_pair(p.payee_account, p.fen.value()), p.obligation);
        if (like.empty() && !first) like = same_run->second;
        if (like.empty()) continue;
        if (reason.empty()) stopped[p.id] = {"warned", "与付款 " + like + " 收款账号和金额相同，确要付款请加 --reason 说明 (looks like one made already; a reason is needed)"};
        else looks[p.id] = like;
      }
      for (auto& p : mine) {
        if (!stopped.empty()) {
          const auto own = stopped.find(p.id);
          const bool warning = own != stopped.end() && own->second.first == std::string("warned");
          ++(warning ? warned : refused);
          result.finding();
          result.item().field("obligation", p.obligation).field("book", p.book).field("account", p.payer_account).field("amount", p.fen).field("state", own == stopped.end() ? "held" : own->second.first)
              .field("reason", own == stopped.end() ? "同一凭证的另一笔付款没有通过检查 (another payment of its voucher was stopped)" : own->second.second).end_object();
          continue;
        }
        if (why == kVoid) {
          withdrawn.push_back(p);
          continue;
        }
        if (!why.empty()) {
          result.finding();
          result.item().field("obligation", p.obligation).field("book", p.book).field("account", p.payer_account).field("amount", p.fen).field("state", "held")
              .field("reason", why).end_object();
          continue;
        }
        by_account[p.payer_account].push_back({p, hash, std::max(earlier.count(p.id) ? earlier[p.id] : 0, p.retry_payment), looks[p.id], above[p.id]});
      }
    }
  }

  if (!withdrawn.empty()) {
    Txn txn = desk.store.write(call);
    for (const auto& p : withdrawn) {
      txn.execute("update x_treasury_payable set closed = ? where id = ?", {kClosed, p.id});
      // Decided to be paid again, and then its voucher was withdrawn: the source holds nothing for it any more.
      for (const auto& back : payments(txn, "where id = ?", {p.retry_payment})) note_result(txn, desk, back, kResolved, "重付的凭证已撤回 (the voucher of the next attempt was withdrawn)");
    }
    txn.commit();
    report(result, tell(desk, call, scope, progress));
  }
  for (auto& [number, candidates] : by_account) {
    const auto refused_again = [&](Candidate& c) {
      if (c.retry_of == 0) return false;
      try {
        ask_again(desk, call, c.payable);
        Txn txn = desk.store.read(call);
        Fen& of_budget = planned[{c.payable.source, c.payable.budget}];
        c.above = check_budget(c.payable, spent_of_budget(txn, c.payable, true) + of_budget + c.payable.fen);
        of_budget += c.payable.fen;
        return false;
      } catch (const Error& e) {
        if (e.code() == MIF_E_INTERNAL) throw;
        ++refused;
        result.finding();
        result.item().field("obligation", c.payable.obligation).field("book", c.payable.book).field("account", number).field("amount", c.payable.fen).field("state", "refused").field("reason", e.what()).end_object();
        return true;
      }
    };
    for (auto c = candidates.begin(); c != candidates.end();) c = refused_again(*c) ? candidates.erase(c) : std::next(c);
  }
  for (const auto& [number, candidates] : by_account) {
    std::string unit;
    for (const auto& s : scope)
      if (s.account->number == number) unit = s.unit;
    for (std::size_t at = 0; at < candidates.size();) {
      // A voucher's payables stay together: it is decided once.
      std::size_t end = std::min(at + desk.settings.batch_rows, candidates.size());
      while (end < candidates.size() && candidates[end].payable.voucher == candidates[end - 1].payable.voucher) ++end;
      Txn txn = desk.store.write(call);
      const std::int64_t now = desk.clock.now_unix_ms();
      Batch batch;
      batch.id = txn.next_id("x_treasury_batch");
      batch.book = candidates[at].payable.book;
      batch.account = number;
      batch.prepared_by = call.actor();
      batch.prepared_ms = now;
      std::vector<Payment> rows;
      std::string explained, above;
      for (; at < end; ++at) {
        const Candidate& c = candidates[at];
        Payment p;
        p.id = txn.next_id("x_treasury_payment");
        p.batch = batch.id;
        p.payable = c.payable.id;
        p.obligation = c.payable.obligation;
        p.book = c.payable.book;
        p.account = number;
        p.voucher = c.payable.voucher;
        p.content_hash = c.content_hash;
        p.day = c.payable.day;
        p.fen = c.payable.fen;
        p.payee_account = c.payable.payee_account;
        p.payee_name = c.payable.payee_name;
        p.payee_bank_no = c.payable.payee_bank_no;
        p.purpose = c.payable.purpose;
        p.retry_of = c.retry_of;
        p.payable_version = c.payable.version;
        p.changed_ms = now;
        batch.fen += p.fen;
        insert(txn, p);
        if (!c.warning.empty()) {
          keep_warning(txn, p, kLookAlike, c.warning, reason, call.actor());
          explained += (explained.empty() ? "" : "; ") + p.obligation + " ~ " + c.warning;
        }
        if (!c.above.empty()) {
          keep_warning(txn, p, kAboveBudget, c.above, kFlaggedOnly, call.actor());
          above += (above.empty() ? "" : "; ") + p.obligation + " " + c.above;
          ++flagged;
          result.finding();
          result.item().field("obligation", p.obligation).field("book", p.book).field("account", number).field("amount", p.fen).field("state", "flagged").field("reason", c.above).end_object();
        }
        rows.push_back(std::move(p));
      }
      batch.payments = static_cast<std::int64_t>(rows.size());
      batch.digest = batch_digest(rows);
      insert(txn, batch);
      JsonWriter body;
      body.begin_object().field("batch", batch.id).field("book", batch.book).field("account", number).field("payments", batch.payments);
      body.field("amount", batch.fen).field("digest", batch.digest);
      if (!explained.empty()) body.field("look_alikes", cut(explained, 2000)).field("reason", reason);
      if (!above.empty()) body.field("above_budget", cut(above, 2000));
      body.end_object();
      desk.audit.append(txn, unit, "payment.prepare", "payment-batch/" + std::to_string(batch.id), body.str());
      txn.commit();
      prepared += batch.payments;
      result.item().field("batch", batch.id).field("book", batch.book).field("account", number).field("payments", batch.payments).field("amount", batch.fen)
          .field("state", "prepared").field("digest", batch.digest).end_object();
      progress("编制付款", prepared, 0);
    }
  }
  result.total("pulled", pulled);
  result.total("prepared", prepared);
  result.total("waiting_vouchers", waiting);
  result.total("stopped", refused);
  result.total("warned", warned);
  result.total("flagged", flagged);
  result.total("withdrawn", static_cast<std::int64_t>(withdrawn.size()));
  return result.json("新取应付 " + std::to_string(pulled) + " 笔，编制付款 " + std::to_string(prepared) + " 笔，另有 " + std::to_string(waiting) + " 张凭证还没到付款环节" +
                     (refused ? "，未通过检查 " + std::to_string(refused) + " 笔" : "") + (warned ? "，疑似重复须说明理由 " + std::to_string(warned) + " 笔" : "") + (flagged ? "，超预算只标记 " + std::to_string(flagged) + " 笔" : ""));
}

}  // namespace mif::treasury
