// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "kernel/audit/lookup.h"
#include "kernel/books/internal.h"

namespace mif::books {
namespace {

// The opening balances of a book's first year are not vouchers: what they were before they were last set is not kept as rows.
void require_opening_known(store::Txn& txn, const ledger::Book& book, std::int64_t as_of_ms) {
  audit::entries_about(txn, book.unit, "opening:" + book.code, 1000, [&](const audit::Entry& entry) {
    if (entry.at_ms > as_of_ms)
      throw Error(MIF_E_UNSUPPORTED, "query.opening-changed", "账套 " + book.code + " 的期初余额在所问时点之后又登记过, 当时的数没有保留, 请改问更晚的时点 (the opening balances were recorded after that time; ask for a later one)");
  });
}

ledger::Balance balance_of(int month, std::string account, std::string aux, Fen debit, Fen credit, bool closing) {
  ledger::Balance b;
  b.month = month;
  b.account = std::move(account);
  b.aux = std::move(aux);
  b.debit = debit;
  b.credit = credit;
  if (closing) {
    b.closing_debit = debit;
    b.closing_credit = credit;
  }
  return b;
}

// Lines that the stored balances have and the view has not (recorded later), or the other way round (not posted).
void each_difference(store::Txn& txn, const Member& member, const Filter& filter, Wanted& wanted, const EachBalance& each) {
  const bool later = filter.as_of_ms != 0;
  const std::string sql =
      "select v.year, v.month, v.closing, l.side, l.fen, l.account, l.aux from ledger_voucher v join ledger_line l on l.book = v.book and l.year = v.year and l.month = v.month and l.voucher = v.id "
      "where v.book = ? and (v.year < ? or (v.year = ? and v.month <= ?)) and " +
      std::string(later ? "v.state = 4 and v.posted_ms > ?" : "v.state < ?");
  txn.query(sql, {member.book.id, filter.year, filter.year, filter.month_to, later ? store::Param(filter.as_of_ms) : store::Param(static_cast<int>(ledger::State::posted))}, [&](const store::Row& row) {
    std::string account(row.text(5)), aux(row.text(6));
    if (!wanted(account, aux)) return;
    const bool debit = row.integer(3) == MIF_DEBIT, before = row.integer(0) < filter.year;
    const Fen fen = later ? -row.fen(4) : row.fen(4);
    if (before) each(member, balance_of(0, std::move(account), std::move(aux), debit ? fen : -fen, Fen(), false));
    else each(member, balance_of(static_cast<int>(row.integer(1)), std::move(account), std::move(aux), debit ? fen : Fen(), debit ? Fen() : fen, row.integer(2) != 0));
  });
}

struct Head {
  std::int64_t id = 0;
  int number = 0;
  Day day;
  std::string word;
  ledger::State state = ledger::State::posted;
  int attachments = 0, part = 0, parts = 0;
};

std::vector<Head> month_heads(store::Txn& txn, const Member& member, const Filter& filter, int month, std::string_view word) {
  std::vector<store::Param> params = {member.book.id, filter.year, month};
  std::string sql = "select v.id, v.number, v.day, v.word, v.state, v.attachments, v.part, v.parts from ledger_voucher v where v.book = ? and v.year = ? and v.month = ? and " + heads_condition(filter, params);
  if (!word.empty()) {
    sql += " and v.word = ?";
    params.push_back(word);
  }
  std::vector<Head> heads;
  txn.query(sql + " order by v.id", params, [&](const store::Row& row) {
    heads.push_back({row.integer(0), row.null(1) ? 0 : static_cast<int>(row.integer(1)), row.day(2), std::string(row.text(3)), static_cast<ledger::State>(row.integer(4)),
                     static_cast<int>(row.integer(5)), static_cast<int>(row.integer(6)), static_cast<int>(row.integer(7))});
  });
  return heads;
}

// A line without words of its own has its voucher's. Few have none, so the vouchers are asked only when one does.
void voucher_words(store::Txn& txn, const Member& member, int year, int month, std::span<Line> lines) {
  std::unordered_map<std::int64_t, std::string> words;
  for (const auto& line : lines)
    if (line.summary.empty()) words[line.voucher];
  if (words.empty()) return;
  txn.query("select id, summary from ledger_voucher where book = ? and year = ? and month = ?", {member.book.id, year, month}, [&](const store::Row& row) {
    if (const auto found = words.find(row.integer(0)); found != words.end()) found->second = row.text(1);
  });
  for (auto& line : lines)
    if (line.summary.empty()) line.summary = words[line.voucher];
}

// One voucher's lines come together: the wanted ones get the accounts of the other side.
class CounterAccounts {
 public:
  explicit CounterAccounts(std::vector<Line>& lines) : lines_(lines) {}
  void begin() {
    first_ = lines_.size();
    debit_.clear();
    credit_.clear();
  }
  void add(int side, const std::string& account) {
    auto& accounts = side == MIF_DEBIT ? debit_ : credit_;
    if (std::find(accounts.begin(), accounts.end(), account) == accounts.end()) accounts.push_back(account);
  }
  void end() {
    for (std::size_t i = first_; i < lines_.size(); ++i) {
      // A voucher of one side only (a transfer within an account, red and blue) has its counterpart on that side.
      const auto& other = lines_[i].side == MIF_DEBIT ? (credit_.empty() ? debit_ : credit_) : (debit_.empty() ? credit_ : debit_);
      for (const auto& account : other) lines_[i].counter += (lines_[i].counter.empty() ? "" : " ") + account;
    }
  }

