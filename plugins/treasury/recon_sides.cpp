// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "calendar.h"
#include "mif/pattern.hpp"
#include "recon.h"
#include "reconcile.h"
#include "side_keys.h"

namespace mif::treasury {

namespace {

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

// The other account of a voucher, as the passes compare it: of several, none.
class Parties {
 public:
  void add(std::int64_t voucher, Key party) {
    const auto [at, fresh] = of_.try_emplace(voucher, party);
    if (!fresh && at->second != party) at->second = 0;
  }
  Key of(std::int64_t voucher) const {
    const auto found = of_.find(voucher);
    return found == of_.end() ? 0 : found->second;
  }

 private:
  std::unordered_map<std::int64_t, Key> of_;
};

// What the bank was told to pay.
struct Instructions {
  std::unordered_set<Key> codes;
  std::unordered_set<std::int64_t> vouchers;
  Parties payees;
};
Instructions instructions(Txn& txn, const std::string& account) {
  Instructions all;
  txn.query("select code, voucher_id, payee_account from x_treasury_payment where account = ? and sends > 0 and code is not null", {account}, [&](const Row& r) {
    all.codes.insert(key_of(r.view(0)));
    all.vouchers.insert(r.integer(1));
    all.payees.add(r.integer(1), key_of(r.view(2)));
    return true;
  });
  return all;
}

class Loading {
 public:
  Loading(Desk& desk, Call call, Txn& txn, const BankAccount& account, bool with_keys, Day from, Sides& sides) : desk_(desk), call_(call), txn_(txn), account_(account), keys_(with_keys), sides_(sides) {
    txn.query("select live_item, group_id from x_treasury_member where account = ? and day >= ? and live_item is not null", {account.number, from}, [&](const Row& r) {
      group_of_.emplace(r.text(0), r.integer(1));
      return true;
    });
  }

  void bank() {
    if (keys_) told_ = instructions(txn_, account_.number);
    // Where a line is evidence: the voucher behind it, or, of a return nobody has booked by name, the voucher of the payment.
    txn_.query("select l.id, l.day, l.fen, l.bank_ref, l.client_ref, l.counter_account, l.counter_name, l.text, m.kind, m.target, p.voucher_id, r.voucher_id, case when p.state = 'returned' and p.settled = 0 then 1 else 0 end"
               " from x_treasury_line l left join x_treasury_match m on m.line_id = l.id left join x_treasury_payment p on p.id = m.target and m.kind <> 'voucher'"
               " left join x_treasury_return r on r.payment_id = m.target and m.kind = 'return' where l.account = ? and l.day >= ? order by l.day, l.ord, l.id",
               {account_.number, sides_.start}, [&](const Row& r) {
                 const std::string_view client_ref = r.view(4), text = r.view(7);
                 add({"bank/" + std::to_string(r.integer(0)), true, r.day(1), r.fen(2), std::string(client_ref.empty() ? r.view(3) : client_ref), std::string(text.empty() ? r.view(6) : text)});
                 if (!keys_ || sides_.lines.back().group) return true;
                 BankFacts of{r.day(1), r.fen(2), client_ref, r.view(3), r.view(5), text};
                 const std::string_view kind = r.view(8);
                 std::int64_t paid = 0;
                 if (kind == "voucher") of.voucher = r.integer(9);
                 else if (kind.empty()) of.strange = !told_.codes.empty() && told_.codes.count(key_of(reference_of(client_ref, text)));
                 else if (r.integer(12)) {}  // came back before its voucher posted: the book knows of neither line
                 else if (kind == "payment" && !r.null(10)) of.voucher = r.integer(10);
                 else if (kind == "return" && !r.null(11) && r.integer(11) > 0) of.voucher = r.integer(11);
                 else if (kind == "return" && !r.null(10)) paid = r.integer(10);
                 of.returned = kind == "return";
                 sides_.bank_keys.push_back(bank_item(last(), of));
                 if (paid) returned_.emplace_back(sides_.bank_keys.size() - 1, paid);
                 return true;
               });
  }

