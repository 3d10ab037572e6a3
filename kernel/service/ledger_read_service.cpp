// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

// The caller's transaction, or a snapshot of its own for the length of one call.
class Reading {
 public:
  Reading(PluginSide& side, plugin::CallContext& context, mif_txn* txn) {
    if (txn) open_ = &txn_for(context, txn);
    else own_.emplace(side.deployment.database().begin(store::Mode::read));
  }
  store::Txn& txn() { return open_ ? *open_ : *own_; }

 private:
  store::Txn* open_ = nullptr;
  std::optional<store::Txn> own_;
};

bool tell(const ledger::Book& book, Period open, const std::string& unit_name, mif_book_sink* sink) {
  auto b = sized<mif_book_info>();
  b.start_year = book.start.year;
  b.start_month = book.start.month;
  b.open_year = open.year;
  b.open_month = open.month;
  b.read_only = book.read_only;
  b.code = s(book.code);
  b.unit = s(book.unit);
  b.unit_name = s(unit_name);
  b.scheme = s(book.scheme);
  b.chart = s(book.chart);
  b.name = s(book.name);
  return sink->on(sink, &b) == 0;
}

mif_status books(void* impl, mif_call* call, mif_txn* txn, mif_book_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    Reading reading(side, context, txn);
    given(sink, "sink");
    ledger::Ledger& ledger = side.deployment.ledger();
    std::map<std::string, std::string> unit_names;
    for (const auto& unit : side.deployment.identity().units(reading.txn())) unit_names[unit.code] = unit.name;
    const auto first_open = ledger.first_open(reading.txn());
    for (const auto& book : ledger.books(reading.txn())) {
      if (!sees(context, book.unit)) continue;
      const auto found = first_open.find(book.code);
      if (!tell(book, found == first_open.end() ? Period() : found->second, unit_names[book.unit], sink)) return;
    }
  });
}

// The months of one book are looked at, not those of all books.
mif_status books_of(void* impl, mif_call* call, mif_txn* txn, mif_str code, mif_book_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    Reading reading(side, context, txn);
    given(sink, "sink");
    const std::string_view unit = filled(code, "unit", 60);
    if (!sees(context, unit)) return;
    ledger::Ledger& ledger = side.deployment.ledger();
    const auto books = ledger.books(reading.txn(), unit);
    if (books.empty()) return;
    std::string name;
    for (const auto& u : side.deployment.identity().units(reading.txn()))
      if (u.code == unit) name = u.name;
    for (const auto& book : books)
      if (!tell(book, ledger.first_open(reading.txn(), book.code), name, sink)) return;
  });
}

mif_status accounts(void* impl, mif_call* call, mif_txn* txn, mif_str code, std::int32_t year, mif_account_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    Reading reading(side, context, txn);
    given(sink, "sink");
    const ledger::Book book = visible_book(side, context, reading.txn(), filled(code, "book", 60));
    if (year < 1900 || year > 9999) throw Error(MIF_E_INVALID, "query.year", "年度不对 (not a year): " + std::to_string(year));
    const auto chart = side.deployment.charts().load(reading.txn(), book.chart, book.unit, Day(year, 12, 31));
    for (const auto& account : chart->accounts()) {
      auto a = sized<mif_account_info>();
      a.side = account.side;
      a.level = account.level;
      a.leaf = account.leaf;
      a.code = s(account.code);
      a.name = s(account.name);
      a.full_name = s(account.full_name);
      a.account_class = s(chart::name_of(account.account_class));
      if (sink->on(sink, &a)) return;
    }
  });
}

mif_status balances(void* impl, mif_call* call, mif_txn* txn, mif_str code, std::int32_t year, std::int32_t month_to, mif_balance_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    Reading reading(side, context, txn);
    given(sink, "sink");
    const ledger::Book book = visible_book(side, context, reading.txn(), filled(code, "book", 60));
    auto b = sized<mif_balance>();
    side.deployment.ledger().each_balance(reading.txn(), book.code, year, month_to, [&](const ledger::BalanceView& row) {
      b.month = row.month;
      b.account = s(row.account);
      b.aux = s(row.aux);
      b.debit_fen = row.debit.value();
      b.credit_fen = row.credit.value();
      b.closing_debit_fen = row.closing_debit.value();
      b.closing_credit_fen = row.closing_credit.value();
      return sink->on(sink, &b) == 0;
    });
  });
}

mif_line line_of(const ledger::LineView& row, std::string_view name) {
  auto l = sized<mif_line>();
  l.line = row.line;
  l.side = row.side;
  l.year = row.period.year;
  l.month = row.period.month;
  l.number = row.number;
  l.day = row.day.value();
  l.voucher_id = row.voucher;
  l.fen = row.fen.value();
  l.account = s(row.account);
  l.account_name = s(name);
  l.aux = s(row.aux);
  l.summary = s(row.summary);
  l.word = s(row.word);
  l.voucher_summary = s(row.voucher_summary);
  l.source_key = s(row.source_key);
  l.reverses = row.reverses;
  return l;
}

std::string_view account_name(const chart::Chart& chart, std::string_view code) {
  const chart::Account* account = chart.find(code);
  return account ? std::string_view(account->name) : std::string_view();
}

