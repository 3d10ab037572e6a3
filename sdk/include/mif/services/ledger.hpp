// SPDX-License-Identifier: Apache-2.0
// mif.ledger-propose and mif.ledger-read: drafts in, books out. Nothing here posts.
#ifndef MIF_SERVICES_LEDGER_HPP
#define MIF_SERVICES_LEDGER_HPP

#include "mif/services/store.hpp"
#include "mif/svc/ledger.h"

namespace mif {

struct VoucherLine {
  int side = MIF_DEBIT;
  Fen fen;
  std::string account, aux, summary;
};
struct VoucherDraft {
  Day day;
  std::string book, word, flow, source_key, summary, maker;
  std::vector<VoucherLine> lines;
  std::uint32_t attachments = 1;
};

class LedgerPropose {
 public:
  explicit LedgerPropose(const Plugin& plugin) : service_(plugin.need<mif_ledger_propose>(MIF_LEDGER_PROPOSE_ID)) {}
  // The draft's id; the same draft twice gives the same id.
  std::int64_t propose(Txn& txn, const VoucherDraft& draft) const {
    std::vector<mif_voucher_line> lines;
    lines.reserve(draft.lines.size());
    for (const auto& l : draft.lines) {
      auto line = sized<mif_voucher_line>();
      line.side = l.side;
      line.fen = l.fen.value();
      line.account = s(l.account);
      line.aux = s(l.aux);
      line.summary = s(l.summary);
      lines.push_back(line);
    }
    auto v = sized<mif_voucher>();
    v.day = draft.day.value();
    v.book = s(draft.book);
    v.word = s(draft.word);
    v.flow = s(draft.flow);
    v.source_key = s(draft.source_key);
    v.summary = s(draft.summary);
    v.maker = s(draft.maker);
    v.lines = lines.data();
    v.n_lines = static_cast<std::uint32_t>(lines.size());
    v.attachments = draft.attachments;
    std::int64_t id = 0;
    ask(txn.call().get(), service_->propose, service_->impl, txn.get(), static_cast<const mif_voucher*>(&v), &id);
    return id;
  }
  // The id of the draft that takes a posted voucher back on `day`.
  std::int64_t correct(Txn& txn, std::int64_t voucher, Day day, const std::string& maker) const {
    std::int64_t id = 0;
    ask(txn.call().get(), service_->correct, service_->impl, txn.get(), voucher, day.value(), s(maker), &id);
    return id;
  }
  void withdraw(Txn& txn, std::int64_t voucher, std::string_view reason) const {
    ask(txn.call().get(), service_->withdraw, service_->impl, txn.get(), voucher, s(reason));
  }
  void hold(Txn& txn, std::string_view book, std::string_view account, std::string_view aux, Fen fen, std::string_view key) const {
    ask(txn.call().get(), service_->hold, service_->impl, txn.get(), s(book), s(account), s(aux), fen.value(), s(key));
  }
  void release(Txn& txn, std::string_view book, std::string_view key, bool spent) const {
    ask(txn.call().get(), service_->release, service_->impl, txn.get(), s(book), s(key), static_cast<std::int32_t>(spent));
  }

