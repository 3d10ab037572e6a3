// SPDX-License-Identifier: Apache-2.0
// The lines without a group, as the passes compare them: what a run reads, a year or the last weeks.
#include <algorithm>
#include <limits>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "calendar.h"
#include "matcher.h"
#include "mif/pattern.hpp"
#include "recon.h"
#include "rows.h"
#include "side_keys.h"

namespace mif::treasury {

namespace {

// Of several parties of one voucher, none.
class Party {
 public:
  void add(Key party) {
    key_ = any_ && key_ != party ? 0 : party;
    any_ = true;
  }
  Key key() const { return key_; }

 private:
  Key key_ = 0;
  bool any_ = false;
};

// What the bank was told to pay.
struct Instructions {
  std::unordered_set<Key> codes;
  std::unordered_set<std::int64_t> vouchers;
  std::unordered_map<std::int64_t, Party> payees;  // by voucher
};
Instructions instructions(Txn& txn, const std::string& account) {
  Instructions all;
  txn.query("select code, voucher_id, payee_account from x_treasury_payment where account = ? and sends > 0 and code is not null", {account}, [&](const Row& r) {
    all.codes.insert(key_of(r.view(0)));
    all.vouchers.insert(r.integer(1));
    all.payees[r.integer(1)].add(key_of(r.view(2)));
    return true;
  });
  return all;
}

constexpr std::string_view kIsOpen = " and not exists (select 1 from x_treasury_member g where g.account = l.account and g.kind = ";

class Loading {
 public:
  Loading(Desk& desk, Call call, Txn& txn, const BankAccount& account, Day start, OpenSides& sides)
      : desk_(desk), call_(call), txn_(txn), account_(account), start_(start), sides_(sides), told_(instructions(txn, account.number)) {}

  // Where a line is evidence: the voucher behind it, or, of a return nobody has booked by name, the voucher of the payment.
  void bank() {
    std::int64_t expected = 0;
    txn_.query("select cast(coalesce(sum(lines), 0) as bigint) from x_treasury_statement where account = ? and state = 'proved' and day_to >= ?", {account_.number, start_}, [&](const Row& r) {
      expected = std::min<std::int64_t>(r.integer(0), 2'000'000);
      return false;
    });
    sides_.lines.reserve(static_cast<std::size_t>(2 * expected));
    sides_.bank_keys.reserve(static_cast<std::size_t>(expected));
    sides_.book_keys.reserve(static_cast<std::size_t>(expected));
    txn_.query("select l.id, l.day, l.fen, l.bank_ref, l.client_ref, l.counter_account, l.text, m.kind, m.target, p.voucher_id, r.voucher_id, case when p.state = 'returned' and p.settled = 0 then 1 else 0 end"
               " from x_treasury_line l left join x_treasury_match m on m.line_id = l.id left join x_treasury_payment p on p.id = case when m.kind <> 'voucher' then m.target end"
               " left join x_treasury_return r on r.payment_id = case when m.kind = 'return' then m.target end where l.account = ? and l.day >= ?" + std::string(kIsOpen) + "1 and g.id = l.id and g.n = 0 and g.undone = 0)"
               " order by l.day, l.ord",
               {account_.number, start_}, [&](const Row& r) {
                 const std::string_view client_ref = r.view(4), text = r.view(6), kind = r.view(7);
                 BankFacts of{r.day(1), r.fen(2), client_ref, r.view(3), r.view(5), text};
                 std::int64_t paid = 0;
                 if (kind == "voucher") of.voucher = r.integer(8);
                 else if (kind.empty()) of.strange = !told_.codes.empty() && told_.codes.count(key_of(reference_of(client_ref, text)));
                 else if (r.integer(11)) {}  // came back before its voucher posted: the book knows of neither line
                 else if (kind == "payment" && !r.null(9)) of.voucher = r.integer(9);
                 else if (kind == "return" && !r.null(10) && r.integer(10) > 0) of.voucher = r.integer(10);
                 else if (kind == "return" && !r.null(9)) paid = r.integer(9);
                 of.returned = kind == "return";
                 sides_.bank_keys.push_back(bank_item(add({r.integer(0), 0, LineName::bank}, of.day, of.fen), of));
                 if (paid) returned_.emplace_back(sides_.bank_keys.size() - 1, paid);
                 return true;
               });
  }