  void book(Day from, Day to) {
    LineQuery query;
    query.book = account_.book;
    query.accounts = keys_ ? "1002:1005," + account_.ledger_account : account_.ledger_account;
    if (!keys_) query.aux = bank_aux(account_.number);
    Parties others;
    each_line(desk_, call_, txn_, query, from, to, [&](const LineRow& l) {
      auto [bank, fresh] = bank_of_.try_emplace(l.aux);
      if (fresh)
        if (const auto aux = parse_aux(l.aux); aux.count("bank_account")) bank->second = aux.at("bank_account");
      if (bank->second != account_.number || l.account.rfind(account_.ledger_account, 0) != 0) {
        if (!bank->second.empty() && bank->second != account_.number) others.add(l.voucher_id, key_of(bank->second));
        return;
      }
      add({"book/" + std::to_string(l.voucher_id) + "/" + std::to_string(l.line), false, l.day, l.side == MIF_DEBIT ? l.fen : -l.fen, l.period.iso() + " " + l.word + "-" + std::to_string(l.number), l.summary});
      SideLine& line = sides_.lines.back();
      if (line.group) return;
      if (!keys_) {
        // A voucher entered with one summary for all its lines: what is open must still say what it is.
        if (line.text.empty()) line.text = desk_.ledger.voucher(call_, l.voucher_id, nullptr, &txn_).summary;
        return;
      }
      BookFacts of{line.day, line.fen, l.voucher_id};
      of.text = line.text;
      of.instructed = told_.vouchers.count(l.voucher_id) != 0;
      sides_.book_keys.push_back(book_item(last(), of));
      open_.emplace_back(l.voucher_id, sides_.book_keys.size() - 1);
      months_.emplace(l.period.year, l.period.month);
    });
    if (!keys_) return;
    for (const auto& [voucher, key] : open_) sides_.book_keys[key].party = others.of(voucher);
    heads();
    // The return of a payment is booked by the voucher that takes the payment's voucher back.
    for (const auto& [key, paid] : returned_)
      if (const auto red = reversed_by_.find(paid); red != reversed_by_.end()) sides_.bank_keys[key].code = voucher_key(red->second);
  }

  void opening() {
    txn_.query("select id, bank, day, fen, reference, text from x_treasury_opening_item where account = ? and state = 'approved' order by id", {account_.number}, [&](const Row& r) {
      add({"open/" + std::to_string(r.integer(0)), r.integer(1) != 0, r.day(2), r.fen(3), r.text(4), r.text(5)});
      const SideLine& line = sides_.lines.back();
      if (!keys_ || line.group) return true;
      SideItem item{last(), line.day, line.fen};
      item.reference = key_of(line.reference);
      item.text = key_of(line.text);
      (line.bank ? sides_.bank_keys : sides_.book_keys).push_back(item);
      return true;
    });
  }

  // What came back may be a line matched before: those of the party and amount of an open reversal.
  void earlier() {
    const auto place = [](const SideItem& i) { return std::pair{i.party ? i.party : i.reference, i.fen.value()}; };
    std::set<std::pair<Key, std::int64_t>> wanted;
    Day first, until;
    for (const auto& k : sides_.bank_keys) {
      if (!k.undoes) continue;
      wanted.emplace(place(k).first, -k.fen.value());
      if (!first.valid() || k.day < first) first = k.day;
      if (!until.valid() || until < k.day) until = k.day;
    }
    if (wanted.empty() || group_of_.empty()) return;
    std::int64_t id = std::int64_t{1} << 40;  // beyond every line
    txn_.query("select id, day, fen, bank_ref, client_ref, counter_account, text from x_treasury_line where account = ? and day >= ? and day <= ? order by day, ord, id",
               {account_.number, plus_days(first, -Limits().reversal), until}, [&](const Row& r) {
                 SideItem item = bank_item(++id, {r.day(1), r.fen(2), r.view(4), r.view(3), r.view(5), r.view(6)});
                 if (!wanted.count(place(item)) || !group_of_.count("bank/" + std::to_string(r.integer(0)))) return true;
                 item.taken = true;
                 sides_.bank_keys.push_back(item);
                 ++sides_.earlier;
                 return true;
               });
  }

 private:
  std::int64_t last() const { return static_cast<std::int64_t>(sides_.lines.size()) - 1; }
  void add(SideLine line) {
    if (!group_of_.empty())
      if (const auto found = group_of_.find(line.item); found != group_of_.end()) line.group = found->second;
    sides_.lines.push_back(std::move(line));
  }