 private:
  std::vector<Line>& lines_;
  std::size_t first_ = 0;
  std::vector<std::string> debit_, credit_;
};

}  // namespace

Scope::Scope(store::Txn& txn, const ledger::Ledger& ledger, const chart::Charts& charts, const Filter& filter) {
  if (filter.books.empty()) throw Error(MIF_E_INVALID, "query.no-book", "没有指定账套, 请至少选一个 (choose at least one book)");
  if (filter.month_from < 0 || filter.month_to < filter.month_from || filter.month_to > 13)
    throw Error(MIF_E_INVALID, "period.range", "期间范围不对 (months must be 1..13, from <= to): " + std::to_string(filter.month_from) + ".." + std::to_string(filter.month_to));
  if (filter.as_of_ms != 0 && filter.unposted)
    throw Error(MIF_E_UNSUPPORTED, "query.unposted-as-of", "按记录时点查账只含已记账凭证, 请去掉\"含未记账\" (as of a recorded time only posted vouchers are known; leave out unposted)");
  const int month = std::clamp(filter.month_to, 1, 12);
  if (filter.books.size() == 1) {
    members_.push_back({ledger.book(txn, filter.books.front()), nullptr});
  } else {
    std::map<std::string, ledger::Book, std::less<>> all;
    for (auto& book : ledger.books(txn)) all.emplace(book.code, std::move(book));
    std::set<std::string_view> named;
    for (const auto& code : filter.books) {
      const auto found = all.find(code);
      if (found == all.end()) throw Error(MIF_E_NOT_FOUND, "book.not-found", "没有账套 (no such book) \"" + code + "\"");
      if (!named.insert(code).second) throw Error(MIF_E_INVALID, "query.book-twice", "账套 " + code + " 写了两次 (book named twice)");
      members_.push_back({found->second, nullptr});
    }
  }
  for (auto& member : members_) {
    member.chart = charts.load(txn, member.book.chart, member.book.unit, Day(filter.year, month, Day::days_in(filter.year, month)));
    if (filter.as_of_ms != 0) require_opening_known(txn, member.book, filter.as_of_ms);
  }
}

const chart::Account* Scope::find(const std::string& code) const {
  for (const auto& member : members_)
    if (const chart::Account* found = member.chart->find(code)) return found;
  return nullptr;
}

std::string Scope::name(const std::string& code) const {
  const chart::Account* account = find(code);
  return account ? account->full_name : code;
}

std::string Scope::item_name(const std::string& dimension, const std::string& item) const {
  for (const auto& type : members_.front().chart->aux_types())
    if (type.code == dimension)
      for (const auto& known : type.items)
        if (known.code == item) return known.name;
  return item == "-" ? "(未指定)" : item;
}

bool Wanted::operator()(const std::string& account, const std::string& aux) {
  const auto [a, new_account] = account_in_.try_emplace(account, false);
  if (new_account) a->second = accounts_.matches(account) && account.compare(0, below_.size(), below_) == 0;
  if (!a->second) return false;
  if (aux_.all()) return true;
  const auto [x, new_aux] = aux_in_.try_emplace(aux, false);
  if (new_aux) x->second = aux_.matches(aux);
  return x->second;
}

void each_balance(store::Txn& txn, const ledger::Ledger& ledger, const Scope& scope, const Filter& filter, std::string_view below, const EachBalance& each) {
  Wanted wanted(filter, below);
  const auto pass = [&](const Member& member, const ledger::Balance& b) {
    if (!filter.without_closing) return each(member, b);
    ledger::Balance open = b;
    open.debit -= b.closing_debit;
    open.credit -= b.closing_credit;
    each(member, open);
  };
  for (const auto& member : scope.members()) {
    ledger.balances(txn, member.book.code, filter.year, filter.month_to, [&](const ledger::Balance& b) {
      if (wanted(b.account, b.aux)) pass(member, b);
    });
    if (filter.as_of_ms != 0 || filter.unposted) each_difference(txn, member, filter, wanted, pass);
  }
}

bool any_line(store::Txn& txn, const Scope& scope, const Filter& filter, std::string_view below, int month_from, int month_to) {
  Wanted wanted(filter, below);
  const std::string like = std::string(below) + '%';
  bool found = false;
  for (const auto& member : scope.members()) {
    std::vector<store::Param> params = {member.book.id, filter.year, month_from, month_to, like};
    const std::string sql = "select distinct l.account, l.aux from ledger_voucher v join ledger_line l on l.book = v.book and l.year = v.year and l.month = v.month and l.voucher = v.id "
                            "where v.book = ? and v.year = ? and v.month >= ? and v.month <= ? and l.account like ? and " + heads_condition(filter, params);
    txn.query(sql, params, [&](const store::Row& row) { found = found || wanted(std::string(row.text(0)), std::string(row.text(1))); });
    if (found) return true;
  }
  return false;
}

std::string heads_condition(const Filter& filter, std::vector<store::Param>& params) {
  std::string sql = filter.unposted ? "v.state <= ?" : "v.state = ?";
  params.push_back(static_cast<int>(ledger::State::posted));
  if (filter.as_of_ms != 0) {
    sql += " and v.posted_ms <= ?";
    params.push_back(filter.as_of_ms);
  }
  if (filter.without_closing) sql += " and v.closing = 0";
  return sql;
}

std::vector<Line> month_lines(store::Txn& txn, const Scope& scope, const Filter& filter, int month, const MonthWish& wish) {
  std::vector<Line> lines;
  Wanted wanted(filter, wish.below);
  for (const auto& member : scope.members()) {
    const auto heads = month_heads(txn, member, filter, month, wish.word);
    if (heads.empty()) continue;
    const std::size_t first = lines.size();
    CounterAccounts counter(lines);
    std::size_t at = 0;  // both come by voucher
    std::int64_t voucher = 0;
    txn.query("select voucher, line, side, fen, account, aux, summary from ledger_line where book = ? and year = ? and month = ? order by voucher, line",
              {member.book.id, filter.year, month}, [&](const store::Row& row) {
                const std::int64_t id = row.integer(0);
                while (at < heads.size() && heads[at].id < id) ++at;
                if (at == heads.size() || heads[at].id != id) return;
                if (wish.counter && id != voucher) {
                  if (voucher != 0) counter.end();
                  counter.begin();
                }
                voucher = id;
                const int side = static_cast<int>(row.integer(2));
                std::string account(row.text(4)), aux(row.text(5));
                if (wish.counter) counter.add(side, account);
                if (!wanted(account, aux)) return;
                const Head& head = heads[at];
                Line& line = lines.emplace_back();
                line.book = member.book.code;
                line.period = {filter.year, month};
                line.day = head.day;
                line.word = head.word;
                line.number = head.number;
                line.part = head.part;
                line.parts = head.parts;
                line.voucher = id;
                line.line = static_cast<int>(row.integer(1));
                line.side = side;
                line.state = head.state;
                line.fen = row.fen(3);
                line.attachments = head.attachments;
                line.account = std::move(account);
                line.aux = std::move(aux);
                line.summary = row.text(6);
              });
    if (wish.counter && voucher != 0) counter.end();
    voucher_words(txn, member, filter.year, month, std::span(lines).subspan(first));
  }
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    // What has no number yet comes after the numbered ones of its day.
    return std::tuple(a.day.value(), std::string_view(a.book), std::string_view(a.word), a.number == 0, a.number, a.voucher, a.line) <
           std::tuple(b.day.value(), std::string_view(b.book), std::string_view(b.word), b.number == 0, b.number, b.voucher, b.line);
  });
  return lines;
}

