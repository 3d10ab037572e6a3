// SPDX-License-Identifier: Apache-2.0
// Facts: the balance rows of the books a report needs, read once per (book, year), and sums over them; the lines behind what a
// voucher sets against another account, read once per (book, span of months). A Predicate is the
// question a number answers; the same predicate later finds the ledger lines under the cell. Each is kept once and numbered:
// cells carry numbers, not texts.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_set>
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
  std::string opposite;  // not empty: only what vouchers set against these accounts
  auto key() const { return std::tie(book, year, month_from, month_to, opening, measure, side, with_closing, accounts, aux, opposite); }
  friend bool operator<(const Predicate& a, const Predicate& b) { return a.key() < b.key(); }
  // What one posting (or a pair of side totals) adds to the sum.
  Fen take(Fen debit, Fen credit) const {
    if (measure == MIF_DEBIT) return debit;
    if (measure == MIF_CREDIT) return credit;
    return side == MIF_DEBIT ? debit - credit : credit - debit;
  }
};

// A predicate as Facts keep it.
struct Question {
  Predicate predicate;
  std::size_t number = 0;  // in the order they were first met
};

// A line of a voucher and what it says about an account and the other side.
struct SetAgainst {
  LineRow line;
  Fen amount;
};
// What `lines`, ordered by voucher, set against predicate.opposite: each voucher one side of which belongs to one of the two alone.
// Where both sides are mixed nobody can say which line stands against which: those vouchers are named in `unclear`.
std::vector<SetAgainst> set_against(const Predicate& predicate, const std::vector<LineRow>& lines, std::string* unclear);

// [calling-thread] Lives as long as the reports of one unit are computed in one snapshot.
class Facts {
 public:
  // Gives the balance rows of a book and year one by one; the texts of a row live as long as the call it is given with.
  using Row = std::function<bool(const mif_balance&)>;
  using Reader = std::function<void(const std::string& book, int year, const Row& each)>;
  // The same of rows that are there already.
  using Loader = std::function<std::vector<BalanceRow>(const std::string& book, int year)>;
  // Every line of the predicate's book, year and months, in the order of vouchers.
  using Lines = std::function<std::vector<LineRow>(const Predicate& predicate)>;
  explicit Facts(Reader reader, Lines lines = nullptr);
  explicit Facts(Loader loader, Lines lines = nullptr);
  ~Facts();
  // The one there is of this predicate; it lives as long as these facts, and nothing is read for it yet.
  const Question& question(const Predicate& predicate);
  // No value when nothing was ever recorded under the predicate: blank is not zero. A question's sum is made once.
  std::optional<Fen> sum(const Question& question) { return answer(question).sum; }
  std::optional<Fen> sum(const Predicate& predicate) { return sum(question(predicate)); }
  // Why sum() of a predicate with an opposite cannot be trusted; "" = it can.
  const std::string& unclear(const Question& question) { return answer(question).unclear; }
  // How often the ledger was asked.
  int reads() const { return reads_; }

 private:
  struct BookYear;
  struct Answer {
    bool known = false;
    std::optional<Fen> sum;
    std::string unclear;
  };
  struct ByPredicate {
    using is_transparent = void;
    std::size_t operator()(const Predicate& p) const;
    std::size_t operator()(const Question* q) const { return (*this)(q->predicate); }
  };
  struct SamePredicate {
    using is_transparent = void;
    bool operator()(const Question* a, const Question* b) const { return a == b; }
    bool operator()(const Predicate& p, const Question* q) const { return p.key() == q->predicate.key(); }
    bool operator()(const Question* q, const Predicate& p) const { return p.key() == q->predicate.key(); }
  };
  struct Loaded {
    std::string book;
    int year;
    std::unique_ptr<BookYear> facts;
  };
  BookYear& book_year(const std::string& book, int year);
  const Answer& answer(const Question& question);
  Answer of_balances(const Predicate& predicate);
  Answer of_lines(const Predicate& predicate);
  Reader reader_;
  Lines lines_;
  std::map<std::tuple<std::string, int, int, int, bool>, std::vector<LineRow>> spans_;
  std::deque<Question> questions_;  // stay where they are
  std::deque<Answer> answers_;      // by number
  std::unordered_set<const Question*, ByPredicate, SamePredicate> known_;
  std::vector<Loaded> loaded_;  // few
  int reads_ = 0;
};

}  // namespace mif::reporting