mif_status lines(void* impl, mif_call* call, mif_txn* txn, const mif_line_query* query, mif_line_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    Reading reading(side, context, txn);
    given(sink, "sink");
    const mif_line_query& in = given(query, "query");
    if (!MIF_HAS(&in, after_line)) throw Error(MIF_E_INVALID, "plugin.bad-call", "mif_line_query 过小 (too small): " + std::to_string(in.size));
    const ledger::Book book = visible_book(side, context, reading.txn(), filled(in.book, "book", 60));
    ledger::LineQuery q;
    q.book = book.code;
    q.accounts = text(in.accounts, "accounts", 4000);
    q.aux = text(in.aux, "aux", 4000);
    q.year = in.year;
    q.month_from = in.month_from;
    q.month_to = in.month_to;
    q.limit = in.limit ? in.limit : 1000;
    q.after_voucher = in.after_voucher;
    q.after_line = in.after_line;
    q.without_closing = in.without_closing != 0;
    q.posted_until_ms = MIF_HAS(&in, recorded_until_ms) ? in.recorded_until_ms : 0;
    const auto chart = side.deployment.charts().load(reading.txn(), book.chart, book.unit, Day(in.year, 12, 31));
    std::string account;
    std::string_view name;
    side.deployment.ledger().each_line(reading.txn(), q, [&](const ledger::LineView& row) {
      if (row.account != account) {
        account = row.account;
        name = account_name(*chart, account);
      }
      const mif_line l = line_of(row, name);
      return sink->on(sink, &l) == 0;
    });
  });
}

mif_voucher_head head_of(const ledger::Voucher& v) {
  auto h = sized<mif_voucher_head>();
  h.state = static_cast<std::int32_t>(v.state);
  h.year = v.period.year;
  h.month = v.period.month;
  h.number = v.number;
  h.closing = v.closing;
  h.day = v.day.value();
  h.id = v.id;
  h.reverses = v.reverses;
  h.workflow_instance = v.workflow_instance;
  h.total_fen = v.total.value();
  h.book = s(v.book);
  h.word = s(v.word);
  h.summary = s(v.summary);
  h.source_plugin = s(v.source_plugin);
  h.source_key = s(v.source_key);
  h.maker = s(v.maker);
  h.reviewer = s(v.reviewer);
  h.poster = s(v.poster);
  h.flow = s(v.flow);
  h.content_hash = s(v.content_hash);
  return h;
}

mif_status vouchers(void* impl, mif_call* call, mif_txn* txn, const mif_voucher_query* query, mif_voucher_head_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    Reading reading(side, context, txn);
    given(sink, "sink");
    const mif_voucher_query& in = given(query, "query");
    if (!MIF_HAS(&in, after_id)) throw Error(MIF_E_INVALID, "plugin.bad-call", "mif_voucher_query 过小 (too small): " + std::to_string(in.size));
    ledger::VoucherQuery q;
    q.book = text(in.book, "book", 60);
    q.source_plugin = text(in.source_plugin, "source_plugin", 64);
    q.source_key = text(in.source_key, "source_key", 200);
    q.year = in.year;
    q.month = in.month;
    q.state = in.state;
    q.limit = in.limit ? in.limit : 1000;
    q.after_id = in.after_id;
    if (!q.book.empty()) visible_book(side, context, reading.txn(), q.book);
    std::map<std::string, std::string> units;
    for (const auto& book : side.deployment.ledger().books(reading.txn())) units[book.code] = book.unit;
    // Out of sight is left out, so a page is filled from as many pages of the ledger as it takes.
    for (std::int64_t given_out = 0;;) {
      const auto page = side.deployment.ledger().vouchers(reading.txn(), q);
      for (const auto& v : page) {
        q.after_id = v.id;
        if (!sees(context, units[v.book])) continue;
        const mif_voucher_head h = head_of(v);
        if (sink->on(sink, &h) || ++given_out == q.limit) return;
      }
      if (page.size() < static_cast<std::size_t>(q.limit)) return;
    }
  });
}

mif_status voucher(void* impl, mif_call* call, mif_txn* txn, std::int64_t id, mif_voucher_head_sink* head_sink, mif_line_sink* line_sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    Reading reading(side, context, txn);
    const ledger::Voucher v = side.deployment.ledger().voucher(reading.txn(), id);
    const ledger::Book book = side.deployment.ledger().book(reading.txn(), v.book);
    if (!sees(context, book.unit)) throw Error(MIF_E_NOT_FOUND, "voucher.not-found", "没有凭证 (no voucher) " + std::to_string(id));
    const mif_voucher_head h = head_of(v);
    if (head_sink && head_sink->on(head_sink, &h)) return;
    if (!line_sink) return;
    const auto chart = side.deployment.charts().load(reading.txn(), book.chart, book.unit, v.day);
    ledger::LineView row;
    row.voucher_summary = v.summary;
    row.source_key = v.source_key;
    row.reverses = v.reverses;
    row.voucher = v.id;
    row.number = v.number;
    row.period = v.period;
    row.day = v.day;
    row.word = v.word;
    for (const auto& line : v.lines) {
      ++row.line;
      row.side = line.side;
      row.fen = line.fen;
      row.account = line.account;
      row.aux = line.aux;
      row.summary = line.summary;
      const mif_line l = line_of(row, account_name(*chart, row.account));
      if (line_sink->on(line_sink, &l)) return;
    }
  });
}

}  // namespace

void fill_ledger_read(PluginSide& side) {
  side.ledger_read = sized<mif_ledger_read>();
  side.ledger_read.impl = &side;
  side.ledger_read.books = &books;
  side.ledger_read.accounts = &accounts;
  side.ledger_read.balances = &balances;
  side.ledger_read.books_of = &books_of;
  side.ledger_read.lines = &lines;
  side.ledger_read.vouchers = &vouchers;
  side.ledger_read.voucher = &voucher;
}

}  // namespace mif::service
