// SPDX-License-Identifier: Apache-2.0
// Books and their periods. A book's current year and the one after it are always there, so that January's business need not
// wait for December's closing; month 13 of a year is open from the start and may stay empty.
#include <algorithm>
#include <map>
#include <tuple>

#include "kernel/audit/row_digest.h"
#include "kernel/ledger/internal.h"
#include "mif/json.hpp"

namespace mif::ledger {
namespace {

std::string body_of_book(const Book& b) {
  return JsonWriter()
      .begin_object()
      .field("code", b.code)
      .field("unit", b.unit)
      .field("scheme", b.scheme)
      .field("chart", b.chart)
      .field("name", b.name)
      .field("start", b.start.iso())
      .field("yearly_closing", b.yearly_closing)
      .field("read_only", b.read_only)
      .field("read_only_reason", b.read_only_reason)
      .end_object()
      .take();
}

constexpr std::string_view kPeriodColumns = "book, year, month, state, closed_by, closed_ms";

}  // namespace

Book book_of(const store::Row& row) {
  Book b;
  b.id = row.integer(0);
  b.code = row.text(1);
  b.unit = row.text(2);
  b.scheme = row.text(3);
  b.chart = row.text(4);
  b.name = row.text(5);
  b.start = {static_cast<int>(row.integer(6)), static_cast<int>(row.integer(7))};
  b.read_only = row.integer(8) != 0;
  b.read_only_reason = row.text(9);
  b.yearly_closing = row.integer(10) != 0;
  return b;
}

std::string book_digest(HashAlg alg, const Book& b) {
  Canonical canonical;
  audit::add_values(canonical, {b.id, b.code, b.unit, b.scheme, b.chart, b.name, b.start.year, b.start.month, b.read_only ? 1 : 0, b.read_only_reason, b.yearly_closing ? 1 : 0});
  return audit::digest_hex(alg, canonical);
}

std::string periods_digest(store::Txn& txn, HashAlg alg, std::int64_t book) {
  Canonical canonical;
  static const std::string sql = "select " + std::string(kPeriodColumns) + " from ledger_period where book = ? order by year, month";
  txn.query(sql, {book}, [&](const store::Row& row) { audit::add_row(canonical, row); });
  // Apart, so that a book nobody ever locked keeps the digest it had before there were locks.
  txn.query("select year, month, locks from ledger_period where book = ? and locks <> 0 order by year, month", {book}, [&](const store::Row& row) { audit::add_row(canonical, row); });
  return audit::digest_hex(alg, canonical);
}

Context context_of(store::Txn& txn, std::string_view code, Period period, Lock lock, std::span<const store::Query> beside) {
  static const std::string plain = "select " + std::string(kBookColumns) + ", " + std::string(kContextColumns) + " from ledger_book b left join chart c on c.code = b.chart "
                                   "left join ledger_period p on p.book = b.id and p.year = ? and p.month = ? where b.code = ?";
  constexpr std::string_view shared = "select id from ledger_book where code = ? for share", exclusive = "select id from ledger_book where code = ? for update";
  // A row's sharers overtake whoever waits to have it alone, and a closing would wait as long as anybody posts; at the gate in front of it they queue.
  constexpr std::string_view gate_shared = "select pg_advisory_xact_lock_shared(7170406, cast(id as int)) from ledger_book where code = ?",
                             gate_alone = "select pg_advisory_xact_lock(7170406, cast(id as int)) from ledger_book where code = ?";
  if (txn.dialect() == store::Dialect::generic && lock != Lock::none) txn.execute("update ledger_book set read_only = read_only where code = ?", {code});
  const bool locked = lock != Lock::none && txn.dialect() == store::Dialect::postgresql && txn.mode() == store::Mode::write;
  Context context;
  const store::EachRow read = [&](const store::Row& row) {
    context.book = book_of(row);
    read_context(txn, row, kBookWidth, context);
    if (locked) context.may_hold = row.integer(kBookWidth + 2) != 0;
  };
  if (beside.empty() && !locked) {
    txn.query(plain, {period.year, period.month, code}, read);
  } else {
    std::vector<store::Query> queries;
    queries.reserve(beside.size() + 3);
    // First the lock, then a statement with a view of its own: whoever waited for a closing or a hold sees what it left.
    if (locked) queries.push_back({lock == Lock::share ? gate_shared : gate_alone, {code}, [](const store::Row&) {}});
    if (locked) queries.push_back({lock == Lock::share ? shared : exclusive, {code}, [](const store::Row&) {}});
    queries.push_back({plain, {period.year, period.month, code}, read});
    queries.insert(queries.end(), beside.begin(), beside.end());
    txn.query_together(queries);
  }
  if (context.book.id == 0) throw Error(MIF_E_NOT_FOUND, "book.not-found", "没有账套 (no such book) \"" + std::string(code) + "\"");
  return context;
}

// Where several write at once, a hold may be made while the book's lock is waited for; only a single writer may trust the count.
void read_context(const store::Txn& txn, const store::Row& row, std::size_t from, Context& context) {
  if (!row.null(from)) context.period_state = static_cast<int>(row.integer(from));
  if (!row.null(from + 1)) context.chart_version = row.integer(from + 1);
  if (!row.null(from + 3)) context.locks = static_cast<int>(row.integer(from + 3));
  context.may_hold = txn.dialect() != store::Dialect::sqlite || row.integer(from + 2) != 0;
}

void require_writable(const Book& book) {
  if (book.read_only) throw Error(MIF_E_CONFLICT, "book.read-only", "账套 " + book.code + " 只读 (the book is read-only): " + book.read_only_reason);
}

void require_open(const Context& context, Period period, Day day) {
  if (context.period_state == kOpen) return;
  const std::string where = "账套 " + context.book.code;
  if (context.period_state == kClosed)
    throw Error(MIF_E_CONFLICT, "period.closed", where + " 的 " + period.iso() + " 期已结账,日期 " + day.iso() + " 的凭证不能再入账 (period " + period.iso() + " is closed); 请按实际入账日期填制");
  if (period < context.book.start)
    throw Error(MIF_E_CONFLICT, "period.before-start", where + " 从 " + context.book.start.iso() + " 期启用,日期 " + day.iso() + " 的凭证不能入账 (period " + period.iso() + " is before the book's first period)");
  throw Error(MIF_E_CONFLICT, "period.not-open", where + " 还没有开到 " + period.iso() + " 期 (period " + period.iso() + " is not open yet); 请先结上一年度");
}

namespace {

// What the books of a chart hold below a code. The last day is that of the last month with figures, or of a waiting voucher:
// an account ends, and gets accounts below it, at the end of a month.
std::vector<chart::Use> uses_of(store::Txn& txn, std::string_view chart, std::string_view below) {
  using Place = std::tuple<std::string, std::string, std::string>;  // book, account, aux
  std::map<Place, chart::Use> all;
  const std::string prefix = std::string(below) + '%';
  const auto use = [&](const store::Row& row) -> chart::Use& {
    chart::Use& u = all[{std::string(row.text(0)), std::string(row.text(2)), std::string(row.text(3))}];
    if (u.book.empty()) u = {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)), {}, {}};
    return u;
  };
  txn.query("select b.code, b.unit, x.account, x.aux, cast(sum(x.debit - x.credit) as bigint), cast(max(case when x.month > 0 then x.year * 100 + x.month else 0 end) as bigint) "
            "from ledger_balance x join ledger_book b on b.id = x.book where b.chart = ? and x.account like ? and (x.month > 0 or x.year = b.start_year) "
            "group by b.code, b.unit, x.account, x.aux",
            {chart, prefix}, [&](const store::Row& row) {
              chart::Use& u = use(row);
              u.balance = row.fen(4);
              const int period = static_cast<int>(row.integer(5)), year = period / 100, month = std::min(period % 100, 12);
              if (period != 0) u.last = Day(year, month, Day::days_in(year, month));
            });
  txn.query("select b.code, b.unit, l.account, l.aux, cast(max(v.day) as bigint) from ledger_line l join ledger_voucher v on v.book = l.book and v.year = l.year and v.month = l.month and v.id = l.voucher "
            "join ledger_book b on b.id = l.book where b.chart = ? and l.account like ? and v.state in (1, 2, 3) group by b.code, b.unit, l.account, l.aux",
            {chart, prefix}, [&](const store::Row& row) {
              chart::Use& u = use(row);
              u.last = std::max(u.last, Day(static_cast<std::int32_t>(row.integer(4))));
            });
  std::vector<chart::Use> list;
  for (auto& [place, u] : all) list.push_back(std::move(u));
  return list;
}

}  // namespace

