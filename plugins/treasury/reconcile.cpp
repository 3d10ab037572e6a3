// SPDX-License-Identifier: Apache-2.0
#include "reconcile.h"

#include <map>
#include <set>

#include "mif/pattern.hpp"

namespace mif::treasury {

namespace {

bool of_account(const BankAccount& account, const std::string& ledger_account, const std::string& aux) {
  if (ledger_account.rfind(account.ledger_account, 0) != 0) return false;
  const auto items = parse_aux(aux);
  const auto found = items.find("bank_account");
  return found != items.end() && found->second == account.number;
}

std::map<std::string, KnownPayment> known_payments(Txn& txn, const std::string& account) {
  std::map<std::string, KnownPayment> all;
  txn.query("select p.code, p.id, p.fen, m.line_id from x_treasury_payment p left join x_treasury_match m on m.account = p.account and m.kind = 'payment' and m.target = p.id"
            " where p.account = ? and p.sends > 0", {account}, [&](const Row& r) {
    all[r.text(0)] = {r.integer(1), r.fen(2), !r.null(3)};
    return true;
  });
  return all;
}

// Vouchers that bring money into the account, by the number of the document behind them.
std::multimap<std::string, KnownVoucher> known_vouchers(Desk& desk, Call call, Txn& txn, const BankAccount& account, const std::set<std::string>& wanted) {
  std::multimap<std::string, KnownVoucher> all;
  if (wanted.empty()) return all;
  for (std::int64_t after = 0;;) {
    VoucherQuery query;
    query.book = account.book;
    query.limit = 1000;
    query.after_id = after;
    const auto heads = desk.ledger.vouchers(call, query, &txn);
    for (const auto& h : heads) {
      after = h.id;
      if (h.state == MIF_VOUCHER_VOID) continue;
      const std::string document = document_of(h.source_key);
      if (!wanted.count(document)) continue;
      std::vector<LineRow> lines;
      desk.ledger.voucher(call, h.id, &lines, &txn);
      KnownVoucher v{h.id, Fen(), h.state == MIF_VOUCHER_POSTED};
      for (const auto& l : lines)
        if (of_account(account, l.account, l.aux)) v.debit += l.side == MIF_DEBIT ? l.fen : -l.fen;
      if (v.debit != Fen(0)) all.emplace(document, v);
    }
    if (heads.size() < query.limit) return all;
  }
}

// A line that names a payment in doubt ends the doubt.
void hear_from_line(Desk& desk, Txn& txn, const Pair& pair, const StoredBankLine& line) {
  auto found = payments(txn, "where id = ?", {pair.target});
  if (found.empty()) return;
  Payment& p = found.front();
  const bool returned = pair.kind == "return";
  if (!(returned ? p.state == State::done || in_flight(p.state) : in_flight(p.state))) return;
  Heard heard;
  heard.outcome = returned ? MIF_PAY_RETURNED : MIF_PAY_DONE;
  heard.bank_ref = line.bank_ref;
  heard.code = "STATEMENT";
  heard.text = (returned ? "对账单显示退汇 (returned, says the statement) " : "对账单显示已付 (paid, says the statement) ") + line.day.iso();
  record_answer(txn, desk, p, true, heard);
}

}  // namespace

std::vector<StoredBankLine> bank_lines(Txn& txn, const std::string& account, bool unmatched_only) {
  std::vector<StoredBankLine> all;
  txn.query(std::string("select l.id, l.day, l.fen, l.balance_fen, l.bank_ref, l.client_ref, l.counter_account, l.counter_name, l.text, m.kind, m.target"
                        " from x_treasury_line l left join x_treasury_match m on m.line_id = l.id where l.account = ?") +
                (unmatched_only ? " and m.line_id is null" : "") + " order by l.day, l.ord, l.id",
            {account}, [&](const Row& r) {
              StoredBankLine l;
              l.id = r.integer(0);
              l.day = r.day(1);
              l.fen = r.fen(2);
              l.balance = r.fen(3);
              l.bank_ref = r.text(4);
              l.client_ref = r.text(5);
              l.counter_account = r.text(6);
              l.counter_name = r.text(7);
              l.text = r.text(8);
              l.kind = r.text(9);
              l.target = r.null(10) ? 0 : r.integer(10);
              all.push_back(std::move(l));
              return true;
            });
  return all;
}

std::vector<BookMovement> book_movements(Desk& desk, Call call, Txn& txn, const BankAccount& account, Day from, Day to) {
  std::map<std::int64_t, BookMovement> by_voucher;
  for (int year = from.year(); year <= to.year(); ++year) {
    LineQuery query;
    query.book = account.book;
    query.accounts = account.ledger_account;
    query.aux = bank_aux(account.number);
    query.year = year;
    query.month_from = year == from.year() ? from.month() : 1;
    query.month_to = year == to.year() ? to.month() : 13;
    query.limit = 1000;
    for (;;) {
      const auto lines = desk.ledger.lines(call, query, &txn);
      for (const auto& l : lines) {
        query.after_voucher = l.voucher_id;
        query.after_line = l.line;
        if (l.day < from || to < l.day) continue;
        BookMovement& m = by_voucher[l.voucher_id];
        m.voucher = l.voucher_id;
        m.day = l.day;
        m.word = l.word;
        m.number = l.number;
        m.fen += l.side == MIF_DEBIT ? l.fen : -l.fen;
      }
      if (lines.size() < query.limit) break;
    }
  }
  std::vector<BookMovement> all;
  for (auto& [id, m] : by_voucher)
    if (m.fen != Fen(0)) all.push_back(std::move(m));
  return all;
}

Fen book_balance(Desk& desk, Call call, Txn& txn, const BankAccount& account, Day day) {
  Fen balance;
  for (const auto& row : desk.ledger.balances(call, account.book, day.year(), day.month() == 12 && day.day() == 31 ? 13 : day.month(), &txn))
    if (of_account(account, row.account, row.aux)) balance += row.debit - row.credit;
  if (day.day() < Day::days_in(day.year(), day.month()))
    for (const auto& m : book_movements(desk, call, txn, account, Day(day.value() + 1), Day(day.year(), day.month(), Day::days_in(day.year(), day.month())))) balance -= m.fen;
  return balance;
}

Matching match_account(Desk& desk, Call call, const Scoped& scoped) {
  const BankAccount& account = *scoped.account;
  Matching result;
  std::vector<StoredBankLine> lines;
  Matched matched;
  {
    Txn txn = desk.store.read(call);
    lines = bank_lines(txn, account.number, true);
    const auto known = known_payments(txn, account.number);
    std::vector<OpenLine> open;
    std::set<std::string> documents;
    for (const auto& l : lines) {
      open.push_back({l.id, l.fen, l.client_ref, l.text});
      if (Fen(0) < l.fen && !l.client_ref.empty() && !known.count(l.client_ref)) documents.insert(l.client_ref);
    }
    matched = match(open, known, known_vouchers(desk, call, txn, account, documents));
    // A target matched in an earlier run is given away already.
    std::set<std::pair<std::string, std::int64_t>> taken;
    txn.query("select kind, target from x_treasury_match where account = ?", {account.number}, [&](const Row& r) {
      taken.emplace(r.text(0), r.integer(1));
      return true;
    });
    std::vector<Pair> kept;
    for (auto& pair : matched.pairs) {
      if (taken.count({pair.kind, pair.target})) matched.strays.push_back({pair.line, "同一对象已有另一行流水 (its counterpart has another line already)"});
      else kept.push_back(std::move(pair));
    }
    matched.pairs = std::move(kept);
  }
  std::map<std::int64_t, const StoredBankLine*> by_id;
  for (const auto& l : lines) by_id[l.id] = &l;
  constexpr std::size_t kPerTxn = 500;
  for (std::size_t at = 0; at < matched.pairs.size(); at += kPerTxn) {
    Txn txn = desk.store.write(call);
    const std::int64_t now = desk.clock.now_unix_ms();
    JsonWriter body;
    body.begin_object().field("account", account.number).key("pairs").begin_array();
    for (std::size_t i = at; i < std::min(at + kPerTxn, matched.pairs.size()); ++i) {
      const Pair& pair = matched.pairs[i];
      txn.execute("insert into x_treasury_match (line_id, account, kind, target, rule, matched_by, matched_ms) values (?, ?, ?, ?, ?, ?, ?)",
                  {pair.line, account.number, pair.kind, pair.target, pair.rule, call.actor(), now});
      if (pair.kind != "voucher") hear_from_line(desk, txn, pair, *by_id.at(pair.line));
      body.begin_object().field("line", pair.line).field("kind", pair.kind).field("target", pair.target).field("rule", pair.rule).end_object();
      ++result.matched;
    }
    body.end_array().end_object();
    desk.audit.append(txn, scoped.unit, "statement.match", "account/" + account.number, body.str());
    txn.commit();
  }
  result.strays = std::move(matched.strays);
  return result;
}

}  // namespace mif::treasury
