// SPDX-License-Identifier: Apache-2.0
#include "kernel/print/book_year.h"

#include <algorithm>
#include <tuple>

#include "mif/pattern.hpp"

namespace mif::print {

std::string BookYear::account_name(const std::string& code) const {
  const chart::Account* account = chart->find(code);
  return account ? account->full_name : code;
}

std::string BookYear::aux_words(std::string_view aux) const { return print::aux_words(*chart, aux); }

std::string aux_words(const chart::Chart& chart, std::string_view aux) {
  std::string words;
  if (aux.empty()) return words;
  for (const auto& [dimension, item] : parse_aux(aux)) {
    std::string type_name = dimension, item_name = item;
    for (const auto& type : chart.aux_types()) {
      if (type.code != dimension) continue;
      type_name = type.name;
      if (const chart::AuxItem* known = type.find(item)) item_name = known->name;
    }
    words += (words.empty() ? "" : "  ") + type_name + "：" + item_name;
  }
  return words;
}

bool AccountYear::empty() const {
  return opening == Fen() && std::all_of(std::begin(months), std::end(months), [](const Movement& m) { return m.debit == Fen() && m.credit == Fen(); });
}

std::shared_ptr<const BookYear> read_book_year(store::Txn& txn, const ledger::Ledger& ledger, const chart::Charts& charts, std::string_view code, int year, bool with_lines) {
  auto result = std::make_shared<BookYear>();
  result->book = ledger.book(txn, code);
  result->year = year;
  result->chart = charts.load(txn, result->book.chart, result->book.unit, Day(year, 12, 31));
  ledger.balances(txn, code, year, 13, [&](const ledger::Balance& b) { result->balances.push_back(b); });
  if (!with_lines) return result;
  ledger::LineQuery query;
  query.book = code;
  query.year = year;
  query.limit = 10000;
  for (bool more = true; more;) {
    auto page = ledger.lines(txn, query);
    more = static_cast<std::int64_t>(page.size()) == query.limit;
    if (more) {
      query.after_voucher = page.back().voucher;
      query.after_line = page.back().line;
    }
    for (auto& line : page) {
      auto& of_account = result->lines[line.account];
      of_account.push_back(std::move(line));
    }
  }
  // A line without words of its own has its voucher's.
  std::map<std::int64_t, std::string> summaries;
  ledger::VoucherQuery heads;
  heads.book = code;
  heads.year = year;
  heads.state = static_cast<int>(ledger::State::posted);
  for (bool more = true; more;) {
    const auto page = ledger.vouchers(txn, heads);
    more = static_cast<std::int64_t>(page.size()) == heads.limit;
    if (more) heads.after_id = page.back().id;
    for (const auto& v : page) summaries[v.id] = v.summary;
  }
  for (auto& [account, lines] : result->lines)
    for (auto& line : lines)
      if (line.summary.empty()) line.summary = summaries[line.voucher];
  for (auto& [account, lines] : result->lines)
    std::sort(lines.begin(), lines.end(), [](const ledger::LineRow& a, const ledger::LineRow& b) {
      return std::tuple(a.period.month, a.day.value(), std::string_view(a.word), a.number, a.voucher, a.line) <
             std::tuple(b.period.month, b.day.value(), std::string_view(b.word), b.number, b.voucher, b.line);
    });
  return result;
}

std::map<std::string, AccountYear, std::less<>> account_years(const BookYear& year) {
  std::map<std::string, AccountYear, std::less<>> all;
  for (const auto& b : year.balances)
    for (std::string code = b.account; !code.empty(); code = code.size() > 4 ? code.substr(0, code.size() - 2) : std::string()) {  // codes are 4-2-2-2 digits
      if (code != b.account && !year.chart->find(code)) continue;
      AccountYear& account = all[code];
      if (b.month == 0) {
        account.opening += b.debit - b.credit;
      } else {
        account.months[b.month].debit += b.debit;
        account.months[b.month].credit += b.credit;
      }
    }
  return all;
}

}  // namespace mif::print
