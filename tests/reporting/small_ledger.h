// SPDX-License-Identifier: Apache-2.0
// SmallLedger: the books of one unit made of single documents, each on two accounts, closed at every year's end and carried
// into the next one. What the golden cases and the published tables are computed from.
#pragma once

#include <set>
#include <string>
#include <tuple>

#include "fixture.h"

namespace mif::reporting {

class SmallLedger {
 public:
  explicit SmallLedger(std::string unit) : unit_(std::move(unit)) {}
  void book(const std::string& scheme, Period start);
  // `debit` and `credit`: "40010101" or "40010101/mode=1;insutype=510"; month 0 = the opening of the year. `parts`: how many
  // documents the amount is made of; a period without a month spreads them over the year.
  void post(const std::string& scheme, int year, int month, const std::string& debit, const std::string& credit, Fen amount, int parts = 1);
  void fill(const std::string& table, const std::string& row, const std::string& col, Period period, Fen amount);
  // Closes every year before `last` and carries it on. Then no more posting.
  void finish(int last);
  Evaluator evaluator(const Catalog& catalog, Facts& facts) const;
  Facts facts() const { return books_.facts(); }
  int documents() const { return documents_; }
  static int month_of(const std::string& period);  // "2023" = -1, "2023-00" = 0, "2023-06" = 6

 private:
  void line(const std::string& scheme, int year, int month, const std::string& account, Fen debit, Fen credit, bool closing);
  std::string unit_;
  Books books_;
  std::map<std::tuple<std::string, std::string, std::string, int, int>, Fen> filled_;
  int documents_ = 0;
};

}  // namespace mif::reporting