 private:
  const mif_ledger_propose* service_;
};

// Owning copies of what the ledger reads.
struct BookInfo {
  std::string code, unit, unit_name, scheme, chart, name;
  Period start, open;
  bool read_only = false;
};
struct AccountInfo {
  std::string code, name, full_name, account_class;
  int side = MIF_DEBIT, level = 1;
  bool leaf = true;
};
struct BalanceRow {
  int month = 0;
  std::string account, aux;
  Fen debit, credit, closing_debit, closing_credit;
};
struct LineRow {
  std::int64_t voucher_id = 0;
  int line = 0, side = MIF_DEBIT, number = 0;
  Period period;
  Day day;
  Fen fen;
  std::string account, account_name, aux, summary, word;
};
struct VoucherHead {
  std::int64_t id = 0, reverses = 0, workflow_instance = 0;
  int state = 0, number = 0;
  bool closing = false;
  Period period;
  Day day;
  Fen total;
  std::string book, word, summary, source_plugin, source_key, maker, reviewer, poster, flow, content_hash;
};
struct LineQuery {
  std::string book, accounts, aux;
  int year = 0, month_from = 1, month_to = 12;
  std::uint32_t limit = 1000;
  bool without_closing = false;
  std::int64_t after_voucher = 0;
  int after_line = 0;
  std::int64_t recorded_until_ms = 0;  // only what was posted by then; 0 = everything
};
struct VoucherQuery {
  std::string book, source_plugin, source_key;
  int year = 0, month = 0, state = 0;
  std::uint32_t limit = 1000;
  std::int64_t after_id = 0;
};

class LedgerRead {
 public:
  explicit LedgerRead(const Plugin& plugin) : service_(plugin.need<mif_ledger_read>(MIF_LEDGER_READ_ID)) {}

  std::vector<BookInfo> books(Call call, Txn* txn = nullptr) const {
    std::vector<BookInfo> all;
    const auto sink = book_sink(all);
    ask(call.get(), service_->books, service_->impl, raw(txn), sink->get());
    sink->done();
    return all;
  }
  // Those of one unit: what the list of all books costs, divided by the number of units.
  std::vector<BookInfo> books_of(Call call, std::string_view unit, Txn* txn = nullptr) const {
    std::vector<BookInfo> all;
    const auto sink = book_sink(all);
    const bool whole = !MIF_HAS(service_, books_of);
    if (whole) ask(call.get(), service_->books, service_->impl, raw(txn), sink->get());
    else ask(call.get(), service_->books_of, service_->impl, raw(txn), s(unit), sink->get());
    sink->done();
    if (whole) all.erase(std::remove_if(all.begin(), all.end(), [&](const BookInfo& b) { return b.unit != unit; }), all.end());
    return all;
  }
  std::vector<AccountInfo> accounts(Call call, std::string_view book, int year, Txn* txn = nullptr) const {
    std::vector<AccountInfo> all;
    SinkOf<mif_account_sink, mif_account_info> sink([&](const mif_account_info& a) {
      all.push_back({str(a.code), str(a.name), str(a.full_name), str(a.account_class), a.side, a.level, a.leaf != 0});
      return true;
    });
    ask(call.get(), service_->accounts, service_->impl, raw(txn), s(book), static_cast<std::int32_t>(year), sink.get());
    sink.done();
    return all;
  }
  std::vector<BalanceRow> balances(Call call, std::string_view book, int year, int month_to, Txn* txn = nullptr) const {
    std::vector<BalanceRow> all;
    each_balance(call, book, year, month_to, txn, [&](const mif_balance& b) {
      all.push_back({b.month, str(b.account), str(b.aux), Fen(b.debit_fen), Fen(b.credit_fen), Fen(b.closing_debit_fen), Fen(b.closing_credit_fen)});
      return true;
    });
    return all;
  }
  // Row by row as the host reads them, until `each` says false; its texts live as long as the callback.
  void each_balance(Call call, std::string_view book, int year, int month_to, Txn* txn, const std::function<bool(const mif_balance&)>& each) const {
    SinkOf<mif_balance_sink, mif_balance> sink(each);
    ask(call.get(), service_->balances, service_->impl, raw(txn), s(book), static_cast<std::int32_t>(year), static_cast<std::int32_t>(month_to), sink.get());
    sink.done();
  }
  std::vector<LineRow> lines(Call call, const LineQuery& query, Txn* txn = nullptr) const {
    std::vector<LineRow> all;
    auto sink = line_sink(all);
    ask_lines(call, query, txn, sink->get());
    sink->done();
    return all;
  }
  // Line by line as the host reads them, up to query.limit, until `each` says false; its texts live as long as the callback.
  void each_line(Call call, const LineQuery& query, Txn* txn, const std::function<bool(const mif_line&)>& each) const {
    SinkOf<mif_line_sink, mif_line> sink(each);
    ask_lines(call, query, txn, sink.get());
    sink.done();
  }
  std::vector<VoucherHead> vouchers(Call call, const VoucherQuery& query, Txn* txn = nullptr) const {
    auto q = sized<mif_voucher_query>();
    q.year = query.year;
    q.month = query.month;
    q.state = query.state;
    q.limit = query.limit;
    q.book = s(query.book);
    q.source_plugin = s(query.source_plugin);
    q.source_key = s(query.source_key);
    q.after_id = query.after_id;
    std::vector<VoucherHead> all;
    auto sink = head_sink(all);
    ask(call.get(), service_->vouchers, service_->impl, raw(txn), static_cast<const mif_voucher_query*>(&q), sink->get());
    sink->done();
    return all;
  }
  // Throws MIF_E_NOT_FOUND.
  VoucherHead voucher(Call call, std::int64_t id, std::vector<LineRow>* lines = nullptr, Txn* txn = nullptr) const {
    std::vector<VoucherHead> heads;
    std::vector<LineRow> ignored;
    auto sink = head_sink(heads);
    auto below = line_sink(lines ? *lines : ignored);
    ask(call.get(), service_->voucher, service_->impl, raw(txn), id, sink->get(), below->get());
    sink->done();
    below->done();
    if (heads.empty()) throw Error(MIF_E_NOT_FOUND, "voucher.not-found", "没有凭证 (no voucher) " + std::to_string(id));
    return heads.front();
  }

