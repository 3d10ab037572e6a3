// SPDX-License-Identifier: Apache-2.0
// A part of a book as every export needs it: chart, opening, months, posted vouchers. All exports stand on it, so they cannot
// differ in what they say, only in how.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernel/chart/chart.h"
#include "kernel/ledger/ledger.h"

namespace mif::interchange {

struct Range {
  Period from, to;  // {} = from the book's first period / to its last posting
};

struct Movement {
  Fen opening, debit, credit;  // opening debit-positive
  Fen closing() const { return opening + debit - credit; }
};
using AccountAux = std::pair<std::string, std::string>;
using Movements = std::map<AccountAux, Movement>;
using Sink = std::function<void(std::string_view)>;

class BookReader {
 public:
  BookReader(store::Txn& txn, const ledger::Ledger& ledger, const chart::Charts& charts, std::string_view book, const Range& range = {});
  const ledger::Book& book() const { return book_; }
  Period from() const { return from_; }
  Period to() const { return to_; }
  Day first_day() const { return Day(from_.year, std::min(from_.month, 12), 1); }
  Day last_day() const;
  const chart::Chart& chart() const { return *chart_; }  // as of the last day
  const chart::Account& account(const std::string& code) const;  // as it stood last, also when it has ended
  store::Txn& txn() const { return txn_; }
  const ledger::Ledger& ledger() const { return ledger_; }
  bool open(Period period) const { return ledger_.is_open(txn_, book_.code, period); }

  const std::vector<Period>& periods() const { return periods_; }  // from..to, month 13 only where it has postings
  const Movements& whole() const { return whole_; }                // the range as one; what neither stands nor moves is left out
  void months(const std::function<void(Period, const Movements&)>& each) const;
  std::int64_t count() const;
  void vouchers(const std::function<void(const ledger::Voucher&)>& each) const;  // by period, word, number and part

 private:
  store::Txn& txn_;
  const ledger::Ledger& ledger_;
  const chart::Charts& charts_;
  ledger::Book book_;
  Period from_, to_;
  std::vector<Period> periods_;
  std::shared_ptr<const chart::Chart> chart_;
  std::map<AccountAux, Fen> opening_;
  Movements whole_;
  mutable std::vector<std::shared_ptr<const chart::Chart>> earlier_;  // charts of months before the last, loaded when asked
};

std::string number_of(const ledger::Voucher& voucher);  // "2023-06 记-3", "2023-06 记-3 1/2"

}  // namespace mif::interchange