Ledger::Ledger(chart::Charts& charts, audit::Log& log, const Clock& clock) : charts_(charts), log_(log), clock_(clock) { charts.set_uses(uses_of); }

void Ledger::create_book(store::Txn& txn, const Who& who, const Book& wanted) {
  const auto need = [](bool good, const char* rule, const std::string& what) {
    if (!good) throw Error(MIF_E_INVALID, rule, what);
  };
  need(!wanted.code.empty() && wanted.code.size() <= 40, "book.code", "账套代码不能为空或超过 40 字 (book code): \"" + wanted.code + "\"");
  need(!wanted.unit.empty() && !wanted.chart.empty(), "book.incomplete", "账套 " + wanted.code + " 缺少单位或科目表 (a book needs a unit and a chart)");
  need(wanted.start.year >= 1949 && wanted.start.month >= 1 && wanted.start.month <= 12, "book.start", "账套 " + wanted.code + " 的启用期间不对 (first period must be a month): " + wanted.start.iso());
  std::optional<Book> existing;
  static const std::string sql = "select " + std::string(kBookColumns) + " from ledger_book b where b.code = ?";
  txn.query(sql, {wanted.code}, [&](const store::Row& row) { existing = book_of(row); });
  if (existing) {
    const bool same = existing->unit == wanted.unit && existing->scheme == wanted.scheme && existing->chart == wanted.chart && existing->name == wanted.name &&
                      existing->start == wanted.start && existing->yearly_closing == wanted.yearly_closing;
    if (!same) throw Error(MIF_E_CONFLICT, "book.exists", "账套 " + wanted.code + " 已经建立且内容不同 (the book exists with other content)");
    return;
  }
  charts_.load(txn, wanted.chart, wanted.unit, Day(wanted.start.year, wanted.start.month, 1));
  Book book = wanted;
  book.id = txn.next_id("book");
  book.read_only = false;
  book.read_only_reason.clear();
  txn.execute("insert into ledger_book (id, code, unit, scheme, chart, name, start_year, start_month, read_only, read_only_reason, yearly_closing) values (?, ?, ?, ?, ?, ?, ?, ?, 0, '', ?)",
              {book.id, book.code, book.unit, book.scheme, book.chart, book.name, book.start.year, book.start.month, book.yearly_closing ? 1 : 0});
  add_year(txn, book, book.start.year, book.start.month);
  add_year(txn, book, book.start.year + 1, 1);
  log_.append(txn, who, {book.unit, "book.create", "book:" + book.code, book_digest(log_.alg(), book), body_of_book(book)});
  log_periods(txn, who, book, "period.open", {});
}

