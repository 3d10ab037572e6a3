// SPDX-License-Identifier: Apache-2.0
// statement match and statement status: bank, statement and book side by side, every open item by name.
#include <algorithm>
#include <map>
#include <set>

#include "alarms.h"
#include "reconcile.h"
#include "results.h"
#include "returns.h"
#include "settle.h"
#include "work.h"

namespace mif::treasury {

namespace {

std::string voucher_name(const BookMovement& m) { return m.day.iso().substr(0, 7) + " " + m.word + "-" + std::to_string(m.number); }

// Vouchers that stand behind matched lines, through a payment or directly.
std::set<std::int64_t> matched_vouchers(Txn& txn, const std::string& account) {
  std::set<std::int64_t> all;
  txn.query("select m.target from x_treasury_match m where m.account = ? and m.kind = 'voucher'", {account}, [&](const Row& r) {
    all.insert(r.integer(0));
    return true;
  });
  txn.query("select p.voucher_id from x_treasury_match m join x_treasury_payment p on p.id = m.target where m.account = ? and m.kind = 'payment'", {account}, [&](const Row& r) {
    all.insert(r.integer(0));
    return true;
  });
  txn.query("select r.voucher_id from x_treasury_match m join x_treasury_return r on r.payment_id = m.target where m.account = ? and m.kind = 'return' and r.voucher_id > 0", {account}, [&](const Row& r) {
    all.insert(r.integer(0));
    return true;
  });
  return all;
}

// Payments whose return is in the book.
std::set<std::int64_t> booked_returns(Desk& desk, Call call, Txn& txn, const std::string& account) {
  std::set<std::int64_t> all;
  for (const auto& r : returns(txn, "where r.account = ? and r.voucher_id > 0", {account}))
    if (desk.ledger.voucher(call, r.voucher, nullptr, &txn).state == MIF_VOUCHER_POSTED) all.insert(r.payment);
  return all;
}

}  // namespace

std::string statement_match(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "payment.send", params);
  Result result("StatementLineList");
  std::int64_t matched = 0, unmatched = 0;
  for (const auto& scoped : scope) {
    progress("对账 " + scoped.account->number, matched, 0);
    const Matching m = match_account(desk, call, scoped);
    matched += m.matched;
    std::map<std::int64_t, std::string> reasons;
    for (const auto& stray : m.strays) reasons[stray.line] = stray.reason;
    Txn txn = desk.store.read(call);
    for (const auto& l : bank_lines(txn, scoped.account->number, true)) {
      ++unmatched;
      result.finding();
      result.item().field("account", scoped.account->number).field("line", l.id).field("day", l.day.iso()).field("amount", l.fen).field("client_ref", l.client_ref)
          .field("bank_ref", l.bank_ref).field("counter_account", l.counter_account).field("counter_name", l.counter_name).field("text", l.text)
          .field("state", "unmatched").field("reason", reasons[l.id]).end_object();
    }
  }
  const Settled settled = settle(desk, call, scope, progress);  // a line may have ended a doubt
  for (const auto& [reason, count] : settled.problems) {
    result.finding();
    result.item().field("state", "not-posted").field("vouchers", count).field("reason", reason).end_object();
  }
  report(result, propose_returns(desk, call, scope));
  report(result, tell(desk, call, scope, progress));
  result.total("matched", matched);
  result.total("unmatched", unmatched);
  return result.json("新对上 " + std::to_string(matched) + " 行，未对上 " + std::to_string(unmatched) + " 行");
}

