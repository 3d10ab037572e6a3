// SPDX-License-Identifier: Apache-2.0
// treasury verify: what is stored, recomputed. P7: one live instruction per debt, what is paid is what was approved, every
// "done" has its evidence, every posted voucher its payments, every statement its arithmetic.
#include <algorithm>
#include <map>
#include <set>

#include "mif/pattern.hpp"
#include "payment_code.h"
#include "recon.h"
#include "reconcile.h"
#include "approvals.h"
#include "balances.h"
#include "drop.h"
#include "packets.h"
#include "receipts.h"
#include "results.h"
#include "returns.h"
#include "work.h"

namespace mif::treasury {

namespace {

class Check {
 public:
  Check(Desk& desk, Call call, const std::vector<Scoped>& scope, Result& result) : desk_(desk), call_(call), scope_(scope), result_(result), txn_(desk.store.read(call)) {}

  void run(Progress progress) {
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

 private:
  void find(const std::string& object, const std::string& what) {
    result_.finding();
    result_.item().field("promise", "P7").field("object", object).field("what", what).end_object();
  }

  void read_evidence(const BankAccount& account) {
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

  void check_payments(const BankAccount& account) {
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

  // What is told is what happened, and all of it. Payments older than the table of results are not missed.
  void check_results(const BankAccount& account) {
    std::int64_t since = 0;
    txn_.query("select value from x_treasury_setting where name = 'results-after'", {}, [&](const Row& r) { since = std::stoll(r.text(0)); return false; });
    std::map<std::int64_t, std::map<std::string, std::int64_t>> told;  // payment -> state -> number
    std::map<std::int64_t, const Payment*> known;
    for (const auto& p : rows_) known[p.id] = &p;
    txn_.query("select id, payment_id, state, obligation, fen from x_treasury_result where account = ?", {account.number}, [&](const Row& r) {
      const std::string name = "payment-result:" + std::to_string(r.integer(0)), state = r.text(2);
      told[r.integer(1)][state] = r.integer(0);
      const auto found = known.find(r.integer(1));
      if (found == known.end() || found->second->obligation != r.text(3) || found->second->fen != r.fen(4)) find(name, "与付款不符 (differs from its payment)");
      else if (state == kResolved) resolved_told_.insert(r.integer(1));
      else if (state == kPaid ? !found->second->settled : state == kReturned ? found->second->state != State::returned : found->second->state != State::failed)
        find(name, "说 " + state + "，付款不是 (says what the payment is not)");
      return true;
    });
    for (const auto& p : rows_) {
      if (p.id <= since) continue;
      const auto& mine = told[p.id];
      const bool silent = (p.settled && !mine.count(kPaid)) || (p.state == State::returned && !mine.count(kReturned)) || (p.state == State::failed && !mine.count(kFailed));
      if (silent) find("payment:" + (p.code.empty() ? std::to_string(p.id) : p.code), "结果没有记下来回告 (its result is not kept for telling)");
      if (mine.count(kPaid) && mine.count(kReturned) && mine.at(kReturned) < mine.at(kPaid)) find("payment:" + p.code, "退汇排在付成之前 (returned comes before paid)");
    }
  }

  // Given up by two people, told, and closed for good; nothing else is.
  void check_drops(const BankAccount& account) {
    std::map<std::int64_t, std::int64_t> closed;  // payable -> how
    std::set<std::int64_t> withdrawn;             // payments whose next attempt's voucher was withdrawn
    txn_.query("select id, closed, retry_payment from x_treasury_payable where payer_account = ?", {account.number}, [&](const Row& r) {
      closed.emplace(r.integer(0), r.integer(1));
      if (r.integer(1) == kClosed && r.integer(2)) withdrawn.insert(r.integer(2));
      return true;
    });
    std::map<std::int64_t, Drop> given_up;
    for (auto& d : drops(txn_, "where d.account = ?", {account.number})) given_up.emplace(d.payment, std::move(d));
    std::set<std::int64_t> decided;  // payables
    for (const auto& p : rows_) {
      const auto d = given_up.find(p.id);
      const bool dropped = d != given_up.end() && d->second.confirmed_ms != 0;
      if (dropped != (resolved_told_.count(p.id) != 0) && !withdrawn.count(p.id)) find("payment:" + p.code, "不再付的决定与回告不符 (given up and what is told differ)");
      if (!dropped) continue;
      decided.insert(p.payable);
      if (d->second.proposed_by == d->second.confirmed_by || d->second.confirmed_by.empty() || d->second.reason.empty()) find("payment:" + p.code, "不再付没有由两人说明理由决定 (not given up by two people with a reason)");
      if (p.state != State::failed && p.state != State::returned) find("payment:" + p.code, "决定不再付而付款不是未付成或退汇 (given up, and neither failed nor came back)");
    }
    for (const auto& [payable, how] : closed)
      if ((how == kDropped) != (decided.count(payable) != 0)) find("payable:" + std::to_string(payable), "与不再付的决定不符 (differs from the decision to give it up)");
  }

  void check_batches(const BankAccount& account) {
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
  void check_approvers(const Batch& b, const std::vector<Payment>& rows) {
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

  // What came back is recorded; what was decided to be paid again was booked first.
  void check_returns(const BankAccount& account) {
    std::map<std::int64_t, Return> known;
    for (auto& r : returns(txn_, "where r.account = ?", {account.number})) known.emplace(r.payment, std::move(r));
    std::map<std::int64_t, std::int64_t> decided;  // payable -> the payment to repeat
    txn_.query("select id, retry_payment from x_treasury_payable where payer_account = ? and retry_payment > 0", {account.number}, [&](const Row& r) {
      decided[r.integer(0)] = r.integer(1);
      return true;
    });
    std::map<std::int64_t, std::int64_t> last;  // payable -> its last return
    for (const auto& p : rows_) {
      const std::string name = "payment:" + p.code;
      if (p.retry_of && std::none_of(rows_.begin(), rows_.end(), [&](const Payment& q) { return q.id == p.retry_of && q.obligation == p.obligation && (q.state == State::failed || q.state == State::returned); }))
        find("payment:" + std::to_string(p.id), "重付的不是同一应付事项未付成或退汇的付款 (repeats what did not fail or come back)");
      if (p.state != State::returned) continue;
      last[p.payable] = p.id;
      const auto r = known.find(p.id);
      if (r == known.end()) {
        find(name, "退汇没有登记 (the return is not recorded)");
        continue;
      }
      if (r->second.reopened_ms == 0) {
        if (const auto d = decided.find(p.payable); d != decided.end() && d->second == p.id) find(name, "可以重付却没有决定的记录 (payable again without a decision)");
        if (std::any_of(rows_.begin(), rows_.end(), [&](const Payment& q) { return q.payable == p.payable && q.id > p.id; })) find(name, "退汇之后没有人决定就又付款 (paid again without a decision)");
        continue;
      }
      if (r->second.reason.empty() || r->second.reopened_by.empty()) find(name, "重付没有决定人或理由 (decided by nobody or without a reason)");
      if (p.settled && (r->second.voucher == 0 || desk_.ledger.voucher(call_, r->second.voucher, nullptr, &txn_).state != MIF_VOUCHER_POSTED)) find(name, "决定重付时退汇没有入账 (paid again, and the return is not booked)");
    }
    for (const auto& [payable, payment] : last)
      if (const auto r = known.find(payment); r != known.end() && r->second.reopened_ms && (!decided.count(payable) || decided[payable] != payment))
        find("payable:" + std::to_string(payable), "与重付的决定不符 (differs from the decision to pay again)");
  }

  void check_vouchers(const BankAccount& account) {
    std::map<std::int64_t, std::vector<const Payment*>> by_voucher;
    for (const auto& p : rows_)
      if (live(p.state) || (p.state == State::returned && p.settled)) by_voucher[p.voucher].push_back(&p);
    for (const auto& [id, parts] : by_voucher) {
      std::vector<LineRow> lines;
      const VoucherHead head = desk_.ledger.voucher(call_, id, &lines, &txn_);
      const std::string name = "voucher:" + std::to_string(id);
      Fen booked, paid;
      for (const auto& l : lines) {
        const auto aux = parse_aux(l.aux);
        const auto bank = aux.find("bank_account");
        if (bank != aux.end() && bank->second == account.number && l.account.rfind(account.ledger_account, 0) == 0) booked += l.side == MIF_CREDIT ? l.fen : -l.fen;
      }
      for (const Payment* p : parts) {
        paid += p->fen;
        if (p->content_hash != head.content_hash && head.state != MIF_VOUCHER_VOID) find(name, "付款批准之后凭证内容变了 (changed since its payment was prepared)");
        if (p->settled != (head.state == MIF_VOUCHER_POSTED)) find(name, p->settled ? "付款已了结而凭证未入账 (settled, not posted)" : "凭证已入账而付款未了结 (posted, not settled)");
      }
      if (paid > booked) find(name, "付出 " + paid.grouped() + " 多于凭证 " + booked.grouped() + " (more is paid than booked)");
    }
  }

  void check_statements(const BankAccount& account) {
    std::vector<StoredBankLine> lines = bank_lines(txn_, account.number, false);
    lines_ += static_cast<std::int64_t>(lines.size());
    txn_.query("select id, day_from, day_to, opening_fen, closing_fen from x_treasury_statement s where s.account = ? and s.state = 'proved' and not exists"
               " (select 1 from x_treasury_statement t where t.account = s.account and t.state = 'proved' and t.ord > s.ord and t.day_from <= s.day_to and t.day_to >= s.day_from)",
               {account.number}, [&](const Row& r) {
                 Fen running = r.fen(3);
                 bool fits = true;
                 for (const auto& l : lines) {
                   if (l.day < r.day(1) || r.day(2) < l.day) continue;
                   running += l.fen;
                   fits = fits && l.balance == running;
                 }
                 if (!fits || running != r.fen(4)) find("statement:" + std::to_string(r.integer(0)), "期初加各笔不等于期末或余额不连续 (does not add up any more)");
                 return true;
               });
  }

  // Each line in one live group at most, each group equal on both sides and made of lines that still say the same, and what was
  // signed still follows from what is stored.
  void check_reconciliation(const Scoped& scoped) {
    const BankAccount& account = *scoped.account;
    const Sides sides = load_sides(desk_, call_, txn_, account);
    std::map<std::string, const SideLine*> known;
    for (const auto& l : sides.lines) known[l.item] = &l;
    struct Group {
      std::int64_t undone_ms = 0, from[2] = {0, 0}, to[2] = {0, 0}, members = 0;
      Fen sums[2];
    };
    std::map<std::int64_t, Group> groups;
    txn_.query("select id, undone_ms, book_from, book_to, bank_from, bank_to from x_treasury_group where account = ?", {account.number}, [&](const Row& r) {
      groups[r.integer(0)] = {r.integer(1), {r.integer(2), r.integer(4)}, {r.integer(3), r.integer(5)}, 0, {}};
      return true;
    });
    const auto name_of = [](std::int64_t group) { return "reconciliation-group:" + std::to_string(group); };
    txn_.query("select kind, id, n, undone, group_id, day, fen from x_treasury_member where account = ?", {account.number}, [&](const Row& r) {
      const LineName line{r.integer(1), static_cast<std::int32_t>(r.integer(2)), static_cast<LineName::Kind>(r.integer(0))};
      const std::string name = name_of(r.integer(4)), item = line.text();
      const auto at = groups.find(r.integer(4));
      if (at == groups.end()) {
        find(name, "成员没有组 (a member without its group)");
        return true;
      }
      Group& group = at->second;
      ++group.members;
      if (r.integer(3) != (group.undone_ms > 0 ? at->first : 0)) find(name, item + " 的状态与组不符 (a member's state differs from its group's)");
      const std::size_t side = line.of_bank() ? 1 : 0;
      if (line.kind <= LineName::bank && (line.id < group.from[side] || group.to[side] < line.id)) find(name, item + " 不在组所记的范围内 (outside what its group says of its lines)");
      if (r.integer(3) != 0) return true;
      group.sums[side] += r.fen(6);
      const auto as_is = known.find(item);
      if (as_is == known.end()) find(name, "没有 " + item + " 这一行 (no such line)");
      else if (as_is->second->fen != r.fen(6) || as_is->second->day != r.day(5) || as_is->second->bank != line.of_bank()) find(name, item + " 与勾对时不同 (the line changed since it was matched)");
      ++grouped_;
      return true;
    });
    for (const auto& [id, group] : groups) {
      if (group.members == 0) find(name_of(id), "组没有成员 (a group without its members)");
      if (group.sums[0] != group.sums[1]) find(name_of(id), "两边合计 " + group.sums[1].grouped() + " 与 " + group.sums[0].grouped() + " 不等 (the sums differ)");
    }
    for (const auto& t : frozen_tables(txn_, account.number)) {
      const std::string name = "bank-reconciliation:" + std::to_string(t.id);
      std::string artefact;
      try {
        artefact = desk_.objects.get(call_, t.artefact);
      } catch (const Error& e) {
        find(name, std::string("冻结件读不出 (the artefact is not readable): ") + e.what());
        continue;
      }
      if (t.state != "approved") continue;
      ++tables_;
      const FlowState flow = desk_.workflow.state(txn_, t.instance);
      if (flow.state != MIF_FLOW_APPROVED || flow.digest != t.artefact) find(name, "没有经审批的记录 (not approved in its flow)");
      const BalanceTable now = compute_table(desk_, call_, txn_, scoped, sides, last_day_of(t.month), t.form, t.made_by);
      if (table_json(now) != artefact) find(name, "冻结之后对账单、账簿或勾对变了 (its inputs changed since it was frozen)");
      if (now.bank != t.bank || now.booked != t.booked) find(name, "余额与冻结时不同 (its balances changed)");
    }
  }

  struct Match {
    Fen fen;
    std::string client_ref, kind;
  };
  Desk& desk_;
  Call call_;
  const std::vector<Scoped>& scope_;
  Result& result_;
  Txn txn_;
  std::vector<Payment> rows_;
  std::set<std::int64_t> reported_done_, resolved_, resolved_told_;
  std::multimap<std::int64_t, Match> matched_;
  std::int64_t payments_ = 0, lines_ = 0, grouped_ = 0, tables_ = 0;
};

}  // namespace

std::string treasury_verify(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  Result result("FindingList");
  Check(desk, call, scope, result).run(progress);
  return result.json(result.findings() ? "付款核对有不符之处 (findings)" : "付款核对一致 (payments verified)");
}

}  // namespace mif::treasury
