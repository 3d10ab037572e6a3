// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "mif/pattern.hpp"
#include "recon.h"
#include "reconcile.h"

namespace mif::treasury {

namespace {

std::string voucher_code(std::int64_t id) { return "v" + std::to_string(id); }

bool says_reversal(const std::string& text) {
  for (const char* word : {"冲正", "退汇", "退票", "冲销", "撤销"})
    if (text.find(word) != std::string::npos) return true;
  return false;
}

// Lines of the book, all pages of every year of the range.
template <class Each>
void each_line(Desk& desk, Call call, Txn& txn, LineQuery query, Day from, Day to, Each each) {
  for (int year = from.year(); year <= to.year(); ++year) {
    query.year = year;
    query.month_from = year == from.year() ? from.month() : 1;
    query.month_to = 13;
    query.limit = 10000;
    query.after_voucher = 0;
    query.after_line = 0;
    for (;;) {
      const auto lines = desk.ledger.lines(call, query, &txn);
      for (const auto& l : lines) {
        query.after_voucher = l.voucher_id;
        query.after_line = l.line;
        if (from <= l.day) each(l);
      }
      if (lines.size() < query.limit) break;
    }
  }
}

struct Facts {
  std::map<std::int64_t, std::int64_t> voucher_of_line;  // bank line -> voucher a payment or document leads to
  std::map<std::int64_t, std::int64_t> returned;         // bank line -> voucher of the payment that came back
  std::map<std::int64_t, std::int64_t> reverses, reversed_by;
  std::map<std::int64_t, std::string> document;
  std::map<std::int64_t, std::set<std::string>> other_accounts;
};

Facts gather(Desk& desk, Call call, Txn& txn, const BankAccount& account, Day start, Day end) {
  Facts facts;
  txn.query("select m.line_id, m.kind, m.target, case when m.kind = 'return' and r.voucher_id > 0 then r.voucher_id else p.voucher_id end, case when m.kind = 'return' and r.voucher_id > 0 then 1 else 0 end"
            " from x_treasury_match m left join x_treasury_payment p on p.id = m.target and m.kind <> 'voucher' left join x_treasury_return r on r.payment_id = m.target and m.kind = 'return' where m.account = ?",
            {account.number}, [&](const Row& r) {
              if (r.text(1) == "voucher") facts.voucher_of_line[r.integer(0)] = r.integer(2);
              else if (!r.null(3)) (r.text(1) == "return" && r.integer(4) == 0 ? facts.returned : facts.voucher_of_line)[r.integer(0)] = r.integer(3);
              return true;
            });
  VoucherQuery query;
  query.book = account.book;
  query.state = MIF_VOUCHER_POSTED;
  for (;;) {
    const auto heads = desk.ledger.vouchers(call, query, &txn);
    for (const auto& h : heads) {
      query.after_id = h.id;
      facts.document[h.id] = document_of(h.source_key);
      if (!h.reverses) continue;
      facts.reverses[h.id] = h.reverses;
      facts.reversed_by[h.reverses] = h.id;
    }
    if (heads.size() < query.limit) break;
  }
  LineQuery money;
  money.book = account.book;
  money.accounts = "1002:1005";
  each_line(desk, call, txn, money, start, end, [&](const LineRow& l) {
    const auto aux = parse_aux(l.aux);
    const auto bank = aux.find("bank_account");
    if (bank != aux.end() && bank->second != account.number) facts.other_accounts[l.voucher_id].insert(bank->second);
  });
  return facts;
}

}  // namespace

Sides load_sides(Desk& desk, Call call, Txn& txn, const BankAccount& account, bool with_keys) {
  Sides sides;
  txn.query("select cast(min(day_from) as bigint) from x_treasury_statement where account = ? and state = 'proved'", {account.number}, [&](const Row& r) {
    if (!r.null(0)) sides.start = r.day(0);
    return false;
  });
  if (!sides.start.valid())
    for (const auto& book : desk.ledger.books(call, &txn))
      if (book.code == account.book) sides.start = Day(book.start.year, book.start.month, 1);
  if (!sides.start.valid()) throw Error(MIF_E_NOT_FOUND, "reconcile.book-not-found", "没有账套 (no such book) " + account.book);
  std::map<std::string, std::int64_t> group_of;
  txn.query("select live_item, group_id from x_treasury_member where account = ? and live_item is not null", {account.number}, [&](const Row& r) {
    group_of[r.text(0)] = r.integer(1);
    return true;
  });
  const auto add = [&](SideLine line) {
    const auto found = group_of.find(line.item);
    if (found != group_of.end()) line.group = found->second;
    sides.lines.push_back(std::move(line));
  };
  std::vector<StoredBankLine> bank = bank_lines(txn, account.number, false);
  for (const auto& l : bank) add({"bank/" + std::to_string(l.id), true, l.day, l.fen, l.client_ref.empty() ? l.bank_ref : l.client_ref, l.text.empty() ? l.counter_name : l.text});
  LineQuery query;
  query.book = account.book;
  query.accounts = account.ledger_account;
  query.aux = bank_aux(account.number);
  std::vector<LineRow> book;
  const Day end = desk.clock.business_day();
  each_line(desk, call, txn, query, sides.start, end, [&](const LineRow& l) {
    add({"book/" + std::to_string(l.voucher_id) + "/" + std::to_string(l.line), false, l.day, l.side == MIF_DEBIT ? l.fen : -l.fen, l.period.iso() + " " + l.word + "-" + std::to_string(l.number), l.summary});
    // A voucher entered with one summary for all its lines: what is open must still say what it is.
    if (SideLine& line = sides.lines.back(); line.text.empty() && !line.group) line.text = desk.ledger.voucher(call, l.voucher_id, nullptr, &txn).summary;
    book.push_back(l);
  });
  const std::size_t opening_from = sides.lines.size();
  txn.query("select id, bank, day, fen, reference, text from x_treasury_opening_item where account = ? and state = 'approved' order by id", {account.number}, [&](const Row& r) {
    add({"open/" + std::to_string(r.integer(0)), r.integer(1) != 0, r.day(2), r.fen(3), r.text(4), r.text(5)});
    return true;
  });
  if (!with_keys) return sides;

  Day earliest = sides.start, latest = end;
  for (const auto& l : sides.lines) {
    earliest = std::min(earliest, l.day);
    latest = std::max(latest, l.day);
  }
  sides.count = account.calendar.count(earliest, latest);
  const Facts facts = gather(desk, call, txn, account, sides.start, end);
  for (std::size_t i = 0; i < sides.lines.size(); ++i) {
    const SideLine& line = sides.lines[i];
    if (line.group) continue;
    SideItem item{static_cast<std::int64_t>(i), line.day, line.fen};
    item.text = key_of(line.text);
    if (i < bank.size()) {
      const StoredBankLine& l = bank[i];
      if (const auto v = facts.voucher_of_line.find(l.id); v != facts.voucher_of_line.end()) item.code = key_of(voucher_code(v->second));
      else if (const auto p = facts.returned.find(l.id); p != facts.returned.end()) {
        // The return of a payment is booked by the voucher that takes the payment's voucher back.
        if (const auto red = facts.reversed_by.find(p->second); red != facts.reversed_by.end()) item.code = key_of(voucher_code(red->second));
      }
      item.reference = key_of(line.reference);
      item.party = key_of(l.counter_account);
      item.text = key_of(l.text);
      item.undoes = l.kind == "return" || says_reversal(l.text) ? 1 : 0;
    } else if (i < opening_from) {
      const LineRow& l = book[i - bank.size()];
      item.code = key_of(voucher_code(l.voucher_id));
      if (const auto d = facts.document.find(l.voucher_id); d != facts.document.end()) item.reference = key_of(d->second);
      if (const auto o = facts.other_accounts.find(l.voucher_id); o != facts.other_accounts.end() && o->second.size() == 1) item.party = key_of(*o->second.begin());
      if (const auto r = facts.reverses.find(l.voucher_id); r != facts.reverses.end()) item.undoes = key_of(voucher_code(r->second));
    } else {
      item.reference = key_of(line.reference);
    }
    sides.keys.push_back(item);
  }
  return sides;
}

Reconciled run_passes(const Sides& sides, const Settings& settings) {
  std::vector<SideItem> bank, book;
  for (const auto& k : sides.keys) (sides.lines[static_cast<std::size_t>(k.id)].bank ? bank : book).push_back(k);
  Limits limits;
  limits.days = static_cast<int>(settings.match_days);
  limits.count = sides.count;
  return reconcile_sides(bank, book, limits);
}

std::vector<std::string> missing_days(Txn& txn, const std::string& account, Day to) {
  std::vector<std::string> gaps;
  Day covered;
  const auto next = [](Day day) {
    if (day.day() < Day::days_in(day.year(), day.month())) return Day(day.value() + 1);
    return day.month() == 12 ? Day(day.year() + 1, 1, 1) : Day(day.year(), day.month() + 1, 1);
  };
  const auto previous = [](Day day) {
    if (day.day() > 1) return Day(day.value() - 1);
    const int year = day.month() == 1 ? day.year() - 1 : day.year(), month = day.month() == 1 ? 12 : day.month() - 1;
    return Day(year, month, Day::days_in(year, month));
  };
  txn.query("select day_from, day_to from x_treasury_statement where account = ? and state = 'proved' and day_from <= ? order by day_from, day_to", {account, to}, [&](const Row& r) {
    if (covered.valid() && next(covered) < r.day(0)) gaps.push_back(next(covered).iso() + ".." + previous(r.day(0)).iso());
    if (!covered.valid() || covered < r.day(1)) covered = r.day(1);
    return true;
  });
  if (covered.valid() && covered < to) gaps.push_back(next(covered).iso() + ".." + to.iso());
  return gaps;
}

BalanceTable compute_table(Desk& desk, Call call, Txn& txn, const Scoped& scoped, const Sides& sides, Day day, const std::string& form, const std::string& maker) {
  const BankAccount& account = *scoped.account;
  BalanceTable table;
  table.form = form;
  table.account = account.number;
  table.book = account.book;
  table.unit = scoped.unit;
  table.maker = maker;
  table.day = day;
  table.booked = book_balance(desk, call, txn, account, day);
  bool stated = false;
  txn.query("select opening_fen from x_treasury_statement where account = ? and state = 'proved' order by day_from, ord limit 1", {account.number}, [&](const Row& r) {
    table.bank = r.fen(0);
    stated = true;
    return false;
  });
  if (!stated) throw Error(MIF_E_CONFLICT, "reconcile.no-statement", "账户 " + account.number + " 还没有成立的对账单，先导入 (no proved statement: import one first)");
  for (const auto& l : sides.lines)
    if (l.bank && l.item[0] == 'b' && l.day <= day) table.bank += l.fen;
  txn.query("select evidence from x_treasury_statement where account = ? and state = 'proved' and day_from <= ? order by day_from, ord", {account.number, day}, [&](const Row& r) {
    table.statements.push_back(r.text(0));
    return true;
  });
  fill_table(table, sides.lines);
  return table;
}

}  // namespace mif::treasury
