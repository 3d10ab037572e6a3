// SPDX-License-Identifier: Apache-2.0
#include "returns.h"

#include <algorithm>

#include "matcher.h"
#include "mif/pattern.hpp"

namespace mif::treasury {

namespace {

bool on_account(const BankAccount& account, const LineRow& l) {
  if (l.account.rfind(account.ledger_account, 0) != 0) return false;
  const auto aux = parse_aux(l.aux);
  const auto bank = aux.find("bank_account");
  return bank != aux.end() && bank->second == account.number;
}

// What the lines bring into the account.
Fen into_account(const BankAccount& account, const std::vector<LineRow>& lines) {
  Fen sum;
  for (const auto& l : lines)
    if (on_account(account, l)) sum += l.side == MIF_DEBIT ? l.fen : -l.fen;
  return sum;
}

// The payment's part of its voucher in red, on the lines it was booked on.
std::vector<VoucherLine> red_lines(const BankAccount& account, const Payment& p, const std::vector<LineRow>& booked, const std::string& summary) {
  Fen paid;
  std::vector<VoucherLine> all;
  for (const auto& l : booked) {
    if (on_account(account, l)) paid += l.side == MIF_CREDIT ? l.fen : -l.fen;
    all.push_back({l.side, -l.fen, l.account, l.aux, summary});
  }
  if (paid == p.fen) return all;
  const LineRow* other = nullptr;
  for (const auto& l : booked) {
    if (on_account(account, l)) continue;
    if (other) throw Error(MIF_E_UNSUPPORTED, "payment.return-by-hand", "付款 " + p.code + " 的凭证有几行对方科目又只退回一部分，请手工填制退汇凭证，再用 pay reopen --voucher (book this return by hand)");
    other = &l;
  }
  if (!other) throw Error(MIF_E_UNSUPPORTED, "payment.return-by-hand", "付款 " + p.code + " 的凭证没有对方科目行，请手工填制退汇凭证，再用 pay reopen --voucher (book this return by hand)");
  return {{other->side, -p.fen, other->account, other->aux, summary}, {MIF_CREDIT, -p.fen, account.ledger_account, bank_aux(account.number), summary}};
}

// The draft that books one return on the day of its statement line.
std::int64_t propose_one(Desk& desk, Txn& txn, const BankAccount& account, const Payment& p, const Return& r, Day day) {
  const ReturnRule& rule = desk.settings.returns;
  std::vector<LineRow> booked;
  const VoucherHead head = desk.ledger.voucher(txn.call(), p.voucher, &booked, &txn);
  std::string maker;
  for (const auto& b : batches(txn, "where id = ?", {p.batch})) maker = b.prepared_by;
  VoucherDraft draft;
  draft.day = day;
  draft.book = p.book;
  draft.flow = rule.flow;
  draft.source_key = "return/" + p.code + "#" + std::to_string(r.proposals + 1);
  draft.maker = maker;
  draft.summary = "退汇 " + p.code + " " + document_of(head.source_key);
  if (rule.form == "receipt") {
    draft.word = rule.word.empty() ? "收" : rule.word;
    draft.lines = {{MIF_DEBIT, p.fen, account.ledger_account, bank_aux(account.number), draft.summary}, {MIF_CREDIT, p.fen, rule.account, rule.aux, draft.summary}};
    return desk.propose.propose(txn, draft);
  }
  draft.word = rule.word.empty() ? head.word : rule.word;
  draft.lines = red_lines(account, p, booked, draft.summary);
  return desk.propose.propose(txn, draft);
}

}  // namespace

std::vector<Return> returns(Txn& txn, std::string_view where, const std::vector<Value>& params) {
  std::vector<Return> all;
  txn.query("select r.payment_id, r.voucher_id, r.proposals, r.reopened_ms, r.repay_voucher, r.dropped_ms, r.reopened_by, r.reason from x_treasury_return r " + std::string(where), params, [&](const Row& r) {
    all.push_back({r.integer(0), r.integer(1), r.integer(2), r.integer(3), r.integer(4), r.integer(5), r.text(6), r.text(7)});
    return true;
  });
  return all;
}

void note_return(Txn& txn, const Payment& p, std::int64_t now_ms) {
  txn.execute("insert into x_treasury_return (payment_id, account, fen, voucher_id, proposals, made_ms, reopened_by, reopened_ms, reason, repay_voucher) values (?, ?, ?, 0, 0, ?, '', 0, '', 0)",
              {p.id, p.account, p.fen, now_ms});
}

std::string stage_of(Desk& desk, Txn& txn, const Payment& p, const Return& r) {
  if (r.reopened_ms) return "已决定重付: " + r.reason + " (reopened)";
  if (r.dropped_ms) return "已决定不再付 (given up for good)";
  if (!p.settled) return "退汇，付款凭证没有入账，待决定是否重付 (came back before its voucher posted; awaits a decision)";
  if (r.voucher == 0) return "退汇还没有凭证 (not booked yet)";
  const VoucherHead head = desk.ledger.voucher(txn.call(), r.voucher, nullptr, &txn);
  if (head.state == MIF_VOUCHER_POSTED) return "退汇已入账，待决定是否重付 (booked; awaits a decision)";
  return head.state == MIF_VOUCHER_VOID ? "退汇凭证已作废，须另行入账 (its voucher was voided)" : "退汇凭证 " + std::to_string(r.voucher) + " 待审核 (its voucher waits for review)";
}

std::int64_t booked_by(Desk& desk, Txn& txn, const BankAccount& account, const Payment& p, const Return& r, std::int64_t named, std::vector<LineRow>& lines) {
  const std::int64_t voucher = named ? named : r.voucher;
  if (voucher == 0)
    throw Error(MIF_E_CONFLICT, "payment.return-not-booked", "付款 " + p.code + " 的退汇还没有入账，先记账，或用 voucher 指明已入账的凭证 (the return is not booked yet)");
  const VoucherHead head = desk.ledger.voucher(txn.call(), voucher, &lines, &txn);
  if (head.state != MIF_VOUCHER_POSTED)
    throw Error(MIF_E_CONFLICT, "payment.return-not-booked", "付款 " + p.code + " 的退汇凭证 " + std::to_string(voucher) + " 还没有入账，审核记账后再决定 (the voucher of the return is not posted)");
  std::int64_t others = 0;
  txn.query("select cast(count(*) as bigint) from x_treasury_return where voucher_id = ? and payment_id <> ?", {voucher, p.id}, [&](const Row& x) { others = x.integer(0); return false; });
  if (head.book != p.book || voucher == p.voucher || into_account(account, lines) != p.fen || others)
    throw Error(MIF_E_INVALID, "payment.return-voucher-differs", "凭证 " + std::to_string(voucher) + " 不是这笔退汇的，退汇应使账户 " + account.number + " 增加 " + p.fen.grouped() + " (not the voucher of this return)");
  return voucher;
}

std::int64_t propose_red(Desk& desk, Txn& txn, const BankAccount& account, const Payment& p, const std::string& key, const std::string& summary) {
  std::vector<LineRow> booked;
  const VoucherHead head = desk.ledger.voucher(txn.call(), p.voucher, &booked, &txn);
  VoucherDraft draft;
  draft.day = std::max(head.day, desk.clock.business_day());
  draft.book = p.book;
  draft.word = head.word;
  draft.flow = desk.settings.returns.flow.empty() ? "voucher-receipt" : desk.settings.returns.flow;
  draft.source_key = key;
  for (const auto& b : batches(txn, "where id = ?", {p.batch})) draft.maker = b.prepared_by;
  draft.summary = summary;
  draft.lines = red_lines(account, p, booked, summary);
  return desk.propose.propose(txn, draft);
}

Proposed propose_returns(Desk& desk, Call call, const std::vector<Scoped>& scope) {
  Proposed proposed;
  if (desk.settings.returns.form.empty()) return proposed;
  for (const auto& s : scope) {
    std::vector<std::pair<Return, Day>> due;
    {
      Txn txn = desk.store.read(call);
      std::map<std::int64_t, Day> line_day;
      txn.query("select m.target, l.day from x_treasury_match m join x_treasury_line l on l.id = m.line_id where m.account = ? and m.kind = 'return'", {s.account->number}, [&](const Row& r) {
        line_day[r.integer(0)] = r.day(1);
        return true;
      });
      for (auto& r : returns(txn, "where r.account = ? and r.reopened_ms = 0 order by r.payment_id", {s.account->number})) {
        const auto day = line_day.find(r.payment);
        if (day == line_day.end()) continue;
        if (r.voucher != 0 && desk.ledger.voucher(call, r.voucher, nullptr, &txn).state != MIF_VOUCHER_VOID) continue;
        due.emplace_back(std::move(r), day->second);
      }
    }
    for (const auto& [r, day] : due) {
      std::string code;
      try {
        Txn txn = desk.store.write(call);
        const auto found = payments(txn, "where id = ?", {r.payment});
        if (found.empty() || !found.front().settled) continue;  // nothing is booked that could be taken back
        const Payment& p = found.front();
        code = p.code;
        const std::int64_t voucher = propose_one(desk, txn, *s.account, p, r, day);
        if (txn.execute("update x_treasury_return set voucher_id = ?, proposals = proposals + 1 where payment_id = ? and proposals = ?", {voucher, p.id, r.proposals}) != 1) continue;
        JsonWriter body;
        body.begin_object().field("id", p.id).field("code", p.code).field("amount", p.fen).field("voucher", voucher).field("form", desk.settings.returns.form).end_object();
        desk.audit.append(txn, s.unit, "payment.return-proposed", "payment/" + std::to_string(p.id), body.str());
        txn.commit();
        ++proposed.vouchers;
      } catch (const Error& e) {
        if (e.code() == MIF_E_UNAVAILABLE || e.code() == MIF_E_INTERNAL) throw;
        proposed.problems[code] = e.what();
      }
    }
  }
  return proposed;
}

void report(Result& result, const Proposed& proposed) {
  for (const auto& [code, why] : proposed.problems) {
    result.finding();
    result.item().field("code", code).field("state", "return-not-proposed").field("reason", why).end_object();
  }
  result.total("return_vouchers", proposed.vouchers);
}

}  // namespace mif::treasury