  // Of vouchers with open lines: the document behind them and what they take back. Few are asked for one by one, many page by page.
  void heads() {
    std::sort(open_.begin(), open_.end());
    const auto learn = [&](const VoucherHead& h) {
      for (auto at = std::lower_bound(open_.begin(), open_.end(), std::pair{h.id, std::size_t{0}}); at != open_.end() && at->first == h.id; ++at) {
        SideItem& item = sides_.book_keys[at->second];
        item.reference = key_of(document_of(h.source_key));
        if (SideLine& line = sides_.lines[static_cast<std::size_t>(item.id)]; line.text.empty()) {
          line.text = h.summary;
          item.text = key_of(line.text);
        }
        if (!h.reverses) continue;
        item.undoes = voucher_key(h.reverses);
        if (!item.party) item.party = told_.payees.of(h.reverses);  // what takes a payment back is about its payee
        reversed_by_[h.reverses] = h.id;
      }
    };
    constexpr std::size_t kFew = 500;
    if (open_.size() <= kFew) {
      std::int64_t asked = 0;
      for (const auto& [voucher, key] : open_)
        if (std::exchange(asked, voucher) != voucher) learn(desk_.ledger.voucher(call_, voucher, nullptr, &txn_));
      return;
    }
    for (const auto& [year, month] : months_) {
      VoucherQuery query;
      query.book = account_.book;
      query.state = MIF_VOUCHER_POSTED;
      query.year = year;
      query.month = month;
      query.limit = 10000;
      for (;;) {
        const auto page = desk_.ledger.vouchers(call_, query, &txn_);
        for (const auto& h : page) learn(h);
        if (page.size() < query.limit) break;
        query.after_id = page.back().id;
      }
    }
  }

  Desk& desk_;
  Call call_;
  Txn& txn_;
  const BankAccount& account_;
  const bool keys_;
  Sides& sides_;
  Instructions told_;
  std::unordered_map<std::string, std::int64_t> group_of_;
  std::unordered_map<std::string, std::string> bank_of_;         // aux text -> its bank account
  std::set<std::pair<int, int>> months_;                         // of the book's open lines
  std::vector<std::pair<std::int64_t, std::size_t>> open_;       // voucher, place in book_keys
  std::vector<std::pair<std::size_t, std::int64_t>> returned_;   // place in bank_keys, voucher of the payment that came back
  std::unordered_map<std::int64_t, std::int64_t> reversed_by_;
};

}  // namespace

Sides load_sides(Desk& desk, Call call, Txn& txn, const BankAccount& account, bool with_keys, Day from) {
  Sides sides;
  txn.query("select cast(min(day_from) as bigint) from x_treasury_statement where account = ? and state = 'proved'", {account.number}, [&](const Row& r) {
    if (!r.null(0)) sides.start = r.day(0);
    return false;
  });
  if (!sides.start.valid())
    for (const auto& book : desk.ledger.books(call, &txn))
      if (book.code == account.book) sides.start = Day(book.start.year, book.start.month, 1);
  if (!sides.start.valid()) throw Error(MIF_E_NOT_FOUND, "reconcile.book-not-found", "没有账套 (no such book) " + account.book);
  if (from.valid() && sides.start < from) sides.start = from;
  else from = Day(1900, 1, 1);
  Loading loading(desk, call, txn, account, with_keys, from, sides);
  loading.bank();
  loading.book(sides.start, desk.clock.business_day());
  if (from < sides.start) loading.opening();  // all of it is asked for
  if (!with_keys) return sides;
  loading.earlier();
  Day earliest = sides.start, latest = desk.clock.business_day();
  for (const auto& l : sides.lines) {
    earliest = std::min(earliest, l.day);
    latest = std::max(latest, l.day);
  }
  sides.count = account.calendar.count(earliest, latest);
  return sides;
}

Reconciled run_passes(const Sides& sides, const Settings& settings) {
  Limits limits;
  limits.days = static_cast<int>(settings.match_days);
  limits.count = sides.count;
  return reconcile_sides(sides.bank_keys, sides.book_keys, limits);
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