std::string Key::text() const { return std::to_string(month) + '.' + std::to_string(voucher) + '.' + std::to_string(line); }

Key Key::parse(std::string_view text) {
  Key key;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto number = [&](auto& value, bool last) {
    const auto read = std::from_chars(at, end, value);
    if (read.ec != std::errc() || value < 0 || (last ? read.ptr != end : read.ptr == end || *read.ptr != '.'))
      throw Error(MIF_E_INVALID, "query.page-key", "翻页位置不对, 应为上一页给出的值 (the page key must be the one the page before gave): \"" + std::string(text) + "\"");
    at = read.ptr + (last ? 0 : 1);
  };
  number(key.month, false);
  number(key.voucher, false);
  number(key.line, true);
  return key;
}

std::size_t after_key(const std::vector<Line>& lines, const Key& key) {
  if (key.voucher == 0) return 0;  // the page before ended with its month
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const Line& l) { return l.voucher == key.voucher && l.line == key.line; });
  if (found == lines.end()) throw Error(MIF_E_INVALID, "query.page-key", "翻页位置不在所查的账里, 请从头查起 (the page key is not in this ledger; start again): " + key.text());
  return static_cast<std::size_t>(found - lines.begin()) + 1;
}

std::string parent_of(const std::string& code) { return code.size() > 4 ? code.substr(0, code.size() - 2) : std::string(); }

std::string item_of(const std::string& aux, std::string_view dimension) {
  const AuxItems items = parse_aux(aux);
  const auto found = items.find(dimension);
  return found == items.end() ? "-" : found->second;
}

Filter with_item(Filter filter, const std::string& dimension, const std::string& item) {
  AuxItems wanted = parse_aux(filter.aux);
  wanted[dimension] = item;
  filter.aux = format_aux(wanted);
  return filter;
}

std::string Line::label() const {
  if (number == 0) return word;
  return word + '-' + std::to_string(number) + (parts == 0 ? std::string() : ' ' + std::to_string(part) + '/' + std::to_string(parts));
}

}  // namespace mif::books
