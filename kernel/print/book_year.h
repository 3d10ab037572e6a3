// SPDX-License-Identifier: Apache-2.0
// One book's year as the printed ledgers need it: balances by month and, for the detail ledgers, the posted lines by account.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/chart/chart.h"
#include "kernel/ledger/ledger.h"

namespace mif::print {

struct BookYear {
  ledger::Book book;
  std::string unit_name;
  std::vector<std::string> signatures;  // for the foot of every page
  int year = 0;
  std::shared_ptr<const chart::Chart> chart;
  std::vector<ledger::Balance> balances;                             // months 0 (opening) .. 13
  std::map<std::string, std::vector<ledger::LineRow>, std::less<>> lines;  // by leaf account; in the order of month, day, number, line

  std::string account_name(const std::string& code) const;           // the whole name, or the code when the chart lacks it
  std::string aux_words(std::string_view aux) const;                  // "险种：职工基本医疗保险  参保方式：统账结合"
};
// What one account moved in each month. Debit-positive opening.
struct Movement {
  Fen debit, credit;
};
struct AccountYear {
  Fen opening;
  Movement months[14];
  bool empty() const;
};

std::shared_ptr<const BookYear> read_book_year(store::Txn& txn, const ledger::Ledger& ledger, const chart::Charts& charts, std::string_view book, int year, bool with_lines);
// By account, those above the leaves included as the sum of what is below them.
std::map<std::string, AccountYear, std::less<>> account_years(const BookYear& year);
std::string aux_words(const chart::Chart& chart, std::string_view aux);

}  // namespace mif::print
