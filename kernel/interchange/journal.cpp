// SPDX-License-Identifier: Apache-2.0
#include "kernel/interchange/journal.h"

#include <set>

namespace mif::interchange {
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

// What the notations would take for a mark of their own becomes a blank.
std::string plain_text(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' || c == '\r' || c == '\t' || c == ';' || c == '|' || c == '"' || c == '\\' ? ' ' : c;
  return out;
}

class Journal {
 public:
  Journal(const BookReader& reader, Notation format, const Sink& sink) : reader_(reader), format_(format), sink_(sink) {}

  void begin(std::string_view title, const std::set<std::string>& accounts, Day first) {
    text_ += "; " + plain_text(title) + "\n\n";
    if (format_ == Notation::beancount) text_ += "option \"operating_currency\" \"CNY\"\n\n";
    if (format_ == Notation::hledger) text_ += "commodity 1000.00 CNY\n\n";
    for (const auto& account : accounts) {
      if (format_ == Notation::beancount) text_ += first.iso() + " open " + name(account) + " CNY\n";
      else text_ += "account " + name(account) + '\n';
    }
    text_ += '\n';
  }
  void transaction(Day day, std::string_view code, std::string_view summary) {
    const std::string what = plain_text(summary);
    if (format_ == Notation::beancount) text_ += day.iso() + " * \"" + std::string(code) + "\" \"" + what + "\"\n";
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
    if (known.empty()) known = std::string(root_of(reader_.account(account).account_class)) + ':' + account;
    return known;
  }
  const BookReader& reader_;
  const Notation format_;
  const Sink& sink_;
  std::string text_;
  std::map<std::string, std::string> names_;
};

}  // namespace

void write_journal(const BookReader& reader, Notation notation, const Sink& sink) {
  std::map<std::string, Fen> opening;
  std::set<std::string> accounts;
  for (const auto& [key, m] : reader.whole()) {
    opening[key.first] += m.opening;
    accounts.insert(key.first);
  }
  Journal journal(reader, notation, sink);
  journal.begin(reader.book().code + ' ' + reader.book().name, accounts, reader.first_day());
  bool any = false;
  for (const auto& [account, net] : opening) {
    if (net == Fen()) continue;
    if (!any) journal.transaction(reader.first_day(), "opening", "期初余额 opening balances");
    any = true;
    journal.posting(account, net);
  }
  if (any) journal.end_transaction();
  reader.vouchers([&](const ledger::Voucher& voucher) {
    journal.transaction(voucher.day, number_of(voucher), voucher.summary);
    for (const auto& line : voucher.lines) journal.posting(line.account, line.side == MIF_DEBIT ? line.fen : -line.fen);
    journal.end_transaction();
  });
  journal.flush();
}

}  // namespace mif::interchange