std::string statement_status(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  Result result("AccountReconciliationList");
  std::int64_t equal = 0, open_items = 0, matched = 0;
  Alarms alarms;
  for (const auto& scoped : scope) {
    const BankAccount& account = *scoped.account;
    progress("核对 " + account.number, equal, static_cast<std::int64_t>(scope.size()));
    std::string bank_now = "", bank_problem;
    try {
      const mif_bank_adapter* adapter = desk.adapter(call, account);
      mif_fen now = 0;
      const auto body = [&](mif_call* c) { return adapter->balance(adapter->self, c, s(account.link), s(account.number), &now); };
      desk.registry.invoke(call, account.adapter, "balance", desk.settings.call_timeout_ms, body);
      bank_now = Fen(now).plain();
    } catch (const Error& e) {
      bank_problem = e.what();
    }
    Txn txn = desk.store.read(call);
    Fen closing, first_opening;
    Day first, last;
    std::int64_t quarantined = 0;
    txn.query("select day_from, opening_fen from x_treasury_statement where account = ? and state = 'proved' order by day_from, ord limit 1", {account.number}, [&](const Row& r) {
      first = r.day(0);
      first_opening = r.fen(1);
      return false;
    });
    txn.query("select day_to, closing_fen from x_treasury_statement where account = ? and state = 'proved' order by day_to desc, ord desc limit 1", {account.number}, [&](const Row& r) {
      last = r.day(0);
      closing = r.fen(1);
      return false;
    });
    txn.query("select count(*) from x_treasury_statement q where q.account = ? and q.state <> 'proved' and not exists (select 1 from x_treasury_statement p"
              " where p.account = q.account and p.state = 'proved' and p.day_from <= q.day_from and p.day_to >= q.day_to and p.ord > q.ord)",
              {account.number}, [&](const Row& r) { quarantined = r.integer(0); return false; });
    if (!last.valid()) {
      result.finding();
      result.item().field("account", account.number).field("book", account.book).field("state", "no-statement").field("bank", bank_now)
          .field("reason", "还没有导入成立的对账单 (no proved statement yet)" + (bank_problem.empty() ? "" : "; " + bank_problem)).end_object();
      continue;
    }
    const Fen book = book_balance(desk, call, txn, account, last);
    // 未达账项: the four kinds of items one side has and the other has not.
    Fen bank_in, bank_out, book_in, book_out;
    std::int64_t items = 0, lines = 0;
    const auto returned = booked_returns(desk, call, txn, account.number);
    for (const auto& l : bank_lines(txn, account.number, false)) {
      ++lines;
      if (!l.kind.empty()) {
        ++matched;
        if (l.kind != "return" || returned.count(l.target)) continue;
      }
      // The book learns of a return only by a voucher of its own.
      (l.fen < Fen(0) ? bank_out : bank_in) += l.fen < Fen(0) ? -l.fen : l.fen;
      ++items;
      result.item().field("account", account.number).field("state", l.fen < Fen(0) ? "bank-out-not-booked" : "bank-in-not-booked").field("day", l.day.iso()).field("amount", l.fen)
          .field("client_ref", l.client_ref).field("bank_ref", l.bank_ref).field("reason", l.fen < Fen(0) ? "银付企未付" : l.kind == "return" ? "银收企未收: 退汇" : "银收企未收").end_object();
    }
    // A payment the bank made whose voucher has not posted yet is money out at the bank and not in the book.
    txn.query("select p.code, p.fen, l.day from x_treasury_match m join x_treasury_payment p on p.id = m.target join x_treasury_line l on l.id = m.line_id"
              " where m.account = ? and m.kind = 'payment' and p.settled = 0 order by p.id",
              {account.number}, [&](const Row& r) {
                bank_out += r.fen(1);
                ++items;
                result.item().field("account", account.number).field("state", "bank-out-not-booked").field("day", r.day(2).iso()).field("amount", -r.fen(1)).field("client_ref", r.text(0))
                    .field("bank_ref", "").field("reason", "银付企未付: 凭证未入账").end_object();
                return true;
              });
    const auto covered = matched_vouchers(txn, account.number);
    for (const auto& m : book_movements(desk, call, txn, account, first, last)) {
      if (covered.count(m.voucher)) continue;
      (m.fen < Fen(0) ? book_out : book_in) += m.fen < Fen(0) ? -m.fen : m.fen;
      ++items;
      result.item().field("account", account.number).field("state", m.fen < Fen(0) ? "booked-out-not-at-bank" : "booked-in-not-at-bank").field("day", m.day.iso()).field("amount", m.fen)
          .field("client_ref", voucher_name(m)).field("bank_ref", "").field("reason", m.fen < Fen(0) ? "企付银未付" : "企收银未收").end_object();
    }
    const Fen adjusted_bank = closing + book_in - book_out, adjusted_book = book + bank_in - bank_out;
    const bool three_way = bank_now == closing.plain() && closing == book;
    const bool adjusted = adjusted_bank == adjusted_book;
    const bool good = three_way && items == 0 && quarantined == 0;
    if (good) ++equal;
    else result.finding();
    open_items += items;
    std::string reason = bank_problem;
    if (quarantined) reason += (reason.empty() ? "" : "; ") + std::string("有隔离的对账单 (quarantined statements): ") + std::to_string(quarantined);
    if (!adjusted) reason += (reason.empty() ? "" : "; ") + std::string("调节后仍不平，差 ") + (adjusted_bank - adjusted_book).grouped();
    result.item().field("account", account.number).field("book", account.book).field("day", last.iso()).field("bank", bank_now).field("statement", closing).field("ledger", book)
        .field("bank_in_not_booked", bank_in).field("bank_out_not_booked", bank_out).field("booked_in_not_at_bank", book_in).field("booked_out_not_at_bank", book_out)
        .field("adjusted_bank", adjusted_bank).field("adjusted_ledger", adjusted_book).field("lines", lines).field("open_items", items)
        .field("state", good ? "equal" : adjusted ? "adjusted-equal" : "different").field("reason", reason).end_object();
    report_alarms(result, txn, account, first, std::max(last, desk.clock.business_day()), desk.settings.line_days, "state", alarms);
  }
  result.total("equal", equal);
  result.total("open_items", open_items);
  result.total("matched", matched);
  result.total("accounts", static_cast<std::int64_t>(scope.size()));
  return result.json("三方核对 " + std::to_string(scope.size()) + " 个账户，银行=对账单=账面 " + std::to_string(equal) + " 个，未达账项 " + std::to_string(open_items) + " 笔" + alarms.summary());
}

}  // namespace mif::treasury
