// SPDX-License-Identifier: Apache-2.0
#include "kernel/interchange/book_reader.h"

#include <algorithm>

#include "kernel/ledger/posted.h"

namespace mif::interchange {

BookReader::BookReader(store::Txn& txn, const ledger::Ledger& ledger, const chart::Charts& charts, std::string_view code, const Range& range)
    : txn_(txn), ledger_(ledger), charts_(charts), book_(ledger.book(txn, code)) {
  from_ = range.from.year == 0 || range.from < book_.start ? book_.start : range.from;
  std::vector<Period> posted = ledger::posted_periods(txn, book_);
  to_ = range.to.year != 0 ? range.to : posted.empty() || posted.back() < from_ ? from_ : posted.back();
  if (to_ < from_) throw Error(MIF_E_INVALID, "export.range", "导出的期间范围不对: " + from_.iso() + " 至 " + to_.iso() + " (the range ends before it begins)");
  for (Period p = from_; p <= to_;) {
    if (p.month != 13 || std::find(posted.begin(), posted.end(), p) != posted.end()) periods_.push_back(p);
    p = p.month == 12 ? Period{p.year, 13} : p.month == 13 ? Period{p.year + 1, 1} : Period{p.year, p.month + 1};
  }
  chart_ = charts.load(txn, book_.chart, book_.unit, last_day());
  ledger.balances(txn, code, from_.year, from_.month - 1, [&](const ledger::Balance& b) { opening_[{b.account, b.aux}] += b.debit - b.credit; });
  std::erase_if(opening_, [](const auto& entry) { return entry.second == Fen(); });
  for (const auto& [key, net] : opening_) whole_[key].opening = net;
  for (int year = from_.year; year <= to_.year; ++year)
    ledger.balances(txn, code, year, year == to_.year ? to_.month : 13, [&](const ledger::Balance& b) {
      if (b.month == 0 || Period{year, b.month} < from_) return;
      Movement& m = whole_[{b.account, b.aux}];
      m.debit += b.debit;
      m.credit += b.credit;
    });
}

Day BookReader::last_day() const {
  const int month = std::min(to_.month, 12);
  return Day(to_.year, month, Day::days_in(to_.year, month));
}

const chart::Account& BookReader::account(const std::string& code) const {
  if (const chart::Account* found = chart_->find(code)) return *found;
  for (const auto& chart : earlier_)
    if (const chart::Account* found = chart->find(code)) return *found;
  for (auto p = periods_.rbegin(); p != periods_.rend(); ++p) {
    auto chart = charts_.load(txn_, book_.chart, book_.unit, Day(p->year, std::min(p->month, 12), 1));
    const chart::Account* found = chart->find(code);
    if (!found) continue;
    earlier_.push_back(std::move(chart));
    return *found;
  }
  throw Error(MIF_E_INTERNAL, "账套 " + book_.code + " 有发生额的科目 " + code + " 不在科目表中 (a posted account is not in the chart)");
}

void BookReader::months(const std::function<void(Period, const Movements&)>& each) const {
  std::map<AccountAux, Fen> standing = opening_;
  std::map<Period, Movements> year_rows;
  for (std::size_t i = 0; i < periods_.size(); ++i) {
    const Period period = periods_[i];
    if (i == 0 || periods_[i - 1].year != period.year) {
      year_rows.clear();
      ledger_.balances(txn_, book_.code, period.year, 13, [&](const ledger::Balance& b) {
        if (b.month > 0) year_rows[{period.year, b.month}][{b.account, b.aux}] = {Fen(), b.debit, b.credit};
      });
    }
    Movements month = std::move(year_rows[period]);
    for (const auto& [key, net] : standing) month[key].opening = net;
    for (const auto& [key, m] : month) standing[key] = m.closing();
    std::erase_if(standing, [](const auto& entry) { return entry.second == Fen(); });
    each(period, month);
  }
}

std::int64_t BookReader::count() const {
  std::int64_t n = 0;
  for (const auto& period : periods_) n += ledger::posted_count(txn_, book_, period);
  return n;
}

void BookReader::vouchers(const std::function<void(const ledger::Voucher&)>& each) const {
  for (const auto& period : periods_) ledger::each_posted(txn_, book_, period, each);
}

std::string number_of(const ledger::Voucher& v) { return v.period.iso() + ' ' + v.word + '-' + std::to_string(v.number) + (v.parts == 0 ? std::string() : ' ' + std::to_string(v.part) + '/' + std::to_string(v.parts)); }

}  // namespace mif::interchange
