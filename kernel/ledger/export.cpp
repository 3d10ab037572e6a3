// SPDX-License-Identifier: Apache-2.0
#include "kernel/ledger/export.h"

#include <algorithm>
#include <set>

#include "kernel/ledger/internal.h"

namespace mif::ledger {
namespace {

std::string_view root_of(chart::Class c) {
  switch (c) {
    case chart::Class::asset: return "Assets";
    case chart::Class::liability: return "Liabilities";
    case chart::Class::net: return "Equity";
    case chart::Class::income: return "Income";
    case chart::Class::expense: return "Expenses";
  }
  return "Equity";
}

// A balance of every account before a day of the format: what the notation needs to be quoted or left out.
std::string plain_text(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' || c == '\r' || c == '\t' || c == ';' || c == '|' || c == '"' || c == '\\' ? ' ' : c;
  return out;
}

class Journal {
 public:
  Journal(const chart::Chart& chart, ExportFormat format, const TextSink& sink) : chart_(chart), format_(format), sink_(sink) {}
  ~Journal() = default;

  void begin(std::string_view title, const std::set<std::string>& accounts, Day first) {
    text_ += "; " + plain_text(title) + "\n\n";
    if (format_ == ExportFormat::beancount) text_ += "option \"operating_currency\" \"CNY\"\n\n";
    if (format_ == ExportFormat::hledger) text_ += "commodity 1000.00 CNY\n\n";
    for (const auto& account : accounts) {
      if (format_ == ExportFormat::beancount) text_ += first.iso() + " open " + name(account) + " CNY\n";
      else text_ += "account " + name(account) + '\n';
    }
    text_ += '\n';
  }
  void transaction(Day day, std::string_view code, std::string_view summary) {
    const std::string what = plain_text(summary);
    if (format_ == ExportFormat::beancount) text_ += day.iso() + " * \"" + std::string(code) + "\" \"" + what + "\"\n";
    else text_ += day.iso() + " * (" + std::string(code) + ") " + what + '\n';
  }
  void posting(const std::string& account, Fen signed_fen) { text_ += "  " + name(account) + "  " + signed_fen.plain() + " CNY\n"; }
  void end_transaction() {
    text_ += '\n';
    if (text_.size() > 1 << 16) flush();
  }
  void flush() {
    sink_(text_);
    text_.clear();
  }

 private:
  const std::string& name(const std::string& account) {
    std::string& known = names_[account];
    if (known.empty()) {
      const chart::Account* found = chart_.find(account);
      const chart::Class c = found ? found->account_class : static_cast<chart::Class>(std::clamp(account.empty() ? 0 : account[0] - '1', 0, 4));
      known = std::string(root_of(c)) + ':' + account;
    }
    return known;
  }
  const chart::Chart& chart_;
  const ExportFormat format_;
  const TextSink& sink_;
  std::string text_;
  std::map<std::string, std::string> names_;
};

// Nets per account before a period, debit-positive.
std::map<std::string, Fen> nets_before(store::Txn& txn, const Ledger& ledger, std::string_view book, Period period) {
  std::map<std::string, Fen> nets;
  ledger.balances(txn, book, period.year, period.month - 1, [&](const Balance& b) { nets[b.account] += b.debit - b.credit; });
  return nets;
}

}  // namespace

ExportFormat export_format_of(std::string_view name) {
  if (name == "hledger") return ExportFormat::hledger;
  if (name == "beancount") return ExportFormat::beancount;
  if (name == "ledger") return ExportFormat::ledger;
  throw Error(MIF_E_INVALID, "导出格式应为 hledger beancount ledger 之一 (unknown export format): \"" + std::string(name) + "\"");
}

void export_book(store::Txn& txn, const Ledger& ledger, const chart::Charts& charts, std::string_view code, ExportFormat format, const TextSink& sink,
                 const ExportRange& range) {
  const Book book = ledger.book(txn, code);
  const Period from = range.from.year == 0 || range.from < book.start ? book.start : range.from;
  const Period to = range.to.year == 0 ? Period{9999, 13} : range.to;
  std::vector<Period> periods;
  txn.query("select distinct year, month from ledger_balance where book = ? and month > 0 order by year, month", {book.id}, [&](const store::Row& row) {
    const Period p{static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1))};
    if (from <= p && p <= to) periods.push_back(p);
  });
  const Day first(from.year, std::min(from.month, 12), 1);
  const auto opening = nets_before(txn, ledger, code, from);
  std::set<std::string> accounts;
  for (const auto& [account, net] : opening)
    if (net != Fen()) accounts.insert(account);
  txn.query("select distinct account from ledger_balance where book = ? and month > 0", {book.id}, [&](const store::Row& row) { accounts.emplace(row.text(0)); });
  const Period last = periods.empty() ? from : periods.back();
  const int last_month = std::min(last.month, 12);
  const auto chart = charts.load(txn, book.chart, book.unit, Day(last.year, last_month, Day::days_in(last.year, last_month)));

  Journal journal(*chart, format, sink);
  journal.begin(book.code + ' ' + book.name, accounts, first);
  bool any = false;
  for (const auto& [account, net] : opening) {
    if (net == Fen()) continue;
    if (!any) journal.transaction(first, "opening", "期初余额 opening balances");
    any = true;
    journal.posting(account, net);
  }
  if (any) journal.end_transaction();
  for (const auto& period : periods) {
    struct Head {
      std::int64_t id;
      Day day;
      std::string code, summary;
    };
    std::vector<Head> heads;
    std::int64_t after = 0;
    constexpr std::int64_t kPage = 2000;
    do {
      heads.clear();
      txn.query("select id, day, word, number, summary from ledger_voucher where book = ? and year = ? and month = ? and state = 4 and id > ? order by id limit ?",
                {book.id, period.year, period.month, after, kPage}, [&](const store::Row& row) {
                  heads.push_back({row.integer(0), row.day(1), period.iso() + ' ' + std::string(row.text(2)) + '-' + std::to_string(row.integer(3)), std::string(row.text(4))});
                });
      if (heads.empty()) break;
      std::size_t at = 0;
      bool open = false;
      txn.query("select voucher, side, fen, account from ledger_line where book = ? and year = ? and month = ? and voucher > ? and voucher <= ? order by voucher, line",
                {book.id, period.year, period.month, after, heads.back().id}, [&](const store::Row& row) {
                  const std::int64_t id = row.integer(0);
                  if (at < heads.size() && heads[at].id < id && open) {
                    journal.end_transaction();
                    open = false;
                  }
                  while (at < heads.size() && heads[at].id < id) ++at;
                  if (at == heads.size() || heads[at].id != id) return;  // a draft's line
                  if (!open) journal.transaction(heads[at].day, heads[at].code, heads[at].summary);
                  open = true;
                  journal.posting(std::string(row.text(3)), row.integer(1) == MIF_DEBIT ? row.fen(2) : -row.fen(2));
                });
      if (open) journal.end_transaction();
      after = heads.back().id;
    } while (static_cast<std::int64_t>(heads.size()) == kPage);
  }
  journal.flush();
}

}  // namespace mif::ledger
