// SPDX-License-Identifier: Apache-2.0
#include "small_ledger.h"

#include <algorithm>

namespace mif::reporting {
namespace {

// Where an income or expense account closes to: 财会〔2017〕28号. "" = not closed.
std::string target(const std::string& scheme, const std::string& account) {
  if (account[0] != '4' && account[0] != '5') return {};
  if (account.compare(0, 4, "4601") == 0 || account.compare(0, 4, "4602") == 0) return {};
  if (scheme != "310") return "3001";
  const std::string head = account.substr(0, 4);
  if (head == "4301" || head == "5201") return "300102";
  if (head == "4101" || head == "5101") return "300101";
  return account.substr(4, 2) == "02" ? "300102" : "300101";
}

}  // namespace

int SmallLedger::month_of(const std::string& period) { return period.size() == 4 ? -1 : std::stoi(period.substr(5)); }

void SmallLedger::book(const std::string& scheme, Period start) { books_.books.push_back(Books::book(unit_ + "-" + scheme, unit_, scheme, start)); }

void SmallLedger::line(const std::string& scheme, int year, int month, const std::string& account, Fen debit, Fen credit, bool closing) {
  const auto slash = account.find('/');
  books_.add(unit_ + "-" + scheme, year, month, account.substr(0, slash), slash == std::string::npos ? "" : account.substr(slash + 1), debit.plain(), credit.plain(), closing);
}

void SmallLedger::post(const std::string& scheme, int year, int month, const std::string& debit, const std::string& credit, Fen amount, int parts) {
  Fen left = amount;
  for (int i = 1; i <= parts; ++i) {
    // Uneven shares, the last one takes what is left: the sum is exact.
    const Fen share = i == parts ? left : Fen(left.value() / (parts - i + 1) + left.value() % 97 * (i % 2 ? 1 : -1));
    left -= share;
    const int at = month >= 0 ? month : (i - 1) % 12 + 1;
    line(scheme, year, at, debit, share, Fen(0), false);
    line(scheme, year, at, credit, Fen(0), share, false);
    ++documents_;
  }
}

void SmallLedger::fill(const std::string& table, const std::string& row, const std::string& col, Period period, Fen amount) {
  filled_[{table, row, col, period.year, period.month}] = amount;
}

void SmallLedger::finish(int last) {
  for (const auto& book : books_.books)
    for (int year = book.start.year; year < last; ++year) {
      std::map<std::pair<std::string, std::string>, Fen> balances;  // debit - credit
      for (const auto& row : books_.rows[{book.code, year}]) balances[{row.account, row.aux}] += row.debit - row.credit;
      std::map<std::pair<std::string, std::string>, Fen> carried;
      for (const auto& [key, balance] : balances) {
        const std::string to = target(book.scheme, key.first);
        if (to.empty()) {
          carried[key] += balance;
          continue;
        }
        const std::string own = key.second.empty() ? key.first : key.first + "/" + key.second;
        const std::string fund = key.second.find("pool=2") == std::string::npos ? to : to + "/pool=2";  // closed pools stay apart
        line(book.scheme, year, 12, own, Fen(0), balance, true);
        line(book.scheme, year, 12, fund, balance, Fen(0), true);
        carried[{to, key.second.find("pool=2") == std::string::npos ? "" : "pool=2"}] += balance;
      }
      for (const auto& [key, balance] : carried)
        if (balance != Fen(0)) line(book.scheme, year + 1, 0, key.second.empty() ? key.first : key.first + "/" + key.second, balance, Fen(0), false);
    }
}

Evaluator SmallLedger::evaluator(const Catalog& catalog, Facts& facts) const {
  return Evaluator(catalog, facts, books_.books, unit_, [this](const Table& table, const std::string& row, const std::string& col, Period period) {
    const auto found = filled_.find({table.code, row, col, period.year, period.month});
    return found == filled_.end() ? Value() : table.typed(table.row(row), table.col(col), found->second);
  });
}

}  // namespace mif::reporting