 private:
  void ask_lines(Call call, const LineQuery& query, Txn* txn, mif_line_sink* sink) const {
    auto q = sized<mif_line_query>();
    q.year = query.year;
    q.month_from = query.month_from;
    q.month_to = query.month_to;
    q.limit = query.limit;
    q.without_closing = query.without_closing;
    q.book = s(query.book);
    q.accounts = s(query.accounts);
    q.aux = s(query.aux);
    q.after_voucher = query.after_voucher;
    q.after_line = query.after_line;
    q.recorded_until_ms = query.recorded_until_ms;
    ask(call.get(), service_->lines, service_->impl, raw(txn), static_cast<const mif_line_query*>(&q), sink);
  }
  static mif_txn* raw(Txn* txn) { return txn ? txn->get() : nullptr; }
  static std::unique_ptr<SinkOf<mif_book_sink, mif_book_info>> book_sink(std::vector<BookInfo>& into) {
    return std::make_unique<SinkOf<mif_book_sink, mif_book_info>>([&into](const mif_book_info& b) {
      into.push_back({str(b.code), str(b.unit), str(b.unit_name), str(b.scheme), str(b.chart), str(b.name),
                      {b.start_year, b.start_month}, {b.open_year, b.open_month}, b.read_only != 0});
      return true;
    });
  }
  static std::unique_ptr<SinkOf<mif_line_sink, mif_line>> line_sink(std::vector<LineRow>& into) {
    return std::make_unique<SinkOf<mif_line_sink, mif_line>>([&into](const mif_line& l) {
      into.push_back({l.voucher_id, l.line, l.side, l.number, {l.year, l.month}, Day(l.day), Fen(l.fen), str(l.account),
                      str(l.account_name), str(l.aux), str(l.summary), str(l.word)});
      return true;
    });
  }
  static std::unique_ptr<SinkOf<mif_voucher_head_sink, mif_voucher_head>> head_sink(std::vector<VoucherHead>& into) {
    return std::make_unique<SinkOf<mif_voucher_head_sink, mif_voucher_head>>([&into](const mif_voucher_head& h) {
      into.push_back({h.id, h.reverses, h.workflow_instance, h.state, h.number, h.closing != 0, {h.year, h.month}, Day(h.day),
                      Fen(h.total_fen), str(h.book), str(h.word), str(h.summary), str(h.source_plugin), str(h.source_key),
                      str(h.maker), str(h.reviewer), str(h.poster), str(h.flow), str(h.content_hash)});
      return true;
    });
  }
  const mif_ledger_read* service_;
};

}  // namespace mif
#endif
