// SPDX-License-Identifier: Apache-2.0
// Facts: the balance rows of the books a report needs, read once per (book, year), and sums over them. A Predicate is the
// question a number answers; the same predicate later finds the ledger lines under the cell.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "mif/services.hpp"

namespace mif::reporting {

struct Predicate {
  std::string book;
  int year = 0, month_from = 1, month_to = 0;  // from > to: no month
  bool opening = false;                        // plus the opening balance of the year
  int measure = 0;                             // 0 = net on `side`; MIF_DEBIT or MIF_CREDIT = that side's turnover only
  int side = MIF_DEBIT;
  bool with_closing = false;
  std::string accounts, aux;
  auto key() const { return std::tie(book, year, month_from, month_to, opening, measure, side, with_closing, accounts, aux); }
  friend bool operator<(const Predicate& a, const Predicate& b) { return a.key() < b.key(); }
  // What one posting (or a pair of side totals) adds to the sum.
  Fen take(Fen debit, Fen credit) const {
    if (measure == MIF_DEBIT) return debit;
    if (measure == MIF_CREDIT) return credit;
    return side == MIF_DEBIT ? debit - credit : credit - debit;
  }
};

// [calling-thread] Lives as long as the reports of one unit are computed in one snapshot.
class Facts {
 public:
  using Loader = std::function<std::vector<BalanceRow>(const std::string& book, int year)>;
  explicit Facts(Loader loader);
  ~Facts();
  // No value when nothing was ever recorded under the predicate: blank is not zero.
  std::optional<Fen> sum(const Predicate& predicate);
  // How often the ledger was asked.
  int reads() const { return reads_; }

 private:
  struct BookYear;
  struct Loaded {
    std::string book;
    int year;
    std::unique_ptr<BookYear> facts;
  };
  BookYear& book_year(const std::string& book, int year);
  Loader loader_;
  std::vector<Loaded> loaded_;  // few
  int reads_ = 0;
};

}  // namespace mif::reporting