  void book() {
    LineQuery query;
    query.book = account_.book;
    query.accounts = "1002:1005," + account_.ledger_account;
    query.limit = std::numeric_limits<std::uint32_t>::max();
    first_book_ = sides_.lines.size();
    const Day to = desk_.clock.business_day();
    for (query.year = start_.year(); query.year <= to.year(); ++query.year) {
      query.month_from = query.year == start_.year() ? start_.month() : 1;
      query.month_to = 13;
      desk_.ledger.each_line(call_, query, &txn_, [&](const mif_line& l) {
        if (start_ <= Day(l.day)) book_line(l);
        return true;
      });
      end_voucher();
    }
    leave_matched();
    std::unordered_map<std::int64_t, std::int64_t> reversed_by;
    for (const auto& [voucher, reverses] : reversals_) reversed_by[reverses] = voucher;
    // The return of a payment is booked by the voucher that takes the payment's voucher back.
    for (const auto& [key, paid] : returned_)
      if (const auto red = reversed_by.find(paid); red != reversed_by.end()) sides_.bank_keys[key].code = voucher_key(red->second);
  }

  void opening() {
    txn_.query("select l.id, l.bank, l.day, l.fen, l.reference, l.text from x_treasury_opening_item l where l.account = ? and l.state = 'approved'" + std::string(kIsOpen) +
                   "l.bank + 2 and g.id = l.id and g.n = 0 and g.undone = 0) order by l.id",
               {account_.number}, [&](const Row& r) {
                 const bool bank = r.integer(1) != 0;
                 SideItem item{add({r.integer(0), 0, bank ? LineName::opening_bank : LineName::opening_book}, r.day(2), r.fen(3)), r.day(2), r.fen(3)};
                 item.reference = key_of(r.view(4));
                 item.text = key_of(r.view(5));
                 (bank ? sides_.bank_keys : sides_.book_keys).push_back(item);
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
    if (wanted.empty()) return;
    std::int64_t id = std::int64_t{1} << 40;  // beyond every line
    txn_.query("select l.id, l.day, l.fen, l.bank_ref, l.client_ref, l.counter_account, l.text from x_treasury_line l join x_treasury_member g on g.account = l.account and g.kind = 1 and g.id = l.id and g.n = 0"
               " and g.undone = 0 where l.account = ? and l.day >= ? and l.day <= ? and g.day >= ? order by l.day, l.ord, l.id",
               {account_.number, plus_days(first, -Limits().reversal), until, start_}, [&](const Row& r) {
                 SideItem item = bank_item(++id, {r.day(1), r.fen(2), r.view(4), r.view(3), r.view(5), r.view(6)});
                 if (!wanted.count(place(item))) return true;
                 item.taken = true;
                 sides_.bank_keys.push_back(item);
                 ++sides_.earlier;
                 return true;
               });
  }

 private:
  std::int64_t add(const LineName& name, Day day, Fen fen) {
    sides_.lines.push_back({name, day, fen});
    return static_cast<std::int64_t>(sides_.lines.size()) - 1;
  }

  // The account an auxiliary text names. Most lines have one of two: ours, and that of the line before which was not.
  std::string_view bank_of(std::string_view aux) {
    if (aux == ours_) return account_.number;
    if (aux == other_.first && !aux.empty()) return other_.second;
    const auto items = parse_aux(std::string(aux));
    const auto found = items.find("bank_account");
    const std::string bank = found == items.end() ? std::string() : found->second;
    if (bank == account_.number) {
      ours_ = aux;
      return account_.number;
    }
    other_ = {std::string(aux), bank};
    other_key_ = bank.empty() ? 0 : key_of(bank);
    return other_.second;
  }

  // Lines come voucher by voucher.
  void book_line(const mif_line& l) {
    if (l.voucher_id != voucher_) end_voucher();
    voucher_ = l.voucher_id;
    const std::string_view bank = bank_of(view(l.aux));
    if (bank != account_.number || view(l.account).rfind(account_.ledger_account, 0) != 0) {
      if (!bank.empty() && bank != account_.number) party_.add(other_key_);
      return;
    }
    BookFacts of{Day(l.day), l.side == MIF_DEBIT ? Fen(l.fen) : -Fen(l.fen), l.voucher_id, l.reverses};
    const std::string document = document_of(view(l.source_key));
    of.document = document;
    of.text = l.summary.n ? view(l.summary) : view(l.voucher_summary);
    of.instructed = told_.vouchers.count(l.voucher_id) != 0;
    sides_.book_keys.push_back(book_item(add({l.voucher_id, l.line, LineName::book}, of.day, of.fen), of));
    reverses_ = l.reverses;
    ++of_voucher_;
  }
  void end_voucher() {
    Key party = party_.key();
    if (of_voucher_ && reverses_) {
      reversals_.emplace_back(voucher_, reverses_);
      if (const auto payee = told_.payees.find(reverses_); !party && payee != told_.payees.end()) party = payee->second.key();  // what takes a payment back is about its payee
    }
    for (auto key = sides_.book_keys.end() - of_voucher_; key != sides_.book_keys.end(); ++key) key->party = party;
    party_ = {};
    of_voucher_ = 0;
    reverses_ = 0;
  }

  // The plugin's tables know what is matched, the ledger's do not.
  void leave_matched() {
    auto& lines = sides_.lines;
    if (lines.size() == first_book_) return;
    const auto by_id = [](const GroupLine& a, const GroupLine& b) { return a.name.id < b.name.id; };
    const auto [least, most] = std::minmax_element(lines.begin() + static_cast<std::ptrdiff_t>(first_book_), lines.end(), by_id);
    const LiveMembers live(txn_, account_.number, LineName::book, least->name.id, most->name.id);
    if (live.empty()) return;
    std::size_t kept = 0;
    std::unordered_set<std::int64_t> open;
    for (std::size_t i = 0; i < sides_.book_keys.size(); ++i) {
      const GroupLine line = lines[first_book_ + i];
      if (live.group_of(line.name)) continue;
      if (!reversals_.empty()) open.insert(line.name.id);
      lines[first_book_ + kept] = line;
      sides_.book_keys[kept] = sides_.book_keys[i];
      sides_.book_keys[kept].id = static_cast<std::int64_t>(first_book_ + kept);
      ++kept;
    }
    lines.resize(first_book_ + kept);
    sides_.book_keys.resize(kept);
    reversals_.erase(std::remove_if(reversals_.begin(), reversals_.end(), [&](const auto& r) { return !open.count(r.first); }), reversals_.end());
  }

  Desk& desk_;
  Call call_;
  Txn& txn_;
  const BankAccount& account_;
  const Day start_;
  OpenSides& sides_;
  const Instructions told_;
  std::vector<std::pair<std::size_t, std::int64_t>> returned_;  // place in bank_keys, voucher of the payment that came back
  std::vector<std::pair<std::int64_t, std::int64_t>> reversals_;  // voucher with open lines, what it takes back
  std::size_t first_book_ = 0;
  std::string ours_;
  std::pair<std::string, std::string> other_;  // aux text, its bank account
  Key other_key_ = 0;
  std::int64_t voucher_ = 0, reverses_ = 0;    // of the book's lines now coming
  std::ptrdiff_t of_voucher_ = 0;              // its lines of this account: the last keys
  Party party_;
};

}  // namespace

OpenSides load_open(Desk& desk, Call call, Txn& txn, const BankAccount& account, Day from) {
  OpenSides sides;
  const Day first = first_day(desk, call, txn, account), start = from.valid() ? std::max(first, from) : first;
  Loading loading(desk, call, txn, account, start, sides);
  loading.bank();
  loading.book();
  if (start == first) loading.opening();  // all of it is asked for
  loading.earlier();
  Day earliest = start, latest = desk.clock.business_day();
  for (const auto& l : sides.lines) {
    earliest = std::min(earliest, l.day);
    latest = std::max(latest, l.day);
  }
  sides.count = account.calendar.count(earliest, latest);
  return sides;
}

Reconciled run_passes(const OpenSides& sides, const Settings& settings) {
  Limits limits;
  limits.days = static_cast<int>(settings.match_days);
  limits.count = sides.count;
  return reconcile_sides(sides.bank_keys, sides.book_keys, limits);
}

}  // namespace mif::treasury
