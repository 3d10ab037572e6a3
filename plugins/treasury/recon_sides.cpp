// SPDX-License-Identifier: Apache-2.0
// All lines of both sides of an account, and single ones by name.
#include <limits>
#include <unordered_map>

#include "calendar.h"
#include "mif/pattern.hpp"
#include "recon.h"
#include "rows.h"

namespace mif::treasury {

namespace {

std::string number_of(Period period, std::string_view word, int number) { return period.iso() + " " + std::string(word) + "-" + std::to_string(number); }

class Loading {
 public:
  Loading(Desk& desk, Call call, Txn& txn, const BankAccount& account, Sides& sides) : desk_(desk), call_(call), txn_(txn), account_(account), sides_(sides), live_(txn, account.number) {}

  void bank() {
    txn_.query("select id, day, fen, bank_ref, client_ref, counter_name, text from x_treasury_line where account = ? and day >= ? order by day, ord, id", {account_.number, sides_.start}, [&](const Row& r) {
      const std::string_view client_ref = r.view(4), text = r.view(6);
      add({r.integer(0), 0, LineName::bank}, r.day(1), r.fen(2), std::string(client_ref.empty() ? r.view(3) : client_ref), std::string(text.empty() ? r.view(5) : text));
      return true;
    });
  }

  void book() {
    LineQuery query;
    query.book = account_.book;
    query.accounts = account_.ledger_account;
    query.aux = bank_aux(account_.number);
    query.limit = std::numeric_limits<std::uint32_t>::max();
    const Day from = sides_.start, to = desk_.clock.business_day();
    for (query.year = from.year(); query.year <= to.year(); ++query.year) {
      query.month_from = query.year == from.year() ? from.month() : 1;
      query.month_to = 13;
      desk_.ledger.each_line(call_, query, &txn_, [&](const mif_line& l) {
        const Day day(l.day);
        if (day < from || view(l.account).rfind(account_.ledger_account, 0) != 0) return true;
        // A voucher entered with one summary for all its lines: what is open must still say what it is.
        const std::string_view summary = view(l.summary);
        const bool open = add({l.voucher_id, l.line, LineName::book}, day, l.side == MIF_DEBIT ? Fen(l.fen) : -Fen(l.fen), number_of({l.year, l.month}, view(l.word), l.number), std::string(summary));
        if (open && summary.empty()) sides_.lines.back().text = view(l.voucher_summary);
        return true;
      });
    }
  }

  void opening() {
    txn_.query("select id, bank, day, fen, reference, text from x_treasury_opening_item where account = ? and state = 'approved' order by id", {account_.number}, [&](const Row& r) {
      add({r.integer(0), 0, r.integer(1) ? LineName::opening_bank : LineName::opening_book}, r.day(2), r.fen(3), r.text(4), r.text(5));
      return true;
    });
  }

 private:
  bool add(const LineName& name, Day day, Fen fen, std::string reference, std::string text) {
    const std::int64_t group = live_.group_of(name);
    sides_.lines.push_back({name.text(), name.of_bank(), day, fen, std::move(reference), std::move(text), group});
    return group == 0;
  }

  Desk& desk_;
  Call call_;
  Txn& txn_;
  const BankAccount& account_;
  Sides& sides_;
  LiveMembers live_;
};

// "book/45/2" -> its parts; kind of an opening item is the book's until it is read.
bool parsed(std::string_view text, LineName& name) {
  const auto number = [](std::string_view digits, auto& into) {
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    return !digits.empty() && digits.front() != '0' && read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  };
  const std::string_view kind = text.substr(0, 5), rest = text.size() > 5 ? text.substr(5) : std::string_view();
  name.kind = kind == "bank/" ? LineName::bank : kind == "open/" ? LineName::opening_book : LineName::book;
  if (kind != "book/") return (kind == "bank/" || kind == "open/") && number(rest, name.id);
  const auto slash = rest.find('/');
  return slash != std::string_view::npos && number(rest.substr(0, slash), name.id) && number(rest.substr(slash + 1), name.n);
}

}  // namespace

Day first_day(Desk& desk, Call call, Txn& txn, const BankAccount& account) {
  Day start;
  txn.query("select cast(min(day_from) as bigint) from x_treasury_statement where account = ? and state = 'proved'", {account.number}, [&](const Row& r) {
    if (!r.null(0)) start = r.day(0);
    return false;
  });
  if (!start.valid())
    for (const auto& book : desk.ledger.books(call, &txn))
      if (book.code == account.book) start = Day(book.start.year, book.start.month, 1);
  if (!start.valid()) throw Error(MIF_E_NOT_FOUND, "reconcile.book-not-found", "没有账套 (no such book) " + account.book);
  return start;
}

Sides load_sides(Desk& desk, Call call, Txn& txn, const BankAccount& account) {
  Sides sides;
  sides.start = first_day(desk, call, txn, account);
  Loading loading(desk, call, txn, account, sides);
  loading.bank();
  loading.book();
  loading.opening();
  return sides;
}

SideLine line_named(Desk& desk, Call call, Txn& txn, const BankAccount& account, std::string_view text, LineName& name) {
  SideLine line;
  const Day start = first_day(desk, call, txn, account);
  if (!parsed(text, name)) {
  } else if (name.kind == LineName::bank) {
    txn.query("select day, fen, bank_ref, client_ref, counter_name, text from x_treasury_line where id = ? and account = ?", {name.id, account.number}, [&](const Row& r) {
      if (r.day(0) < start) return false;
      line = {{}, true, r.day(0), r.fen(1), r.text(3).empty() ? r.text(2) : r.text(3), r.text(5).empty() ? r.text(4) : r.text(5)};
      return false;
    });
  } else if (name.kind == LineName::book) {
    std::vector<LineRow> lines;
    VoucherHead head;
    try {
      head = desk.ledger.voucher(call, name.id, &lines, &txn);
    } catch (const Error& e) {
      if (e.code() != MIF_E_NOT_FOUND) throw;
    }
    for (const auto& l : lines) {
      if (l.line != name.n || head.book != account.book || head.state != MIF_VOUCHER_POSTED || l.account.rfind(account.ledger_account, 0) != 0) continue;
      const auto aux = parse_aux(l.aux);
      if (const auto bank = aux.find("bank_account"); bank == aux.end() || bank->second != account.number) continue;
      if (head.day < start || desk.clock.business_day().year() < head.day.year()) continue;
      line = {{}, false, head.day, l.side == MIF_DEBIT ? l.fen : -l.fen, number_of(head.period, head.word, head.number), l.summary.empty() ? head.summary : l.summary};
    }
  } else {
    txn.query("select bank, day, fen, reference, text from x_treasury_opening_item where id = ? and account = ? and state = 'approved'", {name.id, account.number}, [&](const Row& r) {
      if (r.integer(0)) name.kind = LineName::opening_bank;
      line = {{}, r.integer(0) != 0, r.day(1), r.fen(2), r.text(3), r.text(4)};
      return false;
    });
  }
  if (!line.day.valid()) throw Error(MIF_E_NOT_FOUND, "reconcile.no-line", "账户 " + account.number + " 没有 " + std::string(text) + " 这一行，写法如 bank/12 或 book/45/2 (no such line)");
  line.item = name.text();
  line.group = LiveMembers(txn, account.number, name.kind, name.id, name.id).group_of(name);
  return line;
}

}  // namespace mif::treasury
