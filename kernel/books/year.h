// SPDX-License-Identifier: Apache-2.0
// One book's year read once and kept: the same views as of books.h, as often as a printer asks, without another look at the
// database. Posted vouchers only, closing included: what is bound is what stands in the books.
#pragma once

#include "kernel/books/books.h"

namespace mif::books {

// [any-thread]; never changes. Months are 1..13.
class Year {
 public:
  // `with_lines`: also what the detail ledgers, the summary and the journal need.
  Year(store::Txn& txn, const ledger::Ledger& ledger, const chart::Charts& charts, std::string_view book, int year, bool with_lines);
  ~Year();
  const ledger::Book& book() const;
  const chart::Chart& chart() const;
  int year() const;
  std::vector<int> months() const;  // that have lines

  // The ledgers there are: leaves with an opening or a line, and their items of a dimension.
  std::vector<std::string> leaves(std::string_view accounts) const;
  struct AccountItem {
    std::string account, item;
    auto operator<=>(const AccountItem&) const = default;
  };
  std::vector<AccountItem> items(std::string_view dimension, std::string_view accounts) const;

  TrialTable trial(int month_from, int month_to, int level) const;
  GeneralLedger general() const;
  DetailLedger detail(const std::string& accounts, const std::string& aux, bool daily) const;  // ruled off in December
  DetailLedger columnar(const ColumnarDefinition& definition) const;
  AuxTable auxiliary(int month_from, int month_to, const std::vector<std::string>& dimensions, const std::string& accounts) const;
  VoucherSummary voucher_summary(int month_from, int month_to) const;
  std::vector<Line> lines(int month) const;

 private:
  struct Kept;
  Filter part(int month_from, int month_to) const;
  std::unique_ptr<const Kept> kept_;
};

}  // namespace mif::books