void Ledger::add_year(store::Txn& txn, const Book& book, int year, int from_month) {
  std::vector<store::Param> rows;
  for (int month = from_month; month <= 13; ++month) rows.insert(rows.end(), {book.id, year, month, kOpen, "", 0, 0});
  txn.bulk_insert("ledger_period", {"book", "year", "month", "state", "closed_by", "closed_ms", "locks"}, rows);
}

void Ledger::log_periods(store::Txn& txn, const Who& who, const Book& book, std::string_view action, std::optional<Period> period) {
  JsonWriter json;
  json.begin_object().field("book", book.code);
  if (period) json.field("period", period->iso());
  json.field("at_ms", clock_.now_unix_ms()).end_object();
  log_.append(txn, who, {book.unit, std::string(action), "periods:" + book.code, periods_digest(txn, log_.alg(), book.id), json.take()});
}

std::vector<Book> Ledger::books(store::Txn& txn) const {
  std::vector<Book> all;
  static const std::string sql = "select " + std::string(kBookColumns) + " from ledger_book b order by b.code";
  txn.query(sql, {}, [&](const store::Row& row) { all.push_back(book_of(row)); });
  return all;
}

std::vector<Book> Ledger::books(store::Txn& txn, std::string_view unit) const {
  std::vector<Book> all;
  static const std::string sql = "select " + std::string(kBookColumns) + " from ledger_book b where b.unit = ? order by b.code";
  txn.query(sql, {unit}, [&](const store::Row& row) { all.push_back(book_of(row)); });
  return all;
}

Book Ledger::book(store::Txn& txn, std::string_view code) const { return context_of(txn, code, {}).book; }

bool Ledger::is_open(store::Txn& txn, std::string_view book, Period period) const { return context_of(txn, book, period).period_state == kOpen; }

Period Ledger::first_open(store::Txn& txn, std::string_view code) const {
  const Book book = context_of(txn, code, {}).book;
  std::vector<Period> open;
  txn.query("select year, month from ledger_period where book = ? and state = 1 order by year, month", {book.id},
            [&](const store::Row& row) { open.push_back({static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1))}); });
  for (const auto& period : open)
    if (period.month <= 12 || txn.integer("select count(*) from ledger_voucher where book = ? and year = ? and month = 13 and state <> 5", {book.id, period.year}).value_or(0) > 0)
      return period;
  return {};
}

std::map<std::string, Period> Ledger::first_open(store::Txn& txn) const {
  std::map<std::string, Period> first;
  txn.query("select b.code, p.year, p.month from ledger_period p join ledger_book b on b.id = p.book where p.state = 1 and (p.month <= 12 or exists "
            "(select 1 from ledger_voucher v where v.book = p.book and v.year = p.year and v.month = 13 and v.state <> 5)) order by p.book, p.year, p.month",
            {}, [&](const store::Row& row) { first.try_emplace(std::string(row.text(0)), Period{static_cast<int>(row.integer(1)), static_cast<int>(row.integer(2))}); });
  return first;
}

void Ledger::make_read_only(store::Txn& txn, const Who& who, std::string_view code, std::string_view reason) {
  Book book = context_of(txn, code, {}, Lock::exclusive).book;
  if (book.read_only) return;
  book.read_only = true;
  std::size_t end = std::min<std::size_t>(reason.size(), 300);
  while (end < reason.size() && (static_cast<unsigned char>(reason[end]) & 0xC0) == 0x80) --end;  // not inside a character
  book.read_only_reason = reason.substr(0, end);
  txn.execute("update ledger_book set read_only = 1, read_only_reason = ? where id = ?", {book.read_only_reason, book.id});
  log_.append(txn, who, {book.unit, "book.read_only", "book:" + book.code, book_digest(log_.alg(), book), body_of_book(book)});
}

}  // namespace mif::ledger
